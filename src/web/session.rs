//! Who is signed in at a page, and what its session remembers.
//!
//! Reading goes through the caches of [`live`](crate::live); actix-session writes, renews and ends, by
//! way of `session_store`.

use std::future::Future;
use std::pin::Pin;

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::http::header::COOKIE;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::cookies::cookie_name;
use super::error::Error;
use super::headers::{address, lines, once};
use super::state::{AppState, now};
use crate::identity::admin::Admin;
use crate::identity::credentials::{Presented, cookie};
use crate::identity::principal::{Grant, Principal, User, UserId};
use crate::identity::secret;
use crate::identity::session::{Door, fingerprint_of_cookie};
use crate::live::sessions::Current;
use crate::store::{StoreError, second_factors, sessions};

pub(super) const USER: &str = "user";
pub(super) const ADDRESS: &str = "address";
pub(super) const USER_AGENT: &str = "user_agent";
/// What the session obtained: kept in a table of its own, where it goes with the role.
pub(super) const GRANTS: &str = "grants";
const FLASH: &str = "flash";

/// Begins a new session for a user; the one before it ends (no fixation). What it obtained goes on: a
/// visitor who accepted terms and then signs in is not asked again.
pub(super) fn begin(session: &Session, user: UserId, request: &HttpRequest) -> Result<(), Error> {
    let obtained = grants(session);
    session.clear();
    session.renew();
    kept(session.insert(USER, user.0))?;
    if !obtained.is_empty() {
        kept(session.insert(GRANTS, obtained))?;
    }
    remember_visitor(session, request)
}

/// Lets the session obtain a role; a session begins if there is none.
pub(super) fn obtain(session: &Session, grant: Grant, request: &HttpRequest) -> Result<(), Error> {
    let mut obtained = grants(session);
    obtained.retain(|other| other.role != grant.role);
    obtained.push(grant);
    let is_new = session.get::<i32>(USER).ok().flatten().is_none() && obtained.len() == 1;
    kept(session.insert(GRANTS, obtained))?;
    if is_new {
        remember_visitor(session, request)?;
    }
    Ok(())
}

fn grants(session: &Session) -> Vec<Grant> {
    session.get(GRANTS).ok().flatten().unwrap_or_default()
}

/// For the list of sessions.
fn remember_visitor(session: &Session, request: &HttpRequest) -> Result<(), Error> {
    let agent = once(request.headers(), "user-agent").unwrap_or_default();
    let agent: String = String::from_utf8_lossy(agent).chars().take(200).collect();
    kept(session.insert(USER_AGENT, agent))?;
    match address(request) {
        Some(address) => kept(session.insert(ADDRESS, address.to_string())),
        None => Ok(()),
    }
}

fn kept(result: Result<(), actix_session::SessionInsertError>) -> Result<(), Error> {
    result.map_err(|_| Error::Session)
}

/// Says something on the next page.
pub fn flash(session: &Session, text: &str) -> Result<(), Error> {
    kept(session.insert(FLASH, text))
}

/// What the page before wanted to say. Looked at before it is removed, because removing counts as a
/// change, which writes to the database and sends the cookie again.
pub fn take_flash(session: &Session) -> Option<String> {
    let text = session.get(FLASH).ok()??;
    session.remove(FLASH);
    Some(text)
}

/// What a request's cookie says at a door.
pub(super) enum Presence {
    /// No cookie came.
    None,
    /// A cookie came that opens nothing: unknown, over, or more than one.
    Invalid,
    /// Somebody is signed in.
    SignedIn {
        /// The session's id.
        id: String,
        /// Whose it is, and until when.
        current: Current,
    },
}

/// Who is signed in at a door.
pub(super) async fn presence(
    state: &AppState,
    request: &HttpRequest,
    door: Door,
) -> Result<Presence, crate::live::Failure> {
    let id = match session_id(state, request, door) {
        Presented::Nothing => return Ok(Presence::None),
        Presented::Unusable | Presented::Conflict => return Ok(Presence::Invalid),
        Presented::One(id) => id,
    };
    let Some(digest) = secret::digest_of(&id) else {
        return Ok(Presence::Invalid);
    };
    state.live.fresh(now())?;
    Ok(match state.live.session(&digest, door, now()).await? {
        Some(current) => Presence::SignedIn { id, current },
        None => Presence::Invalid,
    })
}

/// The session that a request's cookie names, whether it lives or not.
fn session_id(state: &AppState, request: &HttpRequest, door: Door) -> Presented<String> {
    let cookies = lines(request.headers(), COOKIE.as_str());
    match cookie(cookies, cookie_name(state, door)) {
        Presented::One(value) => fingerprint_of_cookie(value, &state.keys.cookies)
            .map_or(Presented::Unusable, Presented::One),
        Presented::Nothing => Presented::Nothing,
        Presented::Unusable => Presented::Unusable,
        Presented::Conflict => Presented::Conflict,
    }
}

/// What to answer when it cannot be known who is signed in.
pub(super) fn unreadable(failure: &crate::live::Failure) -> Error {
    tracing::error!(error = %failure, "a session cannot be read");
    Error::Store(StoreError::Unavailable {
        reason: failure.to_string(),
    })
}

/// Whether the cookie at a door is that of a session which came to its end by itself, and lately.
pub(super) async fn has_expired(
    state: &AppState,
    request: &HttpRequest,
    door: Door,
) -> Result<bool, StoreError> {
    let Presented::One(id) = session_id(state, request, door) else {
        return Ok(false);
    };
    let idle = chrono::Duration::from_std(state.config.session_idle).unwrap_or_default();
    let ended = move |conn: &mut _| sessions::ended(conn, &id, now(), idle);
    state.store.run(ended).await
}

/// Somebody signed in at the account door; anybody else is sent to the sign-in page.
pub struct AccountUser {
    /// The user.
    pub user: User,
    /// The session's id.
    pub session_id: String,
}

impl FromRequest for AccountUser {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<Data<AppState>>().ok_or(Error::Session)?;
            match presence(state, &request, Door::Account).await {
                Ok(Presence::SignedIn {
                    id: session_id,
                    current:
                        Current {
                            user: Some(user), ..
                        },
                }) => Ok(Self { user, session_id }),
                Ok(Presence::SignedIn { .. } | Presence::None | Presence::Invalid) => Err(
                    Error::SignInNeeded(sign_in_url(state, request.uri().path())),
                ),
                Err(failure) => Err(unreadable(&failure)),
            }
        })
    }
}

/// The sign-in page that leads back to a path of ours.
fn sign_in_url(state: &AppState, path: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", &state.path(path))
        .finish();
    format!("{}?{query}", state.path("/login"))
}

/// An administrator signed in at the account door.
pub struct AdminUser {
    /// The proof for the store.
    pub admin: Admin,
    /// The user.
    pub user: User,
    /// The session's id.
    pub session_id: String,
}

impl FromRequest for AdminUser {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let account = AccountUser::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let AccountUser { user, session_id } = account.await?;
            let state = request.app_data::<Data<AppState>>().ok_or(Error::Session)?;
            let principal = Principal::of_user(user.clone());
            let admin = state
                .live
                .admin_role()
                .and_then(|role| Admin::from_principal(&principal, role, address(&request)))
                .ok_or(Error::Forbidden)?;
            if state.config.accounts.second_factor_required {
                let id = user.id;
                let is_set = move |conn: &mut _| second_factors::is_set(conn, id);
                if !state.store.run(is_set).await? {
                    return Err(Error::SignInNeeded(state.path("/second-factor")));
                }
            }
            Ok(Self {
                admin,
                user,
                session_id,
            })
        })
    }
}
