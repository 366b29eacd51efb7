//! Identifiers: what a rule names, decoded exactly once.

use std::fmt;

/// The longest identifier in bytes, decoded.
pub const MAX_BYTES: usize = 2048;

/// An image's, manifest's or file's identifier, percent-decoded once.
///
/// Segments are separated by `/`; `a%2Fb` and `a/b` in a URL are the same identifier. Dot segments,
/// backslashes, control characters and anything that a second decoding would change are not in it.
/// Upper and lower case differ, and so do the composed and decomposed forms of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identifier(String);

/// Why a text is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentifierError {
    /// No characters.
    #[error("must not be empty")]
    Empty,
    /// More than [`MAX_BYTES`].
    #[error("must have at most {MAX_BYTES} bytes")]
    TooLong,
    /// It begins or ends with `/`.
    #[error("must not begin or end with `/`")]
    OuterSlash,
    /// A segment `.` or `..`, also before `;`, `?` or `#`.
    #[error("must not contain a segment `.` or `..`")]
    DotSegment,
    /// A backslash or control character.
    #[error("must not contain a backslash or a control character")]
    Character,
    /// A percent sign with two hexadecimal digits.
    #[error("must be written decoded, without percent escapes such as `%2F`")]
    Escape,
}

impl Identifier {
    /// Takes an identifier that is already decoded, for example one typed by an administrator.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        Self::try_from(text.to_owned())
    }

    fn check(text: &str) -> Result<(), IdentifierError> {
        if text.is_empty() {
            return Err(IdentifierError::Empty);
        }
        if text.len() > MAX_BYTES {
            return Err(IdentifierError::TooLong);
        }
        if text.starts_with('/') || text.ends_with('/') {
            return Err(IdentifierError::OuterSlash);
        }
        check_plain(text)
    }

    /// Whether a decoded path has only one reading; see [`Identifier`].
    pub(super) fn is_plain(text: &str) -> bool {
        check_plain(text).is_ok()
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier, where no server could read it in another way. Nearly all are so.
    pub fn only_reading(&self) -> Option<&str> {
        let is_read_one_way = !self.0.contains([';', '+']) && !self.0.contains("//");
        is_read_one_way.then_some(&self.0)
    }

    /// Every name under which some server could find what this identifier names: itself, without
    /// `;parameters` as servlet containers read it, with `+` as a blank and `//` merged as IIPImage
    /// and nginx do.
    pub fn readings(&self) -> Vec<String> {
        let mut readings = vec![self.0.clone()];
        for (mark, read) in [
            (";", without_parameters as fn(&str) -> String),
            ("+", plus_as_blank),
            ("//", merge_slashes),
        ] {
            let others: Vec<String> = readings
                .iter()
                .filter(|text| text.contains(mark))
                .map(|text| read(text))
                .collect();
            readings.extend(others);
        }
        readings.retain(|reading| !reading.is_empty());
        readings
    }
}

impl TryFrom<String> for Identifier {
    type Error = IdentifierError;

    fn try_from(text: String) -> Result<Self, IdentifierError> {
        Self::check(&text)?;
        Ok(Self(text))
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn check_plain(text: &str) -> Result<(), IdentifierError> {
    if text.chars().any(|c| c == '\\' || c.is_control()) {
        return Err(IdentifierError::Character);
    }
    if text.split('/').any(is_dot_segment) {
        return Err(IdentifierError::DotSegment);
    }
    if has_escape(text.as_bytes()) {
        return Err(IdentifierError::Escape);
    }
    Ok(())
}

fn before_parameters(segment: &str) -> &str {
    segment.split(';').next().unwrap_or_default()
}

fn without_parameters(text: &str) -> String {
    text.split('/')
        .map(before_parameters)
        .collect::<Vec<_>>()
        .join("/")
}

fn plus_as_blank(text: &str) -> String {
    text.replace('+', " ")
}

fn is_dot_segment(segment: &str) -> bool {
    let Some(rest) = segment.strip_prefix('.') else {
        return false;
    };
    let rest = rest.strip_prefix('.').unwrap_or(rest);
    // What is decoded twice ends at `?` and `#`.
    rest.is_empty() || rest.starts_with([';', '?', '#'])
}

fn merge_slashes(text: &str) -> String {
    let mut merged = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '/' || !merged.ends_with('/') {
            merged.push(c);
        }
    }
    merged
}

/// Whether a further percent-decoding would change the text.
fn has_escape(text: &[u8]) -> bool {
    text.windows(3).any(|window| match window {
        [b'%', high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_institutions_use_as_identifiers_is_accepted() {
        for text in [
            "map1.tif",
            "maps/world 1.tif",
            "http://ex.org/a.jp2",
            "ark:/12345/x",
            "Ünï/日本.tif",
            "100% cotton.tif",
            "a+b&c=d",
            "page;2",
            "...",
            "a..b",
            "CAPS",
        ] {
            assert!(Identifier::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_two_programs_could_read_differently_is_refused() {
        use IdentifierError as E;
        for (text, error) in [
            ("", E::Empty),
            ("/a", E::OuterSlash),
            ("a/", E::OuterSlash),
            ("a/../b", E::DotSegment),
            ("a/./b", E::DotSegment),
            ("..", E::DotSegment),
            ("a/..;x=1/b", E::DotSegment),
            ("a/..?x/b", E::DotSegment),
            ("a/.#b", E::DotSegment),
            ("a\\b", E::Character),
            ("a\nb", E::Character),
            ("a\u{0}", E::Character),
            ("a%2Fb", E::Escape),
            ("a%2e%2e", E::Escape),
        ] {
            assert_eq!(Identifier::parse(text), Err(error), "{text:?}");
        }
        assert_eq!(
            Identifier::parse(&"a".repeat(MAX_BYTES + 1)),
            Err(E::TooLong)
        );
    }

    #[test]
    fn readings_are_all_that_a_server_could_make_of_it() {
        let readings = |text| Identifier::parse(text).unwrap().readings();
        assert_eq!(readings("a/b"), ["a/b"]);
        assert_eq!(readings("http://x/a"), ["http://x/a", "http:/x/a"]);
        assert_eq!(readings("book;2/p;v=1"), ["book;2/p;v=1", "book/p"]);
        assert_eq!(readings("a/;x/b"), ["a/;x/b", "a//b", "a/b"]);
        assert_eq!(readings("a+b"), ["a+b", "a b"]);
    }

    proptest! {
        #[test]
        fn an_only_reading_is_the_only_one(text in "[ab;+/]{1,8}") {
            if let Ok(identifier) = Identifier::parse(&text) {
                let readings = identifier.readings();
                if let Some(only) = identifier.only_reading() {
                    prop_assert_eq!(readings, [only]);
                }
            }
        }
    }
}
