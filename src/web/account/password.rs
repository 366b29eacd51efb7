//! Changing one's own password.

use actix_web::HttpResponse;
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::account::PasswordPage;
use super::super::pages::parts::Errors;
use super::super::state::now;
use super::{AccountVisit, entry};
use crate::store::audit::{self, Action, Outcome};
use crate::store::users;

pub(super) async fn show(visit: AccountVisit) -> Result<HttpResponse, Error> {
    visit.page(&PasswordPage {
        frame: visit.frame("/password"),
        errors: Errors::default(),
    })
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    current: String,
    password: String,
    repeat: String,
}

pub(super) async fn change(
    visit: AccountVisit,
    CsrfForm(form): CsrfForm<PasswordForm>,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    let user = &visit.who.user;
    let verdict = visit
        .state
        .passwords
        .check(&form.password, user.name.as_str());
    errors.take("password", "New password", verdict);
    if form.repeat != form.password {
        errors.add("repeat", "New password again", "is not the same");
    }
    if errors.is_empty() {
        check_current(&visit, form.current, &mut errors).await?;
    }
    if !errors.is_empty() {
        return visit.faulty(&PasswordPage {
            frame: visit.frame("/password"),
            errors,
        });
    }
    let hash = visit.state.passwords.hash(form.password).await?;
    let (id, keep, address) = (user.id, visit.who.session_id.clone(), visit.address);
    let change =
        move |conn: &mut _| users::change_password(conn, now(), id, &hash, Some(&keep), address);
    visit.state.change(change).await?;
    visit.done(
        "Your password is changed, and you are signed out everywhere else.",
        "/password",
    )
}

/// Guessing the current password counts like guessing it at the sign-in page.
async fn check_current(
    visit: &AccountVisit,
    current: String,
    errors: &mut Errors,
) -> Result<(), Error> {
    const LABEL: &str = "Current password";
    let user = &visit.who.user;
    let attempt = match visit.state.attempt(&user.name, visit.address, now()) {
        Ok(attempt) => attempt,
        Err(too_many) => {
            errors.add("current", LABEL, too_many);
            return Ok(());
        }
    };
    let id = user.id;
    let found = visit
        .state
        .store
        .run(move |conn| users::find(conn, id))
        .await?;
    let stored = found.and_then(|user| user.password_hash);
    if visit.state.passwords.verify(current, stored).await? {
        attempt.was_right();
    } else {
        errors.add("current", LABEL, "is not right");
        let entry = entry(
            visit,
            Action::ChangePassword,
            Outcome::Refused,
            String::new(),
        );
        visit
            .state
            .store
            .run(move |conn| audit::record(conn, &entry))
            .await?;
    }
    Ok(())
}
