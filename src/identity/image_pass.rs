//! The pass that a consumer's user gets for an authToken, so that plain `<img>` elements can show
//! images: a signed text in a cookie, or in an access token, that opens images and manifests alone.
//!
//! It holds no rights of its own. Whenever it is shown it is held against the consumer as it is then, so
//! that disabling, revoking and rotating end it without a list of passes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::annotator::{SignedWith, Token};
use super::consumer::{AnnotatorUser, Consumer, ConsumerSecret, Consumers};
use super::key::Key;
use super::principal::RoleId;
use super::secret;

/// The longest life of a pass.
pub const LIFETIME: Duration = Duration::hours(1);
/// The longest pass in bytes that is looked at.
const MAX_BYTES: usize = 2048;

/// What a pass says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImagePass {
    #[serde(rename = "c")]
    consumer: String,
    #[serde(rename = "u")]
    user: String,
    #[serde(rename = "v", default, skip_serializing_if = "std::ops::Not::not")]
    is_visitor: bool,
    /// The roles that the token named and the consumer might grant.
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    granted: Vec<RoleId>,
    /// Which of the consumer's secrets signed the token.
    #[serde(rename = "s")]
    secret: String,
    /// When the token was issued, in milliseconds since 1970: revoking looks at it.
    #[serde(rename = "i")]
    issued_at: i64,
    /// When the pass ends, in seconds since 1970.
    #[serde(rename = "e")]
    expires_at: i64,
}

impl ImagePass {
    /// The pass for a good token: it ends with the token, or after [`LIFETIME`].
    pub fn new(consumer: &Consumer, token: &Token, now: DateTime<Utc>) -> Option<Self> {
        let secrets = consumer.secrets.as_ref()?;
        let secret = match token.secret {
            SignedWith::Current => &secrets.current,
            SignedWith::Previous => &secrets.previous.as_ref()?.0,
        };
        let granted = consumer
            .roles_of(&token.groups)
            .filter(|role| !role.is_base);
        Some(Self {
            consumer: consumer.key.to_string(),
            user: token.user.clone(),
            is_visitor: token.is_visitor,
            granted: granted.map(|role| role.id).collect(),
            secret: name_of(secret),
            issued_at: token.issued_at.timestamp_millis(),
            expires_at: token.expires_at.min(now + LIFETIME).timestamp(),
        })
    }

    /// When it ends.
    pub fn expires_at(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.expires_at, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// The signed text.
    pub fn sign(&self, key: &Key) -> Result<String, serde_json::Error> {
        let body = URL_SAFE_NO_PAD.encode(serde_json::to_vec(self)?);
        let signature = URL_SAFE_NO_PAD.encode(key.sign(body.as_bytes()));
        Ok(format!("{body}.{signature}"))
    }

    /// What a text says, if one of the keys signed it.
    pub fn read(text: &str, keys: &[Key]) -> Option<Self> {
        if text.len() > MAX_BYTES {
            return None;
        }
        let (body, signature) = text.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        keys.iter()
            .find(|key| key.verifies(body.as_bytes(), &signature))?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }

    /// Whom it stands for now; nobody once the consumer, its secret or its user does not count any more.
    pub fn bearer(self, consumers: &Consumers, now: DateTime<Utc>) -> Option<AnnotatorUser> {
        let consumer = consumers.find(&self.consumer)?;
        let issued_at = DateTime::from_timestamp_millis(self.issued_at)?;
        let is_good = consumer.is_enabled
            && now.timestamp() < self.expires_at
            && signs(consumer, &self.secret, now)
            && !consumer.has_revoked(&self.user, issued_at, now);
        let holds = |id| self.granted.contains(&id);
        is_good.then(|| AnnotatorUser {
            roles: consumer
                .roles
                .iter()
                .filter(|role| role.is_base || holds(role.id))
                .map(|role| role.id)
                .collect(),
            consumer: consumer.clone(),
            user: self.user,
            is_admin: false,
            is_visitor: self.is_visitor,
        })
    }
}

/// Whether a consumer's secret of this name still verifies.
fn signs(consumer: &Consumer, name: &str, now: DateTime<Utc>) -> bool {
    let Some(secrets) = &consumer.secrets else {
        return false;
    };
    let is_previous =
        |(secret, until): &(ConsumerSecret, DateTime<Utc>)| now < *until && name_of(secret) == name;
    name_of(&secrets.current) == name || secrets.previous.as_ref().is_some_and(is_previous)
}

/// A name for a secret that says nothing about it.
fn name_of(secret: &ConsumerSecret) -> String {
    secret::fingerprint(secret.as_bytes())
        .chars()
        .take(11)
        .collect()
}
