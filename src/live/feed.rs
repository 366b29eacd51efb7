//! The change feed: what was written anywhere is forgotten here.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Live;
use crate::identity::principal::UserId;
use crate::store::{StoreError, audit, changes, sessions};

/// How often the feed is read; with the reading itself, revocation takes well under a second.
pub const INTERVAL: Duration = Duration::from_millis(250);

/// How often what was seen is written down and what is over is swept away.
const UPKEEP: Duration = Duration::from_secs(60);

/// How long entries of the feed are kept; an instance that was away longer reads everything anew.
const KEPT: chrono::Duration = chrono::Duration::days(1);

impl Live {
    /// Reads the feed to its end and forgets what changed. After a write this makes it count at once.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let mut position = self.position.lock().await;
        let last = *position;
        let (news, oldest) = self
            .store
            .run(move |conn| Ok((changes::after(conn, last)?, changes::oldest(conn)?)))
            .await?;
        let Some(newest) = news.last().map(|change| change.id) else {
            return Ok(());
        };
        let missed_some = oldest.is_some_and(|oldest| oldest > last + 1 && last > 0);
        let policy_changed = missed_some
            || news
                .iter()
                .any(|change| matches!(change.resource.as_str(), "policy" | "all"));
        if policy_changed {
            self.read_policy().await?;
        }
        let _no_loading = self.loading.write().await;
        if missed_some {
            self.forget_all();
        }
        for change in &news {
            self.forget(&change.resource, &change.key).await;
        }
        *position = newest;
        Ok(())
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
        let (idle, retention) = (self.lifetime.idle, self.audit_retention);
        self.store
            .run(move |conn| {
                sessions::sweep(conn, now, idle)?;
                changes::sweep(conn, now - KEPT)?;
                audit::sweep(conn, now - retention)?;
                Ok(())
            })
            .await
    }
}
