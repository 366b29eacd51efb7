//! The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for whoever lost it.

mod recovery;

use std::fmt;

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::identity::principal::UserId;
pub use recovery::{RECOVERY_CODES, RecoveryCode};

/// How long a code is good for, in seconds. Apps take no other.
const PERIOD: i64 = 30;
/// How many steps a clock may be wrong, and a person late.
const WINDOW: i64 = 1;
/// RFC 4648's letters.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// For whom a user's secret is sealed.
pub fn sealed_for(user: UserId) -> String {
    format!("user {}", user.0)
}

/// What the app and we know: 160 bits, as RFC 4226 advises.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret([u8; 20]);

/// Only that it is one.
impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

impl TotpSecret {
    /// A new secret from random bytes.
    pub fn new(random: [u8; 20]) -> Self {
        Self(random)
    }

    /// A secret that was stored.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The secret in letters, as people type it where there is no camera: in groups of four.
    pub fn letters(&self) -> String {
        let letters: Vec<char> = self.base32().chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|group| group.iter().collect())
            .collect();
        groups.join(" ")
    }

    /// What a QR code says to an app (`otpauth`, as all of them read it).
    pub fn uri(&self, site: &str, account: &str) -> String {
        let encoded = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let (site, account) = (encoded(&site.replace(':', " ")), encoded(account));
        format!(
            "otpauth://totp/{site}:{account}?secret={}&issuer={site}",
            self.base32()
        )
    }

    /// The step of the code that was typed: now, or one before or after. A step that was used, and what
    /// was before it, is over.
    pub fn step_of(&self, code: u32, now: DateTime<Utc>, used: Option<i64>) -> Option<i64> {
        let now = now.timestamp().div_euclid(PERIOD);
        let is_new = |step: i64| used.is_none_or(|used| step > used);
        let mut steps = now - WINDOW..=now + WINDOW;
        steps.find(|step| is_new(*step) && self.code(*step) == code)
    }

    /// What an app shows at a time.
    pub fn code_at(&self, now: DateTime<Utc>) -> u32 {
        self.code(now.timestamp().div_euclid(PERIOD))
    }

    /// RFC 4226, section 5.3, over the number of the step.
    fn code(&self, step: i64) -> u32 {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).expect("any key length");
        mac.update(&step.to_be_bytes());
        let digest = mac.finalize().into_bytes();
        let offset = usize::from(digest.last().copied().unwrap_or_default() & 0xf);
        let four = digest.iter().skip(offset).take(4);
        let number = four.fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
        (number & 0x7fff_ffff) % 1_000_000
    }

    fn base32(&self) -> String {
        let mut text = String::new();
        for five in self.0.chunks(5) {
            let bits = five
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
            for at in (0..8).rev() {
                let letter = BASE32.get((bits >> (5 * at) & 31) as usize);
                text.push(letter.copied().unwrap_or_default().into());
            }
        }
        text
    }
}

/// What was typed where a code is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Six digits of an app.
    Code(u32),
    /// A recovery code.
    Recovery(RecoveryCode),
}

impl Typed {
    /// Reads what was typed; blanks and strokes do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let is_sign = |c: &char| !c.is_whitespace() && *c != '-';
        let text: String = text.chars().filter(is_sign).take(100).collect();
        if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().ok().map(Self::Code);
        }
        RecoveryCode::parse(&text).map(Self::Recovery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> TotpSecret {
        TotpSecret::new(*b"12345678901234567890")
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    /// RFC 6238, appendix B, for SHA-1; of its eight digits apps show the last six.
    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, code) in [
            (59, 287_082),
            (1_111_111_109, 81_804),
            (1_111_111_111, 50_471),
            (1_234_567_890, 5_924),
            (2_000_000_000, 279_037),
            (20_000_000_000, 353_130),
        ] {
            assert_eq!(secret().code(second / 30), code, "{second}");
        }
    }

    #[test]
    fn a_code_is_good_for_three_steps_and_once() {
        let (secret, step) = (secret(), 1_000);
        let code = secret.code(step);
        for second in [step * 30 - 30, step * 30, step * 30 + 59] {
            assert_eq!(secret.step_of(code, at(second), None), Some(step));
            assert_eq!(secret.step_of(code, at(second), Some(step - 1)), Some(step));
            assert_eq!(secret.step_of(code, at(second), Some(step)), None, "used");
            assert_eq!(
                secret.step_of(code, at(second), Some(step + 1)),
                None,
                "before a used one"
            );
        }
        for second in [step * 30 - 31, step * 30 + 60] {
            assert_eq!(secret.step_of(code, at(second), None), None);
        }
        assert_eq!(secret.step_of(code + 1, at(step * 30), None), None);
    }

    #[test]
    fn apps_read_the_secret_by_camera_and_people_in_groups() {
        assert_eq!(
            secret().letters(),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
        let uri = secret().uri("Library: Maps", "ada@example.org");
        assert_eq!(
            uri,
            "otpauth://totp/Library%20%20Maps:ada%40example%2Eorg\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Library%20%20Maps"
        );
        assert!(!format!("{:?}", secret()).contains("49"));
    }

    #[test]
    fn a_code_may_be_typed_with_blanks() {
        assert_eq!(Typed::parse(" 012 345 "), Some(Typed::Code(12_345)));
        assert_eq!(Typed::parse("012-345"), Some(Typed::Code(12_345)));
        for text in ["", "12345", "1234567", "12345x", "１２３４５６"] {
            assert_eq!(Typed::parse(text), None, "{text}");
        }
    }
}
