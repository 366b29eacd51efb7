//! Tokens for visitors who are not signed in, where `ANNOTATOR_VISITORS` says so: to read with.
//!
//! Each browser is a visitor of its own, known by a cookie. One name for all would let visitors change each
//! other's annotations. The `userId`, which others see, does not tell the cookie's value.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, time::Duration};
use actix_web::http::header::COOKIE;
use chrono::{DateTime, Utc};

use super::answer::Granted;
use super::issue::{Holder, VISITOR, issue};
use super::refusal::Refusal;
use crate::identity::credentials::{Presented, cookie};
use crate::identity::secret;
use crate::identity::session::Door;
use crate::web::cookies::{same_site, visitor_cookie_name};
use crate::web::headers::{address, lines};
use crate::web::state::AppState;

/// How much of the fingerprint makes the `userId`: 132 bits, which no two browsers share.
const LENGTH: usize = 22;
const KEPT: Duration = Duration::days(365);

/// A token for this browser's visitor.
pub(super) fn grant(
    state: &AppState,
    request: &HttpRequest,
    now: DateTime<Utc>,
) -> Result<Granted, Refusal> {
    if !state.config.annotator.visitors {
        return Err(Refusal::Nobody);
    }
    let known = known(state, request);
    let value = match known {
        Some(value) => value.to_owned(),
        None => secret::from_random(rand::random()),
    };
    let fingerprint = secret::fingerprint(&value);
    let name = fingerprint.get(..LENGTH).unwrap_or(&fingerprint);
    let user = format!("{VISITOR}{name}");
    state.live.limits.issue_token(&user, now)?;
    state
        .live
        .limits
        .issue_visitor_token(address(request), now)?;
    Ok(Granted {
        token: issue(state, &Holder::visitor(user), now)?,
        cookie: known.is_none().then(|| remembered(state, value)),
    })
}

/// What the browser's cookie says.
fn known<'a>(state: &AppState, request: &'a HttpRequest) -> Option<&'a str> {
    let lines = lines(request.headers(), COOKIE.as_str());
    match cookie(lines, visitor_cookie_name(&state.config)) {
        Presented::One(value) if secret::is_well_formed(value) => Some(value),
        _ => None,
    }
}

/// It goes where the access cookie goes, so that a reader on another site stays the same, too.
fn remembered(state: &AppState, value: String) -> Cookie<'static> {
    Cookie::build(visitor_cookie_name(&state.config), value)
        .path("/")
        .secure(state.config.public.secure)
        .http_only(true)
        .same_site(same_site(&state.config, Door::Images))
        .max_age(KEPT)
        .finish()
}
