//! Names of users and roles, in the one spelling that everything else compares.

use std::borrow::Borrow;
use std::fmt;

use serde::{Serialize, Serializer};
use smallstr::SmallString;

/// Why a text is no name. The message is meant for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing but blanks.
    #[error("must not be empty")]
    Empty,
    /// Longer than the limit, in characters.
    #[error("must have at most {0} characters")]
    TooLong(usize),
    /// A character that is invisible, or easily taken for another.
    #[error("must not contain `{}`", .0.escape_debug())]
    Character(char),
}

/// The name a user signs in with, usually an e-mail address.
///
/// Letters, digits and printable ASCII without blanks, at most 255 characters, in lower case: so
/// `Alice@Example.org` and `alice@example.org` are one account. Combining and zero-width characters
/// are refused, so that no two accounts look the same.
///
/// Most are short, and lie where they are used.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserName(SmallString<[u8; 32]>);

impl Clone for UserName {
    /// In one go, in place of letter by letter.
    fn clone(&self) -> Self {
        Self(SmallString::from_str(&self.0))
    }
}

impl UserName {
    /// Reads a name as typed: surrounding blanks go, upper case becomes lower case.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim().to_lowercase();
        check(&text, 255, |c| c.is_alphanumeric() || c.is_ascii_graphic())?;
        Ok(Self(text.into()))
    }

    /// The canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for UserName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Equal and hashed as its text: what is kept by name can be looked up by a text.
impl Borrow<str> for UserName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The name of a role: lower-case ASCII letters, digits, `-`, `_` and `.`, at most 80 characters.
///
/// It stands in URLs and in the `X-Auth-Roles` header, so nothing in it needs escaping.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct RoleName(String);

impl RoleName {
    /// Reads a name as typed: surrounding blanks go, upper case becomes lower case.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim().to_lowercase();
        check(&text, 80, |c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c)
        })?;
        Ok(Self(text))
    }

    /// The canonical spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str, limit: usize, allowed: impl Fn(char) -> bool) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.chars().count() > limit {
        return Err(NameError::TooLong(limit));
    }
    match text.chars().find(|c| !allowed(*c)) {
        Some(c) => Err(NameError::Character(c)),
        None => Ok(()),
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RoleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_an_account_is_one_name() {
        for text in [
            "Alice@Example.org",
            " alice@example.org ",
            "ALICE@EXAMPLE.ORG",
        ] {
            assert_eq!(UserName::parse(text).unwrap().as_str(), "alice@example.org");
        }
        assert!(UserName::parse("jürgen").is_ok());
    }

    #[test]
    fn names_that_look_like_others_are_refused() {
        for text in [
            "alice\u{200b}",
            "al ice",
            "cafe\u{301}",
            "a\nb",
            "\u{202e}bob",
        ] {
            assert!(
                matches!(UserName::parse(text), Err(NameError::Character(_))),
                "{text:?}"
            );
        }
        assert_eq!(UserName::parse("  "), Err(NameError::Empty));
        assert_eq!(
            UserName::parse(&"a".repeat(256)),
            Err(NameError::TooLong(255))
        );
    }

    #[test]
    fn a_role_name_needs_no_escaping() {
        assert_eq!(RoleName::parse("Staff-2").unwrap().as_str(), "staff-2");
        for text in ["a,b", "a b", "ä", "", "a/b"] {
            assert!(RoleName::parse(text).is_err(), "{text:?}");
        }
    }
}
