//! Passwords: what may be one, and how it is hashed.
//!
//! The stored hash is `bcrypt(base64(HMAC-SHA-512(AUTH_PASSWORD_SALT, password)))`, which is what the
//! Flask original stores through Flask-Security, so its users keep their passwords. The base64 text has
//! 88 characters of which bcrypt reads the first 72: 432 bits of the HMAC, so no two passwords agree
//! because of bcrypt's limit.
//!
//! A text may be typed in several ways: `ü` as one character or as two. Hashed is its form NFKD, as NIST
//! SP 800-63B and Flask-Security have it; hashes of what was typed are known, too.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bcrypt::HashParts;
use hmac::{Hmac, KeyInit as _, Mac as _};
use icu_normalizer::DecomposingNormalizerBorrowed;
use sha2::Sha512;
use subtle::ConstantTimeEq as _;

mod common;
mod rounds;
mod rules;

pub use rules::{MAX_BYTES, MIN_CHARACTERS, PasswordError, Rules};

/// The costs that a hash may have: bcrypt knows no lower one, and at the highest a password takes half a minute.
pub const COSTS: RangeInclusive<u32> = 4..=18;

/// Hashes a password with the installation's salt, bcrypt's cost (of [`COSTS`]) and 16 random bytes, and
/// pauses `1 << cost` times meanwhile.
///
/// # Errors
/// Fails when the cost is out of range.
pub fn hash(
    password: &str,
    salt: &str,
    cost: u32,
    random: [u8; 16],
    mut pause: impl FnMut(),
) -> Result<String, HashError> {
    if !COSTS.contains(&cost) {
        return Err(HashError(cost));
    }
    let hashed = rounds::hashed(&peppered(&normal(password), salt), random, cost, &mut pause);
    let random = rounds::LETTERS.encode(random);
    Ok(format!("$2b${cost:02}${random}{hashed}"))
}

/// Whether the password belongs to the stored hash. Where there is none, or it is broken, or was made
/// with a lower cost than today's, the rest of the work is done on dummies: whatever there is, it takes as
/// long. It pauses between rounds.
pub fn verify_evenly(
    password: &str,
    salt: &str,
    stored: Option<&str>,
    cost: u32,
    mut pause: impl FnMut(),
) -> bool {
    let stored = stored.filter(|stored| is_hash(stored));
    let mut fits = |stored: &str| matches(password, salt, stored, &mut pause);
    let right = stored.is_some_and(&mut fits);
    for cost in dummies(stored.and_then(cost_of), cost) {
        fits(&dummy_hash(cost));
    }
    right
}

/// The costs of the dummies to be checked beside a hash of this cost. Each step of bcrypt's cost doubles the
/// work, so one of each step up to today's makes as much as one hash of today's.
fn dummies(stored: Option<u32>, cost: u32) -> Vec<u32> {
    match stored {
        Some(stored) => (stored..cost).collect(),
        None => vec![cost],
    }
}

/// Whether the password belongs to the stored hash; a hash that cannot be read matches nothing.
pub fn verify(password: &str, salt: &str, stored: &str) -> bool {
    matches(password, salt, stored, &mut || ())
}

fn matches(password: &str, salt: &str, stored: &str, pause: &mut dyn FnMut()) -> bool {
    let Some(parts) = parts(stored).filter(|_| password.len() <= MAX_BYTES) else {
        return false;
    };
    let mut fits = |form: &str| {
        let text = peppered(form, salt);
        let hashed = rounds::hashed(&text, parts.get_salt_raw(), parts.get_cost(), pause);
        let kept = stored.as_bytes().last_chunk::<31>();
        kept.is_some_and(|kept| bool::from(hashed.as_bytes().ct_eq(kept)))
    };
    let normal = normal(password);
    // Both, whether the first fits or not: it takes as long.
    fits(&normal) | (normal != password && fits(password))
}

/// The form that is hashed.
fn normal(text: &str) -> Cow<'_, str> {
    DecomposingNormalizerBorrowed::new_nfkd().normalize(text)
}

/// Whether a text is a bcrypt hash (`$2a$`, `$2b$`, `$2x$` or `$2y$`), of a cost that does not take for ever.
pub fn is_hash(text: &str) -> bool {
    parts(text).is_some()
}

fn parts(text: &str) -> Option<HashParts> {
    let parts: HashParts = text.parse().ok()?;
    COSTS.contains(&parts.get_cost()).then_some(parts)
}

/// bcrypt's cost in a stored hash.
pub fn cost_of(stored: &str) -> Option<u32> {
    Some(stored.parse::<HashParts>().ok()?.get_cost())
}

/// A hash that no password has, of this cost: checked for unknown users, so that they take as long.
pub fn dummy_hash(cost: u32) -> String {
    format!("$2b${cost:02}$......................{}", ".".repeat(31))
}

/// There is no such cost.
#[derive(Debug, thiserror::Error)]
#[error("cannot hash a password: bcrypt's cost is {first} to {last}, not {0}", first = COSTS.start(), last = COSTS.end())]
pub struct HashError(u32);

/// The first 72 bytes of base64(HMAC-SHA-512(salt, password)).
fn peppered(password: &str, salt: &str) -> [u8; rounds::BYTES] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha512>::new_from_slice(salt.as_bytes()).expect("any key length");
    mac.update(password.as_bytes());
    let text = STANDARD.encode(mac.finalize().into_bytes());
    #[expect(clippy::expect_used, reason = "64 bytes make 88 letters")]
    *text.as_bytes().first_chunk().expect("88 letters")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let stored = hash("correct horse battery", "salt", 4, [1; 16], || ()).unwrap();
        assert!(stored.starts_with("$2b$04$"));
        assert!(verify("correct horse battery", "salt", &stored));
        assert!(!verify("correct horse batterx", "salt", &stored));
        assert!(!verify("correct horse battery", "other", &stored));
    }

    #[test]
    fn passwords_that_agree_in_72_bytes_are_different() {
        let long = "a".repeat(72);
        let stored = hash(&format!("{long}b"), "salt", 4, [1; 16], || ()).unwrap();
        assert!(!verify(&format!("{long}c"), "salt", &stored));
        assert!(!verify(&long, "salt", &stored));
    }

    #[test]
    fn a_broken_hash_matches_nothing() {
        for stored in ["", "!", "$2b$04$short", "$1$md5", "plaintext"] {
            assert!(!verify("plaintext", "salt", stored), "{stored}");
        }
    }

    #[test]
    fn the_dummy_hash_is_as_costly_as_a_real_one_and_matches_nothing() {
        let dummy = dummy_hash(4);
        assert!(is_hash(&dummy));
        assert_eq!(cost_of(&dummy), Some(4));
        assert!(!verify("anything", "salt", &dummy));
    }

    #[test]
    fn every_attempt_is_the_same_work_whatever_is_stored() {
        for cost in 4..=14 {
            for stored in (4..=cost).map(Some).chain([None]) {
                let steps = dummies(stored, cost).into_iter().chain(stored);
                let work: u64 = steps.map(|cost| 1 << cost).sum();
                assert_eq!(work, 1 << cost, "{stored:?} {cost}");
            }
        }
        assert!(dummies(Some(14), 12).is_empty());
        let stored = hash("correct horse", "salt", 4, [1; 16], || ()).unwrap();
        assert!(verify_evenly(
            "correct horse",
            "salt",
            Some(&stored),
            6,
            || ()
        ));
        for stored in [
            None,
            Some(""),
            Some("!"),
            Some("$2b$31$......................"),
        ] {
            assert!(!verify_evenly("correct horse", "salt", stored, 4, || ()));
        }
    }

    #[test]
    fn a_hash_that_takes_for_ever_is_none() {
        assert!(!is_hash(&dummy_hash(31)) && is_hash(&dummy_hash(*COSTS.end())));
    }

    #[test]
    fn a_password_may_be_typed_in_any_form() {
        let forms = ["Zürich über alles", "Zu\u{308}rich u\u{308}ber alles"];
        for form in forms {
            let stored = hash(form, "salt", 4, [1; 16], || ()).unwrap();
            assert!(forms.iter().all(|form| verify(form, "salt", &stored)));
            assert!(!verify("Zurich uber alles", "salt", &stored));
        }
        // What was stored before there was one form.
        let old = bcrypt::hash_with_salt(peppered(forms[0], "salt"), 4, [1; 16]).unwrap();
        assert!(verify(forms[0], "salt", &old.to_string()));
    }
}
