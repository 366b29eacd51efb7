//! Sessions: the handle in the cookie, and when a session is over.
//!
//! The cookie is written by actix-session: `base64(HMAC-SHA-256(handle))` (44 characters), then the
//! handle, a random 256-bit [`secret`]. Only the handle's fingerprint is stored.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};

use super::key::Key;
use super::secret;

/// The door a session was opened at. What one door's cookie opens, the other's does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Images, manifests and tokens: a cookie that travels to viewers on other sites.
    Images,
    /// Account page and administration: a `SameSite=Strict` cookie.
    Account,
}

impl Door {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Account => "account",
        }
    }

    /// The reverse of [`Door::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Images, Self::Account]
            .into_iter()
            .find(|door| door.as_str() == text)
    }
}

/// Whether a session still lives: not past its end, and seen within the idle time.
pub fn is_live(
    expires_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    now: DateTime<Utc>,
    idle: Duration,
) -> bool {
    now < expires_at && now.signed_duration_since(last_seen_at) <= idle
}

/// The fingerprint of the handle in a cookie's value, if one of the keys signed it.
pub fn fingerprint_of_cookie(value: &str, keys: &[Key]) -> Option<String> {
    digest_of_cookie(value, keys).map(|digest| secret::fingerprint_of(&digest))
}

/// The digest of the handle in a cookie's value, if one of the keys signed it.
pub fn digest_of_cookie(value: &str, keys: &[Key]) -> Option<secret::Digest> {
    of_handle(value, keys, |handle, _| secret::digest(handle))
}

/// A cookie's value signed with the current key, if a previous one signed it: actix-session knows the
/// current key alone.
pub fn signed_anew(value: &str, keys: &[Key]) -> Option<String> {
    of_handle(value, keys, |handle, signer| {
        let current = keys.first().filter(|_| signer > 0)?;
        Some(cookie_value(handle, current))
    })?
}

/// The value of the cookie that holds this handle.
pub fn cookie_value(handle: &str, key: &Key) -> String {
    let signature = STANDARD.encode(key.sign(handle.as_bytes()));
    format!("{signature}{handle}")
}

/// Something of the handle, and of which of the keys signed it.
fn of_handle<T>(value: &str, keys: &[Key], make: impl FnOnce(&str, usize) -> T) -> Option<T> {
    let value = if value.contains('%') {
        let decoded = percent_encoding::percent_decode_str(value);
        decoded.decode_utf8().ok()?
    } else {
        value.into()
    };
    let (signature, handle) = value.split_at_checked(44)?;
    if !secret::is_well_formed(handle) {
        return None;
    }
    let mut decoded = [0; 33];
    let length = STANDARD.decode_slice(signature, &mut decoded).ok()?;
    let signature = decoded.get(..length)?;
    let signer = keys
        .iter()
        .position(|key| key.verifies(handle.as_bytes(), signature))?;
    Some(make(handle, signer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(key: &Key, handle: &str) -> String {
        format!("{}{handle}", STANDARD.encode(key.sign(handle.as_bytes())))
    }

    #[test]
    fn a_cookie_signed_with_any_key_of_the_ring_is_read() {
        let (old, new) = (Key::derive("old", "c"), Key::derive("new", "c"));
        let handle = secret::from_random([3; 32]);
        let value = cookie(&old, &handle);
        let fingerprint = Some(secret::fingerprint(&handle));
        assert_eq!(
            fingerprint_of_cookie(&value, &[new.clone(), old.clone()]),
            fingerprint
        );
        assert_eq!(
            fingerprint_of_cookie(&value.replace('=', "%3D"), std::slice::from_ref(&old)),
            fingerprint
        );
        assert_eq!(
            signed_anew(&value, &[new.clone(), old.clone()]),
            Some(cookie(&new, &handle))
        );
        assert_eq!(signed_anew(&value, &[old]), None);
        assert_eq!(fingerprint_of_cookie(&value, &[new]), None);
    }

    #[test]
    fn garbage_is_no_cookie() {
        let key = Key::derive("k", "c");
        let good = cookie(&key, &secret::from_random([3; 32]));
        for value in [
            "",
            "x",
            "é",
            &good[1..],
            &good[..86],
            &format!("{good}x"),
            &"a".repeat(4097),
        ] {
            assert_eq!(
                fingerprint_of_cookie(value, std::slice::from_ref(&key)),
                None,
                "{value}"
            );
        }
    }

    #[test]
    fn a_session_ends_when_idle_or_old() {
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let idle = Duration::seconds(60);
        assert!(is_live(at(1000), at(500), at(560), idle));
        assert!(!is_live(at(1000), at(500), at(561), idle));
        assert!(!is_live(at(1000), at(990), at(1000), idle));
    }
}
