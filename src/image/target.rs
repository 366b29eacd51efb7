//! The raw request target, and what nginx makes of it.
//!
//! Published bypasses of `auth_request` sidecars decide on one string and serve another. So the gate
//! runs nginx's own normalization, and refuses every target that it or any other program on the way
//! could read in two ways.

use super::usual::is_usual;

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
        if is_usual(raw) {
            return path_of(raw).map(|path| Self { path });
        }
        Self::thoroughly(raw)
    }

    fn thoroughly(raw: &'a [u8]) -> Result<Self, TargetError> {
        let (uri, _) = nginx_uri(raw).ok_or(TargetError::Malformed)?;
        // A raw `#` cuts `$uri` but travels on to the image server.
        if raw.contains(&b'#') {
            return Err(TargetError::NotCanonical);
        }
        let path = path_of(raw)?;
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

/// What stands before the query.
fn path_of(raw: &[u8]) -> Result<&str, TargetError> {
    let path = raw.split(|b| *b == b'?').next().unwrap_or_default();
    std::str::from_utf8(path).map_err(|_| TargetError::NotCanonical)
}

/// Percent-decodes once; `None` where the result is not UTF-8.
pub fn decode(text: &str) -> Option<String> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// No dot segments (also before `;`, `?` and `#`), backslashes, control characters, or a second layer of escapes.
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

pub(super) fn hex(digit: u8) -> Option<u8> {
    char::from(digit)
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
#[path = "tests/target.rs"]
mod tests;
