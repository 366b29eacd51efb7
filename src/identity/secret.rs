//! Random secrets that people and browsers carry: session handles and API keys.
//!
//! Each is 256 random bits and is stored as its SHA-256 alone, so a stolen database opens nothing and
//! a look-up needs no constant-time comparison.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// What every API key begins with, so that leak scanners and people recognize one.
pub const API_KEY_PREFIX: &str = "iiifgate_";

/// A new secret from 32 random bytes: 43 characters of base64url.
pub fn from_random(bytes: [u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The SHA-256 of a secret as 43 characters of base64url: what is stored and compared.
pub fn fingerprint(secret: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

/// Whether a text has the shape of a secret made by [`from_random`].
pub fn is_well_formed(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_and_its_fingerprint_differ_and_have_the_same_shape() {
        let secret = from_random([7; 32]);
        assert!(is_well_formed(&secret));
        assert!(is_well_formed(&fingerprint(&secret)));
        assert_ne!(secret, fingerprint(&secret));
        assert!(!is_well_formed("short"));
        assert!(!is_well_formed(&secret.replace(&secret[..1], "+")));
    }
}
