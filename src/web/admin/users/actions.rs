//! What is done to a user by one button.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::ConfirmPage;
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::super::visit::NoFields;
use super::super::{AdminVisit, explain};
use super::edit::page;
use super::{PATH, path_of};
use crate::identity::principal::UserId;
use crate::store::StoreError;
use crate::store::users::{self, User, UserState};
use crate::store::{second_factors, sessions};

#[derive(Deserialize)]
pub(super) struct StateForm {
    state: String,
}

pub(super) async fn set_state(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<StateForm>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (UserId(*id), visit.who.admin.clone());
    let unknown = || Error::BadRequest("There is no such state.".to_owned());
    let state = UserState::parse(&form.state).ok_or_else(unknown)?;
    let said = match state {
        UserState::Active => "The user may sign in now.",
        UserState::Disabled => "The user is disabled and signed out everywhere.",
        UserState::Pending => "The user waits for approval.",
    };
    match visit
        .state
        .change(move |conn| users::set_state(conn, &admin, now(), id, state))
        .await
    {
        Ok(()) => visit.done(said, &path_of(id.0)),
        Err(error) => refused(&visit, id, error).await,
    }
}

/// The page of the user, with what the store says.
async fn refused(visit: &AdminVisit, id: UserId, error: StoreError) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    explain(&mut errors, "name", "User name", error)?;
    let mut page = page(visit, id).await?;
    page.errors = errors;
    visit.faulty(&page)
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    new_password: String,
}

pub(super) async fn set_password(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<PasswordForm>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (UserId(*id), visit.who.admin.clone());
    let mut page = page(&visit, id).await?;
    let verdict = visit.state.passwords.check(&form.new_password, &page.name);
    page.errors.take("new_password", "New password", verdict);
    if !page.errors.is_empty() {
        return visit.faulty(&page);
    }
    let hash = visit.state.passwords.hash(form.new_password).await?;
    let write = move |conn: &mut _| users::set_password(conn, &admin, now(), id, &hash);
    visit.state.change(write).await?;
    visit.done(
        "The password is set, and the user is signed out everywhere.",
        &path_of(id.0),
    )
}

/// For somebody who lost the app and the codes. One's own is removed with a code, or not at all.
pub(super) async fn reset_second_factor(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (UserId(*id), visit.who.admin.clone());
    let reset = if id == visit.who.user.id {
        let why = "your own is removed on your account page, with a code";
        Err(StoreError::Invalid(why.to_owned()))
    } else {
        let reset = move |conn: &mut _| second_factors::reset(conn, &admin, now(), id);
        visit.state.change(reset).await
    };
    match reset {
        Ok(()) => visit.done("The second factor is reset.", &path_of(id.0)),
        Err(error) => refused(&visit, id, error).await,
    }
}

pub(super) async fn sign_out(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (UserId(*id), visit.who.admin.clone());
    let end = move |conn: &mut _| sessions::revoke_of_user(conn, &admin, now(), id);
    visit.state.change(end).await?;
    visit.done("The user is signed out everywhere.", &path_of(id.0))
}

pub(super) async fn ask_delete(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let user = find(&visit, UserId(*id)).await?;
    visit.page(&confirmation(&visit, &user))
}

pub(super) async fn delete(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (UserId(*id), visit.who.admin.clone());
    let user = find(&visit, id).await?;
    match visit
        .state
        .change(move |conn| users::delete(conn, &admin, now(), id))
        .await
    {
        Ok(()) => visit.done(&format!("{} is deleted.", user.name), PATH),
        Err(error) => {
            let mut page = confirmation(&visit, &user);
            explain(&mut page.errors, "name", "User name", error)?;
            visit.faulty(&page)
        }
    }
}

async fn find(visit: &AdminVisit, id: UserId) -> Result<User, Error> {
    let found = visit
        .state
        .store
        .run(move |conn| users::find(conn, id))
        .await?;
    found.ok_or(Error::NotFound)
}

fn confirmation(visit: &AdminVisit, user: &User) -> ConfirmPage {
    let page = path_of(user.id.0);
    ConfirmPage {
        frame: visit.frame(PATH),
        title: format!("Delete {}?", user.name),
        consequences: vec![
            "Roles, sessions and API keys go with the account. This cannot be undone; disabling the \
             account closes it just as well."
                .to_owned(),
        ],
        errors: Errors::default(),
        action: visit.state.path(&format!("{page}/delete")),
        button: "Delete".to_owned(),
        cancel_url: visit.state.path(&page),
    }
}
