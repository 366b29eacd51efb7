//! When sessions and API keys were last used: kept with them, and written down now and then.
//!
//! Whoever is used and whose note is a minute old is put on a list, and the list is written down in
//! short pieces, so that nobody waits long for the database. Nothing ever goes through all sessions.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use super::Live;
use crate::identity::secret::{Digest, fingerprint_of};
use crate::store::{StoreError, api_keys, sessions};

/// How old a note may become, in seconds.
const NOTED_EVERY: i64 = 60;
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
    fn touch(&self, now: i64) -> bool {
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
        now >= noted + NOTED_EVERY && note()
    }
}

/// What is to be written down.
#[derive(Default)]
pub(super) struct Notes(Mutex<Vec<(Digest, i64)>>);

impl Notes {
    /// Counts something as used now.
    pub(super) fn touch(&self, id: &Digest, seen: &Seen, now: DateTime<Utc>) {
        let now = now.timestamp();
        if seen.touch(now) {
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
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
