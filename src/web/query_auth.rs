//! `/query_auth`: what nginx asks before it serves anything (`auth_request`).
//!
//! Answers 204, 401 or 403 with an empty body and nothing else: nginx turns every other status into
//! 500, and closes the connection after any body. Sets no cookie.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::question::{Answer, ask};
use super::state::{AppState, now};
use crate::access::decision::Verdict;
use crate::access::policy::Policy;
use crate::identity::principal::User;

const USER: HeaderName = HeaderName::from_static("x-auth-user");
const ROLES: HeaderName = HeaderName::from_static("x-auth-roles");
const REASON: HeaderName = HeaderName::from_static("x-auth-reason");

/// Answers.
pub(super) async fn query_auth(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    match ask(&state, request.headers(), now()).await {
        Answer::Decided {
            principal,
            decision,
            policy,
            ..
        } => {
            let mut response = empty(status(decision.verdict), decision.reason.as_str());
            if let Some(user) = principal
                .user()
                .filter(|_| decision.verdict == Verdict::Allow)
            {
                response.headers_mut().insert(USER, user_header(user));
                response
                    .headers_mut()
                    .insert(ROLES, roles_header(user, &policy));
            }
            response
        }
        Answer::Malformed => empty(StatusCode::FORBIDDEN, "malformed"),
        Answer::Conflict => empty(StatusCode::UNAUTHORIZED, "conflicting-credentials"),
        Answer::Unavailable => empty(StatusCode::FORBIDDEN, "unavailable"),
    }
}

fn status(verdict: Verdict) -> StatusCode {
    match verdict {
        Verdict::Allow => StatusCode::NO_CONTENT,
        Verdict::Challenge => StatusCode::UNAUTHORIZED,
        Verdict::Refuse => StatusCode::FORBIDDEN,
    }
}

fn empty(status: StatusCode, reason: &'static str) -> HttpResponse {
    let mut response = HttpResponse::new(status);
    response
        .headers_mut()
        .insert(REASON, HeaderValue::from_static(reason));
    response
}

/// What is escaped in a name. The percent sign, too, or `jürgen` and `j%C3%BCrgen` would look the same.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%');

/// The name; what is not ASCII is percent-encoded UTF-8.
fn user_header(user: &User) -> HeaderValue {
    header(&utf8_percent_encode(user.name.as_str(), ESCAPED).to_string())
}

fn roles_header(user: &User, policy: &Policy) -> HeaderValue {
    let names: Vec<&str> = user
        .roles
        .iter()
        .filter_map(|id| policy.role(id))
        .map(|role| role.name.as_str())
        .collect();
    header(&names.join(","))
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::name::UserName;
    use crate::identity::principal::UserId;

    #[test]
    fn no_two_users_have_the_same_header() {
        for (name, expected) in [
            ("alice@example.org", "alice@example.org"),
            ("jürgen", "j%C3%BCrgen"),
            ("j%c3%bcrgen", "j%25c3%25bcrgen"),
        ] {
            let user = User {
                id: UserId(1),
                name: UserName::parse(name).unwrap(),
                roles: std::iter::empty().collect(),
            };
            assert_eq!(user_header(&user), expected);
        }
    }
}
