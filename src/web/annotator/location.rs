//! `/query_auth` for the annotation store, and the answer to preflights there.
//!
//! Only the token's header counts: a cookie, which browsers send by themselves, would let other sites
//! annotate in somebody's name.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderName, HeaderValue, VARY, WWW_AUTHENTICATE,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use secrecy::ExposeSecret as _;

use super::attempt::{Admitted, Wanted, attempt};
use super::origin::Sender;
use super::{Refusal, TOKEN};
use crate::config::HandOn;
use crate::identity::annotator::{Claims, Fault, mint, presented};
use crate::identity::consumer::AnnotatorUser;
use crate::identity::principal::Principal;
use crate::image::annotation::Annotations;
use crate::store::consumers::ACCEPTED;
use crate::web::headers::{Headers, address_in, header_value, identity_header, lines, once};
use crate::web::query_auth::{ROLES, USER, empty, roles_header};
use crate::web::state::AppState;

const READER: HeaderName = HeaderName::from_static("x-auth-origin");
const ANNOTATOR_CONSUMER: HeaderName = HeaderName::from_static("x-annotator-consumer");
const ANNOTATOR_USER: HeaderName = HeaderName::from_static("x-annotator-user");
const ANNOTATOR_ADMIN: HeaderName = HeaderName::from_static("x-annotator-admin");
const ANNOTATOR_ROLES: HeaderName = HeaderName::from_static("x-annotator-roles");
const ANNOTATOR_TOKEN: HeaderName = HeaderName::from_static("x-annotator-token");

/// An internal token is dated back by this part of its life, at most five seconds: annotator-store takes none
/// that is a moment ahead of its own clock.
const BACK: i64 = 60;
/// The longest life of an internal token, in seconds.
const INTERNAL_TTL: i64 = 300;

/// The annotation location that nginx asks about.
pub(in crate::web) fn asked_for(state: &AppState, headers: Headers<'_>) -> Option<Annotations> {
    Annotations::of(once(headers, "x-original-uri")?, &state.layout)
}

/// May whoever asks reach the annotation store?
pub(in crate::web) async fn answer(
    state: &AppState,
    headers: Headers<'_>,
    location: Annotations,
    now: DateTime<Utc>,
) -> HttpResponse {
    if location.is_raw_search() {
        return refused(state, headers, Refusal::Path);
    }
    let Some(is_change) = is_change(headers) else {
        return refused(state, headers, Refusal::Method);
    };
    let wanted = Wanted {
        paths: &[location.path],
        is_change,
    };
    let may_be_nobody = location.is_open && !is_change;
    let Some(attempt) = attempt(state, headers, &wanted, now).await else {
        return if may_be_nobody {
            nobody(state, headers)
        } else {
            refused(state, headers, Refusal::Token(Fault::MissingToken))
        };
    };
    match attempt.admit(&wanted) {
        Ok(admitted) => {
            state.live.count(admitted.user.consumer.id, ACCEPTED, now);
            state.counts.token_accepted();
            introduced(state, headers, &admitted, now)
        }
        Err(_) if may_be_nobody && attempt.names_nobody() => nobody(state, headers),
        Err(refusal) => refused(state, headers, attempt.refuse(state, headers, refusal, now)),
    }
}

/// Whether the request may change something; `None` for methods that annotation stores do not have.
fn is_change(headers: Headers<'_>) -> Option<bool> {
    match once(headers, "x-original-method")? {
        b"GET" | b"HEAD" => Some(false),
        b"POST" | b"PUT" | b"DELETE" => Some(true),
        _ => None,
    }
}

/// Says who asks, and what the store is to know of it.
fn introduced(
    state: &AppState,
    headers: Headers<'_>,
    admitted: &Admitted,
    now: DateTime<Utc>,
) -> HttpResponse {
    let user = &admitted.user;
    let mut response = said(state, headers, StatusCode::NO_CONTENT, "annotator");
    let answer = response.headers_mut();
    answer.insert(USER, identity_header(&user.name()));
    name(answer, user);
    if user.is_admin {
        answer.insert(ANNOTATOR_ADMIN, HeaderValue::from_static("true"));
    }
    let named: Vec<&str> = user.roles_held().map(|role| role.name.as_str()).collect();
    if !named.is_empty() {
        answer.insert(ANNOTATOR_ROLES, header_value(&named.join(",")));
    }
    let principal = Principal::of_annotator(user.clone()).at(address_in(headers));
    answer.insert(ROLES, roles_header(&state.live.policy(), &principal));
    if let Some(token) = handed_on(state, headers, admitted, now) {
        answer.insert(ANNOTATOR_TOKEN, header_value(&token));
    }
    response
}

/// Names a consumer's user, for the store and for nginx's log.
pub(in crate::web) fn name(answer: &mut HeaderMap, user: &AnnotatorUser) {
    answer.insert(ANNOTATOR_CONSUMER, header_value(user.consumer.key.as_str()));
    answer.insert(ANNOTATOR_USER, identity_header(&user.user));
}

/// The token that the store gets.
fn handed_on(
    state: &AppState,
    headers: Headers<'_>,
    Admitted { user, token }: &Admitted,
    now: DateTime<Utc>,
) -> Option<String> {
    match state.config.annotator.hand_on {
        HandOn::None => None,
        HandOn::Original => {
            let original = presented(lines(headers, TOKEN)).ok()?;
            std::str::from_utf8(original).ok().map(str::to_owned)
        }
        HandOn::Internal => {
            let left = (token.expires_at - now)
                .num_seconds()
                .clamp(1, INTERNAL_TTL);
            let groups = user.roles_held().map(|role| role.name.to_string());
            let groups: Vec<String> = groups.collect();
            let claims = Claims {
                consumer_key: user.consumer.key.as_str(),
                user: &user.user,
                is_admin: user.is_admin,
                is_visitor: user.is_visitor,
                groups: &groups,
                audience: None,
                issued_at: now - Duration::seconds(left / BACK),
                ttl_seconds: u32::try_from(left).unwrap_or(1),
            };
            let secret = state.config.annotator.store_secret.expose_secret();
            Some(mint(&claims, secret.as_bytes()))
        }
    }
}

fn nobody(state: &AppState, headers: Headers<'_>) -> HttpResponse {
    said(
        state,
        headers,
        StatusCode::NO_CONTENT,
        "annotator-anonymous",
    )
}

fn refused(state: &AppState, headers: Headers<'_>, refusal: Refusal) -> HttpResponse {
    let tells_reasons = state.config.annotator.reasons;
    let mut response = said(
        state,
        headers,
        refusal.status_for(headers),
        refusal.told(tells_reasons),
    );
    if let Some(challenge) = refusal.challenge(tells_reasons) {
        let answer = response.headers_mut();
        answer.insert(WWW_AUTHENTICATE, header_value(&challenge));
    }
    response
}

fn said(
    state: &AppState,
    headers: Headers<'_>,
    status: StatusCode,
    reason: &'static str,
) -> HttpResponse {
    let mut response = empty(status, reason);
    if let Some(reader) = Sender::of(headers).reader(state) {
        let answer = response.headers_mut();
        answer.insert(READER, header_value(reader));
    }
    response
}

/// Answers what browsers ask before a page of another site sends a token. Preflights carry none, so
/// nothing is known of who asks but the page.
pub(in crate::web) async fn preflight(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::new(StatusCode::NO_CONTENT);
    let answer = response.headers_mut();
    answer.insert(VARY, HeaderValue::from_static("Origin"));
    if let Some(reader) = Sender::of(request.headers().into()).reader(&state) {
        answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, header_value(reader));
        for (name, value) in [
            (
                ACCESS_CONTROL_ALLOW_METHODS,
                "GET, POST, PUT, DELETE, OPTIONS",
            ),
            (
                ACCESS_CONTROL_ALLOW_HEADERS,
                "Content-Type, X-Annotator-Auth-Token, X-Requested-With, X-HTTP-Method-Override",
            ),
            (ACCESS_CONTROL_MAX_AGE, "600"),
        ] {
            answer.insert(name, HeaderValue::from_static(value));
        }
    }
    response
}
