//! Storage Access Headers: a browser that withholds our cookie on another site, although its user has
//! allowed it there, is asked to send it (IIIF viewers cannot ask from a hidden frame or an `<img>`).
//!
//! <https://privacycg.github.io/storage-access-headers/>

use actix_web::http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY};

use super::cookies::cookie_name;
use super::headers::{lines, once};
use super::state::AppState;
use crate::identity::credentials::{Presented, cookie};
use crate::identity::origin::Origin;
use crate::identity::session::Door;

const ASKED: &str = "sec-fetch-storage-access";
const ACTIVATE: HeaderName = HeaderName::from_static("activate-storage-access");

/// Asks for a request that came without our cookie to be sent again with it.
pub(super) fn retry(state: &AppState, request: &HeaderMap, response: &mut HeaderMap) {
    let cookies = lines(request, COOKIE.as_str());
    let is_missing = cookie(cookies, cookie_name(state, Door::Images)) == Presented::Nothing;
    if !is_missing || once(request, ASKED) != Some(b"inactive") {
        return;
    }
    response.append(
        VARY,
        HeaderValue::from_static("Sec-Fetch-Storage-Access, Origin"),
    );
    let listed = &state.config.viewers.origins;
    let origin = once(request, ORIGIN.as_str())
        .and_then(|origin| std::str::from_utf8(origin).ok())
        .and_then(Origin::parse)
        .filter(|o| listed.is_empty() || listed.iter().any(|one| one == o.as_str()));
    let value = origin.map(|origin| format!("retry; allowed-origin=\"{origin}\""));
    if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
        response.insert(ACTIVATE, value);
    }
}

/// Whether the browser says that it withholds cookies here, and that its user has not allowed them.
pub(super) fn is_withheld(request: &HeaderMap) -> bool {
    matches!(once(request, ASKED), Some(b"none" | b"inactive"))
}

/// Asks for a frame to be loaded with the access that its user has allowed.
pub(super) fn load(request: &HeaderMap, response: &mut HeaderMap) {
    if once(request, ASKED) == Some(b"active") {
        response.insert(ACTIVATE, HeaderValue::from_static("load"));
    }
}
