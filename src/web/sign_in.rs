//! Signing in with name and password: the same check behind every door.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::error::Error;
use super::state::AppState;
use crate::identity::name::UserName;
use crate::identity::principal::UserId;
use crate::iiif::wording::{Texts, fill};
use crate::live::limits::TooMany;
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::store::users::{self, User, UserState};
use crate::store::{Conn, StoreError};

/// Why somebody is not signed in. Unknown, disabled and wrong look the same from outside.
pub(super) enum Refusal {
    /// Name and password do not go together, or the account may not sign in.
    Wrong,
    /// The password is right, and the account waits for approval.
    Pending,
    /// Too many attempts.
    TooMany(TooMany),
}

/// Checks a name and password, and counts and writes down how it went.
pub(super) async fn check(
    state: &AppState,
    username: &str,
    password: String,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<UserId, Refusal>, Error> {
    let result = checked(state, username, password, address, now).await;
    state.counts.sign_in(match &result {
        Ok(Ok(_)) => "done",
        Ok(Err(Refusal::Wrong)) => "wrong",
        Ok(Err(Refusal::Pending)) => "pending",
        Ok(Err(Refusal::TooMany(_))) => "limited",
        Err(_) => "failed",
    });
    result
}

async fn checked(
    state: &AppState,
    username: &str,
    password: String,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<UserId, Refusal>, Error> {
    let Ok(name) = UserName::parse(username) else {
        return Ok(Err(Refusal::Wrong));
    };
    let attempt = match state.attempt(&name, address, now) {
        Ok(attempt) => attempt,
        Err(too_many) => return Ok(Err(Refusal::TooMany(too_many))),
    };
    let wanted = name.clone();
    let user = state
        .store
        .run(move |conn| users::find_by_name(conn, &wanted))
        .await?;
    let stored = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = state.passwords.verify(password.clone(), stored).await?;
    let verdict = match user {
        Some(user) if matches => match user.state {
            UserState::Active => Ok(user),
            UserState::Pending => Err(Refusal::Pending),
            UserState::Disabled => Err(Refusal::Wrong),
        },
        _ => Err(Refusal::Wrong),
    };
    let signed_in = verdict.as_ref().ok().map(|user| user.id);
    state
        .store
        .run(move |conn| write_down(conn, &name, signed_in, address, now))
        .await?;
    match verdict {
        Ok(user) => {
            attempt.was_right();
            Ok(Ok(refreshed(state, user, password).await?))
        }
        Err(refusal) => Ok(Err(refusal)),
    }
}

fn write_down(
    conn: &mut Conn,
    name: &UserName,
    signed_in: Option<UserId>,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let outcome = if signed_in.is_some() {
        Outcome::Done
    } else {
        Outcome::Refused
    };
    audit::record(
        conn,
        &Entry {
            at: now,
            actor: name.to_string(),
            action: Action::SignIn,
            subject: name.to_string(),
            detail: String::new(),
            address,
            outcome,
        },
    )?;
    signed_in.map_or(Ok(()), |id| users::signed_in(conn, now, id))
}

/// Hashes the password anew when the cost has been changed since.
async fn refreshed(state: &AppState, user: User, password: String) -> Result<UserId, Error> {
    let id = user.id;
    if user
        .password_hash
        .is_some_and(|hash| state.passwords.is_outdated(&hash))
    {
        let hash = state.passwords.hash(password).await?;
        state
            .change(move |conn| users::rehash(conn, id, &hash))
            .await?;
    }
    Ok(id)
}

impl Refusal {
    /// What the visitor reads.
    pub(super) fn text(&self, texts: &Texts) -> String {
        let texts = &texts.pages.sign_in;
        match self {
            Self::Wrong => texts.wrong.clone(),
            Self::Pending => texts.pending.clone(),
            Self::TooMany(TooMany(wait)) => {
                fill(&texts.too_many, &[("seconds", &wait.as_secs().to_string())])
            }
        }
    }

    /// The status of the page that says it.
    pub(super) fn status(&self) -> actix_web::http::StatusCode {
        match self {
            Self::Wrong | Self::Pending => actix_web::http::StatusCode::UNAUTHORIZED,
            Self::TooMany(_) => actix_web::http::StatusCode::TOO_MANY_REQUESTS,
        }
    }
}
