//! How long what is in memory counts while the database cannot be read (`STALE_LIMIT`).
//!
//! Whoever decides compares one number. Two clocks say when it is too late: that of the wall, which goes on
//! while the machine sleeps or the program is stopped, and one that nobody can set back.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};

use super::{Failure, Live};
use crate::store::StoreError;

/// How often it is looked whether it is too late by the clock that nobody sets.
const WATCHED: Duration = Duration::from_secs(1);

/// Until when what is in memory counts.
pub(super) struct Freshness {
    limit: Duration,
    /// In milliseconds since 1970.
    until: AtomicI64,
    /// When the last reading of the feed began that came to its end.
    read_at: Mutex<Instant>,
}

impl Freshness {
    /// Everything was read just now.
    pub(super) fn new(limit: Duration, now: DateTime<Utc>) -> Self {
        let fresh = Self {
            limit,
            until: AtomicI64::new(i64::MIN),
            read_at: Mutex::new(Instant::now()),
        };
        fresh.renew(now, Instant::now());
        fresh
    }

    /// The feed was read to its end, by a reading that began then.
    pub(super) fn renew(&self, now: DateTime<Utc>, began: Instant) {
        let mut read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = i64::try_from(self.limit.as_millis()).unwrap_or(i64::MAX);
        *read_at = began;
        self.until
            .store(now.timestamp_millis().saturating_add(limit), Relaxed);
    }

    /// Whether what is in memory counts.
    pub(super) fn holds(&self, now: DateTime<Utc>) -> bool {
        now.timestamp_millis() < self.until.load(Relaxed)
    }

    /// The same by both clocks.
    fn watch(&self, now: DateTime<Utc>, instant: Instant) -> bool {
        let read_at = self.read_at.lock().unwrap_or_else(PoisonError::into_inner);
        if instant.saturating_duration_since(*read_at) >= self.limit {
            self.until.store(i64::MIN, Relaxed);
        }
        self.holds(now)
    }
}

impl Live {
    /// Whether what is in memory still counts: the database was read within `STALE_LIMIT`.
    pub fn is_fresh(&self, now: DateTime<Utc>) -> bool {
        self.freshness.holds(now)
    }

    /// For how long the feed has not been read, by a clock that nobody sets.
    pub fn unread_for(&self, instant: Instant) -> Duration {
        let read_at = self.freshness.read_at.lock();
        let read_at = read_at.unwrap_or_else(PoisonError::into_inner);
        instant.saturating_duration_since(*read_at)
    }

    /// Fails if what is in memory does not count any more.
    pub fn fresh(&self, now: DateTime<Utc>) -> Result<(), Failure> {
        if self.is_fresh(now) {
            Ok(())
        } else {
            Err(stale())
        }
    }

    /// Says once that nothing counts any more, and once that it does again.
    pub(super) async fn watch_freshness(&self, now: fn() -> DateTime<Utc>) {
        let mut tick = tokio::time::interval(WATCHED);
        let mut was_fresh = true;
        loop {
            tick.tick().await;
            let is_fresh = self.freshness.watch(now(), Instant::now());
            match (was_fresh, is_fresh) {
                (true, false) => tracing::error!(
                    "the database could not be read for STALE_LIMIT: \
                     everything is refused until it can be"
                ),
                (false, true) => tracing::info!("what is in memory is up to date again"),
                (true, true) | (false, false) => {}
            }
            was_fresh = is_fresh;
        }
    }
}

#[cold]
fn stale() -> Failure {
    Arc::new(StoreError::Stale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_mins(15);

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn what_was_read_counts_until_the_limit_and_again_once_it_is_read_anew() {
        let fresh = Freshness::new(LIMIT, at(1000));
        assert!(fresh.holds(at(1899)) && !fresh.holds(at(1900)));
        fresh.renew(at(5000), Instant::now());
        assert!(fresh.holds(at(5899)) && !fresh.holds(at(5900)));
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nothing_alive() {
        let (fresh, start) = (Freshness::new(LIMIT, at(1_000_000)), Instant::now());
        assert!(fresh.watch(at(0), start + LIMIT / 2));
        assert!(!fresh.watch(at(0), start + LIMIT));
        assert!(!fresh.holds(at(0)));
        fresh.renew(at(10), start + LIMIT);
        assert!(fresh.watch(at(20), start + LIMIT));
    }

    #[test]
    fn a_clock_that_is_set_forward_refuses_until_the_next_reading() {
        let (fresh, start) = (Freshness::new(LIMIT, at(0)), Instant::now());
        let later = at(100 * 365 * 86_400);
        assert!(!fresh.watch(later, start));
        fresh.renew(later, start);
        assert!(fresh.watch(later, start));
    }
}
