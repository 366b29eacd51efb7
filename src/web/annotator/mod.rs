//! The authTokens of consumers' users: at the annotation store, at images, and in exchange for a pass.

pub(super) mod attempt;
pub(super) mod exchange;
pub(super) mod location;
pub(super) mod origin;
pub(super) mod token;

use actix_web::http::{Method, StatusCode};
use actix_web::web::{ServiceConfig, delete, method, post, resource, route};

use super::headers::{Headers, undecided};
use crate::identity::annotator::Fault;

/// The header that carries a token; no other place is looked at.
pub(super) const TOKEN: &str = "x-annotator-auth-token";

/// The routes that nginx and pages of other sites ask.
pub(super) fn routes(config: &mut ServiceConfig) {
    let preflight = route().to(location::preflight);
    config.route("/annotator-preflight", preflight).service(
        resource("/annotator/session")
            .route(post().to(exchange::session))
            .route(delete().to(exchange::session))
            .route(method(Method::OPTIONS).to(exchange::session)),
    );
}

/// Why somebody with an authToken, or without one, is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The token is missing, or no good.
    Token(Fault),
    /// The page that sent it is of none of the consumer's sites.
    Origin,
    /// It asks for something outside what the consumer's users may reach.
    Path,
    /// It would change something, and its user may only read.
    Method,
    /// Too many tokens were refused already.
    RateLimited,
    /// The database does not answer.
    Unavailable,
}

impl Refusal {
    /// Those that are not the token's own fault.
    pub(super) const OTHERS: [Self; 5] = [
        Self::Origin,
        Self::Path,
        Self::Method,
        Self::RateLimited,
        Self::Unavailable,
    ];

    /// The word in `X-Auth-Reason`, in answers, counts and logs.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Token(fault) => fault.as_str(),
            Self::Origin => "origin_not_allowed",
            Self::Path => "path_not_allowed",
            Self::Method => "method_not_allowed",
            Self::RateLimited => "rate_limited",
            Self::Unavailable => "unavailable",
        }
    }

    /// nginx knows 401 and 403; it makes 500 of everything else.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Token(_) => StatusCode::UNAUTHORIZED,
            Self::Origin | Self::Path | Self::Method | Self::RateLimited | Self::Unavailable => {
                StatusCode::FORBIDDEN
            }
        }
    }

    /// The same for these headers: another gate may know what this one cannot look up.
    pub(super) fn status_for(self, headers: Headers<'_>) -> StatusCode {
        match self {
            Self::Unavailable => undecided(headers, self.status()),
            _ => self.status(),
        }
    }

    /// What is told to the client: with `ANNOTATOR_REASONS` off, no more than that the token is no good.
    pub(super) fn told(self, tells_reasons: bool) -> &'static str {
        match self {
            Self::Token(fault) if !tells_reasons && fault != Fault::MissingToken => "invalid_token",
            _ => self.as_str(),
        }
    }

    /// The challenge of a 401 (RFC 9110 §11.6.1), in a scheme that makes no browser ask for a password.
    pub(super) fn challenge(self, tells_reasons: bool) -> Option<String> {
        let Self::Token(fault) = self else {
            return None;
        };
        let mut challenge = "AnnotatorToken realm=\"annotator\"".to_owned();
        if fault != Fault::MissingToken {
            challenge.push_str(", error=\"invalid_token\"");
            if tells_reasons {
                challenge.push_str(", error_description=\"");
                challenge.push_str(fault.as_str());
                challenge.push('"');
            }
        }
        Some(challenge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outsiders_cannot_tell_refused_tokens_apart_where_reasons_are_not_told() {
        let told = |fault| {
            let refusal = Refusal::Token(fault);
            (
                refusal.status(),
                refusal.told(false),
                refusal.challenge(false),
            )
        };
        assert_eq!(told(Fault::UnknownConsumer), told(Fault::BadSignature));
        assert_ne!(told(Fault::MissingToken), told(Fault::BadSignature));
        let expired = Refusal::Token(Fault::Expired);
        assert_eq!(expired.told(true), "expired");
        assert_eq!(
            expired.challenge(true).unwrap(),
            "AnnotatorToken realm=\"annotator\", error=\"invalid_token\", error_description=\"expired\""
        );
    }
}
