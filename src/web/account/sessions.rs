//! Where one is signed in, and signing out.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::state::now;
use super::super::visit::{NoFields, see_other};
use super::{AccountVisit, entry};
use crate::store::audit::{self, Action, Outcome};
use crate::store::{StoreError, sessions};

#[derive(Deserialize)]
pub(super) struct EndSessionForm {
    session: String,
}

pub(super) async fn end(
    visit: AccountVisit,
    CsrfForm(form): CsrfForm<EndSessionForm>,
) -> Result<HttpResponse, Error> {
    let user = visit.who.user.id;
    let entry = entry(
        &visit,
        Action::RevokeSession,
        Outcome::Done,
        "one session".to_owned(),
    );
    let end = move |conn: &mut _| {
        let session = sessions::load(conn, &form.session, now())?;
        session
            .filter(|session| session.user_id == Some(user))
            .ok_or(StoreError::NotFound)?;
        sessions::delete(conn, &form.session)?;
        audit::record(conn, &entry)
    };
    visit.state.change(end).await?;
    visit.done("That browser is signed out.", "/")
}

pub(super) async fn end_all(
    visit: AccountVisit,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let user = visit.who.user.id;
    let entry = entry(
        &visit,
        Action::RevokeSession,
        Outcome::Done,
        "all sessions".to_owned(),
    );
    let end = move |conn: &mut _| {
        sessions::delete_of_user(conn, user, None)?;
        audit::record(conn, &entry)
    };
    visit.state.change(end).await?;
    visit.session.purge();
    Ok(see_other(&visit.state, "/logout?from=account"))
}

/// Ends the session at this door; the page that follows ends the one for images in this browser.
pub(super) async fn sign_out(
    visit: AccountVisit,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let entry = entry(&visit, Action::SignOut, Outcome::Done, String::new());
    visit
        .state
        .store
        .run(move |conn| audit::record(conn, &entry))
        .await?;
    visit.session.purge();
    Ok(see_other(&visit.state, "/logout?from=account"))
}
