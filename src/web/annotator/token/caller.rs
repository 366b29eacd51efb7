//! Which pages may ask for tokens: our own, and those of the sites in `ANNOTATOR_TOKEN_ORIGINS`.
//!
//! Whoever gets a token acts as the person in front of the browser, so no other site is told anything, and
//! none but the one that asked.

use actix_web::HttpResponse;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, HeaderMap,
    HeaderValue, VARY,
};

use crate::web::annotator::origin::Sender;
use crate::web::headers::{header_value, once};
use crate::web::state::AppState;

/// The page that asks, as the browser says.
pub(super) enum Caller {
    /// The browser names no page: one of our own, or a program.
    Unnamed,
    /// A page of this origin, which may.
    Admitted(HeaderValue),
    /// A page that may not, or two at once.
    Foreign,
}

impl Caller {
    pub(super) fn of(state: &AppState, headers: &HeaderMap) -> Self {
        match Sender::of(headers.into()) {
            // As a picture or a script, from any site: it could read nothing, but use up the tokens.
            Sender::OurPage | Sender::Program if is_embedded(headers) => Self::Foreign,
            Sender::OurPage | Sender::Program => Self::Unnamed,
            Sender::Page(origin) if is_admitted(state, origin) => {
                Self::Admitted(header_value(origin))
            }
            Sender::Page(_) | Sender::Unclear => Self::Foreign,
        }
    }

    /// Lets the page read the answer, whatever it says.
    pub(super) fn admit(self, headers: &mut HeaderMap) {
        headers.insert(VARY, HeaderValue::from_static("Origin"));
        if let Self::Admitted(origin) = self {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
            headers.insert(
                ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("Retry-After"),
            );
        }
    }
}

fn is_embedded(headers: &HeaderMap) -> bool {
    once(headers, "sec-fetch-mode") == Some(b"no-cors")
}

/// Compared as a whole: `null` and what only begins like a listed origin are never listed.
fn is_admitted(state: &AppState, origin: &str) -> bool {
    let listed = &state.config.annotator.token_origins;
    state.origin == origin || listed.iter().any(|one| one == origin)
}

/// The answer to a browser that asks whether it may ask.
pub(super) fn preflight(state: &AppState) -> HttpResponse {
    let methods = if state.config.annotator.digilib_login {
        "GET, POST, OPTIONS"
    } else {
        "GET, OPTIONS"
    };
    HttpResponse::NoContent()
        .insert_header((ACCESS_CONTROL_ALLOW_METHODS, methods))
        .insert_header((
            ACCESS_CONTROL_ALLOW_HEADERS,
            "Content-Type, X-Requested-With",
        ))
        .insert_header((ACCESS_CONTROL_MAX_AGE, "600"))
        .finish()
}
