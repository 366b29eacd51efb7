//! The change feed: what was written anywhere is forgotten here.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::Live;
use super::policy::{DefaultSettings, Touched};
use crate::access::policy::Policy;
use crate::identity::limited::Limited;
use crate::identity::principal::UserId;
use crate::identity::secret::digest_of;
use crate::store::changes::{self, Change, Mark};
use crate::store::{Conn, StoreError, snapshot};

/// How often the feed is read; with the reading itself, revocation takes well under a second.
pub const INTERVAL: Duration = Duration::from_millis(250);

/// How far the feed has been read.
pub(super) struct Position {
    /// Up to this entry everything is forgotten that has changed.
    read: Mark,
    /// How often the database's file had been replaced by then.
    replaced: u64,
    /// Up to this entry, at least, the policy has everything.
    policy: i64,
    /// Policies that somebody may still be looking at. Whoever is the last drops it, and that must be no
    /// one who answers requests.
    former: Vec<Arc<Policy>>,
}

impl Position {
    /// At this entry, of a database that had been replaced so often.
    pub(super) fn at(entry: Mark, replaced: u64) -> Self {
        Self {
            policy: entry.id,
            read: entry,
            replaced,
            former: Vec::new(),
        }
    }

    /// The number of the last entry that was read.
    pub(super) fn id(&self) -> i64 {
        self.read.id
    }
}

/// A piece of the feed, and the policy as it was at that moment.
struct News {
    changes: Vec<Change>,
    lost_track: bool,
    touches_roles: bool,
    /// A rule that cannot be read keeps nobody signed in.
    policy: Result<Option<Policy>, StoreError>,
    policy_at: i64,
    read_to: Mark,
    latest: i64,
}

impl News {
    fn read(
        conn: &mut Conn,
        last: &Mark,
        was_replaced: bool,
        policy_at: i64,
        before: &Policy,
        defaults: &DefaultSettings,
    ) -> Result<Option<Self>, StoreError> {
        if changes::end(conn)? == *last && !was_replaced {
            return Ok(None);
        }
        snapshot(conn, |conn| {
            let (oldest, end) = (changes::oldest(conn)?, changes::end(conn)?);
            // The database is a backup from before, or what came next was swept away before we read it.
            let lost_track = was_replaced
                || (last.id != 0 && changes::mark(conn, last.id)?.as_ref() != Some(last))
                || oldest.map_or(end.id, |oldest| oldest - 1) > last.id;
            // All is read anew, so what has happened meanwhile is not looked at.
            let from = if lost_track { end.id } else { last.id };
            let changes = changes::after(conn, from)?;
            let mut touched = Touched::by(changes.iter().filter(|change| change.id > policy_at));
            let read_to = match changes.last() {
                Some(newest) => changes::mark(conn, newest.id)?.unwrap_or_default(),
                None => end.clone(),
            };
            // What was written in one go counts in one go, also if it is longer than a piece.
            touched.everything |= lost_track || (read_to != end && !touched.is_nothing());
            let policy = (!touched.is_nothing()).then(|| touched.renew(conn, before, defaults));
            let all = Touched::by(&changes);
            Ok(Some(Self {
                lost_track,
                touches_roles: lost_track || all.everything || all.roles,
                policy: policy.transpose(),
                policy_at: if touched.everything {
                    end.id
                } else {
                    read_to.id
                },
                read_to,
                latest: end.id,
                changes,
            }))
        })
    }
}

impl Live {
    /// Reads the feed to its end and forgets what changed. After a write this makes it count at once.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let mut position = self.position.lock().await;
        while self.read_on(&mut position).await? {}
        Ok(())
    }

    /// Reads a piece of the feed, and says whether there may be more.
    async fn read_on(&self, position: &mut Position) -> Result<bool, StoreError> {
        let (last, policy_at) = (position.read.clone(), position.policy);
        let (before, defaults) = (self.policy.load_full(), self.defaults.clone());
        let (store, known) = (self.store.clone(), position.replaced);
        let mut former = std::mem::take(&mut position.former);
        let read = move |conn: &mut Conn| {
            // Here nobody waits while the rules of a whole policy are dropped.
            former.retain(|policy| Arc::strong_count(policy) > 1);
            // Looked at with a connection in hand: it leads to the file that is there now.
            let replaced = store.replaced();
            let news = News::read(
                conn,
                &last,
                replaced != known,
                policy_at,
                &before,
                &defaults,
            )?;
            Ok((news, former, replaced))
        };
        let (news, former, replaced) = self.store.run(read).await?;
        position.former = former;
        let Some(news) = news else { return Ok(false) };
        self.forget_what_changed(&news).await;
        if let Some(policy) = news.policy? {
            position.former.push(self.policy.swap(Arc::new(policy)));
            position.policy = news.policy_at;
        }
        // Consumers refer to roles by name.
        let is_of_consumers = |change: &Change| change.resource == "consumer";
        if news.touches_roles || news.changes.iter().any(is_of_consumers) {
            self.consumers.read(&self.store).await?;
        }
        self.vitals.read(news.read_to.id, news.latest);
        (position.read, position.replaced) = (news.read_to, replaced);
        Ok(!news.changes.is_empty())
    }

    async fn forget_what_changed(&self, news: &News) {
        let _no_loading = self.loading.write().await;
        if news.lost_track {
            self.forget_all();
        }
        for change in &news.changes {
            self.forget(&change.resource, &change.key);
        }
    }

    fn forget(&self, resource: &str, key: &str) {
        match resource {
            "user" => {
                if let Ok(id) = key.parse() {
                    self.stamps.change(UserId(id));
                }
            }
            "session" => {
                if let Some(id) = digest_of(key) {
                    self.sessions.forget(&id);
                }
            }
            "api_key" => {
                if let Some(id) = digest_of(key) {
                    self.api_keys.forget(&id);
                }
            }
            "limit" => {
                if let Some(who) = Limited::parse(key) {
                    self.limits.lift(&who);
                }
            }
            // Read above. Whoever loses a role with it has an entry of their own.
            "consumer" | "policy" => {}
            _ => self.forget_all(),
        }
    }

    fn forget_all(&self) {
        self.sessions.forget_all();
        self.api_keys.forget_all();
        self.accounts.forget_all();
    }

    /// Follows the feed and keeps house, for as long as the program runs: apart, so that what takes its
    /// time delays nothing that was revoked.
    pub async fn follow(self: Arc<Self>, now: fn() -> DateTime<Utc>) {
        tokio::join!(
            self.read_feed(now),
            self.watch_freshness(now),
            self.keep_house(now)
        );
    }

    /// Reads the feed to its end; what is in memory counts for a while from now on.
    pub async fn refresh(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let began = Instant::now();
        self.catch_up().await?;
        self.freshness.renew(now, began);
        Ok(())
    }

    async fn read_feed(&self, now: fn() -> DateTime<Utc>) {
        let mut tick = tokio::time::interval(INTERVAL);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut healthy = true;
        loop {
            tick.tick().await;
            let result = self.refresh(now()).await;
            self.vitals.tried(result.is_ok(), now());
            match &result {
                Ok(()) if !healthy => tracing::info!("the database answers again"),
                Err(error) if healthy => tracing::error!(%error, "the change feed cannot be read"),
                Ok(()) | Err(_) => {}
            }
            healthy = result.is_ok();
        }
    }
}
