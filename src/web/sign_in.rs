//! Signing in with name and password: the same check behind every door.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::error::Error;
use super::second_factor::ticket;
use super::state::AppState;
use crate::identity::name::UserName;
use crate::identity::principal::UserId;
use crate::iiif::wording::{Texts, fill};
use crate::live::limits::{TooMany, network_of};
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::store::users::{self, User, UserState};
use crate::store::{Conn, StoreError, second_factors};

/// Why somebody is not signed in. Unknown, disabled and wrong look the same from outside.
pub(super) enum Refusal {
    /// Name and password do not go together, or the account may not sign in.
    Wrong,
    /// The password is right, and the account waits for approval.
    Pending,
    /// Too many attempts.
    TooMany(TooMany),
}

/// What a right password leads to.
pub(super) enum Passed {
    /// That is all.
    SignedIn(UserId),
    /// The second factor is asked for, of whoever brings this ticket.
    CodeNeeded(String),
}

/// Who signs in, and where from.
#[derive(Clone, Copy)]
pub(super) struct Visitor<'a> {
    /// The name, as typed.
    pub(super) username: &'a str,
    /// The address.
    pub(super) address: Option<IpAddr>,
    /// When.
    pub(super) now: DateTime<Utc>,
    /// Whether a second factor is asked for, if there is one.
    pub(super) opens_account: bool,
}

/// Checks a name and password where images are opened, and counts and writes down how it went.
pub(super) async fn check(
    state: &AppState,
    username: &str,
    password: String,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<Result<UserId, Refusal>, Error> {
    let visitor = Visitor {
        username,
        address,
        now,
        opens_account: false,
    };
    Ok(match check_password(state, visitor, password).await? {
        Ok(Passed::SignedIn(user)) => Ok(user),
        // It was not asked for.
        Ok(Passed::CodeNeeded(_)) => Err(Refusal::Wrong),
        Err(refusal) => Err(refusal),
    })
}

/// Checks a name and password, and counts and writes down how it went.
pub(super) async fn check_password(
    state: &AppState,
    visitor: Visitor<'_>,
    password: String,
) -> Result<Result<Passed, Refusal>, Error> {
    let result = checked(state, visitor, password).await;
    state.counts.sign_in(match &result {
        Ok(Ok(Passed::SignedIn(_))) => "done",
        Ok(Ok(Passed::CodeNeeded(_))) => "code-needed",
        Ok(Err(Refusal::Wrong)) => "wrong",
        Ok(Err(Refusal::Pending)) => "pending",
        Ok(Err(Refusal::TooMany(_))) => "limited",
        Err(_) => "failed",
    });
    result
}

async fn checked(
    state: &AppState,
    visitor: Visitor<'_>,
    password: String,
) -> Result<Result<Passed, Refusal>, Error> {
    let Visitor { address, now, .. } = visitor;
    let Ok(name) = UserName::parse(visitor.username) else {
        return Ok(Err(Refusal::Wrong));
    };
    let attempt = match state.attempt(&name, address, now) {
        Ok(attempt) => attempt,
        Err(too_many) => return Ok(Err(Refusal::TooMany(too_many))),
    };
    let (user, has_factor) = find(state, name.clone(), visitor.opens_account).await?;
    let stored = user.as_ref().and_then(|user| user.password_hash.clone());
    let matches = state.passwords.verify(password.clone(), stored).await?;
    let refusal = match user {
        Some(user) if matches => match user.state {
            UserState::Active if has_factor => {
                attempt.was_half_right();
                let id = refreshed(state, &user, password).await?;
                return Ok(Ok(Passed::CodeNeeded(ticket(state, id, now))));
            }
            UserState::Active => {
                done(state, &user, "", address, now).await?;
                attempt.was_right();
                let id = refreshed(state, &user, password).await?;
                return Ok(Ok(Passed::SignedIn(id)));
            }
            UserState::Pending => Refusal::Pending,
            UserState::Disabled => Refusal::Wrong,
        },
        _ => Refusal::Wrong,
    };
    let entry = entry(&name, "", address, now, Outcome::Refused);
    let write = move |conn: &mut Conn| audit::record(conn, &entry);
    state.store.run(write).await?;
    Ok(Err(refusal))
}

/// The user of this name, and whether to ask for a second factor.
async fn find(
    state: &AppState,
    name: UserName,
    opens_account: bool,
) -> Result<(Option<User>, bool), StoreError> {
    let find = move |conn: &mut Conn| {
        let user = users::find_by_name(conn, &name)?;
        let has_factor = match &user {
            Some(user) if opens_account => second_factors::is_set(conn, user.id)?,
            Some(_) | None => false,
        };
        Ok((user, has_factor))
    };
    state.store.run(find).await
}

/// Writes down that somebody has signed in, and tells others if it is an administrator at a new address.
pub(super) async fn done(
    state: &AppState,
    user: &User,
    how: &str,
    address: Option<IpAddr>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let admin = state.live.admin_role();
    let is_admin = admin.is_some_and(|admin| user.roles.contains(&admin));
    let looks = address.filter(|_| is_admin && state.alerts.are_heard());
    let (id, name) = (user.id, user.name.to_string());
    let entry = entry(&user.name, how, address, now, Outcome::Done);
    let write = move |conn: &mut Conn| {
        let known = looks.map(|_| audit::addresses(conn, &name)).transpose()?;
        audit::record(conn, &entry)?;
        users::signed_in(conn, now, id)?;
        Ok(known)
    };
    let known = state.store.run(write).await?;
    if let (Some(address), Some(known)) = (looks, known) {
        let network = network_of(address);
        let known = known.iter().filter_map(|known| known.parse().ok());
        if !known.map(network_of).any(|known| known == network) {
            state.alerts.new_address(&user.name, address, now);
        }
    }
    Ok(())
}

/// What is written down of an attempt.
pub(super) fn entry(
    name: &UserName,
    detail: &str,
    address: Option<IpAddr>,
    at: DateTime<Utc>,
    outcome: Outcome,
) -> Entry {
    Entry {
        at,
        actor: name.to_string(),
        action: Action::SignIn,
        subject: name.to_string(),
        detail: detail.to_owned(),
        address,
        outcome,
    }
}

/// Hashes the password anew when the cost has been changed since.
async fn refreshed(state: &AppState, user: &User, password: String) -> Result<UserId, Error> {
    let id = user.id;
    let stored = user.password_hash.as_deref();
    if stored.is_some_and(|hash| state.passwords.is_outdated(hash)) {
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
