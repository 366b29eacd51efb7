//! What is done now and then: writing down what was seen and counted, sweeping away what is over.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::Live;
use super::seen::TURN;
use crate::store::{Conn, SLICE, StoreError, audit, changes, consumers, sessions};

/// How often what was counted is written down and what is over is swept away.
const UPKEEP: Duration = Duration::from_mins(1);

/// How long entries of the feed are kept; an instance that was away longer reads everything anew.
const KEPT: chrono::Duration = chrono::Duration::days(1);

impl Live {
    /// Keeps house, for as long as the program runs.
    pub(super) async fn keep_house(&self, now: fn() -> DateTime<Utc>) {
        let mut notes = tokio::time::interval(Duration::from_secs(TURN.into()));
        let mut upkeep = tokio::time::interval(UPKEEP);
        loop {
            let result = tokio::select! {
                _ = notes.tick() => self.write_some_seen().await,
                _ = upkeep.tick() => self.tidy_up(now()).await,
            };
            if let Err(error) = result {
                tracing::warn!(%error, "the database cannot be kept in order");
                notes.reset_after(UPKEEP);
            }
        }
    }

    async fn tidy_up(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.count_people(now).await?;
        self.write_counts().await?;
        // What was used may be noted later than it was used.
        let idle = self.session_idle + self.seen_sessions.late();
        let retention = self.audit_retention;
        self.swept(move |conn| sessions::sweep(conn, now, idle))
            .await?;
        self.swept(move |conn| changes::sweep(conn, now - KEPT))
            .await?;
        self.swept(move |conn| audit::sweep(conn, now - retention))
            .await?;
        self.forget_visitors(now).await?;
        let consumers = move |conn: &mut Conn| consumers::sweep(conn, now);
        self.store.run(consumers).await.map(drop)
    }

    /// Takes visitors out of what was written down long ago.
    pub async fn forget_visitors(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let Some((after, key)) = &self.pseudonyms else {
            return Ok(());
        };
        let before = now - *after;
        loop {
            let key = key.clone();
            let forget = move |conn: &mut Conn| audit::forget_visitors(conn, before, &key);
            if self.store.run(forget).await? < audit::AT_ONCE as usize {
                return Ok(());
            }
        }
    }

    /// Sweeps slice by slice, and lets others at the database in between.
    async fn swept(
        &self,
        sweep: impl Fn(&mut Conn) -> Result<usize, StoreError> + Copy + Send + 'static,
    ) -> Result<(), StoreError> {
        while self.store.run(move |conn| sweep(conn)).await? >= SLICE as usize {}
        Ok(())
    }
}
