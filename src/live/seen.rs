//! When sessions and API keys were last used: kept with them, and written down now and then.
//!
//! Whoever is used and was last written down some minutes ago is put on a list, and the list is written down
//! in short pieces, so that nobody waits long for the database. Nothing ever goes through all sessions.
//! Writing down one costs more than deciding about some tiles, so it is not done more often than it matters,
//! and the more sessions are in use, the less often it is done for each.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::Live;
use crate::identity::secret::{Digest, fingerprint_of};
use crate::store::{StoreError, api_keys, sessions};

/// How old what is written down becomes before it is due again, in seconds: at least, and at most.
const DUE_AFTER: RangeInclusive<i64> = 60..=300;
/// How long something that is due waits at most, in seconds.
const LONGEST_WAIT: i64 = 1800;
/// Into how many parts what is written down divides the time after which a session is idle.
const PARTS: i64 = 24;
/// How many are written down at once.
const AT_ONCE: usize = 100;
/// How often some are written down, in seconds.
pub(super) const TURN: u32 = 5;
/// How many pieces are written down in a turn as long as there are any, which is 60 in a second: with a
/// million sessions in the database that takes some thousandths of a core.
const PIECES: usize = 3;
/// Due already, and on the list.
const ON_THE_LIST: i64 = i64::MAX;

/// When something was last used, and when that was last written down, in seconds since 1970.
#[derive(Debug)]
pub(super) struct Seen {
    last: AtomicI64,
    written: AtomicI64,
}

impl Clone for Seen {
    fn clone(&self) -> Self {
        Self {
            last: self.last.load(Relaxed).into(),
            written: self.written.load(Relaxed).into(),
        }
    }
}

impl Seen {
    /// As the database says.
    pub(super) fn at(written: Option<DateTime<Utc>>) -> Self {
        let written = written.map_or(0, |at| at.timestamp());
        Self {
            last: AtomicI64::new(written),
            written: AtomicI64::new(written),
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

    /// Counts it as used now. Says whether it is to be put on the list.
    fn touch(&self, now: i64, due_after: i64) -> bool {
        // Most are asked for many times in a second, and reading costs less than writing.
        if self.last.load(Relaxed) < now {
            self.last.fetch_max(now, Relaxed);
        }
        let written = self.written.load(Relaxed);
        let list = || {
            self.written
                .compare_exchange(written, ON_THE_LIST, Relaxed, Relaxed)
                .is_ok()
        };
        now >= written.saturating_add(due_after) && list()
    }

    /// When it was last used, which is written down now.
    fn write(&self) -> i64 {
        let last = self.last_second();
        self.written.store(last, Relaxed);
        last
    }
}

/// What is to be written down.
pub(super) struct Notes {
    list: Mutex<List>,
    due_after: i64,
    /// How long something waits on the list at most.
    wait: i64,
}

#[derive(Default)]
struct List {
    waiting: VecDeque<(Digest, i64)>,
    /// The most that waited since nothing did.
    most: usize,
}

impl Notes {
    /// Good enough to tell whether something was used in so long a time.
    pub(super) fn within(idle: Duration) -> Self {
        let part = idle.num_seconds() / PARTS;
        let due_after = part.clamp(*DUE_AFTER.start(), *DUE_AFTER.end());
        Self {
            list: Mutex::default(),
            due_after,
            wait: part.clamp(due_after, LONGEST_WAIT),
        }
    }

    /// How much later than the database says something may have been used.
    pub(super) fn late(&self) -> Duration {
        // And what writing takes.
        Duration::seconds(self.due_after + self.wait) + Duration::minutes(1)
    }

    /// Counts something as used now.
    pub(super) fn touch(&self, id: &Digest, seen: &Seen, now: DateTime<Utc>) {
        let now = now.timestamp();
        if seen.touch(now, self.due_after) {
            let mut list = self.list();
            list.waiting.push_back((*id, now));
            list.most = list.most.max(list.waiting.len());
        }
    }

    /// How many pieces are to be written down in this turn, so that nothing waits for too long.
    fn turn(&self) -> usize {
        let turns = usize::try_from(self.wait / i64::from(TURN)).unwrap_or(1);
        self.list().most.div_ceil(AT_ONCE * turns).max(PIECES)
    }

    /// Takes the first from the list, with their fingerprints and with when they were last used: as
    /// `write` says of what is still in memory, or else when they were put there.
    fn take(&self, write: impl Fn(&Digest) -> Option<i64>) -> Vec<(String, DateTime<Utc>)> {
        let mut list = self.list();
        let some = list.waiting.len().min(AT_ONCE);
        let taken: Vec<(Digest, i64)> = list.waiting.drain(..some).collect();
        if list.waiting.is_empty() {
            *list = List::default();
        }
        drop(list);
        let last = |(id, listed): &(Digest, i64)| {
            let at = write(id).unwrap_or(*listed);
            Some((fingerprint_of(id), DateTime::from_timestamp(at, 0)?))
        };
        taken.iter().filter_map(last).collect()
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
            let session = |id: &_| self.sessions.find(id, |session| Some(session.seen.write()));
            let key = |id: &_| self.api_keys.find(id, |key| Some(key.seen.write()));
            let (seen, used) = (self.seen_sessions.take(session), self.used_keys.take(key));
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

    const BEGAN: i64 = 1_800_000_000;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn id(number: usize) -> Digest {
        let mut id = Digest::default();
        id[..8].copy_from_slice(&number.to_be_bytes());
        id
    }

    /// What is written down in turns, where so many come at once and then again all the time: who, when last
    /// used, and how long after they came.
    fn written(idle: Duration, many: usize, seconds: i64) -> Vec<(usize, i64, i64)> {
        let notes = Notes::within(idle);
        let sessions: Vec<Seen> = (0..many).map(|_| Seen::at(None)).collect();
        let number = |id: &Digest| usize::from_be_bytes(id[..8].try_into().unwrap());
        let mut found = Vec::new();
        for turn in 0..seconds / i64::from(TURN) {
            let now = turn * i64::from(TURN);
            for (i, seen) in sessions.iter().enumerate() {
                notes.touch(&id(i), seen, at(BEGAN + now));
            }
            for _ in 0..notes.turn() {
                let write = |id: &Digest| {
                    let number = number(id);
                    Some(sessions[number].write())
                };
                let numbers: Vec<usize> = notes
                    .list()
                    .waiting
                    .iter()
                    .map(|(id, _)| number(id))
                    .collect();
                let taken = notes.take(write);
                let taken = numbers.into_iter().zip(taken);
                found.extend(taken.map(|(i, (_, last))| (i, last.timestamp() - BEGAN, now)));
            }
        }
        found
    }

    #[test]
    fn a_few_are_written_down_at_once_and_again_after_five_minutes() {
        let found = written(Duration::hours(12), 2, 605);
        let due = [0, 300, 600].into_iter();
        let expected = due.flat_map(|now| [(0, now, now), (1, now, now)]);
        assert_eq!(found, expected.collect::<Vec<_>>());
    }

    #[test]
    fn when_everybody_comes_at_once_it_takes_half_an_hour_and_the_first_come_first() {
        let found = written(Duration::hours(12), 100_000, 1800);
        let order: Vec<usize> = found.iter().map(|(i, ..)| *i).collect();
        assert_eq!(order[..100_000], (0..100_000).collect::<Vec<_>>());
        // Sixty in a second, and as they were last used, not as they were listed.
        let (_, last, now) = found[99_999];
        assert!((1600..=1800).contains(&now), "{now}");
        assert_eq!(last, now);
    }

    #[test]
    fn where_sessions_end_soon_everything_is_written_down_soon() {
        let found = written(Duration::minutes(30), 20_000, 300);
        let mut former = vec![0; 20_000];
        for (i, last, now) in found {
            assert!(now - former[i] <= 2 * 75 + 5, "{i}: {} s", now - former[i]);
            assert_eq!(last, now);
            former[i] = now;
        }
        assert!(former.iter().all(|last| *last > 140));
    }

    #[test]
    fn of_what_was_forgotten_meanwhile_it_is_known_when_it_was_listed() {
        let notes = Notes::within(Duration::hours(12));
        notes.touch(&id(1), &Seen::at(None), at(BEGAN));
        let taken = notes.take(|_| None);
        assert_eq!(taken, [(fingerprint_of(&id(1)), at(BEGAN))]);
        assert!(notes.take(|_| None).is_empty());
    }
}
