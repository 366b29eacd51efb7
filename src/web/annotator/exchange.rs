//! `/annotator/session`: an authToken is exchanged for a cookie that opens images, for `<img>` elements
//! and viewers that send no headers.

use actix_web::cookie::{Cookie, SameSite, time::OffsetDateTime};
use actix_web::http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS,
    ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    CACHE_CONTROL, HeaderMap, HeaderValue, SET_COOKIE, VARY, WWW_AUTHENTICATE,
};
use actix_web::http::{Method, StatusCode};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Refusal;
use super::attempt::{Attempt, Wanted, attempt};
use super::origin::Sender;
use crate::identity::access_token::{OF_CONSUMER, Version};
use crate::identity::annotator::Fault;
use crate::web::cookies::pass_cookie_name;
use crate::web::headers::{header_value, once};
use crate::web::state::{AppState, now};

/// Where the cookie is sent: to images, manifests and files, never to annotations or pages.
const COOKIE_PATH: &str = "/iiif/";

/// Gives, takes back (DELETE), and answers preflights.
pub(in crate::web) async fn session(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let headers = request.headers();
    let Some(page) = Sender::of(headers.into()).reader(&state) else {
        return said(
            StatusCode::FORBIDDEN,
            Some(json!({ "error": "origin_not_allowed" })),
        );
    };
    let mut response = match *request.method() {
        Method::OPTIONS => HttpResponse::new(StatusCode::NO_CONTENT),
        Method::DELETE => with_cookie(said(StatusCode::NO_CONTENT, None), &ended(&state)),
        _ => exchange(&state, headers, now()).await,
    };
    grant(response.headers_mut(), page, request.method());
    response
}

async fn exchange(state: &AppState, headers: &HeaderMap, now: DateTime<Utc>) -> HttpResponse {
    // Which images it opens is looked at when one is asked for.
    let wanted = Wanted::ANYTHING;
    let Some(attempt) = attempt(state, headers.into(), &wanted, now).await else {
        return refused(state, headers, Refusal::Token(Fault::MissingToken));
    };
    match attempt.admit(&wanted) {
        Ok(_) => pass(state, headers, &attempt, now),
        Err(refusal) => {
            let refusal = attempt.refuse(state, headers.into(), refusal, now);
            refused(state, headers, refusal)
        }
    }
}

/// The cookie, and for those who ask for JSON an access token of IIIF Auth 1.0 besides.
fn pass(
    state: &AppState,
    headers: &HeaderMap,
    attempt: &Attempt,
    now: DateTime<Utc>,
) -> HttpResponse {
    let signed = attempt.pass(now).and_then(|pass| {
        let key = state.keys.image_passes.first()?;
        Some((pass.sign(key).ok()?, pass))
    });
    let Some((text, pass)) = signed else {
        return said(
            StatusCode::SERVICE_UNAVAILABLE,
            Some(json!({ "error": "unavailable" })),
        );
    };
    let cookie = cookie(state, text.clone(), pass.expires_at());
    let subject = format!("{OF_CONSUMER}{text}");
    let token = state
        .keys
        .tokens
        .issue(&subject, Version::V1, now, pass.expires_at());
    let response = match token {
        Ok(token) if wants_json(headers) => {
            let left = (pass.expires_at() - now).num_seconds();
            let body = json!({ "accessToken": token, "expiresIn": left });
            said(StatusCode::OK, Some(body))
        }
        _ => said(StatusCode::NO_CONTENT, None),
    };
    with_cookie(response, &cookie)
}

fn wants_json(headers: &HeaderMap) -> bool {
    once(headers, ACCEPT.as_str())
        .is_some_and(|accept| accept.windows(16).any(|word| word == b"application/json"))
}

/// The `Set-Cookie` line. The library knows no partitions (CHIPS); browsers without them ignore the word.
fn cookie(state: &AppState, value: String, end: DateTime<Utc>) -> String {
    let is_secure = state.config.public.secure;
    let end = OffsetDateTime::from_unix_timestamp(end.timestamp());
    let cookie = Cookie::build(pass_cookie_name(&state.config), value)
        .path(COOKIE_PATH)
        .http_only(true)
        .secure(is_secure)
        // Browsers take `None` from secure pages only.
        .same_site(if is_secure {
            SameSite::None
        } else {
            SameSite::Lax
        })
        .expires(end.unwrap_or(OffsetDateTime::UNIX_EPOCH))
        .finish();
    let partitioned = if is_secure { "; Partitioned" } else { "" };
    format!("{cookie}{partitioned}")
}

fn ended(state: &AppState) -> String {
    cookie(state, String::new(), DateTime::UNIX_EPOCH)
}

fn with_cookie(mut response: HttpResponse, cookie: &str) -> HttpResponse {
    response
        .headers_mut()
        .insert(SET_COOKIE, header_value(cookie));
    response
}

/// Says why a token is not taken.
pub(in crate::web) fn refused(
    state: &AppState,
    headers: &HeaderMap,
    refusal: Refusal,
) -> HttpResponse {
    let tells_reasons = state.config.annotator.reasons;
    let body = json!({ "error": refusal.told(tells_reasons) });
    let mut response = said(refusal.status_for(headers.into()), Some(body));
    if let Some(challenge) = refusal.challenge(tells_reasons) {
        let answer = response.headers_mut();
        answer.insert(WWW_AUTHENTICATE, header_value(&challenge));
    }
    response
}

fn said(status: StatusCode, body: Option<Value>) -> HttpResponse {
    let mut builder = HttpResponse::build(status);
    builder.insert_header((CACHE_CONTROL, "no-store"));
    builder.insert_header((VARY, "Origin"));
    match body {
        Some(body) => builder.json(body),
        None => builder.finish(),
    }
}

/// Lets the page read the answer, and the browser keep the cookie.
fn grant(answer: &mut HeaderMap, page: &str, method: &Method) {
    answer.insert(VARY, HeaderValue::from_static("Origin"));
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, header_value(page));
    answer.insert(
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    if method == Method::OPTIONS {
        for (name, value) in [
            (ACCESS_CONTROL_ALLOW_METHODS, "POST, DELETE, OPTIONS"),
            (
                ACCESS_CONTROL_ALLOW_HEADERS,
                "X-Annotator-Auth-Token, Content-Type",
            ),
            (ACCESS_CONTROL_MAX_AGE, "600"),
        ] {
            answer.insert(name, HeaderValue::from_static(value));
        }
    }
}
