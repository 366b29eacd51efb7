//! Keys for signing, each derived from a secret for one purpose, in a ring: current, then previous.

use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;

/// A 256-bit key for one purpose.
#[derive(Clone)]
pub struct Key {
    bytes: [u8; 32],
    /// An HMAC that has taken in the key: half the work of a short message's.
    keyed: Hmac<Sha256>,
}

impl Key {
    /// Derives the key for this purpose from an installation's secret.
    pub fn derive(secret: &str, purpose: &str) -> Self {
        let derived = mac(secret.as_bytes(), purpose.as_bytes()).finalize();
        let bytes: [u8; 32] = derived.into_bytes().into();
        Self {
            keyed: mac(&bytes, b""),
            bytes,
        }
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// HMAC-SHA-256 of the message.
    pub fn sign(&self, message: &[u8]) -> [u8; 32] {
        self.mac(message).finalize().into_bytes().into()
    }

    /// Whether the signature is this key's, compared in constant time.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.mac(message).verify_slice(signature).is_ok()
    }

    fn mac(&self, message: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.keyed.clone();
        mac.update(message);
        mac
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

/// HMAC-SHA-256 of the message with a key of any length: of the key as it is, not one derived from it.
pub(super) fn mac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length");
    mac.update(message);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_for_different_purposes_do_not_verify_each_other() {
        let (one, two) = (Key::derive("secret", "one"), Key::derive("secret", "two"));
        let signature = one.sign(b"message");
        assert!(one.verifies(b"message", &signature));
        assert!(!two.verifies(b"message", &signature));
        assert!(!one.verifies(b"messagf", &signature));
        assert!(!one.verifies(b"message", &signature[..31]));
    }
}
