//! `/auth/token`: who is signed in here, as a bare authToken.
//!
//! Either door will do. The page that asks is one that the operator listed, and wants to know who annotates;
//! to somebody who has just signed in, "nobody is signed in" would be wrong, whichever form it was. The
//! token opens neither door. Where both cookies are there, the access cookie counts: it is the one by which
//! the page's images are seen.

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CROSS_ORIGIN_RESOURCE_POLICY, HeaderMap, HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Payload as Body};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

use super::caller::{Caller, preflight};
use super::issue::{Holder, issue};
use super::refusal::Refusal;
use super::{digilib, visitor};
use crate::identity::session::Door;
use crate::live::sessions::Current;
use crate::web::headers::texts;
use crate::web::session::{Presence, presence};
use crate::web::state::{AppState, now};

/// A token, and perhaps a cookie by which the browser is known next time.
pub(super) struct Granted {
    pub(super) token: String,
    pub(super) cookie: Option<Cookie<'static>>,
}

/// Answers.
pub(super) async fn token(state: Data<AppState>, request: HttpRequest, body: Body) -> HttpResponse {
    let caller = Caller::of(&state, request.headers());
    let mut response = match *request.method() {
        Method::OPTIONS if !matches!(caller, Caller::Foreign) => preflight(&state),
        _ => match granted(&state, &request, &caller, body.into_inner()).await {
            Ok(granted) => said(granted),
            Err(refusal) => refusal.answer(&state, texts(&state, &request)),
        },
    };
    protect(response.headers_mut());
    caller.admit(response.headers_mut());
    response
}

async fn granted(
    state: &AppState,
    request: &HttpRequest,
    caller: &Caller,
    body: Payload,
) -> Result<Granted, Refusal> {
    let now = now();
    match (caller, request.method()) {
        (Caller::Foreign, _) => Err(Refusal::Foreign),
        (_, &Method::GET | &Method::HEAD) => by_cookie(state, request, now).await,
        (_, &Method::POST) if state.config.annotator.digilib_login => match caller {
            // Browsers always name the page that sends a form. That this comes over https, or from this
            // very machine, is what the settings insist on.
            Caller::Admitted(_) => digilib::grant(state, request, body, now).await,
            Caller::Unnamed | Caller::Foreign => Err(Refusal::Foreign),
        },
        _ => Err(Refusal::Method),
    }
}

/// A token for the session behind a cookie, or for a visitor.
async fn by_cookie(
    state: &AppState,
    request: &HttpRequest,
    now: DateTime<Utc>,
) -> Result<Granted, Refusal> {
    for door in [Door::Images, Door::Account] {
        let here = presence(state, request, door).await;
        if let Presence::SignedIn {
            id,
            current:
                Current {
                    user: Some(user),
                    expires_at,
                    ..
                },
        } = here.map_err(|failure| unavailable(&failure))?
        {
            state.live.limits.issue_token(&id, now)?;
            let holder = Holder::account(state, &user, Some(expires_at))?;
            return Ok(Granted {
                token: issue(state, &holder, now)?,
                cookie: None,
            });
        }
    }
    visitor::grant(state, request, now)
}

pub(super) fn unavailable(error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%error, "an authToken cannot be issued");
    Refusal::Unavailable
}

/// The token and nothing around it: the client takes every letter for a part of it.
fn said(Granted { token, cookie }: Granted) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    if let Some(cookie) = cookie {
        response.cookie(cookie);
    }
    response
        .content_type("text/plain; charset=utf-8")
        .body(token)
}

fn protect(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // What is fetched without CORS, by a script element say, is for our own pages alone.
    headers.insert(
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    );
}
