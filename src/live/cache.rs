//! A bounded cache: what is looked up and missing is loaded once, however many ask at the same time.
//!
//! Look-ups that hit wait for nothing and nobody. What is not there, and a failure, are told to all who
//! asked together, and not kept: it may be there the next moment.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use quick_cache::Weighter;
use quick_cache::sync::Cache as Kept;
use tokio::sync::OnceCell;

use crate::meter::Counter;

/// The result of a look-up: the value, nothing, or why that cannot be said.
pub type Found<V, E> = Result<Option<V>, E>;

/// The cache.
pub struct Cache<K, V, E> {
    kept: Kept<K, V, Weight<K, V>>,
    lookups: Counter,
    loads: Counter,
    under_way: Mutex<HashMap<K, Loading<V, E>>>,
}

/// How a cache is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// How often something was looked up.
    pub lookups: u64,
    /// How often it was not there, or not good any more, and was loaded.
    pub misses: u64,
    /// How much is kept.
    pub entries: u64,
}

impl Usage {
    /// How often it was there.
    pub fn hits(&self) -> u64 {
        self.lookups.saturating_sub(self.misses)
    }
}

/// A look-up under way, and how many wait for it.
struct Loading<V, E> {
    result: Arc<OnceCell<Found<V, E>>>,
    waiting: usize,
}

impl<K: Clone + Eq + Hash, V: Clone, E: Clone> Cache<K, V, E> {
    /// Keeps about so many values; those that are used stay.
    pub fn new(most: usize) -> Self {
        Self::weighing(most, most as u64, |_, _| 1)
    }

    /// Keeps values that weigh so much together, which are expected to be so many.
    pub fn weighing(expected: usize, most: u64, weight: fn(&K, &V) -> u64) -> Self {
        Self {
            kept: Kept::with_weighter(expected, most, Weight(weight)),
            lookups: Counter::new(),
            loads: Counter::new(),
            under_way: Mutex::default(),
        }
    }

    /// What is kept.
    pub fn get<Q: Eq + Hash + ?Sized>(&self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        self.lookups.count();
        self.kept.get(key)
    }

    /// How it is used.
    pub fn usage(&self) -> Usage {
        Usage {
            lookups: self.lookups.get(),
            misses: self.loads.get(),
            entries: self.kept.len() as u64,
        }
    }

    /// Keeps a value.
    pub fn insert(&self, key: K, value: V) {
        self.kept.insert(key, value);
    }

    /// Forgets a value.
    pub fn forget(&self, key: &K) {
        self.kept.remove(key);
    }

    /// Forgets a value if it is still this one.
    pub fn forget_if(&self, key: &K, is_meant: impl FnOnce(&V) -> bool) {
        self.kept.remove_if(key, is_meant);
    }

    /// Forgets everything.
    pub fn forget_all(&self) {
        self.kept.clear();
    }

    /// What is kept, or else what `load` finds. Should whoever loads give up, the next one does it.
    pub async fn get_or_load(
        &self,
        key: &K,
        load: impl Future<Output = Found<V, E>>,
    ) -> Found<V, E> {
        let ticket = self.join(key);
        let result = ticket.result.get_or_init(async || {
            // Somebody else may have been through with it just now.
            if let Some(value) = self.kept.get(key) {
                return Ok(Some(value));
            }
            self.loads.count();
            let found = load.await;
            if let Ok(Some(value)) = &found {
                self.kept.insert(key.clone(), value.clone());
            }
            found
        });
        result.await.clone()
    }

    fn join<'a>(&'a self, key: &'a K) -> Ticket<'a, K, V, E> {
        let mut under_way = self.under_way();
        let loading = under_way.entry(key.clone()).or_insert_with(|| Loading {
            result: Arc::default(),
            waiting: 0,
        });
        loading.waiting += 1;
        let result = Arc::clone(&loading.result);
        drop(under_way);
        Ticket {
            cache: self,
            key,
            result,
        }
    }
}

impl<K, V, E> Cache<K, V, E> {
    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Loading<V, E>>> {
        // Held for a moment only, and nothing in it can break off halfway.
        let under_way = self.under_way.lock();
        under_way.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for a look-up. The last one to leave takes it away.
struct Ticket<'a, K: Eq + Hash, V, E> {
    cache: &'a Cache<K, V, E>,
    key: &'a K,
    result: Arc<OnceCell<Found<V, E>>>,
}

impl<K: Eq + Hash, V, E> Drop for Ticket<'_, K, V, E> {
    fn drop(&mut self) {
        let mut under_way = self.cache.under_way();
        if let Some(loading) = under_way.get_mut(self.key) {
            loading.waiting -= 1;
            if loading.waiting == 0 {
                under_way.remove(self.key);
            }
        }
    }
}

/// How much a value weighs.
#[derive(Debug)]
struct Weight<K, V>(fn(&K, &V) -> u64);

impl<K, V> Clone for Weight<K, V> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<K, V> Weighter<K, V> for Weight<K, V> {
    fn weight(&self, key: &K, value: &V) -> u64 {
        (self.0)(key, value)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    type Numbers = Cache<u8, u8, &'static str>;

    #[tokio::test]
    async fn many_who_ask_at_once_load_once_and_hear_the_same() {
        for found in [Ok(Some(7)), Ok(None), Err("no database")] {
            let (cache, loads) = (Numbers::new(100), Cell::new(0));
            let (go, wait) = tokio::sync::oneshot::channel::<()>();
            let wait = Cell::new(Some(wait));
            let ask = || {
                cache.get_or_load(&1, async {
                    loads.set(loads.get() + 1);
                    wait.take().unwrap().await.unwrap();
                    found
                })
            };
            let (first, second, ()) = tokio::join!(ask(), ask(), async { go.send(()).unwrap() });
            assert_eq!((first, second, loads.get()), (found, found, 1));
            assert_eq!(cache.get(&1), found.unwrap_or_default());
            assert!(cache.under_way().is_empty());
        }
    }

    #[tokio::test]
    async fn whoever_gives_up_leaves_nothing_behind_and_the_next_one_goes_on() {
        let cache = Rc::new(Numbers::new(100));
        let never = std::future::pending();
        let mut stuck = Box::pin(cache.get_or_load(&1, never));
        let mut next = Box::pin(cache.get_or_load(&1, async { Ok(Some(7)) }));
        tokio::select! {
            biased;
            _ = &mut stuck => panic!("never"),
            _ = &mut next => panic!("waits for the first"),
            () = std::future::ready(()) => {}
        }
        drop(stuck);
        assert_eq!(next.await, Ok(Some(7)));
        assert!(cache.under_way().is_empty());
    }
}
