//! What a consumer is made of: key, secret, origins, paths.

use std::fmt;

use crate::identity::origin::Origin;

/// The shortest secret in bytes.
pub const MIN_SECRET: usize = 16;
const MAX_SECRET: usize = 256;
const MAX_KEY: usize = 64;

/// The name under which a consumer is registered: the claim `consumerKey`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsumerKey(String);

/// Why a text is no consumer key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 letters, digits, `-`, `.`, `_` or `~`")]
pub struct ConsumerKeyError;

impl ConsumerKey {
    /// Takes a key as it is; letter case counts.
    pub fn parse(text: &str) -> Result<Self, ConsumerKeyError> {
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let good = (1..=MAX_KEY).contains(&text.len()) && text.bytes().all(is_plain);
        good.then(|| Self(text.to_owned())).ok_or(ConsumerKeyError)
    }

    /// A new key from 16 random bytes: 32 hexadecimal digits, like those of `AnnotateIt`.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(bytes)))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConsumerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A consumer's secret: the key of the HMAC, as it is. It shows nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ConsumerSecret(Box<[u8]>);

/// Why a text is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 16 to 256 bytes")]
pub struct ConsumerSecretError;

impl ConsumerSecret {
    /// Takes a secret; short ones, which can be guessed from one token, are refused.
    pub fn new(bytes: &[u8]) -> Result<Self, ConsumerSecretError> {
        (MIN_SECRET..=MAX_SECRET)
            .contains(&bytes.len())
            .then(|| Self(bytes.into()))
            .ok_or(ConsumerSecretError)
    }

    /// Its first four characters, by which people who have it recognize it.
    pub fn hint(&self) -> String {
        let start: String = String::from_utf8_lossy(&self.0).chars().take(4).collect();
        format!("{start}…")
    }

    /// The bytes, for the HMAC and for sealing.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for ConsumerSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConsumerSecret(..)")
    }
}

/// The sites whose pages may send a consumer's tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins {
    /// Any site, which somebody chose on purpose. `null` is none.
    pub any: bool,
    /// These.
    pub listed: Vec<Origin>,
}

impl Origins {
    /// Whether a page of this origin, as browsers write it, may send tokens. Never `null`.
    pub fn allow(&self, origin: &str) -> bool {
        self.listed.iter().any(|listed| listed.as_str() == origin)
            || (self.any && Origin::parse_exact(origin).is_some())
    }
}

/// A part of the URL space, decoded, with a slash at both ends.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathPrefix(String);

/// Why a text is no path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a path such as /iiif/images/maps/, written without %, dots or double slashes")]
pub struct PathPrefixError;

impl PathPrefix {
    /// Takes a path as people write it; the slash at the end may be missing.
    pub fn parse(text: &str) -> Result<Self, PathPrefixError> {
        let inner = text.strip_prefix('/').ok_or(PathPrefixError)?;
        let inner = inner.strip_suffix('/').unwrap_or(inner);
        let is_segment = |segment: &str| {
            !matches!(segment, "" | "." | "..")
                && !segment.contains(['%', '\\', '?', '#', '*'])
                && !segment.contains(char::is_control)
        };
        if text == "/" {
            return Ok(Self(text.to_owned()));
        }
        let good = text.len() <= 1024 && inner.split('/').all(is_segment);
        good.then(|| Self(format!("/{inner}/")))
            .ok_or(PathPrefixError)
    }

    /// Whether a decoded path is this one or lies below it.
    pub fn covers(&self, path: &str) -> bool {
        path.starts_with(&self.0) || self.0.strip_suffix('/') == Some(path)
    }

    /// The path, with a slash at both ends.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PathPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
