//! The version of nginx, as far as it decides what a configuration means.

use std::fmt;

/// Three numbers that are compared in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u32, pub u32, pub u32);

impl Version {
    /// From `1.22.1`, or from `1.28.0 (Ubuntu)`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().split([' ', '-', '+']).next()?;
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let version = Self(
            parts.next()??,
            parts.next()??,
            parts.next().flatten().unwrap_or(0),
        );
        Some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}
