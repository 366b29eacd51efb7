//! The number by which nginx's log and ours speak of the same request (`$request_id`).
//!
//! nginx makes it up, whatever the client says. It is read where something is logged or shown, and
//! nowhere else: a question that is simply answered pays for a header line that nobody looks at.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use tracing::{Instrument as _, Span, error_span};

use super::headers::{Headers, once};

/// The header.
const NAME: &str = "x-request-id";
/// How many hexadecimal digits nginx makes.
const DIGITS: usize = 32;

/// The number of the request with these headers. Only what nginx makes counts as one, so nothing else
/// gets into the log or onto a page.
pub(super) fn request_id<'a>(headers: impl Into<Headers<'a>>) -> Option<&'a str> {
    let id = once(headers, NAME)?;
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let is_one = id.len() == DIGITS && id.iter().all(is_digit);
    std::str::from_utf8(id).ok().filter(|_| is_one)
}

/// What lines of the log about the request with these headers stand in.
pub(super) fn span<'a>(headers: impl Into<Headers<'a>>) -> Span {
    // Of the highest level, so that it is there at every `LOG_LEVEL`.
    request_id(headers).map_or_else(Span::none, |id| error_span!("request", id))
}

/// Puts all that is logged while a request is answered under its number.
pub(super) async fn traced(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let span = span(request.headers());
    next.call(request).instrument(span).await
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_what_nginx_makes_is_a_number() {
        let id = "0123456789abcdef0123456789abcdef";
        for (values, expected) in [
            (vec![id], Some(id)),
            (vec![], None),
            (vec![id, id], None),
            (vec![""], None),
            (vec!["0123456789abcdef0123456789abcde"], None),
            (vec!["0123456789ABCDEF0123456789ABCDEF"], None),
            (vec!["0123456789abcdef0123456789abcde\""], None),
            (vec!["<script>alert(1)</script>0123456"], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in &values {
                let value = HeaderValue::from_str(value).unwrap();
                headers.append(HeaderName::from_static(NAME), value);
            }
            assert_eq!(request_id(&headers), expected, "{values:?}");
        }
    }
}
