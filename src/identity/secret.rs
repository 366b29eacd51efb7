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

/// The SHA-256 of a secret: what is looked up in memory.
pub type Digest = [u8; 32];

/// The SHA-256 of a secret.
pub fn digest(secret: impl AsRef<[u8]>) -> Digest {
    Sha256::digest(secret).into()
}

/// The SHA-256 of a secret as 43 characters of base64url: what is stored and compared.
pub fn fingerprint(secret: impl AsRef<[u8]>) -> String {
    fingerprint_of(&digest(secret))
}

/// The fingerprint that stands for a digest.
pub fn fingerprint_of(digest: &Digest) -> String {
    URL_SAFE_NO_PAD.encode(digest)
}

/// The digest that a fingerprint stands for.
pub fn digest_of(fingerprint: &str) -> Option<Digest> {
    let mut bytes = [0; 33];
    let length = URL_SAFE_NO_PAD.decode_slice(fingerprint, &mut bytes).ok()?;
    bytes.get(..length)?.try_into().ok()
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
    fn a_fingerprint_is_one_spelling_of_a_digest() {
        let print = fingerprint("secret");
        assert_eq!(digest_of(&print), Some(digest("secret")));
        let (start, last) = print.split_at(42);
        let others = ('!'..='~').filter(|c| digest_of(&format!("{start}{c}")).is_some());
        assert_eq!(others.filter(|c| !last.starts_with(*c)).count(), 15);
        for text in [
            "",
            "x",
            "é",
            &print[1..],
            &format!("{print}A"),
            &format!("{print}="),
        ] {
            assert_eq!(digest_of(text), None, "{text}");
        }
    }

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
