//! API keys in memory.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::seen::Seen;
use super::stamps::Stamped;
use super::{Failure, Live};
use crate::identity::principal::User;
use crate::identity::secret::{Digest, fingerprint_of};
use crate::store::api_keys;

/// An API key as the hot path needs it.
pub(super) struct LiveKey {
    user: Stamped,
    expires_at: Option<DateTime<Utc>>,
    seen: Seen,
}

impl Live {
    /// The same as [`Live::api_key`], if that can be said without waiting.
    pub fn warm_api_key(&self, id: &Digest, now: DateTime<Utc>) -> Option<Arc<User>> {
        let key = self.api_keys.get(id)?;
        if !self.stamps.is_current(&key.user) {
            return None;
        }
        self.use_key(id, &key, now)
    }

    /// The active user whose API key has this digest, counted as used now.
    pub async fn api_key(
        &self,
        id: &Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<User>>, Failure> {
        if let Some(user) = self.warm_api_key(id, now) {
            return Ok(Some(user));
        }
        let key = Box::pin(self.load_api_key(id, now)).await?;
        Ok(key.and_then(|key| self.use_key(id, &key, now)))
    }

    async fn load_api_key(
        &self,
        id: &Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<LiveKey>>, Failure> {
        let _loading = self.loading.read().await;
        self.api_keys
            .forget_if(id, |key| !self.stamps.is_current(&key.user));
        let load = async {
            let key = fingerprint_of(id);
            let opened = self
                .store
                .run(move |conn| api_keys::opened(conn, &key, now));
            let key = opened.await?.map(|opened| LiveKey {
                user: self.stamps.mark(opened.user),
                expires_at: opened.expires_at,
                seen: Seen::at(opened.last_used_at),
            });
            Ok(key.map(Arc::new))
        };
        self.api_keys.get_or_load(id, load).await
    }

    fn use_key(&self, id: &Digest, key: &LiveKey, now: DateTime<Utc>) -> Option<Arc<User>> {
        if key.expires_at.is_some_and(|end| end <= now) {
            return None;
        }
        self.used_keys.touch(id, &key.seen, now);
        Some(Arc::clone(&key.user.user))
    }
}
