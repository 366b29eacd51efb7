//! The outside of a token: the header line, the three segments, the JWT header (RFC 7515, 7519).

use base64::Engine as _;
// Refuses padding, and bits behind the last byte that say nothing: a token has one spelling.
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::object::Object;
use super::{Fault, MAX_BYTES};

/// A token that was taken apart. Nothing that it says is known to be true, nor fit for a log or a header.
pub struct Unverified<'a> {
    signed: &'a [u8],
    signature: Vec<u8>,
    claims: Object,
    consumer_key: String,
}

/// The token among the lines of the header `X-Annotator-Auth-Token`.
pub fn presented<'a>(mut lines: impl Iterator<Item = &'a [u8]>) -> Result<&'a [u8], Fault> {
    let line = lines.next().ok_or(Fault::MissingToken)?;
    // Which of two tokens counts is not for us to guess.
    if lines.next().is_some() {
        return Err(Fault::Malformed);
    }
    let token = line.trim_ascii();
    if token.is_empty() {
        return Err(Fault::MissingToken);
    }
    Ok(token)
}

/// Takes a token apart.
pub fn read(token: &[u8]) -> Result<Unverified<'_>, Fault> {
    if token.len() > MAX_BYTES {
        return Err(Fault::TooLarge);
    }
    let [header, payload, signature] = segments(token).ok_or(Fault::Malformed)?;
    let signature = decode(signature)?;
    let payload = decode(payload)?;
    let header = Object::read(&decode(header)?).ok_or(Fault::Malformed)?;
    check(&header)?;
    let claims = Object::read(&payload).ok_or(Fault::Malformed)?;
    let consumer_key = consumer_key(&claims)?;
    // What is signed is the first two segments as they came, with the dot between them.
    let signed = token.rsplitn(2, |b| *b == b'.').nth(1);
    Ok(Unverified {
        signed: signed.ok_or(Fault::Malformed)?,
        signature,
        claims,
        consumer_key,
    })
}

impl Unverified<'_> {
    /// The claim `consumerKey`, to find the consumer by.
    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    pub(super) fn signed(&self) -> &[u8] {
        self.signed
    }

    pub(super) fn signature(&self) -> &[u8] {
        &self.signature
    }

    pub(super) fn claims(&self) -> &Object {
        &self.claims
    }
}

fn segments(token: &[u8]) -> Option<[&[u8]; 3]> {
    let mut parts = token.split(|b| *b == b'.');
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

fn decode(segment: &[u8]) -> Result<Vec<u8>, Fault> {
    URL_SAFE_NO_PAD
        .decode(segment)
        .map_err(|_| Fault::Malformed)
}

/// One algorithm, whatever the token would like, and no extensions. Other members do not matter, and keys
/// in the header are never used.
fn check(header: &Object) -> Result<(), Fault> {
    if header.get("alg").and_then(Value::as_str) != Some("HS256") {
        return Err(Fault::BadAlg);
    }
    // RFC 7515 §4.1.11 and RFC 7797: both change what the signature means.
    if header.get("crit").is_some() || header.get("b64").is_some() {
        return Err(Fault::BadHeader);
    }
    Ok(())
}

fn consumer_key(claims: &Object) -> Result<String, Fault> {
    match claims.said("consumerKey") {
        None => Err(Fault::MissingConsumerKey),
        Some(Value::String(key)) if key.is_empty() => Err(Fault::MissingConsumerKey),
        Some(Value::String(key)) => Ok(key.clone()),
        Some(_) => Err(Fault::BadConsumerKey),
    }
}
