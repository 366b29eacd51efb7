//! Sessions and API keys in memory.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use chrono::{DateTime, Utc};

use super::{Failure, Live, found};
use crate::identity::principal::{Grant, Principal, User, UserId};
use crate::identity::session::{Door, is_live};
use crate::store::{StoreError, api_keys, sessions};

/// A session as the hot path needs it. When it was last seen is kept here and written down now and then.
#[derive(Debug)]
pub(super) struct LiveSession {
    user: Option<UserId>,
    grants: Arc<[Grant]>,
    door: Door,
    expires_at: DateTime<Utc>,
    last_seen: AtomicI64,
    written: AtomicI64,
}

/// An API key as the hot path needs it.
#[derive(Debug)]
pub(super) struct ApiKey {
    user: UserId,
    expires_at: Option<DateTime<Utc>>,
    last_seen: AtomicI64,
    written: AtomicI64,
}

/// A session that lives now, and what it stands for.
#[derive(Debug, Clone)]
pub struct Current {
    /// Its active user; a visitor who accepted terms or opened a kiosk has none.
    pub user: Option<Arc<User>>,
    /// What it obtained.
    pub grants: Arc<[Grant]>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

impl Current {
    /// Who asks with this session, from somewhere.
    pub fn principal(self) -> Principal {
        Principal {
            annotator: None,
            user: self.user,
            grants: self.grants,
            address: None,
        }
    }
}

impl Live {
    /// The live session with this id that was opened at this door, counted as seen now.
    pub async fn session(
        &self,
        id: &str,
        door: Door,
        now: DateTime<Utc>,
    ) -> Result<Option<Current>, Failure> {
        let session = self.live_session(id, now).await?;
        let Some(session) = session.filter(|session| session.door == door) else {
            return Ok(None);
        };
        session.last_seen.fetch_max(now.timestamp(), Relaxed);
        let user = match session.user {
            None => None,
            // Somebody disabled or deleted loses the session with all that it obtained.
            Some(user) => match self.user(user).await? {
                Some(user) => Some(user),
                None => return Ok(None),
            },
        };
        Ok(Some(Current {
            user,
            grants: Arc::clone(&session.grants),
            expires_at: session.expires_at,
        }))
    }

    async fn live_session(
        &self,
        id: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<LiveSession>>, Failure> {
        if let Some(session) = self.sessions.get(id).await {
            if self.is_live(&session, now) {
                return Ok(Some(session));
            }
            // Another instance may have seen it since: ask the database before it counts as idle.
            self.sessions.invalidate(id).await;
        }
        let _loading = self.loading.read().await;
        let key = id.to_owned();
        let load = async {
            let session = self
                .store
                .run(move |conn| sessions::load(conn, &key, now))
                .await?;
            session
                .map(|session| Arc::new(LiveSession::from(session)))
                .ok_or(StoreError::NotFound)
        };
        let session = found(self.sessions.try_get_with(id.to_owned(), load).await)?;
        Ok(session.filter(|session| self.is_live(session, now)))
    }

    fn is_live(&self, session: &LiveSession, now: DateTime<Utc>) -> bool {
        let last_seen = DateTime::from_timestamp(session.last_seen.load(Relaxed), 0);
        last_seen.is_some_and(|at| is_live(session.expires_at, at, now, self.session_idle))
    }

    /// The active user whose API key has this fingerprint.
    pub async fn api_key(
        &self,
        fingerprint: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<User>>, Failure> {
        let key = match self.api_keys.get(fingerprint).await {
            Some(key) => Some(key),
            None => self.load_api_key(fingerprint, now).await?,
        };
        let Some(key) = key.filter(|key| key.expires_at.is_none_or(|end| now < end)) else {
            return Ok(None);
        };
        key.last_seen.fetch_max(now.timestamp(), Relaxed);
        self.user(key.user).await
    }

    async fn load_api_key(
        &self,
        fingerprint: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<ApiKey>>, Failure> {
        let _loading = self.loading.read().await;
        let key = fingerprint.to_owned();
        let load = async {
            let found = self
                .store
                .run(move |conn| api_keys::load(conn, &key, now))
                .await?;
            found
                .map(|key| Arc::new(ApiKey::from(key)))
                .ok_or(StoreError::NotFound)
        };
        found(
            self.api_keys
                .try_get_with(fingerprint.to_owned(), load)
                .await,
        )
    }

    /// Writes down when sessions and API keys were last seen, for those whose note is a minute old.
    pub async fn write_seen(&self) -> Result<(), StoreError> {
        let seen: Vec<_> = self
            .sessions
            .iter()
            .filter_map(|(id, session)| Some((id, due(&session.last_seen, &session.written)?)))
            .map(|(id, at)| (id.to_string(), at))
            .collect();
        let used: Vec<_> = self
            .api_keys
            .iter()
            .filter_map(|(key, entry)| Some((key, due(&entry.last_seen, &entry.written)?)))
            .map(|(key, at)| (key.to_string(), at))
            .collect();
        if seen.is_empty() && used.is_empty() {
            return Ok(());
        }
        self.store
            .run(move |conn| {
                sessions::touch(conn, &seen)?;
                api_keys::touch(conn, &used)
            })
            .await
    }
}

/// The time to be written down, at most once a minute.
fn due(last_seen: &AtomicI64, written: &AtomicI64) -> Option<DateTime<Utc>> {
    let seen = last_seen.load(Relaxed);
    if seen < written.load(Relaxed) + 60 {
        return None;
    }
    written.store(seen, Relaxed);
    DateTime::from_timestamp(seen, 0)
}

impl From<sessions::Session> for LiveSession {
    fn from(session: sessions::Session) -> Self {
        let last_seen = session.last_seen_at.timestamp();
        Self {
            user: session.user_id,
            grants: session.grants.into(),
            door: session.door,
            expires_at: session.expires_at,
            last_seen: AtomicI64::new(last_seen),
            written: AtomicI64::new(last_seen),
        }
    }
}

impl From<api_keys::ApiKey> for ApiKey {
    fn from(key: api_keys::ApiKey) -> Self {
        let last_used = key.last_used_at.map_or(0, |at| at.timestamp());
        Self {
            user: key.user_id,
            expires_at: key.expires_at,
            last_seen: AtomicI64::new(last_used),
            written: AtomicI64::new(last_used),
        }
    }
}
