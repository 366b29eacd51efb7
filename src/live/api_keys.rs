//! API keys in memory.

use chrono::{DateTime, Utc};

use super::by_digest::Known;
use super::seen::Seen;
use super::stamps::Stamped;
use super::{Failure, Live};
use crate::identity::principal::User;
use crate::identity::secret::{Digest, fingerprint_of};
use crate::store::api_keys;

/// An API key as the hot path needs it.
#[derive(Clone)]
pub(super) struct LiveKey {
    id: Digest,
    user: Stamped,
    expires_at: Option<DateTime<Utc>>,
    pub(super) seen: Seen,
}

impl Known for LiveKey {
    fn digest(&self) -> &Digest {
        &self.id
    }

    fn last_used(&self) -> i64 {
        self.seen.last_second()
    }
}

impl Live {
    /// The same as [`Live::api_key`], if that can be said without waiting.
    pub fn warm_api_key(&self, id: &Digest, now: DateTime<Utc>) -> Option<User> {
        self.api_keys.look(id, |key| {
            let is_current = self.stamps.is_current(&key.user);
            is_current.then(|| self.use_key(key, now))?
        })
    }

    /// The active user whose API key has this digest, counted as used now.
    pub async fn api_key(&self, id: &Digest, now: DateTime<Utc>) -> Result<Option<User>, Failure> {
        if let Some(user) = self.warm_api_key(id, now) {
            return Ok(Some(user));
        }
        let key = Box::pin(self.load_api_key(id, now)).await?;
        // What is kept is used, so that it is noted once; it may be gone again.
        let using = |key: &LiveKey| self.use_key(key, now);
        Ok(key.and_then(|key| self.api_keys.find(id, using).or_else(|| using(&key))))
    }

    async fn load_api_key(
        &self,
        id: &Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<LiveKey>, Failure> {
        let _loading = self.loading.read().await;
        self.api_keys
            .forget_if(id, |key| !self.stamps.is_current(&key.user));
        let load = async {
            let key = fingerprint_of(id);
            let opened = self
                .store
                .run(move |conn| api_keys::opened(conn, &key, now));
            Ok(opened.await?.map(|opened| LiveKey {
                id: *id,
                user: self.stamps.mark(opened.user),
                expires_at: opened.expires_at,
                seen: Seen::at(opened.last_used_at),
            }))
        };
        self.api_keys.get_or_load(id, load).await
    }

    fn use_key(&self, key: &LiveKey, now: DateTime<Utc>) -> Option<User> {
        if key.expires_at.is_some_and(|end| end <= now) {
            return None;
        }
        self.used_keys.touch(&key.id, &key.seen, now);
        Some(key.user.user.clone())
    }
}
