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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identity::consumer::tests::consumer;
    use crate::identity::consumer::{ConsumerId, Secrets};

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn site() -> Consumer {
        let current = ConsumerSecret::new(b"sixteen bytes...").unwrap();
        Consumer {
            secrets: Some(Secrets {
                current,
                previous: None,
            }),
            ..consumer("site")
        }
    }

    fn token(expires_at: i64) -> Token {
        Token {
            user: "alice".to_owned(),
            is_admin: true,
            is_visitor: false,
            groups: Vec::new(),
            issued_at: at(1000),
            expires_at: at(expires_at),
            secret: SignedWith::Current,
        }
    }

    fn bearer(pass: &ImagePass, site: Consumer, now: i64) -> Option<AnnotatorUser> {
        let consumers: Consumers = std::iter::once(site).collect();
        pass.clone().bearer(&consumers, at(now))
    }

    #[test]
    fn a_pass_ends_with_the_token_or_after_an_hour_and_names_no_administrator() {
        let pass = |end| ImagePass::new(&site(), &token(end), at(1000)).unwrap();
        assert_eq!(pass(1600).expires_at(), at(1600));
        assert_eq!(pass(90_000).expires_at(), at(4600));
        let alice = bearer(&pass(1600), site(), 1599).unwrap();
        assert_eq!((alice.user.as_str(), alice.is_admin), ("alice", false));
        assert!(bearer(&pass(1600), site(), 1600).is_none());
    }

    #[test]
    fn a_pass_is_worth_what_its_consumer_is_worth_now() {
        let pass = ImagePass::new(&site(), &token(4000), at(1000)).unwrap();
        let rotated = ConsumerSecret::new(b"another secret, as long").unwrap();
        let old = site().secrets.unwrap().current;
        let changed = |change: fn(&mut Consumer)| {
            let mut site = site();
            change(&mut site);
            bearer(&pass, site, 2000)
        };
        assert!(changed(|_| ()).is_some());
        assert!(changed(|site| site.is_enabled = false).is_none());
        assert!(changed(|site| site.revoked_before = Some(at(1001))).is_none());
        assert!(changed(|site| site.secrets = None).is_none());
        let with_secrets = |previous| Consumer {
            secrets: Some(Secrets {
                current: rotated.clone(),
                previous,
            }),
            ..site()
        };
        assert!(bearer(&pass, with_secrets(None), 2000).is_none());
        let overlap = with_secrets(Some((old, at(3000))));
        assert!(bearer(&pass, overlap.clone(), 2999).is_some());
        assert!(bearer(&pass, overlap, 3000).is_none());
        let other = Consumer {
            id: ConsumerId(2),
            ..consumer("other")
        };
        assert!(bearer(&pass, other, 2000).is_none());
    }

    proptest! {
        #[test]
        fn a_changed_pass_is_none(at_byte in any::<prop::sample::Index>(), flip in 1_u8..=255) {
            let key = Key::derive("secret", "image-pass");
            let pass = ImagePass::new(&site(), &token(4000), at(1000)).unwrap();
            let mut text = pass.sign(&key).unwrap().into_bytes();
            prop_assert_eq!(
                ImagePass::read(std::str::from_utf8(&text).unwrap(), std::slice::from_ref(&key)),
                Some(pass.clone())
            );
            let index = at_byte.index(text.len());
            text[index] ^= flip;
            if let Ok(text) = std::str::from_utf8(&text) {
                prop_assert_eq!(ImagePass::read(text, &[key]), None);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,300}") {
            ImagePass::read(&text, &[Key::derive("secret", "image-pass")]);
        }
    }
}
