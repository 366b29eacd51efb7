//! Tokens of consumers to try: good ones and forged ones, made without the code that is tried.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

/// The header that the documented generator writes.
pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// A token with any header and payload, rightly signed.
pub(crate) fn sign(header: &[u8], payload: &[u8], secret: &[u8]) -> String {
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(signed.as_bytes());
    let signature = mac.finalize().into_bytes();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// What the documented generator makes for this user now, good for an hour.
pub(crate) fn good(consumer: &str, secret: &str, user: &str, now: DateTime<Utc>) -> String {
    with_claims(consumer, secret, &json!({ "userId": user }), now)
}

/// The same with these claims in place of, or besides, the usual ones; `null` leaves one out.
pub(crate) fn with_claims(
    consumer: &str,
    secret: &str,
    claims: &Value,
    now: DateTime<Utc>,
) -> String {
    let mut payload = json!({
        "consumerKey": consumer,
        "userId": "alice",
        "issuedAt": now.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        "ttl": 3600,
    });
    let members = payload.as_object_mut().unwrap();
    for (name, value) in claims.as_object().unwrap() {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    let payload = payload.to_string();
    sign(HEADER.as_bytes(), payload.as_bytes(), secret.as_bytes())
}
