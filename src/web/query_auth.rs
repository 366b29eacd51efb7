//! `/query_auth`: what nginx asks before it serves anything (`auth_request`).
//!
//! Answers 204, 401 or 403 with an empty body and nothing else: nginx turns every other status into
//! 500, and closes the connection after any body. Only an nginx that has other gates to ask, and says so,
//! is told 503 where this one cannot decide. Sets no cookie.

use std::time::SystemTime;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

use super::annotator::location;
use super::headers::{Headers, header_value, principal_header, undecided};
use super::measure::preview_path;
use super::metrics::Why;
use super::question::{Answer, Judgment, ask};
use super::recorder::Recorded;
use super::state::AppState;
use crate::access::decision::{Reason, Ruling, Verdict};
use crate::access::policy::Policy;
use crate::identity::principal::Principal;
use crate::image::resource::Resource;

pub(super) const USER: HeaderName = HeaderName::from_static("x-auth-user");
pub(super) const ROLES: HeaderName = HeaderName::from_static("x-auth-roles");
/// What the image server is to be asked for in place of a reduced image's own path.
const IMAGE: HeaderName = HeaderName::from_static("x-auth-image");
const REASON: HeaderName = HeaderName::from_static("x-auth-reason");

/// Answers, as a route; `front` is the shorter way.
pub(super) async fn query_auth(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    answer(&state, request.headers().into()).await
}

/// Answers, and counts the answer.
pub(super) async fn answer(state: &AppState, headers: Headers<'_>) -> HttpResponse {
    let began = SystemTime::now();
    let (response, why) = told(state, headers, began.into()).await;
    // A clock that was set back meanwhile has measured nothing.
    let took = began.elapsed().unwrap_or_default();
    state.counts.answered(response.status(), why, took);
    response
}

async fn told(state: &AppState, headers: Headers<'_>, now: DateTime<Utc>) -> (HttpResponse, Why) {
    if let Some(location) = location::asked_for(state, headers) {
        let answer = Box::pin(location::answer(state, headers, location, now));
        return (answer.await, Why::Annotator);
    }
    match ask(state, headers, now).await {
        Answer::Decided(resource, judgment) => {
            state
                .recorder
                .record(|| Recorded::of(headers, &judgment, now));
            judgment.count(state, now);
            let response = decided(state, &resource, &judgment).await;
            (response, Why::Decided(judgment.ruling.reason))
        }
        Answer::Malformed => (empty(StatusCode::FORBIDDEN, "malformed"), Why::Malformed),
        Answer::Conflict => {
            let response = empty(StatusCode::UNAUTHORIZED, "conflicting-credentials");
            (response, Why::Conflict)
        }
        Answer::Refused(_, attempt, refusal) => {
            let refusal = attempt.refuse(state, headers, refusal, now);
            let reason = refusal.told(state.config.annotator.reasons);
            (empty(refusal.status_for(headers), reason), Why::AuthToken)
        }
        Answer::Unavailable => (
            empty(undecided(headers, StatusCode::FORBIDDEN), "unavailable"),
            Why::Unavailable,
        ),
        // No other gate would know.
        Answer::Unmeasured => (
            empty(StatusCode::FORBIDDEN, "unavailable"),
            Why::Unavailable,
        ),
    }
}

/// The answer to a question that was decided.
pub(super) async fn decided(
    state: &AppState,
    resource: &Resource<'_>,
    judgment: &Judgment,
) -> HttpResponse {
    let Ruling { verdict, reason } = judgment.ruling;
    let mut response = empty(status(verdict), reason.as_str());
    if verdict == Verdict::Allow {
        let headers = response.headers_mut();
        introduce(headers, judgment);
        if let Some(path) = preview_path(state, resource, judgment).await {
            headers.insert(IMAGE, header_value(&path));
        }
    }
    response
}

fn status(verdict: Verdict) -> StatusCode {
    match verdict {
        Verdict::Allow => StatusCode::NO_CONTENT,
        Verdict::Challenge => StatusCode::UNAUTHORIZED,
        Verdict::Refuse => StatusCode::FORBIDDEN,
    }
}

/// Says who asks; nothing of a visitor whom nobody knows.
fn introduce(headers: &mut HeaderMap, judgment: &Judgment) {
    let Judgment {
        principal, policy, ..
    } = judgment;
    let user = principal_header(principal);
    let is_known = user.is_some();
    if let Some(user) = user {
        headers.insert(USER, user);
    }
    if let Some(annotator) = &principal.annotator {
        location::name(headers, annotator);
    }
    if is_known || judgment.ruling.reason == Reason::RoleHeld {
        headers.insert(ROLES, roles_header(policy, principal));
    }
}

/// The roles that somebody holds.
pub(super) fn roles_header(policy: &Policy, principal: &Principal) -> HeaderValue {
    let held = policy.held(principal);
    let names: Vec<&str> = held.iter().map(|role| role.name.as_str()).collect();
    header_value(&names.join(","))
}

/// An answer that says why, and nothing else.
pub(super) fn empty(status: StatusCode, reason: &'static str) -> HttpResponse {
    let mut response = HttpResponse::new(status);
    response
        .headers_mut()
        .insert(REASON, HeaderValue::from_static(reason));
    response
}
