//! What a rule applies to: one identifier, or all below a prefix.

use std::fmt;

use crate::image::identifier::{Identifier, IdentifierError};

/// `maps/world.tif` (that identifier), `maps/*` (everything below `maps/`), or `*` (everything).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pattern {
    /// One identifier.
    Exact(Identifier),
    /// Everything below this path; `None` is everything there is.
    Prefix(Option<Identifier>),
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// A `*` that is not the whole last segment.
    #[error("may have `*` only as the last part, as in `maps/*`")]
    Star,
    /// What stands before the `*`, or the whole, is no identifier.
    #[error(transparent)]
    Identifier(#[from] IdentifierError),
}

impl Pattern {
    /// Reads a pattern as typed: identifiers are written decoded (`a/b`, not `a%2Fb`).
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        let text = text.trim();
        let (before, prefix) = match text.strip_suffix('*') {
            Some("") => return Ok(Self::Prefix(None)),
            Some(before) => (before.strip_suffix('/').ok_or(PatternError::Star)?, true),
            None => (text, false),
        };
        if before.contains('*') {
            return Err(PatternError::Star);
        }
        let identifier = Identifier::parse(before)?;
        Ok(if prefix {
            Self::Prefix(Some(identifier))
        } else {
            Self::Exact(identifier)
        })
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(identifier) => write!(f, "{identifier}"),
            Self::Prefix(Some(identifier)) => write!(f, "{identifier}/*"),
            Self::Prefix(None) => f.write_str("*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_an_identifier_or_a_prefix_at_a_segment_border() {
        for text in ["maps/world.tif", "maps/*", "*", "http://ex.org/*"] {
            assert_eq!(Pattern::parse(text).unwrap().to_string(), text);
        }
        for text in ["ma*", "maps/*/x", "*/x", "maps/w*", "**"] {
            assert_eq!(Pattern::parse(text), Err(PatternError::Star), "{text}");
        }
        for text in ["", "/maps/*", "maps//", "a/../*", "a%2Fb", "/*"] {
            assert!(
                matches!(Pattern::parse(text), Err(PatternError::Identifier(_))),
                "{text}"
            );
        }
    }
}
