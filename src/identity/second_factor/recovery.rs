//! Recovery codes: each opens once, for whoever lost the app.

use std::fmt;

use crate::identity::principal::UserId;
use crate::identity::secret;

/// How many there are.
pub const RECOVERY_CODES: usize = 10;
/// Letters and digits that nobody takes for one another, 32 of them.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// 80 bits: nobody finds one by its fingerprint.
const LENGTH: usize = 16;

/// A code that opens once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

/// Only that it is one.
impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

impl RecoveryCode {
    /// A new code from random bytes.
    pub fn new(random: [u8; LENGTH]) -> Self {
        let letters = random.map(|byte| ALPHABET.get(usize::from(byte % 32)).copied());
        Self(letters.into_iter().flatten().map(char::from).collect())
    }

    /// Reads one that was typed, without the strokes between.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let is_one = text.len() == LENGTH && text.bytes().all(|b| ALPHABET.contains(&b));
        is_one.then_some(Self(text))
    }

    /// What is stored: of this user, so that nobody sees that two have the same.
    pub fn fingerprint(&self, user: UserId) -> String {
        secret::fingerprint(format!("{} {}", user.0, self.0))
    }
}

/// In groups that can be read out.
impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: Vec<char> = self.0.chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        f.write_str(&groups.join("-"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Typed;
    use super::*;

    #[test]
    fn a_recovery_code_is_read_as_it_was_shown() {
        let code = RecoveryCode::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 29, 30, 255]);
        assert_eq!(code.to_string(), "abcd-efgh-ijkm-n789");
        for typed in [
            "abcd-efgh-ijkm-n789",
            "ABCDEFGHIJKMN789",
            " abcd efgh ijkm n789 ",
        ] {
            assert_eq!(Typed::parse(typed), Some(Typed::Recovery(code.clone())));
        }
        for typed in [
            "abcd-efgh-ijkm-n78",
            "abcd-efgh-ijkm-n78l",
            "abcd-efgh-ijkm-n7890",
        ] {
            assert_eq!(Typed::parse(typed), None);
        }
        assert_ne!(code.fingerprint(UserId(1)), code.fingerprint(UserId(2)));
        assert!(!format!("{code:?}").contains("abcd"));
    }
}
