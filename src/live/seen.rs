//! When sessions and API keys were last used: kept with them, and written down now and then.
//!
//! Whoever is used and whose note is some minutes old is put on a list, and the list is written down in
//! short pieces, so that nobody waits long for the database. Nothing ever goes through all sessions.
//! Writing down one costs more than deciding about a tile, so it is not done more often than it matters, and
//! when everybody comes at once, it is spread over the time until the next note.

use std::collections::VecDeque;
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
/// How often some are written down, in seconds.
pub(super) const TURN: u32 = 5;

/// When something was last used, and what the database says of that, in seconds since 1970.
#[derive(Debug)]
pub(super) struct Seen {
    last: AtomicI64,
    noted: AtomicI64,
}

impl Clone for Seen {
    fn clone(&self) -> Self {
        Self {
            last: self.last.load(Relaxed).into(),
            noted: self.noted.load(Relaxed).into(),
        }
    }
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
        DateTime::from_timestamp(self.last_second(), 0).unwrap_or_default()
    }

    /// The same in seconds since 1970.
    pub(super) fn last_second(&self) -> i64 {
        self.last.load(Relaxed)
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
    list: Mutex<List>,
    every: i64,
}

#[derive(Default)]
struct List {
    waiting: VecDeque<(Digest, i64)>,
    /// The most that waited since nothing did.
    most: usize,
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

    /// How much later than the database says something may have been used: a note, as long again until it
    /// is written, and what that takes.
    pub(super) fn late(&self) -> Duration {
        Duration::seconds(2 * self.every) + Duration::minutes(1)
    }

    /// Counts something as used now.
    pub(super) fn touch(&self, id: &Digest, seen: &Seen, now: DateTime<Utc>) {
        let now = now.timestamp();
        if seen.touch(now, self.every) {
            let mut list = self.list();
            list.waiting.push_back((*id, now));
            list.most = list.most.max(list.waiting.len());
        }
    }

    /// How many pieces are to be written down in this turn, so that the last one waits for as long as it
    /// takes to the next note.
    fn turn(&self) -> usize {
        let turns = usize::try_from(self.every / i64::from(TURN)).unwrap_or(1);
        self.list().most.div_ceil(AT_ONCE * turns)
    }

    /// Takes the first, with their fingerprints; they are no longer to be written down.
    fn take(&self) -> Vec<(String, DateTime<Utc>)> {
        let mut list = self.list();
        let some = list.waiting.len().min(AT_ONCE);
        let taken: Vec<(Digest, i64)> = list.waiting.drain(..some).collect();
        if list.waiting.is_empty() {
            *list = List::default();
        }
        drop(list);
        taken
            .iter()
            .filter_map(|(id, at)| Some((fingerprint_of(id), DateTime::from_timestamp(*at, 0)?)))
            .collect()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        // Held for a moment only, and nothing in it can break off halfway.
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Live {
    /// Writes down what was used, all of it.
    pub async fn write_seen(&self) -> Result<(), StoreError> {
        self.write_pieces(usize::MAX).await
    }

    /// Writes down some of what was used, the first first.
    pub(super) async fn write_some_seen(&self) -> Result<(), StoreError> {
        let pieces = self.seen_sessions.turn().max(self.used_keys.turn());
        self.write_pieces(pieces).await
    }

    async fn write_pieces(&self, most: usize) -> Result<(), StoreError> {
        for _ in 0..most {
            let (seen, used) = (self.seen_sessions.take(), self.used_keys.take());
            if seen.is_empty() && used.is_empty() {
                break;
            }
            let write = move |conn: &mut _| {
                sessions::touch(conn, &seen)?;
                api_keys::touch(conn, &used)
            };
            self.store.run(write).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_everybody_comes_at_once_it_is_written_down_until_the_next_note_and_the_first_first() {
        let notes = Notes::within(Duration::hours(12));
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for i in 0..100_000_u32 {
            let mut id = Digest::default();
            id[..4].copy_from_slice(&i.to_be_bytes());
            notes.touch(&id, &Seen::at(None), now);
        }
        let mut turns = 0;
        let mut first = None;
        while !notes.list().waiting.is_empty() {
            turns += 1;
            for _ in 0..notes.turn() {
                first = first.or(notes.take().into_iter().next());
            }
        }
        assert_eq!(first.unwrap().0, fingerprint_of(&Digest::default()));
        // Some five minutes, after which the next notes are due.
        assert!((50..=60).contains(&turns), "{turns}");
    }
}
