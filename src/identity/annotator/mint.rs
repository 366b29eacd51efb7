//! New tokens: for our own users, and the short ones that an annotation store gets in place of the browser's.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::Mac as _;
use serde_json::{Map, Value};

use crate::identity::key;

const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// What a new token says.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// The consumer.
    pub consumer_key: &'a str,
    /// The user.
    pub user: &'a str,
    /// Whether it is an administrator of the consumer's annotations.
    pub is_admin: bool,
    /// Whether it is a visitor whom nobody knows.
    pub is_visitor: bool,
    /// The roles.
    pub groups: &'a [String],
    /// The audience, where one is asked for.
    pub audience: Option<&'a str>,
    /// When it is issued; whole seconds count.
    pub issued_at: DateTime<Utc>,
    /// For how long it is good.
    pub ttl_seconds: u32,
}

/// Mints a token.
///
/// Annotator's client reads the payload byte by byte and would show a raw `ü` as two letters, and the
/// reference server refuses tokens from within the running second: therefore ASCII and whole seconds. It also
/// fails at an `aud`; tokens for a store must not name one.
pub fn mint(claims: &Claims<'_>, secret: &[u8]) -> String {
    let header = URL_SAFE_NO_PAD.encode(HEADER);
    let payload = URL_SAFE_NO_PAD.encode(ascii(&payload(claims).to_string()));
    let signed = format!("{header}.{payload}");
    let signature = key::mac(secret, signed.as_bytes()).finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn payload(claims: &Claims<'_>) -> Value {
    let issued_at = claims.issued_at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let mut members = Map::new();
    let mut say = |name: &str, value: Value| members.insert(name.to_owned(), value);
    say("consumerKey", claims.consumer_key.into());
    say("userId", claims.user.into());
    say("issuedAt", issued_at.into());
    say("ttl", claims.ttl_seconds.into());
    if claims.is_admin {
        say("admin", true.into());
    }
    if claims.is_visitor {
        say("anonymous", true.into());
    }
    if !claims.groups.is_empty() {
        say("userGroups", claims.groups.into());
    }
    if let Some(audience) = claims.audience {
        say("aud", audience.into());
    }
    Value::Object(members)
}

/// The same JSON in ASCII. What is not stands within texts only, where `\u` escapes may stand for it.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for unit in json.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => text.push(char::from(byte)),
            // Writing into a text cannot fail.
            _ => drop(write!(text, "\\u{unit:04x}")),
        }
    }
    text
}
