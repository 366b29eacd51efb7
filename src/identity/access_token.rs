//! Access tokens: what the token service hands to a viewer (IIIF Auth 1.0 §2.2, 2.0 §4).
//!
//! A JWT (HS256) with opaque claims only: `sub` is the fingerprint of a session, never a name. It opens
//! descriptions, ends with its session, and the two versions of IIIF Auth do not take each other's.

use chrono::{DateTime, Utc};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode,
};
use serde::{Deserialize, Serialize};

use super::hs256;
use super::key::Key;

/// Distinguishes our tokens from every other JWT made with the same library.
const TYPE: &str = "iiif-access+jwt";
/// What the subject of a token begins with that was given to an address, and stands for no session.
pub const OF_NETWORK: &str = "network:";
/// What the subject of a token begins with that was given to a consumer's user; an image pass follows.
pub const OF_CONSUMER: &str = "consumer:";
/// The longest token in bytes that is looked at.
const MAX_BYTES: usize = 4096;

/// The version of IIIF Auth that a token was issued for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// IIIF Authentication API 1.0.
    #[serde(rename = "iiif-auth-1")]
    V1,
    /// IIIF Authorization Flow API 2.0.
    #[serde(rename = "iiif-auth-2")]
    V2,
}

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The session's fingerprint.
    pub sub: String,
    aud: String,
    iat: i64,
    nbf: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
    /// Which version of IIIF Auth it is for.
    pub scope: Version,
}

impl Claims {
    /// Whether it has begun, and has not ended.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        self.nbf <= now && self.iat <= now && now < self.exp
    }
}

/// Issues and verifies tokens with a ring of keys.
pub struct AccessTokens {
    encoding: EncodingKey,
    decoding: Vec<DecodingKey>,
    audience: String,
    validation: Validation,
}

/// A token could not be signed.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign an access token")]
pub struct IssueError(#[from] jsonwebtoken::errors::Error);

impl AccessTokens {
    /// Takes the key that signs, the keys that still verify, and `TOKEN_AUDIENCE`.
    pub fn new(current: &Key, previous: &[Key], audience: &str) -> Self {
        hs256::install();
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "sub"]);
        // The library would ask the system's clock; the times are compared with `now` below.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.leeway = 0;
        let decoding = std::iter::once(current)
            .chain(previous)
            .map(|key| DecodingKey::from_secret(key.as_bytes()))
            .collect();
        Self {
            encoding: EncodingKey::from_secret(current.as_bytes()),
            decoding,
            audience: audience.to_owned(),
            validation,
        }
    }

    /// Issues a token for a session; it ends at `expires_at`.
    pub fn issue(
        &self,
        session: &str,
        scope: Version,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<String, IssueError> {
        let claims = Claims {
            sub: session.to_owned(),
            aud: self.audience.clone(),
            iat: now.timestamp(),
            nbf: now.timestamp(),
            exp: expires_at.timestamp(),
            scope,
        };
        let header = Header {
            typ: Some(TYPE.to_owned()),
            ..Header::new(Algorithm::HS256)
        };
        Ok(encode(&header, &claims, &self.encoding)?)
    }

    /// What a token says, if it is ours and good now. Whether its session still lives is not known here.
    pub fn verify(&self, token: &str, now: DateTime<Utc>) -> Option<Claims> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
            return None;
        }
        let claims = self.decoding.iter().find_map(|key| {
            decode::<Claims>(token, key, &self.validation)
                .ok()
                .map(|data| data.claims)
        })?;
        claims.is_good(now).then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn key() -> Key {
        Key::derive("secret", "access-token")
    }

    fn tokens() -> AccessTokens {
        AccessTokens::new(&key(), &[], "ImageServer")
    }

    /// A token with any header and payload, rightly signed.
    fn forged(header: &str, payload: &str) -> String {
        let body = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        );
        format!(
            "{body}.{}",
            URL_SAFE_NO_PAD.encode(key().sign(body.as_bytes()))
        )
    }

    const HEADER: &str = r#"{"typ":"iiif-access+jwt","alg":"HS256"}"#;
    const PAYLOAD: &str =
        r#"{"sub":"s","aud":"ImageServer","iat":100,"nbf":100,"exp":200,"scope":"iiif-auth-1"}"#;

    #[test]
    fn a_token_is_good_from_its_issue_to_its_end_without_leeway() {
        let token = tokens()
            .issue("session", Version::V1, at(100), at(200))
            .unwrap();
        assert_eq!(tokens().verify(&token, at(199)).unwrap().sub, "session");
        assert_eq!(tokens().verify(&token, at(200)), None);
        assert_eq!(tokens().verify(&token, at(99)), None);
    }

    #[test]
    fn a_previous_key_still_verifies_and_a_foreign_one_does_not() {
        let token = tokens()
            .issue("session", Version::V2, at(100), at(200))
            .unwrap();
        let new = Key::derive("new", "access-token");
        let rotated = AccessTokens::new(&new, &[key()], "ImageServer");
        assert_eq!(rotated.verify(&token, at(150)).unwrap().scope, Version::V2);
        assert_eq!(
            AccessTokens::new(&new, &[], "ImageServer").verify(&token, at(150)),
            None
        );
        assert_eq!(
            AccessTokens::new(&key(), &[], "Other").verify(&token, at(150)),
            None
        );
    }

    #[test]
    fn the_forger_of_these_tests_forges_well() {
        assert!(tokens().verify(&forged(HEADER, PAYLOAD), at(150)).is_some());
    }

    #[test]
    fn odd_headers_are_refused() {
        for header in [
            r#"{"typ":"JWT","alg":"HS256"}"#,
            r#"{"alg":"HS256"}"#,
            r#"{"typ":"iiif-access+jwt","alg":"none"}"#,
            r#"{"typ":"iiif-access+jwt","alg":"HS512"}"#,
            r#"{"typ":"iiif-access+jwt","alg":"RS256"}"#,
            r#"{"typ":"iiif-access+jwt","alg":"HS256","crit":["x"],"x":1}"#,
        ] {
            assert_eq!(
                tokens().verify(&forged(header, PAYLOAD), at(150)),
                None,
                "{header}"
            );
        }
    }

    #[test]
    fn every_claim_is_required_and_stands_once() {
        for (from, to) in [
            (r#""sub":"s","#, ""),
            (r#""sub":"s""#, r#""sub":["s"]"#),
            (r#""sub":"s""#, r#""sub":"t","sub":"s""#),
            (r#""aud":"ImageServer","#, ""),
            (r#","exp":200"#, ""),
            (r#","exp":200"#, r#","exp":"200""#),
            (r#""nbf":100,"#, ""),
            (r#""iat":100"#, r#""iat":151"#),
            (r#","scope":"iiif-auth-1""#, ""),
            ("iiif-auth-1", "admin"),
        ] {
            let payload = PAYLOAD.replace(from, to);
            assert_ne!(payload, PAYLOAD);
            assert_eq!(
                tokens().verify(&forged(HEADER, &payload), at(150)),
                None,
                "{payload}"
            );
        }
        for junk in [
            "undefined",
            "null",
            "",
            "a.b.c",
            &"a".repeat(5000),
            &format!("{}.x", forged(HEADER, PAYLOAD)),
        ] {
            assert_eq!(tokens().verify(junk, at(150)), None);
        }
        let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
        assert_eq!(tokens().verify(&forged(HEADER, &deep), at(150)), None);
    }

    #[test]
    fn a_token_holds_nothing_personal() {
        let token = tokens()
            .issue("opaque", Version::V1, at(100), at(200))
            .unwrap();
        let payload = URL_SAFE_NO_PAD
            .decode(token.split('.').nth(1).unwrap())
            .unwrap();
        let value: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        let names: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["sub", "aud", "iat", "nbf", "exp", "scope"]);
    }
}
