//! What is known by a digest, such as sessions: found with as little memory as can be looked at.
//!
//! With 100,000 of them in use no processor's cache holds them, and a decision costs what it waits for memory.
//! So values lie in the table itself, and are looked at where they lie. A digest is spread evenly already: its
//! first bytes are the hash.
//!
//! There is a most, of which each part of the table has its share. Where that is reached, the eighth that was
//! used longest ago is forgotten at once, so that this is rare.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use super::cache::Usage;
use super::flights::{Flights, Found};
use crate::identity::secret::Digest;
use crate::meter::Counter;

/// Into how many parts a table is divided, each of which is written to by itself.
const PARTS: usize = 64;
/// Which part of a part is forgotten when it is full.
const FORGOTTEN: usize = 8;

/// What is known by its digest.
pub(super) trait Known: Clone {
    /// By which it is known.
    fn digest(&self) -> &Digest;

    /// When it was last used, in seconds.
    fn last_used(&self) -> i64;
}

/// All that is known of a kind.
pub(super) struct ByDigest<V, E> {
    parts: [RwLock<HashTable<V>>; PARTS],
    most: usize,
    lookups: Counter,
    flights: Flights<Digest, V, E>,
}

impl<V: Known, E: Clone> ByDigest<V, E> {
    /// Keeps at most so many.
    pub(super) fn new(most: usize) -> Self {
        Self {
            parts: std::array::from_fn(|_| RwLock::default()),
            most: most / PARTS,
            lookups: Counter::new(),
            flights: Flights::new(),
        }
    }

    /// What somebody who looks at it finds in what is kept.
    pub(super) fn look<T>(&self, digest: &Digest, find: impl FnOnce(&V) -> Option<T>) -> Option<T> {
        self.lookups.count();
        self.find(digest, find)
    }

    /// How it is used.
    pub(super) fn usage(&self) -> Usage {
        let entries: usize = self.parts.iter().map(|part| read(part).len()).sum();
        Usage {
            lookups: self.lookups.get(),
            misses: self.flights.loads(),
            entries: entries as u64,
        }
    }

    /// Forgets a value.
    pub(super) fn forget(&self, digest: &Digest) {
        self.forget_if(digest, |_| true);
    }

    /// Forgets a value if it is like this.
    pub(super) fn forget_if(&self, digest: &Digest, is_meant: impl FnOnce(&V) -> bool) {
        let is_it = |value: &V| value.digest() == digest;
        if let Ok(found) = write(self.part(digest)).find_entry(hash(digest), is_it)
            && is_meant(found.get())
        {
            found.remove();
        }
    }

    /// Forgets everything.
    pub(super) fn forget_all(&self) {
        for part in &self.parts {
            *write(part) = HashTable::new();
        }
    }

    /// What is kept, or else what `load` finds. Should whoever loads give up, the next one does it.
    pub(super) async fn get_or_load(
        &self,
        digest: &Digest,
        load: impl Future<Output = Found<V, E>>,
    ) -> Found<V, E> {
        let kept = || self.find(digest, |value| Some(value.clone()));
        let keep = |value| self.insert(value);
        self.flights.share(digest, kept, load, keep).await
    }

    /// The same, by somebody who looked before: it counts as no look-up.
    pub(super) fn find<T>(&self, digest: &Digest, find: impl FnOnce(&V) -> Option<T>) -> Option<T> {
        let is_it = |value: &V| value.digest() == digest;
        find(read(self.part(digest)).find(hash(digest), is_it)?)
    }

    fn insert(&self, value: V) {
        let digest = *value.digest();
        let mut table = write(self.part(&digest));
        if table.len() >= self.most {
            make_room(&mut table);
        }
        let is_it = |other: &V| *other.digest() == digest;
        match table.entry(hash(&digest), is_it, |value| hash(value.digest())) {
            Entry::Occupied(mut former) => *former.get_mut() = value,
            Entry::Vacant(place) => drop(place.insert(value)),
        }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a remainder is less than what divided"
    )]
    fn part(&self, digest: &Digest) -> &RwLock<HashTable<V>> {
        let [.., last] = digest;
        &self.parts[usize::from(*last) % PARTS]
    }
}

/// The first bytes of a digest, which is as good as any hash of it.
fn hash(digest: &Digest) -> u64 {
    digest
        .first_chunk()
        .map_or(0, |first| u64::from_ne_bytes(*first))
}

/// Forgets those that were used longest ago.
fn make_room<V: Known>(table: &mut HashTable<V>) {
    let mut times: Vec<i64> = table.iter().map(Known::last_used).collect();
    times.sort_unstable();
    let mut surplus = times.len().div_ceil(FORGOTTEN);
    let limit = times.into_iter().nth(surplus.saturating_sub(1));
    table.retain(|value| {
        let goes = surplus > 0 && Some(value.last_used()) <= limit;
        surplus -= usize::from(goes);
        !goes
    });
}

fn read<V>(part: &RwLock<HashTable<V>>) -> RwLockReadGuard<'_, HashTable<V>> {
    // Nothing that is done with it can break off halfway.
    part.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<V>(part: &RwLock<HashTable<V>>) -> RwLockWriteGuard<'_, HashTable<V>> {
    part.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[derive(Clone)]
    struct Thing {
        digest: Digest,
        used: i64,
    }

    impl Known for Thing {
        fn digest(&self) -> &Digest {
            &self.digest
        }

        fn last_used(&self) -> i64 {
            self.used
        }
    }

    /// All of the same part, and of the same hash: only the digest tells them apart.
    fn thing(number: u16, used: i64) -> Thing {
        let mut digest = Digest::default();
        digest[10..12].copy_from_slice(&number.to_be_bytes());
        Thing { digest, used }
    }

    fn things(most: usize) -> ByDigest<Thing, Infallible> {
        ByDigest::new(most * PARTS)
    }

    fn used(things: &ByDigest<Thing, Infallible>, number: u16) -> Option<i64> {
        things.look(&thing(number, 0).digest, |thing| Some(thing.used))
    }

    fn kept(things: &ByDigest<Thing, Infallible>, numbers: impl Iterator<Item = u16>) -> Vec<u16> {
        numbers
            .filter(|number| used(things, *number).is_some())
            .collect()
    }

    #[test]
    fn what_was_used_longest_ago_is_forgotten_when_there_are_too_many() {
        let things = things(16);
        for number in 0..16 {
            things.insert(thing(number, i64::from(number % 8)));
        }
        assert_eq!(kept(&things, 0..20).len(), 16);
        things.insert(thing(16, 9));
        let gone = [0, 8];
        let expected: Vec<u16> = (0..17).filter(|number| !gone.contains(number)).collect();
        assert_eq!(kept(&things, 0..20), expected);
        assert_eq!(things.usage().entries, 15);
    }

    #[test]
    fn of_those_used_in_the_same_second_no_more_are_forgotten_than_must_be() {
        let things = things(16);
        for number in 0..1000 {
            things.insert(thing(number, 7));
            let least = 16.min(usize::from(number) + 1) - usize::from(number > 15) * 2;
            assert!((least..=16).contains(&kept(&things, 0..=number).len()));
        }
    }

    #[test]
    fn what_is_forgotten_is_gone_and_nothing_else() {
        let things = things(16);
        for number in 0..4 {
            things.insert(thing(number, 1));
        }
        things.forget(&thing(1, 0).digest);
        things.forget_if(&thing(2, 0).digest, |thing| thing.used == 2);
        things.forget_if(&thing(3, 0).digest, |thing| thing.used == 1);
        assert_eq!(kept(&things, 0..8), [0, 2]);
        things.forget_all();
        assert_eq!(kept(&things, 0..8), [0_u16; 0]);
    }

    #[test]
    fn what_comes_anew_takes_the_place_of_what_was() {
        let things = things(16);
        things.insert(thing(1, 1));
        things.insert(thing(1, 2));
        let found = used(&things, 1);
        assert_eq!((found, things.usage().entries), (Some(2), 1));
    }

    #[tokio::test]
    async fn what_is_missing_is_loaded_once_and_kept() {
        let things = things(16);
        let digest = thing(1, 0).digest;
        assert!(used(&things, 1).is_none());
        let nothing = things.get_or_load(&digest, async { Ok(None) }).await;
        assert!(nothing.unwrap().is_none());
        let load = async { Ok(Some(thing(1, 5))) };
        let found = things.get_or_load(&digest, load).await.unwrap();
        assert_eq!(found.unwrap().used, 5);
        let again = things.get_or_load(&digest, async { unreachable!() }).await;
        assert_eq!(again.unwrap().unwrap().used, 5);
        assert_eq!(things.usage().misses, 2);
    }
}
