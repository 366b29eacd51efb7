//! What is said to the refused: to a browser that opened the address a page, to viewers and programs a
//! line of JSON. Never a redirect to a sign-in, which a viewer would take for an image.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_LANGUAGE, HeaderMap, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use serde_json::json;

use super::super::headers::{has_other_gates, once, preferred};
use super::super::offer::Offer;
use super::super::pages::access::{RefusedPage, WayOut};
use super::super::protect::{add_headers, html};
use super::super::request_id::request_id;
use super::super::state::AppState;
use super::Asked;
use crate::access::decision::Verdict;
use crate::access::rule::Sight;
use crate::iiif::denial::{Denial, Obstacle};
use crate::image::resource::{Resource, Tier};
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
            // With 503 nginx would ask the other gates, too, and pass by all of them for a while.
            Self::ImageServer if has_other_gates(headers) => {
                (StatusCode::BAD_GATEWAY, Obstacle::Unavailable)
            }
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
        let mut response = said(state, headers, status, &denial, RefusedPage::default());
        if status.is_server_error() {
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
        let page = RefusedPage {
            ways: self.ways_out(&offer),
            signed_in_as: self.judgment.user_name(),
            ..RefusedPage::default()
        };
        said(
            self.state,
            self.headers,
            status,
            &self.judgment.denial(offer.message()),
            page,
        )
    }

    /// What helps this visitor: the ways to a role, and the picture at the size that is open.
    fn ways_out(&self, offer: &Offer<'_>) -> Vec<WayOut> {
        let preferred = self.preferred();
        let mut ways = offer.links(&preferred, self.judgment.ruling.verdict);
        let smaller = self.judgment.decision.sight > Sight::Nothing;
        if let (true, Resource::Image { raw_identifier, .. }) = (smaller, self.resource) {
            let texts = self.state.wording.texts(&preferred);
            let url = self.state.image_url(Tier::Preview, raw_identifier);
            ways.push(WayOut {
                url: format!("{url}/full/max/0/default.jpg"),
                label: texts.pages.refused.smaller.clone(),
            });
        }
        ways
    }
}

/// Says it in the form and the language of the client.
fn said(
    state: &AppState,
    headers: &HeaderMap,
    status: StatusCode,
    denial: &Denial<'_>,
    page: RefusedPage,
) -> HttpResponse {
    let preferred = preferred(state, headers);
    let texts = state.wording.texts(&preferred);
    let notice = denial.notice(texts, &preferred);
    let mut response = if is_opened_by_a_browser(headers) {
        let page = RefusedPage {
            language: texts.tag.clone(),
            status: status.as_u16(),
            heading: notice.heading,
            note: notice.note,
            // Whoever can help themselves needs no number.
            number: request_id(headers)
                .filter(|_| status != StatusCode::UNAUTHORIZED)
                .map(str::to_owned),
            ..page
        };
        let body = state.pages.render(&page).unwrap_or_default();
        let mut response = html(body);
        add_headers(state, response.headers_mut());
        response
    } else {
        let body = json!({ "error": notice.heading, "description": notice.note });
        HttpResponse::Ok().json(body)
    };
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

/// Whether the answer is shown as a page of its own, and not in a viewer.
fn is_opened_by_a_browser(headers: &HeaderMap) -> bool {
    match once(headers, "sec-fetch-dest") {
        Some(purpose) => purpose == b"document",
        None => once(headers, ACCEPT.as_str())
            .is_some_and(|accept| accept.windows(9).any(|word| word == b"text/html")),
    }
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
