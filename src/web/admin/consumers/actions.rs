//! What is done to a consumer by one button.

use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::ConfirmPage;
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::super::visit::NoFields;
use super::super::explain::time;
use super::super::{AdminVisit, explain};
use super::{PATH, named, path_of, show};
use crate::identity::consumer::{Consumer, ConsumerId};
use crate::store::StoreError;
use crate::store::consumers;

#[derive(Deserialize)]
pub(super) struct StateForm {
    state: String,
}

pub(super) async fn set_state(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<StateForm>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (ConsumerId(*id), visit.who.admin.clone());
    let (is_enabled, said) = match form.state.as_str() {
        "enabled" => (true, "Its tokens are taken now."),
        "disabled" => (false, "It is disabled: its tokens are refused."),
        _ => return Err(Error::BadRequest("There is no such state.".to_owned())),
    };
    let write = move |conn: &mut _| consumers::set_enabled(conn, &admin, now(), id, is_enabled);
    visit.state.change(write).await?;
    visit.done(said, &path_of(id))
}

pub(super) async fn ask_sign_out(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let consumer = named(&visit, &id).await?.consumer;
    let page = path_of(consumer.id);
    visit.page(&ConfirmPage {
        frame: visit.frame(PATH),
        title: format!("Sign everybody of {} out?", consumer.name),
        consequences: vec![
            "Tokens that were issued before now are refused. Pages that are open get “not allowed” until \
             they are loaded again; the site then makes new tokens for whoever is signed in there."
                .to_owned(),
        ],
        errors: Errors::default(),
        action: visit.state.path(&format!("{page}/sign-out")),
        button: "Sign everybody out".to_owned(),
        cancel_url: visit.state.path(&page),
    })
}

pub(super) async fn sign_out(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (ConsumerId(*id), visit.who.admin.clone());
    let write = move |conn: &mut _| consumers::revoke_all(conn, &admin, now(), id);
    visit.state.change(write).await?;
    visit.done("Everybody is signed out.", &path_of(id))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct BlockForm {
    user: String,
    until: String,
    note: String,
}

pub(super) async fn block(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<BlockForm>,
) -> Result<HttpResponse, Error> {
    let found = named(&visit, &id).await?;
    let (admin, id, now) = (visit.who.admin.clone(), found.consumer.id, now());
    let mut errors = Errors::default();
    let user = form.user.trim().to_owned();
    if user.is_empty() {
        errors.add("user", "User", "must not be empty");
    }
    let until = until(&visit, form.until.trim(), now);
    let until = errors.take("until", "Until", until);
    if let (Some(until), true) = (until, errors.is_empty()) {
        let done = if until > now { "blocked" } else { "signed out" };
        let (said, note) = (format!("{user} is {done}."), form.note.clone());
        let write =
            move |conn: &mut _| consumers::block_user(conn, &admin, now, id, &user, until, &note);
        match visit.state.change(write).await {
            Ok(()) => return visit.done(&said, &path_of(id)),
            Err(StoreError::Invalid(message)) => errors.add("user", "User", message),
            Err(error) => return Err(error.into()),
        }
    }
    let mut page = show::page(&visit, &found).await?;
    page.user = form.user;
    page.until = form.until;
    page.note = form.note;
    page.errors = errors;
    visit.faulty(&page)
}

/// The end of a block; nothing is now.
fn until(visit: &AdminVisit, text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, String> {
    if text.is_empty() {
        return Ok(now);
    }
    let until = time(&visit.state.config.time_zone, text)?;
    if until <= now {
        return Err("is over already: leave it empty to sign the user out once".to_owned());
    }
    Ok(until)
}

#[derive(Deserialize)]
pub(super) struct UserForm {
    user: String,
}

pub(super) async fn unblock(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<UserForm>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (ConsumerId(*id), visit.who.admin.clone());
    let said = format!("{} may come in again.", form.user);
    let write = move |conn: &mut _| consumers::unblock_user(conn, &admin, now(), id, &form.user);
    visit.state.change(write).await?;
    visit.done(&said, &path_of(id))
}

pub(super) async fn ask_delete(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let consumer = named(&visit, &id).await?.consumer;
    visit.page(&confirmation(&visit, &consumer))
}

pub(super) async fn delete(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let consumer = named(&visit, &id).await?.consumer;
    let (id, admin) = (consumer.id, visit.who.admin.clone());
    let write = move |conn: &mut _| consumers::delete(conn, &admin, now(), id);
    match visit.state.change(write).await {
        Ok(()) => visit.done(&format!("{} is deleted.", consumer.name), PATH),
        Err(error) => {
            let mut page = confirmation(&visit, &consumer);
            explain(&mut page.errors, "name", "Name", error)?;
            visit.faulty(&page)
        }
    }
}

fn confirmation(visit: &AdminVisit, consumer: &Consumer) -> ConfirmPage {
    let page = path_of(consumer.id);
    ConfirmPage {
        frame: visit.frame(PATH),
        title: format!("Delete {}?", consumer.name),
        consequences: vec![
            "Its tokens are refused from now on. What its users have annotated stays in the annotation \
             store, under the key of this consumer."
                .to_owned(),
            "The secret goes with it. This cannot be undone; disabling closes it just as well.".to_owned(),
        ],
        errors: Errors::default(),
        action: visit.state.path(&format!("{page}/delete")),
        button: "Delete".to_owned(),
        cancel_url: visit.state.path(&page),
    }
}
