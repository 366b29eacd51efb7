//! Sessions in memory.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::by_digest::Known;
use super::seen::Seen;
use super::stamps::Stamped;
use super::{Failure, Live};
use crate::identity::principal::{Grant, Principal, User};
use crate::identity::secret::{Digest, fingerprint_of};
use crate::identity::session::{Door, is_live};
use crate::store::sessions::{self, Opened};

/// A session as the hot path needs it, in one piece.
#[derive(Clone)]
pub(super) struct LiveSession {
    id: Digest,
    user: Option<Stamped>,
    grants: Arc<[Grant]>,
    door: Door,
    expires_at: DateTime<Utc>,
    pub(super) seen: Seen,
}

impl Known for LiveSession {
    fn digest(&self) -> &Digest {
        &self.id
    }

    fn last_used(&self) -> i64 {
        self.seen.last_second()
    }
}

/// A session that lives now, and what it stands for.
#[derive(Debug, Clone)]
pub struct Current {
    /// Its active user; a visitor who accepted terms or opened a kiosk has none.
    pub user: Option<User>,
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
    /// The same as [`Live::session`], if that can be said without waiting.
    pub fn warm_session(&self, id: &Digest, door: Door, now: DateTime<Utc>) -> Option<Current> {
        self.sessions.look(id, |session| {
            let is_good = self.is_good(session, now);
            is_good.then(|| self.enter(session, door, now))?
        })
    }

    /// The live session with this id that was opened at this door, counted as seen now.
    pub async fn session(
        &self,
        id: &Digest,
        door: Door,
        now: DateTime<Utc>,
    ) -> Result<Option<Current>, Failure> {
        if let Some(current) = self.warm_session(id, door, now) {
            return Ok(Some(current));
        }
        // What is rare is in a box: what may be awaited is moved about with every question.
        let session = Box::pin(self.load_session(id, now)).await?;
        // What is kept is entered, so that it is noted once; it may be gone again.
        let enter = |session: &LiveSession| self.enter(session, door, now);
        Ok(session.and_then(|session| self.sessions.find(id, enter).or_else(|| enter(&session))))
    }

    async fn load_session(
        &self,
        id: &Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<LiveSession>, Failure> {
        let _loading = self.loading.read().await;
        // Another instance may have seen it since: ask the database before it counts as idle.
        self.sessions
            .forget_if(id, |session| !self.is_good(session, now));
        let load = async {
            let key = fingerprint_of(id);
            let opened = self
                .store
                .run(move |conn| sessions::opened(conn, &key, now));
            Ok(opened.await?.map(|opened| self.remember(*id, opened)))
        };
        let session = self.sessions.get_or_load(id, load).await?;
        Ok(session.filter(|session| self.is_good(session, now)))
    }

    fn remember(&self, id: Digest, opened: Opened) -> LiveSession {
        LiveSession {
            id,
            user: opened.user.map(|user| self.stamps.mark(user)),
            grants: shared(opened.grants),
            door: opened.door,
            expires_at: opened.expires_at,
            seen: Seen::at(Some(opened.last_seen_at)),
        }
    }

    /// Whether it lives, and its user is as he was.
    fn is_good(&self, session: &LiveSession, now: DateTime<Utc>) -> bool {
        let user = session.user.as_ref();
        user.is_none_or(|user| self.stamps.is_current(user))
            && is_live(
                session.expires_at,
                session.seen.last(),
                now,
                self.session_idle,
            )
    }

    fn enter(&self, session: &LiveSession, door: Door, now: DateTime<Utc>) -> Option<Current> {
        if session.door != door {
            return None;
        }
        self.seen_sessions.touch(&session.id, &session.seen, now);
        let user = session.user.as_ref();
        Some(Current {
            user: user.map(|stamped| stamped.user.clone()),
            grants: Arc::clone(&session.grants),
            expires_at: session.expires_at,
        })
    }
}

/// Most sessions obtained nothing, and share that.
fn shared(grants: Vec<Grant>) -> Arc<[Grant]> {
    if grants.is_empty() {
        Arc::default()
    } else {
        grants.into()
    }
}
