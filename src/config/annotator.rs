//! The settings of authTokens.

use std::time::Duration;

use chrono::TimeDelta;
use secrecy::SecretString;

use super::choice::{one_of, switch};
use super::values::Values;
use super::{address, secret, value};
use crate::identity::consumer::{MAX_TTL, MIN_TTL};

/// How authTokens are taken, handed on and made.
#[derive(Debug, Clone)]
pub struct Annotator {
    /// How far in the future a token may say that it was issued (`ANNOTATOR_CLOCK_SKEW`).
    pub clock_skew: TimeDelta,
    /// What the claim `aud` must contain, where a token has one (`ANNOTATOR_AUDIENCE`).
    pub audience: Option<String>,
    /// The longest life of tokens of new consumers, in seconds (`ANNOTATOR_MAX_TTL`).
    pub max_ttl: u32,
    /// The life of tokens for our own users, in seconds (`ANNOTATOR_TOKEN_LIFETIME`).
    pub token_lifetime: u32,
    /// Sites whose pages may ask for a token for our own users (`ANNOTATOR_TOKEN_ORIGINS`).
    pub token_origins: Vec<String>,
    /// Whether visitors get tokens, too (`ANNOTATOR_VISITORS`).
    pub visitors: bool,
    /// Whether tokens are had for a name and a password, as digilib asks (`ANNOTATOR_DIGILIB_LOGIN`).
    pub digilib_login: bool,
    /// What the annotation store gets in place of the browser's token (`ANNOTATOR_HAND_ON`).
    pub hand_on: HandOn,
    /// What signs the tokens for the annotation store (`ANNOTATOR_STORE_SECRET`).
    pub store_secret: SecretString,
    /// Whether answers say why a token is refused (`ANNOTATOR_REASONS`).
    pub reasons: bool,
}

/// What the annotation store gets in place of the browser's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOn {
    /// Nothing: it reads `X-Annotator-User` and its sisters.
    None,
    /// The token as it came.
    Original,
    /// A new, short one under one secret, so that an unmodified annotator-store works.
    Internal,
}

impl HandOn {
    const WORDS: &[(&str, Self)] = &[
        ("none", Self::None),
        ("original", Self::Original),
        ("internal", Self::Internal),
    ];
}

/// Reads them.
pub(super) fn read(values: &mut Values<'_>) -> Annotator {
    let token_origins = values.optional("ANNOTATOR_TOKEN_ORIGINS", address::origins);
    Annotator {
        clock_skew: values.value("ANNOTATOR_CLOCK_SKEW", clock_skew),
        audience: values.optional("ANNOTATOR_AUDIENCE", value::audience),
        max_ttl: values.value("ANNOTATOR_MAX_TTL", ttl),
        token_lifetime: values.value("ANNOTATOR_TOKEN_LIFETIME", ttl),
        token_origins: token_origins.unwrap_or_default(),
        visitors: values.value("ANNOTATOR_VISITORS", switch),
        digilib_login: values.value("ANNOTATOR_DIGILIB_LOGIN", switch),
        hand_on: values.value("ANNOTATOR_HAND_ON", |text| one_of(HandOn::WORDS, text)),
        store_secret: values.secret("ANNOTATOR_STORE_SECRET", secret::store),
        reasons: values.value("ANNOTATOR_REASONS", switch),
    }
}

fn clock_skew(text: &str) -> Result<TimeDelta, String> {
    let skew = if text == "0" {
        Duration::ZERO
    } else {
        value::duration(text)?
    };
    if skew > Duration::from_hours(1) {
        return Err("must be at most an hour".to_owned());
    }
    TimeDelta::from_std(skew).map_err(|error| error.to_string())
}

fn ttl(text: &str) -> Result<u32, String> {
    let seconds = u32::try_from(value::duration(text)?.as_secs()).unwrap_or(u32::MAX);
    if (MIN_TTL..=MAX_TTL).contains(&seconds) {
        Ok(seconds)
    } else {
        // Above 24.85 days the timer of annotator.js overflows, and it asks without end.
        Err(format!(
            "must be {MIN_TTL} seconds to {} days",
            MAX_TTL / 86_400
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_may_differ_by_nothing_to_an_hour() {
        assert_eq!(clock_skew("0"), Ok(TimeDelta::zero()));
        assert_eq!(clock_skew("60"), Ok(TimeDelta::seconds(60)));
        assert!(clock_skew("-1").is_err() && clock_skew("2h").is_err());
    }

    #[test]
    fn a_token_lives_a_minute_to_24_days() {
        assert_eq!(ttl("60"), Ok(60));
        assert_eq!(ttl("24d"), Ok(2_073_600));
        for text in ["0", "59", "25d", "2592000", "-1", "forever"] {
            assert!(ttl(text).is_err(), "{text}");
        }
    }
}
