//! Access tokens whose signature was found right, so that the many requests of a viewer check it once.
//!
//! By the SHA-256 of the whole token: another byte anywhere is another token. What a token says counts as
//! long as it is good, and as its session lives, which is asked anew every time.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::cache::Usage;
use crate::identity::access_token::{AccessTokens, Claims};
use crate::meter::Counter;

/// How many are kept; one takes some 400 bytes.
const KEPT: usize = 50_000;

/// The tokens.
pub(super) struct KnownTokens {
    kept: Cache<[u8; 32], Arc<Claims>>,
    lookups: Counter,
    misses: Counter,
}

impl KnownTokens {
    pub(super) fn new() -> Self {
        Self {
            kept: Cache::new(KEPT),
            lookups: Counter::new(),
            misses: Counter::new(),
        }
    }

    /// How they are used.
    pub(super) fn usage(&self) -> Usage {
        Usage {
            lookups: self.lookups.get(),
            misses: self.misses.get(),
            entries: self.kept.len() as u64,
        }
    }

    /// What a token says, if it is ours and good now.
    pub(super) fn verify(
        &self,
        tokens: &AccessTokens,
        token: &str,
        now: DateTime<Utc>,
    ) -> Option<Arc<Claims>> {
        let key: [u8; 32] = Sha256::digest(token).into();
        self.lookups.count();
        if let Some(claims) = self.kept.get(&key) {
            return claims.is_good(now).then_some(claims);
        }
        self.misses.count();
        let claims = Arc::new(tokens.verify(token, now)?);
        self.kept.insert(key, Arc::clone(&claims));
        Some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::access_token::Version;
    use crate::identity::key::Key;

    #[test]
    fn a_token_that_is_known_ends_as_one_that_is_not() {
        let at = |second| DateTime::from_timestamp(second, 0).unwrap();
        let tokens = AccessTokens::new(&Key::derive("secret", "access-token"), &[], "here");
        let token = tokens.issue("session", Version::V1, at(100), at(200));
        let token = token.unwrap();
        let known = KnownTokens::new();
        for (second, is_good) in [
            (99, false),
            (100, true),
            (199, true),
            (200, false),
            (99, false),
        ] {
            let claims = known.verify(&tokens, &token, at(second));
            assert_eq!(claims.is_some(), is_good, "{second}");
        }
        let changed = format!("{token}x");
        assert!(known.verify(&tokens, &changed, at(150)).is_none());
    }
}
