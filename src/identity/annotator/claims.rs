//! The claims of a token whose signature is right.
//!
//! Unknown claims are ignored; so are `iat`, `sub` and `jti`, which say nothing that is asked here.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Number, Value};

use super::object::Object;
use super::{Fault, issued_at};

/// The longest `userId` in bytes.
const MAX_USER: usize = 255;
/// What stores take for a group of people.
const GROUP: &str = "group:";

/// The `userId`; none if it is missing. A number, which sites with numbered users send, counts as its
/// decimal text.
pub(super) fn user(claims: &Object) -> Result<Option<String>, Fault> {
    match claims.said("userId") {
        None => Ok(None),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) if is_user_id(text) => Ok(Some(text.clone())),
        Some(Value::Number(number)) if number.is_u64() => Ok(Some(number.to_string())),
        Some(_) => Err(Fault::BadUserId),
    }
}

/// It travels in headers and paths, and stores give `group:` a meaning.
pub fn is_user_id(text: &str) -> bool {
    text.len() <= MAX_USER && !text.contains(char::is_control) && !text.starts_with(GROUP)
}

/// The names in `userRole` and `userGroups`, each a text or a list of texts. What is neither names nobody.
pub(super) fn groups(claims: &Object) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for claim in ["userRole", "userGroups"] {
        for name in texts(claims.get(claim)) {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    list.iter().filter_map(Value::as_str)
}

/// A token for somebody else is none for us (RFC 7519 §4.1.3), and one for nobody in particular is none
/// where an audience is asked for.
pub(super) fn check_audience(claims: &Object, audience: Option<&str>) -> Result<(), Fault> {
    let named = claims.get("aud");
    let is_ours = match audience {
        None => named.is_none(),
        Some(audience) => texts(named).any(|name| name == audience),
    };
    is_ours.then_some(()).ok_or(Fault::BadAudience)
}

/// When the token was issued and the last moment at which it is good, if that is not over and the first is
/// not further ahead than the skew.
pub(super) fn lifetime(
    claims: &Object,
    max_ttl: u32,
    skew: TimeDelta,
    now: DateTime<Utc>,
) -> Result<(DateTime<Utc>, DateTime<Utc>), Fault> {
    let issued_at = issued(claims)?;
    let ttl = ttl(claims, max_ttl)?;
    let exp = moment(claims, "exp").map_err(|()| Fault::BadExp)?;
    let nbf = moment(claims, "nbf").map_err(|()| Fault::BadNbf)?;
    let latest = now.checked_add_signed(skew).unwrap_or(now);
    if issued_at > latest || nbf.is_some_and(|nbf| nbf > latest) {
        return Err(Fault::NotYetValid);
    }
    let end = issued_at
        .checked_add_signed(TimeDelta::seconds(i64::from(ttl)))
        .ok_or(Fault::BadIssuedAt)?;
    // `exp` itself is too late (RFC 7519 §4.1.4), the end of the ttl is not.
    if now > end || exp.is_some_and(|exp| now >= exp) {
        return Err(Fault::Expired);
    }
    Ok((issued_at, exp.map_or(end, |exp| exp.min(end))))
}

fn issued(claims: &Object) -> Result<DateTime<Utc>, Fault> {
    let text = claims.said("issuedAt").ok_or(Fault::MissingIssuedAt)?;
    text.as_str()
        .and_then(issued_at::parse)
        .ok_or(Fault::BadIssuedAt)
}

/// The `ttl`, or the consumer's longest if that is less.
fn ttl(claims: &Object, max: u32) -> Result<u32, Fault> {
    match claims.said("ttl").ok_or(Fault::MissingTtl)? {
        Value::Number(number) => clamp(number, max).ok_or(Fault::BadTtl),
        _ => Err(Fault::BadTtl),
    }
}

/// A whole number above zero, held to the maximum. Some languages write whole numbers as 3600.0, and great
/// ones as 1e30.
fn clamp(number: &Number, max: u32) -> Option<u32> {
    if let Some(whole) = number.as_u64() {
        let held = u32::try_from(whole).unwrap_or(max).min(max);
        return (whole > 0).then_some(held);
    }
    let number = number.as_f64()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, positive and at most a u32"
    )]
    let held = || number.min(f64::from(max)) as u32;
    (number >= 1.0 && number.fract() == 0.0).then(held)
}

/// A `NumericDate`; one beyond all calendars is the end of ours.
fn moment(claims: &Object, name: &str) -> Result<Option<DateTime<Utc>>, ()> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let seconds = value.as_f64().ok_or(())?;
    #[expect(clippy::cast_possible_truncation, reason = "it saturates")]
    let milliseconds = (seconds * 1000.0) as i64;
    let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
    let held = milliseconds.clamp(first.timestamp_millis(), last.timestamp_millis());
    Ok(Some(DateTime::from_timestamp_millis(held).unwrap_or(first)))
}
