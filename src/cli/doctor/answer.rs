//! An answer, read as it came over the wire.

use std::borrow::Cow;

use serde_json::Value;

/// The most header lines that are read.
const MAX_HEADERS: usize = 128;

/// What a server answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Reads an answer; `None` if more has to come first. What has `ended` is taken as it is.
    pub(super) fn parse(bytes: &[u8], has_body: bool, ended: bool) -> Option<Result<Self, String>> {
        let mut lines = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut lines);
        let length = match response.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if ended => return Some(Err("it broke off".to_owned())),
            Ok(httparse::Status::Partial) => return None,
            Err(error) => return Some(Err(error.to_string())),
        };
        let status = response.code.unwrap_or_default();
        let rest = bytes.get(length..).unwrap_or_default();
        if status < 200 {
            return Self::parse(rest, has_body, ended);
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        let headers = response.headers.iter();
        let mut answer = Self {
            status,
            headers: headers
                .map(|line| (line.name.to_owned(), text(line.value)))
                .collect(),
            body: Vec::new(),
        };
        if has_body && !matches!(status, 204 | 304) {
            answer.body = answer.body_in(rest, ended)?;
        }
        Some(Ok(answer))
    }

    fn body_in(&self, rest: &[u8], ended: bool) -> Option<Vec<u8>> {
        let is_chunked = self
            .header("Transfer-Encoding")
            .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"));
        if is_chunked {
            let (body, is_whole) = chunks(rest);
            return (is_whole || ended).then_some(body);
        }
        let length = self
            .header("Content-Length")
            .and_then(|length| length.parse().ok());
        match length {
            Some(length) if rest.len() >= length => rest.get(..length).map(<[u8]>::to_vec),
            _ if ended => Some(rest.to_vec()),
            _ => None,
        }
    }

    /// The first value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The values of a header, line by line.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        let lines = self.headers.iter();
        lines
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// All values of a header in one, in lower case.
    pub(super) fn joined(&self, name: &str) -> String {
        let values: Vec<&str> = self.all(name).collect();
        values.join(", ").to_ascii_lowercase()
    }

    pub(super) fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    pub(super) fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(super) fn is_html(&self) -> bool {
        self.joined("Content-Type").starts_with("text/html")
    }

    /// Whether pixels came.
    pub(super) fn is_picture(&self) -> bool {
        let begins = |with: &[u8]| self.body.starts_with(with);
        let looks_so = begins(b"\xff\xd8\xff")
            || begins(b"\x89PNG")
            || begins(b"GIF8")
            || begins(b"II*\0")
            || begins(b"MM\0*")
            || begins(b"RIFF")
            || begins(b"\0\0\0\x0cjP");
        matches!(self.status, 200 | 206)
            && (looks_so || self.joined("Content-Type").starts_with("image/"))
    }

    /// Whether it leads elsewhere.
    pub(super) fn is_redirect(&self) -> bool {
        matches!(self.status, 301 | 302 | 303 | 307 | 308)
    }

    /// Status and type, for people.
    pub(super) fn said(&self) -> String {
        let kind = self.header("Content-Type").unwrap_or("without a type");
        match self.header("Location") {
            Some(location) => format!("{} to {location}", self.status),
            None => format!("{} {kind}", self.status),
        }
    }
}

/// A chunked body, put together as far as it came, and whether that is all.
fn chunks(mut rest: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((start, length))) = httparse::parse_chunk_size(rest)
        else {
            return (body, false);
        };
        if length == 0 {
            return (body, true);
        }
        let end = usize::try_from(length)
            .unwrap_or(usize::MAX)
            .saturating_add(start);
        let Some(chunk) = rest.get(start..end) else {
            body.extend_from_slice(rest.get(start..).unwrap_or_default());
            return (body, false);
        };
        body.extend_from_slice(chunk);
        rest = rest.get(end.saturating_add(2)..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8], ended: bool) -> Option<Answer> {
        Answer::parse(bytes, true, ended).map(Result::unwrap)
    }

    #[test]
    fn a_body_is_as_long_as_its_head_says() {
        let head = b"HTTP/1.1 401 X\r\nContent-Length: 2\r\nA: b\r\nA: c\r\n\r\n";
        assert!(parse(head, false).is_none());
        let answer = parse(&[head, b"{}!".as_slice()].concat(), false).unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (401, b"{}".as_slice())
        );
        assert_eq!(answer.joined("a"), "b, c");

        let chunked =
            b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
        assert_eq!(parse(chunked, false).unwrap().text(), "abc");
        let short = chunked.get(..chunked.len() - 7).unwrap();
        assert!(parse(short, false).is_none());
        assert_eq!(parse(short, true).unwrap().text(), "abc");
        assert_eq!(
            parse(b"HTTP/1.0 200\r\n\r\nall", true).unwrap().text(),
            "all"
        );
        assert!(
            Answer::parse(b"220 mail ready\r\n", true, true)
                .unwrap()
                .is_err()
        );
    }

    #[test]
    fn pixels_are_known_by_their_type_or_their_first_bytes() {
        let answer = |kind: &str, body: &[u8]| Answer {
            status: 200,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.to_vec(),
        };
        assert!(answer("image/jpeg", b"x").is_picture());
        assert!(answer("text/plain", b"\xff\xd8\xff").is_picture());
        assert!(!answer("text/html; charset=utf-8", b"<html>").is_picture());
        assert!(answer("text/html; charset=utf-8", b"<html>").is_html());
    }
}
