//! Sealing: secrets that must be had in clear again, encrypted for the database.
//!
//! AES-256-GCM. The name of whom it is for is sealed in, so that a secret that is moved to another row opens
//! nothing.

use aes_gcm::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::consumer::{ConsumerKey, ConsumerSecret};
use super::key::Key;

/// What every sealed text begins with, so that another way of sealing can be told apart.
const VERSION: &str = "v1.";

/// Random bytes, new ones for each sealing.
pub type SealNonce = [u8; 12];

/// The keys that seal: with the current one, and the previous ones still open.
#[derive(Debug, Clone)]
pub struct SealingKeys {
    current: Key,
    previous: Vec<Key>,
}

/// A secret for the database, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    key: ConsumerKey,
    text: String,
}

/// What was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The secret.
    pub secret: ConsumerSecret,
    /// Whether the current key had sealed it; otherwise it is to be sealed anew.
    pub is_current: bool,
}

impl SealedSecret {
    /// The consumer whose secret this is.
    pub fn key(&self) -> &ConsumerKey {
        &self.key
    }

    /// What is stored.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl SealingKeys {
    /// The keys, each of which was derived for sealing and for nothing else.
    pub fn new(current: Key, previous: Vec<Key>) -> Self {
        Self { current, previous }
    }

    /// Seals the secret of this consumer.
    pub fn seal(
        &self,
        key: &ConsumerKey,
        secret: &ConsumerSecret,
        nonce: SealNonce,
    ) -> SealedSecret {
        SealedSecret {
            key: key.clone(),
            text: self.seal_for(key.as_str(), secret.as_bytes(), nonce),
        }
    }

    /// Opens what was sealed for this consumer; nothing if it was sealed with another key, for another
    /// consumer, or touched.
    pub fn open(&self, key: &ConsumerKey, sealed: &str) -> Option<Opened> {
        let (secret, is_current) = self.open_for(key.as_str(), sealed)?;
        let secret = ConsumerSecret::new(&secret).ok()?;
        Some(Opened { secret, is_current })
    }

    /// Seals something for somebody or something of this name.
    pub fn seal_for(&self, whose: &str, secret: &[u8], nonce: SealNonce) -> String {
        let sealed = encrypted(&self.current, whose, secret, nonce);
        let sealed = URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        format!("{VERSION}{sealed}")
    }

    /// Opens what was sealed for this name, and says whether it was with the current key.
    pub fn open_for(&self, whose: &str, sealed: &str) -> Option<(Vec<u8>, bool)> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed.strip_prefix(VERSION)?).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<12>()?;
        let open = |with: &Key| {
            let sealed = payload(whose, sealed);
            cipher(with).decrypt(Nonce::from_slice(nonce), sealed).ok()
        };
        let previous = || self.previous.iter().find_map(open);
        let opened = |is_current| move |secret| (secret, is_current);
        open(&self.current)
            .map(opened(true))
            .or_else(|| previous().map(opened(false)))
    }
}

fn encrypted(with: &Key, whose: &str, secret: &[u8], nonce: SealNonce) -> Vec<u8> {
    let secret = payload(whose, secret);
    #[expect(clippy::expect_used, reason = "it fails for more than 64 GiB alone")]
    cipher(with)
        .encrypt(Nonce::from_slice(&nonce), secret)
        .expect("a secret is short")
}

/// What is sealed or opened, and for whom.
fn payload<'a>(whose: &'a str, msg: &'a [u8]) -> Payload<'a, 'a> {
    let aad = whose.as_bytes();
    Payload { msg, aad }
}

fn cipher(key: &Key) -> Aes256Gcm {
    Aes256Gcm::new(key.as_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(current: &str, previous: &[&str]) -> SealingKeys {
        let key = |secret: &&str| Key::derive(secret, "consumer-secret");
        SealingKeys::new(key(&current), previous.iter().map(key).collect())
    }

    fn site(key: &str) -> ConsumerKey {
        ConsumerKey::parse(key).unwrap()
    }

    fn secret() -> ConsumerSecret {
        ConsumerSecret::new(b"a secret of some length").unwrap()
    }

    /// What a former version of the program stored.
    #[test]
    fn what_another_library_sealed_is_opened() {
        let sealed = "v1.BwcHBwcHBwcHBwcHQum87vG8qgSiniwGTS3V26Fe5linx0XgMPIxxYllkx7DfeAb4q9u";
        let opened = keys("one", &[]).open(&site("site"), sealed).unwrap();
        assert_eq!(opened.secret, secret());
        assert_eq!(
            keys("one", &[])
                .seal(&site("site"), &secret(), [7; 12])
                .as_str(),
            sealed
        );
    }

    #[test]
    fn what_is_sealed_is_opened_and_cannot_be_read() {
        let keys = keys("one", &[]);
        let sealed = keys.seal(&site("site"), &secret(), [7; 12]);
        assert!(sealed.as_str().starts_with("v1."));
        assert!(!sealed.as_str().contains("secret"));
        assert_ne!(sealed, keys.seal(&site("site"), &secret(), [8; 12]));
        let opened = keys.open(sealed.key(), sealed.as_str()).unwrap();
        assert_eq!((opened.secret, opened.is_current), (secret(), true));
    }

    #[test]
    fn a_previous_key_opens_and_another_does_not() {
        let sealed = keys("one", &[]).seal(&site("site"), &secret(), [7; 12]);
        let open = |keys: &SealingKeys| keys.open(&site("site"), sealed.as_str());
        let opened = open(&keys("two", &["zero", "one"])).unwrap();
        assert_eq!((opened.secret, opened.is_current), (secret(), false));
        assert_eq!(open(&keys("two", &["zero"])), None);
    }

    #[test]
    fn what_was_moved_to_another_consumer_or_touched_opens_nothing() {
        let keys = keys("one", &[]);
        let sealed = keys.seal(&site("site"), &secret(), [7; 12]);
        assert_eq!(keys.open(&site("other"), sealed.as_str()), None);
        let bytes = URL_SAFE_NO_PAD.decode(&sealed.as_str()[3..]).unwrap();
        for index in 0..bytes.len() {
            let mut touched = bytes.clone();
            touched[index] ^= 1;
            let touched = format!("v1.{}", URL_SAFE_NO_PAD.encode(touched));
            assert_eq!(keys.open(&site("site"), &touched), None, "{index}");
        }
        for text in ["", "v1.", "v1.AAAA", "v2.AAAA", "v1.!", "a secret"] {
            assert_eq!(keys.open(&site("site"), text), None, "{text}");
        }
    }
}
