//! The raw request target, and what nginx makes of it.
//!
//! Published bypasses of `auth_request` sidecars decide on one string and serve another. So the gate
//! runs nginx's own normalization, and refuses every target that it or any other program on the way
//! could read in two ways.

/// The longest target in bytes that is looked at; nginx itself stops at 8 kB.
const MAX_BYTES: usize = 8192;

/// A canonical target: decoding it once gives the same path for nginx, the gate and the image server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<'a> {
    path: &'a str,
}

/// Why a target is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// nginx would answer 400, or it is no absolute path.
    #[error("the request target is malformed")]
    Malformed,
    /// Longer than 8192 bytes.
    #[error("the request target is too long")]
    TooLong,
    /// Two programs could read it differently.
    #[error("the request target is not canonical")]
    NotCanonical,
    /// An annotation location.
    #[error("the target is in the annotation store, where authTokens decide, and not rules")]
    Annotations,
}

impl<'a> Target<'a> {
    /// Checks a raw target (`$request_uri`). The query is not looked at: it never reaches an image
    /// server and decides nothing.
    pub fn parse(raw: &'a [u8]) -> Result<Self, TargetError> {
        if raw.len() > MAX_BYTES {
            return Err(TargetError::TooLong);
        }
        let (uri, _) = nginx_uri(raw).ok_or(TargetError::Malformed)?;
        // A raw `#` cuts `$uri` but travels on to the image server.
        if raw.contains(&b'#') {
            return Err(TargetError::NotCanonical);
        }
        let path = raw.split(|b| *b == b'?').next().unwrap_or_default();
        let path = std::str::from_utf8(path).map_err(|_| TargetError::NotCanonical)?;
        let decoded = decode(path).ok_or(TargetError::NotCanonical)?;
        let same_as_nginx = merged_equal(decoded.as_bytes(), &uri);
        if !same_as_nginx || path.contains("//") || path.contains('\\') || !is_plain(&decoded) {
            return Err(TargetError::NotCanonical);
        }
        Ok(Self { path })
    }

    /// The path as the client wrote it, percent escapes and all.
    pub fn path(&self) -> &'a str {
        self.path
    }
}

/// Percent-decodes once; `None` where the result is not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// No dot segments (also before `;`), backslashes, control characters, or a second layer of escapes.
fn is_plain(decoded: &str) -> bool {
    let below_root = decoded.trim_start_matches('/').trim_end_matches('/');
    below_root.is_empty() || super::identifier::Identifier::is_plain(below_root)
}

/// Whether two paths are equal once runs of `/` count as one, which is all the freedom that a
/// canonical target leaves (`http%3A%2F%2Fhost%2Fimage` is a legal identifier).
fn merged_equal(decoded: &[u8], uri: &[u8]) -> bool {
    let mut merged = Vec::with_capacity(decoded.len());
    for byte in decoded {
        if *byte != b'/' || merged.last() != Some(&b'/') {
            merged.push(*byte);
        }
    }
    merged == uri
}

/// nginx's `$uri` and `$args` for a raw target (1.22, `merge_slashes on`); `None` where it answers 400.
///
/// Held against a running nginx by `tests/nginx/normalization.rs`.
pub fn nginx_uri(raw: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if raw.first() != Some(&b'/') || raw.iter().any(|b| *b <= 0x20 || *b == 0x7f) {
        return None;
    }
    let (path, args) = split_query(raw);
    let mut segments: Vec<Vec<u8>> = Vec::new();
    let mut ends_in_slash = false;
    let decoded = decode_path(path)?;
    let mut parts = decoded.split(|b| *b == b'/').skip(1).peekable();
    while let Some(segment) = parts.next() {
        match segment {
            b"" | b"." => {}
            b".." => {
                segments.pop()?;
            }
            name => segments.push(name.to_vec()),
        }
        if parts.peek().is_none() {
            ends_in_slash = matches!(segment, b"" | b"." | b"..");
        }
    }
    let mut uri = Vec::with_capacity(path.len());
    for segment in &segments {
        uri.push(b'/');
        uri.extend_from_slice(segment);
    }
    if ends_in_slash || segments.is_empty() {
        uri.push(b'/');
    }
    Some((uri, args.to_vec()))
}

/// Cuts at the first raw `?`, and both parts at a raw `#`.
fn split_query(raw: &[u8]) -> (&[u8], &[u8]) {
    let end = raw
        .iter()
        .position(|b| matches!(b, b'?' | b'#'))
        .unwrap_or(raw.len());
    let (path, rest) = raw.split_at(end);
    let args = match rest.split_first() {
        Some((b'?', args)) => args.split(|b| *b == b'#').next().unwrap_or_default(),
        _ => b"",
    };
    (path, args)
}

/// Decodes percent escapes; `None` for `%00` and for `%` without two hexadecimal digits.
fn decode_path(path: &[u8]) -> Option<Vec<u8>> {
    let mut decoded = Vec::with_capacity(path.len());
    let mut bytes = path.iter();
    while let Some(byte) = bytes.next() {
        if *byte != b'%' {
            decoded.push(*byte);
            continue;
        }
        let value = hex(*bytes.next()?)? * 16 + hex(*bytes.next()?)?;
        if value == 0 {
            return None;
        }
        decoded.push(value);
    }
    Some(decoded)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn legal_iiif_targets_are_canonical() {
        for raw in [
            "/iiif/images/a/info.json",
            "/iiif/images/a%2Fb/full/max/0/default.jpg",
            "/iiif/images/%70ub",
            "/iiif/images/http%3A%2F%2Fex.org%2Fa.jp2/info.json",
            "/iiif/images/caf%C3%A9/info.json",
            "/iiif/images/a/full/%5E!200,200/!90/color.png",
            "/iiif/images/a/info.json?x=/../secret",
            "/",
            "/iiif/images/a;x=1/info.json",
            "/iiif/images/",
            "/iiif/images/100%25.tif/info.json",
        ] {
            assert!(Target::parse(raw.as_bytes()).is_ok(), "{raw}");
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for raw in [
            "/iiif/pub1/../sec1/info.json",
            "/iiif/pub1/.%2e/sec1",
            "/iiif/pub1/%2E%2E%2Fsec1",
            "/iiif/pub1%2f..%2fsec1",
            "/iiif/pub1/%252e%252e/sec1",
            "/iiif/pub1/%25252e%25252e/sec1",
            "/iiif/./sec1",
            "/x/../iiif/sec1",
            "/iiif//sec1",
            "//iiif/sec1",
            "/iiif/pub1\\..\\sec1",
            "/iiif/pub1/..%5csec1",
            "/iiif/pub1/..;/sec1",
            "/iiif/pub1/..;x=1/sec1",
            "/iiif/pub1;/../sec1",
            "/iiif/sec1/info.json%0a",
            "/iiif/pub1%0d%0aX-A:%20root",
            "/iiif/sec1%09",
            "/iiif/sec1#/iiif/pub1",
            "/iiif/%c0%ae%c0%ae/sec1",
            "/iiif/%ff",
            "/iiif/a%7f",
            "/iiif/pub1/.",
            "/iiif/a%252Fb",
            "/iiif/a/b%2F%2e%2e",
        ] {
            assert_eq!(
                Target::parse(raw.as_bytes()),
                Err(TargetError::NotCanonical),
                "{raw}"
            );
        }
        for raw in [
            "/a%00",
            "/%zz",
            "/%",
            "/%2",
            "iiif/a",
            "*",
            "",
            "?x",
            "/a b",
            "/../a",
            "http://h/a",
        ] {
            assert_eq!(
                Target::parse(raw.as_bytes()),
                Err(TargetError::Malformed),
                "{raw}"
            );
        }
        let long = format!("/iiif/{}", "a".repeat(MAX_BYTES));
        assert_eq!(Target::parse(long.as_bytes()), Err(TargetError::TooLong));
    }

    #[test]
    fn nginx_uri_follows_the_measured_model() {
        let uri = |raw: &str| {
            nginx_uri(raw.as_bytes()).map(|(uri, args)| {
                (
                    String::from_utf8_lossy(&uri).into_owned(),
                    String::from_utf8_lossy(&args).into_owned(),
                )
            })
        };
        let some = |uri: &str, args: &str| Some((uri.to_owned(), args.to_owned()));
        assert_eq!(uri("/iiif//pub//a"), some("/iiif/pub/a", ""));
        assert_eq!(uri("/iiif/pub/.."), some("/iiif/", ""));
        assert_eq!(uri("/iiif/pub/a#/../x"), some("/iiif/pub/a", ""));
        assert_eq!(uri("/a%3fx?y=%2F#z"), some("/a?x", "y=%2F"));
        assert_eq!(uri("/a/%2e%2e%2fb"), some("/b", ""));
        assert_eq!(uri("/.."), None);
    }

    proptest! {
        #[test]
        fn a_canonical_target_decodes_to_what_nginx_locates(
            raw in "(/|/|\\.|\\.\\.|a|bc|%2e|%2F|%5c|\\\\|;|%25|%252e|%23|#|\\?|%20|%0d|é|%c3%a9|%ff|%41){0,9}"
        ) {
            let raw = format!("/{raw}");
            if let Ok(target) = Target::parse(raw.as_bytes()) {
                let (uri, _) = nginx_uri(raw.as_bytes()).unwrap();
                let decoded = decode(target.path()).unwrap();
                prop_assert!(merged_equal(decoded.as_bytes(), &uri));
                prop_assert_eq!(decode(&decoded), Some(decoded));
            }
        }

        #[test]
        fn no_target_makes_it_panic(raw in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Target::parse(&raw);
        }
    }
}
