//! The change feed: what was written anywhere is forgotten here.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Live;
use crate::identity::principal::UserId;
use crate::store::changes::{self, Change};
use crate::store::{Conn, StoreError, audit, consumers, sessions};

/// How often the feed is read; with the reading itself, revocation takes well under a second.
pub const INTERVAL: Duration = Duration::from_millis(250);

/// How often what was seen is written down and what is over is swept away.
const UPKEEP: Duration = Duration::from_mins(1);

/// How long entries of the feed are kept; an instance that was away longer reads everything anew.
const KEPT: chrono::Duration = chrono::Duration::days(1);

impl Live {
    /// Reads the feed to its end and forgets what changed. After a write this makes it count at once.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let mut position = self.position.lock().await;
        while self.read_on(&mut position).await? {}
        Ok(())
    }

    /// Reads a piece of the feed, and says whether there may be more.
    async fn read_on(&self, position: &mut i64) -> Result<bool, StoreError> {
        let last = *position;
        let read = move |conn: &mut Conn| {
            let ends = (changes::oldest(conn)?, changes::latest(conn)?);
            Ok((changes::after(conn, last)?, ends))
        };
        let (news, (oldest, latest)) = self.store.run(read).await?;
        // Swept away before we read it, or the database is a backup from before.
        let lost_track = latest < last || oldest.is_some_and(|oldest| oldest > last + 1);
        let is_policy = |change: &Change| matches!(change.resource.as_str(), "policy" | "all");
        if lost_track || news.iter().any(is_policy) {
            self.read_policy().await?;
        }
        // Consumers refer to roles by name.
        let is_of_consumers = |change: &Change| change.resource == "consumer" || is_policy(change);
        if lost_track || news.iter().any(is_of_consumers) {
            self.consumers.read(&self.store).await?;
        }
        let _no_loading = self.loading.write().await;
        if lost_track {
            self.forget_all();
        }
        for change in &news {
            self.forget(&change.resource, &change.key).await;
        }
        *position = news.last().map_or(latest.min(last), |newest| newest.id);
        Ok(!news.is_empty())
    }

    async fn forget(&self, resource: &str, key: &str) {
        match resource {
            "user" => {
                if let Ok(id) = key.parse() {
                    self.users.invalidate(&UserId(id)).await;
                }
            }
            "session" => self.sessions.invalidate(key).await,
            "api_key" => self.api_keys.invalidate(key).await,
            "consumer" => {}
            // Roles are part of users as well as of the policy.
            "policy" => self.users.invalidate_all(),
            _ => self.forget_all(),
        }
    }

    fn forget_all(&self) {
        self.sessions.invalidate_all();
        self.users.invalidate_all();
        self.api_keys.invalidate_all();
    }

    /// Follows the feed and keeps house, for as long as the program runs.
    pub async fn follow(self: Arc<Self>, now: fn() -> DateTime<Utc>) {
        let mut tick = tokio::time::interval(INTERVAL);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut upkeep = tokio::time::interval(UPKEEP);
        let mut healthy = true;
        loop {
            let result = tokio::select! {
                _ = tick.tick() => self.catch_up().await,
                _ = upkeep.tick() => self.keep_house(now()).await,
            };
            match &result {
                Ok(()) if !healthy => tracing::info!("the database answers again"),
                Err(error) if healthy => tracing::error!(%error, "the change feed cannot be read"),
                Ok(()) | Err(_) => {}
            }
            healthy = result.is_ok();
        }
    }

    async fn keep_house(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.write_seen().await?;
        self.write_counts().await?;
        let (idle, retention) = (self.session_idle, self.audit_retention);
        self.store
            .run(move |conn| {
                sessions::sweep(conn, now, idle)?;
                changes::sweep(conn, now - KEPT)?;
                consumers::sweep(conn, now)?;
                audit::sweep(conn, now - retention)?;
                Ok(())
            })
            .await
    }
}
