//! Asking for the second factor, after the password, where the account or the administration is opened.
//!
//! Between the two nothing is kept: the page with the second form has a ticket in it, sealed, that says whose
//! password was right.

use std::net::IpAddr;

use actix_session::Session;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;

use super::error::Error;
use super::form::{CsrfForm, FormToken};
use super::headers::{address, texts};
use super::iiif_login::refused;
use super::login::{destination, signed_in};
use super::pages::second_factor::CodePage;
use super::sign_in::{self, Refusal};
use super::state::{AppState, now};
use super::visit::see_other;
use crate::identity::name::UserName;
use crate::identity::principal::UserId;
use crate::identity::second_factor::{TotpSecret, Typed, sealed_for};
use crate::iiif::wording::Texts;
use crate::store::audit::{self, Outcome};
use crate::store::second_factors;
use crate::store::users::{self, UserState};

/// How long a right password waits for its code.
const PATIENCE: Duration = Duration::minutes(5);
/// For whom tickets are sealed: no user, so that no sealed secret is one.
const TICKETS: &str = "sign-in";

/// What says that this user's password was right.
pub(super) fn ticket(state: &AppState, user: UserId, now: DateTime<Utc>) -> String {
    let until = (now + PATIENCE).timestamp();
    let text = format!("{} {until}", user.0);
    let keys = &state.keys.second_factors;
    keys.seal_for(TICKETS, text.as_bytes(), rand::random())
}

fn holder(state: &AppState, ticket: &str, now: DateTime<Utc>) -> Option<UserId> {
    let text = state.keys.second_factors.open_for(TICKETS, ticket)?.0;
    let (user, until) = std::str::from_utf8(&text).ok()?.split_once(' ')?;
    let until: i64 = until.parse().ok()?;
    (now.timestamp() < until).then_some(UserId(user.parse().ok()?))
}

/// The form's fields.
#[derive(Deserialize)]
pub(super) struct Fields {
    ticket: String,
    code: String,
    next: Option<String>,
}

/// The page that asks for a code.
pub(super) fn page(
    state: &AppState,
    texts: &Texts,
    ticket: String,
    next: Option<&str>,
    token: FormToken,
) -> CodePage {
    CodePage {
        language: texts.tag.clone(),
        action: state.path("/login/code"),
        next: next.map(|next| destination(state, Some(next))),
        ticket,
        csrf: token.value(),
        error: None,
    }
}

/// Signs in.
pub(super) async fn submit(
    state: Data<AppState>,
    request: HttpRequest,
    session: Session,
    token: FormToken,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let (now, from) = (now(), address(&request));
    let Some(id) = holder(&state, &fields.ticket, now) else {
        return Ok(see_other(&state, "/login"));
    };
    let find = move |conn: &mut _| users::find(conn, id);
    let user = state.store.run(find).await?;
    let Some(user) = user.filter(|user| user.state == UserState::Active) else {
        return Ok(see_other(&state, "/login"));
    };
    match check(&state, id, &user.name, &fields.code, from, now).await? {
        Ok(how) => {
            let done = sign_in::done(&state, &user, how, from, now).await;
            let result = done.as_ref().map_or("failed", |()| "done");
            state.counts.sign_in(result);
            done?;
            signed_in(&state, &session, id, &request, fields.next.as_deref())
        }
        Err(refusal) => {
            let texts = texts(&state, &request);
            let error = match refusal {
                Refusal::Wrong => texts.pages.second_factor.wrong.clone(),
                Refusal::Pending | Refusal::TooMany(_) => refusal.text(texts),
            };
            let page = page(&state, texts, fields.ticket, fields.next.as_deref(), token);
            let error = Some(error);
            refused(&state, &refusal, &CodePage { error, ..page })
        }
    }
}

/// Checks a code, which is good only once, and counts and writes down a wrong one. It is an attempt to sign
/// in, like a password. Says how it was right.
pub(super) async fn check(
    state: &AppState,
    user: UserId,
    name: &UserName,
    typed: &str,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<&'static str, Refusal>, Error> {
    let result = checked(state, user, name, typed, address, now).await;
    match &result {
        Ok(Ok(_)) => {}
        Ok(Err(Refusal::TooMany(_))) => state.counts.sign_in("limited"),
        Ok(Err(Refusal::Wrong | Refusal::Pending)) => state.counts.sign_in("wrong-code"),
        Err(_) => state.counts.sign_in("failed"),
    }
    result
}

async fn checked(
    state: &AppState,
    user: UserId,
    name: &UserName,
    typed: &str,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<&'static str, Refusal>, Error> {
    let attempt = match state.attempt(name, address, now) {
        Ok(attempt) => attempt,
        Err(too_many) => return Ok(Err(Refusal::TooMany(too_many))),
    };
    let (how, is_right) = match Typed::parse(typed) {
        Some(Typed::Code(code)) => ("with a code", use_code(state, user, code, now).await?),
        Some(Typed::Recovery(code)) => {
            let fingerprint = code.fingerprint(user);
            let work = move |conn: &mut _| second_factors::use_code(conn, user, &fingerprint);
            ("with a recovery code", state.store.run(work).await?)
        }
        None => ("", false),
    };
    if is_right {
        attempt.was_right();
        return Ok(Ok(how));
    }
    let detail = "wrong code, after the right password";
    let entry = sign_in::entry(name, detail, address, now, Outcome::Refused);
    let write = move |conn: &mut _| audit::record(conn, &entry);
    state.store.run(write).await?;
    Ok(Err(Refusal::Wrong))
}

async fn use_code(
    state: &AppState,
    user: UserId,
    code: u32,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let find = move |conn: &mut _| second_factors::find(conn, user);
    let Some(factor) = state.store.run(find).await? else {
        return Ok(false);
    };
    let opened = state
        .keys
        .second_factors
        .open_for(&sealed_for(user), &factor.sealed);
    let Some(secret) = opened.and_then(|(bytes, _)| TotpSecret::from_bytes(&bytes)) else {
        tracing::error!(
            user = user.0,
            "the secret of a second factor cannot be read: was AUTH_SECRET_KEY changed?"
        );
        return Ok(false);
    };
    let Some(step) = secret.step_of(code, now, Some(factor.used_step)) else {
        return Ok(false);
    };
    let work = move |conn: &mut _| second_factors::use_step(conn, user, step);
    Ok(state.store.run(work).await?)
}
