//! What is said to the refused: to a browser that opened the address a page, to viewers and programs a
//! line of JSON. Never a redirect to a sign-in, which a viewer would take for an image.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_LANGUAGE, HeaderMap, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use serde_json::json;

use super::super::state::AppState;
use super::super::headers::preferred;
use super::Asked;
use crate::access::decision::Verdict;
use crate::iiif::denial::{Denial, Obstacle};
use crate::language::LanguageMap;

/// Why an answer is given that no rule made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The address can be read in more than one way, or in none.
    Malformed,
    /// The request carries more than one sign-in.
    Conflict,
    /// Access cannot be checked.
    Unavailable,
    /// The image server does not answer.
    ImageServer,
    /// There is no such thing.
    Missing,
}

impl Trouble {
    pub(super) fn answer(self, state: &AppState, headers: &HeaderMap) -> HttpResponse {
        let (status, obstacle) = match self {
            Self::Malformed => (StatusCode::FORBIDDEN, Obstacle::Malformed),
            Self::Conflict => (StatusCode::UNAUTHORIZED, Obstacle::Conflict),
            Self::Unavailable | Self::ImageServer => {
                (StatusCode::SERVICE_UNAVAILABLE, Obstacle::Unavailable)
            }
            Self::Missing => (StatusCode::NOT_FOUND, Obstacle::Missing),
        };
        let denial = Denial {
            obstacle,
            opens: None,
            limit: None,
            message: &LanguageMap::default(),
        };
        let mut response = said(state, headers, status, &denial);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, 5.into());
        }
        response
    }
}

pub(super) fn no_such_image(state: &AppState, headers: &HeaderMap) -> HttpResponse {
    Trouble::Missing.answer(state, headers)
}

impl Asked<'_> {
    /// The refusal of pixels, a manifest or a file.
    pub(super) fn refusal(&self) -> HttpResponse {
        let ruling = self.judgment.ruling;
        let status = match ruling.verdict {
            // The first answer was no; something has changed since.
            Verdict::Allow => return Trouble::Unavailable.answer(self.state, self.headers),
            Verdict::Challenge => StatusCode::UNAUTHORIZED,
            Verdict::Refuse => StatusCode::FORBIDDEN,
        };
        let offer = self.offer();
        let denial = self.judgment.denial(offer.message());
        said(self.state, self.headers, status, &denial)
    }
}

/// Says it in the form and the language of the client.
fn said(
    state: &AppState,
    headers: &HeaderMap,
    status: StatusCode,
    denial: &Denial<'_>,
) -> HttpResponse {
    let preferred = preferred(state, headers);
    let texts = state.wording.texts(&preferred);
    let notice = denial.notice(texts, &preferred);
    let body = json!({ "error": notice.heading, "description": notice.note });
    let mut response = HttpResponse::Ok().json(body);
    *response.status_mut() = status;
    let answer = response.headers_mut();
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (VARY, "Authorization, Cookie, Accept, Accept-Language"),
        (CONTENT_LANGUAGE, texts.tag.as_str()),
    ] {
        if let Ok(value) = value.parse() {
            answer.insert(name, value);
        }
    }
    challenge(state, response)
}

/// RFC 9110 §11.6.1 wants a challenge with every 401; one that makes no browser pop up a dialog.
pub(super) fn challenge(state: &AppState, mut response: HttpResponse) -> HttpResponse {
    if response.status() == StatusCode::UNAUTHORIZED {
        let realm = state.config.public.host.replace(['"', '\\'], "");
        if let Ok(value) = format!("Bearer realm=\"{realm}\"").parse() {
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
    }
    response
}
