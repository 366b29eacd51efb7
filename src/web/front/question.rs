//! Whether what came is a question of nginx, as nginx asks it.

use std::mem::MaybeUninit;

use httparse::{Header, Request, Status};

/// The most header lines of a question; nginx sends about six.
pub(super) const MAX_LINES: usize = 32;

/// Room for the header lines of a question.
pub(super) type Lines<'a> = [MaybeUninit<Header<'a>>; MAX_LINES];

/// What the bytes at the beginning of a buffer are.
pub(super) enum Read<'l, 'b> {
    /// A whole question: its header lines, and how many bytes it has.
    Question(&'l [Header<'b>], usize),
    /// The beginning of a request.
    Beginning,
    /// Not a question of the one plain form.
    Other,
}

/// Reads a question: `GET /query_auth HTTP/1.1`, without a body, over a connection that is kept.
pub(super) fn read<'l, 'b>(bytes: &'b [u8], lines: &'l mut Lines<'b>) -> Read<'l, 'b> {
    let mut request = Request::new(&mut []);
    let parsed = request.parse_with_uninit_headers(bytes, lines);
    match parsed {
        Ok(Status::Complete(length)) if is_plain(&request) => {
            Read::Question(request.headers, length)
        }
        Ok(Status::Partial) if begins_plainly(bytes) => Read::Beginning,
        Ok(_) | Err(_) => Read::Other,
    }
}

/// What a question begins with.
const BEGINNING: &[u8] = b"GET /query_auth HTTP/1.1\r\n";

fn begins_plainly(bytes: &[u8]) -> bool {
    bytes.iter().zip(BEGINNING).all(|(one, other)| one == other)
}

fn is_plain(request: &Request<'_, '_>) -> bool {
    request.method == Some("GET")
        && request.path == Some("/query_auth")
        && request.version == Some(1)
        && !request.headers.iter().any(|line| changes_course(line.name))
        && hosts(request) == 1
}

/// A request has one `Host` (RFC 9112, section 3.2).
fn hosts(request: &Request<'_, '_>) -> usize {
    let lines = request.headers.iter();
    lines
        .filter(|line| line.name.eq_ignore_ascii_case("host"))
        .count()
}

/// Headers by which there is more to a request than its head, or to its connection than the next one.
fn changes_course(name: &str) -> bool {
    match name.len() {
        6 => name.eq_ignore_ascii_case("expect"),
        7 => name.eq_ignore_ascii_case("upgrade"),
        10 => name.eq_ignore_ascii_case("connection") || name.eq_ignore_ascii_case("keep-alive"),
        14 => name.eq_ignore_ascii_case("content-length"),
        17 => name.eq_ignore_ascii_case("transfer-encoding"),
        _ => false,
    }
}
