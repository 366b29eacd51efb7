//! One's own account: who am I, where am I signed in, my password, my API keys.
//!
//! Everything here is looked up by the user of the session, never by a number that the browser sends.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get, post};
use chrono::Duration;
use serde::Deserialize;

use super::admin::roles::title;
use super::error::Error;
use super::form::CsrfForm;
use super::pages::account::{AccountPage, KeyRow, KeysPage, NewKey, PasswordPage};
use super::pages::parts::{Choice, Errors};
use super::session::AccountUser;
use super::session_row;
use super::state::now;
use super::visit::{NoFields, Visit, see_other};
use crate::identity::password;
use crate::identity::principal::ObtainedBy;
use crate::identity::secret::{self, API_KEY_PREFIX};
use crate::store::api_keys::{self, ApiKey, NewApiKey};
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::store::{StoreError, roles, sessions, users};

/// How long an API key may be good for, in days.
const KEY_DAYS: [(&str, &str); 4] = [
    ("30", "30 days"),
    ("90", "90 days"),
    ("365", "one year"),
    ("", "until it is revoked"),
];

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(show))
        .route("/password", get().to(show_password))
        .route("/password", post().to(change_password))
        .route("/keys", get().to(show_keys))
        .route("/keys", post().to(create_key))
        .route("/keys/revoke", post().to(revoke_key))
        .route("/sessions/end", post().to(end_session))
        .route("/sessions/end-all", post().to(end_all_sessions))
        .route("/sign-out", post().to(sign_out));
}

async fn show(visit: Visit<AccountUser>) -> Result<HttpResponse, Error> {
    let (id, now) = (visit.who.user.id, now());
    let load = move |conn: &mut _| {
        let user = users::find(conn, id)?.ok_or(StoreError::NotFound)?;
        Ok((user, roles::list(conn)?, sessions::of_user(conn, id, now)?))
    };
    let (user, roles, sessions) = visit.state.store.run(load).await?;
    let held = roles
        .iter()
        .filter(|role| role.obtained_by == ObtainedBy::SignIn || user.roles.contains(&role.id));
    let row = |session| session_row::row(session, user.name.as_str(), &visit.who.session_id);
    visit.page(&AccountPage {
        frame: visit.frame("/"),
        display_name: user.display_name.clone(),
        roles: held.map(title).collect(),
        since: user.created_at.into(),
        sessions: sessions.iter().map(row).collect(),
    })
}

async fn show_password(visit: Visit<AccountUser>) -> Result<HttpResponse, Error> {
    visit.page(&PasswordPage {
        frame: visit.frame("/password"),
        errors: Errors::default(),
    })
}

#[derive(Deserialize)]
struct PasswordForm {
    current: String,
    password: String,
    repeat: String,
}

async fn change_password(
    visit: Visit<AccountUser>,
    CsrfForm(form): CsrfForm<PasswordForm>,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    let user = &visit.who.user;
    let verdict = password::check_new(&form.password, user.name.as_str());
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
    visit: &Visit<AccountUser>,
    current: String,
    errors: &mut Errors,
) -> Result<(), Error> {
    const LABEL: &str = "Current password";
    let user = &visit.who.user;
    if let Err(too_many) = visit.state.limits.count(&user.name, visit.address) {
        errors.add("current", LABEL, too_many);
        return Ok(());
    }
    let id = user.id;
    let found = visit
        .state
        .store
        .run(move |conn| users::find(conn, id))
        .await?;
    let stored = found.and_then(|user| user.password_hash);
    if !visit.state.passwords.verify(current, stored).await? {
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

async fn show_keys(visit: Visit<AccountUser>) -> Result<HttpResponse, Error> {
    visit.page(&keys_page(&visit).await?)
}

async fn keys_page(visit: &Visit<AccountUser>) -> Result<KeysPage, Error> {
    let id = visit.who.user.id;
    let keys = visit
        .state
        .store
        .run(move |conn| api_keys::of_user(conn, id))
        .await?;
    Ok(KeysPage {
        frame: visit.frame("/keys"),
        keys: keys.iter().map(key_row).collect(),
        days: Choice::list(&KEY_DAYS, "365"),
        ..KeysPage::default()
    })
}

fn key_row(key: &ApiKey) -> KeyRow {
    KeyRow {
        id: key.id,
        name: key.name.clone(),
        created: key.created_at.into(),
        expires: key.expires_at.map(Into::into),
        used: key.last_used_at.map(Into::into),
        expired: key.expires_at.is_some_and(|end| end <= now()),
    }
}

#[derive(Deserialize)]
struct KeyForm {
    name: String,
    days: String,
}

/// Makes a key and shows it right here: it is written down nowhere, so no other page could.
async fn create_key(
    visit: Visit<AccountUser>,
    CsrfForm(form): CsrfForm<KeyForm>,
) -> Result<HttpResponse, Error> {
    let (now, address) = (now(), visit.address);
    let (days, _) = KEY_DAYS
        .into_iter()
        .find(|(days, _)| *days == form.days)
        .unwrap_or(KEY_DAYS[0]);
    let secret = format!("{API_KEY_PREFIX}{}", secret::from_random(rand::random()));
    let key = NewApiKey {
        user_id: visit.who.user.id,
        name: form.name.trim().to_owned(),
        fingerprint: secret::fingerprint(&secret),
        expires_at: days.parse().ok().map(|days| now + Duration::days(days)),
    };
    let made = visit
        .state
        .change(move |conn| api_keys::create(conn, now, &key, address))
        .await;
    let page = keys_page(&visit).await?;
    match made {
        Ok(_) => {
            let new_key = Some(NewKey {
                name: form.name,
                secret,
            });
            visit.page(&KeysPage { new_key, ..page })
        }
        Err(error @ StoreError::Invalid(_)) => {
            let mut errors = Errors::default();
            errors.add("name", "Name", error);
            let days = Choice::list(&KEY_DAYS, &form.days);
            visit.faulty(&KeysPage {
                errors,
                name: form.name,
                days,
                ..page
            })
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
struct RevokeKeyForm {
    key: i32,
}

async fn revoke_key(
    visit: Visit<AccountUser>,
    CsrfForm(form): CsrfForm<RevokeKeyForm>,
) -> Result<HttpResponse, Error> {
    let (id, address) = (visit.who.user.id, visit.address);
    let revoke = move |conn: &mut _| api_keys::revoke(conn, now(), id, form.key, address);
    visit.state.change(revoke).await?;
    visit.done("The key is revoked.", "/keys")
}

#[derive(Deserialize)]
struct EndSessionForm {
    session: String,
}

async fn end_session(
    visit: Visit<AccountUser>,
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

async fn end_all_sessions(
    visit: Visit<AccountUser>,
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
    Ok(see_other(&visit.state, "/logout"))
}

/// Ends the session at this door; the page that follows ends the one for images in this browser.
async fn sign_out(visit: Visit<AccountUser>, _: CsrfForm<NoFields>) -> Result<HttpResponse, Error> {
    let entry = entry(&visit, Action::SignOut, Outcome::Done, String::new());
    visit
        .state
        .store
        .run(move |conn| audit::record(conn, &entry))
        .await?;
    visit.session.purge();
    Ok(see_other(&visit.state, "/logout"))
}

fn entry(visit: &Visit<AccountUser>, action: Action, outcome: Outcome, detail: String) -> Entry {
    let name = visit.who.user.name.to_string();
    Entry {
        at: now(),
        actor: name.clone(),
        action,
        subject: name,
        detail,
        address: visit.address,
        outcome,
    }
}
