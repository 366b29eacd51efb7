//! Request headers, read strictly.

use std::net::IpAddr;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT_LANGUAGE, HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::state::AppState;
use crate::identity::principal::Principal;
use crate::iiif::wording::Texts;
use crate::language::Preferred;

/// The headers of a request, as either of our two parsers leaves them.
#[derive(Clone, Copy)]
pub(super) enum Headers<'a> {
    /// actix-web's.
    Map(&'a HeaderMap),
    /// Those of [`front`](super::front), as they stood on the wire.
    Lines(&'a [httparse::Header<'a>]),
}

impl<'a> From<&'a HeaderMap> for Headers<'a> {
    fn from(map: &'a HeaderMap) -> Self {
        Self::Map(map)
    }
}

/// The value of a header that must stand there exactly once.
pub(super) fn once<'a>(headers: impl Into<Headers<'a>>, name: &str) -> Option<&'a [u8]> {
    let mut values = lines(headers, name);
    values.next().filter(|_| values.next().is_none())
}

/// Whether nginx asks another gate if this one says 503.
pub(super) fn has_other_gates<'a>(headers: impl Into<Headers<'a>>) -> bool {
    once(headers, "x-if-undecided") == Some(b"503")
}

/// The status of an answer that the database would have to give: 503 where nginx asks another gate then.
pub(super) fn undecided(headers: Headers<'_>, alone: StatusCode) -> StatusCode {
    if has_other_gates(headers) {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        alone
    }
}

/// All values of a header.
pub(super) fn lines<'a>(
    headers: impl Into<Headers<'a>>,
    name: &str,
) -> impl Iterator<Item = &'a [u8]> {
    let (map, lines) = match headers.into() {
        Headers::Map(map) => (Some(map), [].as_slice()),
        Headers::Lines(lines) => (None, lines),
    };
    let of_map = map.into_iter().flat_map(move |map| map.get_all(name));
    let of_lines = lines
        .iter()
        .filter(move |line| line.name.eq_ignore_ascii_case(name));
    of_map
        .map(HeaderValue::as_bytes)
        .chain(of_lines.map(|line| line.value))
}

/// A header of ours; nothing that cannot stand in one ever gets here.
pub(super) fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static(""))
}

/// What is escaped in a name: what cannot stand in a header, a blank, which would be lost at an end, and
/// the percent sign, or `jürgen` and `j%C3%BCrgen` would look the same.
const ESCAPED: &AsciiSet = &CONTROLS.add(b'%').add(b' ');

/// The same, and the slash, which stands between a consumer and its user: no user of ours may be called that.
const ESCAPED_NAME: &AsciiSet = &ESCAPED.add(b'/');

/// The name of a consumer's user; what is not ASCII is percent-encoded UTF-8.
pub(super) fn identity_header(name: &str) -> HeaderValue {
    header_value(&utf8_percent_encode(name, ESCAPED).to_string())
}

/// Who asks: a user's name, or `consumerKey/userId`. No two look the same.
pub(super) fn principal_header(principal: &Principal) -> Option<HeaderValue> {
    if let Some(user) = &principal.user {
        let name = utf8_percent_encode(user.name.as_str(), ESCAPED_NAME);
        return Some(header_value(&name.to_string()));
    }
    let annotator = principal.annotator.as_ref()?;
    Some(identity_header(&annotator.name()))
}

/// What the visitor reads, as the browser says.
pub(super) fn preferred(state: &AppState, headers: &HeaderMap) -> Preferred {
    let accepted = once(headers, ACCEPT_LANGUAGE.as_str()).unwrap_or_default();
    state.wording.preferred(&String::from_utf8_lossy(accepted))
}

/// The words that the visitor reads best.
pub(super) fn texts<'a>(state: &'a AppState, request: &HttpRequest) -> &'a Texts {
    state.wording.texts(&preferred(state, request.headers()))
}

/// The client's address as nginx saw it; nothing that a client sends changes it.
pub(super) fn address(request: &HttpRequest) -> Option<IpAddr> {
    address_in(request.headers())
}

/// The same, where there are headers only; two addresses are none.
pub(super) fn address_in<'a>(headers: impl Into<Headers<'a>>) -> Option<IpAddr> {
    std::str::from_utf8(once(headers, "x-real-ip")?)
        .ok()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::name::UserName;
    use crate::identity::principal::{User, UserId};

    #[test]
    fn no_two_people_have_the_same_header() {
        for (name, expected) in [
            ("alice@example.org", "alice@example.org"),
            ("jürgen", "j%C3%BCrgen"),
            ("j%c3%bcrgen", "j%25c3%25bcrgen"),
            ("docland/alice", "docland%2Falice"),
        ] {
            let principal = Principal::of_user(User {
                id: UserId(1),
                name: UserName::parse(name).unwrap(),
                roles: std::iter::empty().collect(),
            });
            assert_eq!(principal_header(&principal).unwrap(), expected);
        }
        assert_eq!(identity_header("docland/ a b "), "docland/%20a%20b%20");
    }
}
