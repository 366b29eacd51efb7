//! When sessions and API keys were last used: kept with them, and written down now and then.
//!
//! Whoever is used and whose note is some minutes old is put on a list, and the list is written down in
//! short pieces, so that nobody waits long for the database. Nothing ever goes through all sessions.
//! Writing down one costs half of what deciding about a tile does, so it is not done more often than it
//! matters.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::Live;
use crate::identity::secret::{Digest, fingerprint_of};
use crate::store::{StoreError, api_keys, sessions};

/// How old a note becomes at most, in seconds, and at least.
const NOTED_EVERY: RangeInclusive<i64> = 60..=300;
/// Into how many parts notes divide the time after which a session is idle.
const PARTS: i64 = 24;
/// How many are written down at once.
const AT_ONCE: usize = 250;

/// When something was last used, and what the database says of that, in seconds since 1970.
#[derive(Debug)]
pub(super) struct Seen {
    last: AtomicI64,
    noted: AtomicI64,
}

impl Seen {
    /// As the database says.
    pub(super) fn at(noted: Option<DateTime<Utc>>) -> Self {
        let noted = noted.map_or(0, |at| at.timestamp());
        Self {
            last: AtomicI64::new(noted),
            noted: AtomicI64::new(noted),
        }
    }

    /// When it was last used.
    pub(super) fn last(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.last.load(Relaxed), 0).unwrap_or_default()
    }

    /// Counts it as used now. Says whether that is to be written down.
    fn touch(&self, now: i64, noted_every: i64) -> bool {
        // Most are asked for many times in a second, and reading costs less than writing.
        if self.last.load(Relaxed) < now {
            self.last.fetch_max(now, Relaxed);
        }
        let noted = self.noted.load(Relaxed);
        let note = || {
            self.noted
                .compare_exchange(noted, now, Relaxed, Relaxed)
                .is_ok()
        };
        now >= noted + noted_every && note()
    }
}

/// What is to be written down.
pub(super) struct Notes {
    list: Mutex<Vec<(Digest, i64)>>,
    every: i64,
}

impl Notes {
    /// Notes that are good enough to tell whether something was used in so long a time.
    pub(super) fn within(idle: Duration) -> Self {
        let every = (idle.num_seconds() / PARTS).clamp(*NOTED_EVERY.start(), *NOTED_EVERY.end());
        Self {
            list: Mutex::default(),
            every,
        }
    }

    /// How much later than the database says something may have been used: a note, and until it is written.
    pub(super) fn late(&self) -> Duration {
        Duration::seconds(self.every) + Duration::minutes(1)
    }

    /// Counts something as used now.
    pub(super) fn touch(&self, id: &Digest, seen: &Seen, now: DateTime<Utc>) {
        let now = now.timestamp();
        if seen.touch(now, self.every) {
            self.list().push((*id, now));
        }
    }

    /// Takes some, with their fingerprints; they are no longer to be written down.
    fn take(&self) -> Vec<(String, DateTime<Utc>)> {
        let mut list = self.list();
        let rest = list.len().saturating_sub(AT_ONCE);
        let taken = list.split_off(rest);
        if list.is_empty() {
            list.shrink_to_fit();
        }
        drop(list);
        taken
            .iter()
            .filter_map(|(id, at)| Some((fingerprint_of(id), DateTime::from_timestamp(*at, 0)?)))
            .collect()
    }

    fn list(&self) -> MutexGuard<'_, Vec<(Digest, i64)>> {
        // Held for a moment only, and nothing in it can break off halfway.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// Writes down what was used.
    pub async fn write_seen(&self) -> Result<(), StoreError> {
        loop {
            let (seen, used) = (self.seen_sessions.take(), self.used_keys.take());
            if seen.is_empty() && used.is_empty() {
                return Ok(());
            }
            let write = move |conn: &mut _| {
                sessions::touch(conn, &seen)?;
                api_keys::touch(conn, &used)
            };
            self.store.run(write).await?;
        }
    }
}
