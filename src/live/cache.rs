//! A bounded cache: what is looked up and missing is loaded once, however many ask at the same time.
//!
//! Look-ups that hit wait for nothing and nobody.

use std::borrow::Borrow;
use std::hash::Hash;

use quick_cache::Weighter;
use quick_cache::sync::Cache as Kept;

use super::flights::Flights;
pub use super::flights::Found;
use crate::meter::Counter;

/// The cache.
pub struct Cache<K, V, E> {
    kept: Kept<K, V, Weight<K, V>>,
    lookups: Counter,
    flights: Flights<K, V, E>,
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
            flights: Flights::new(),
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
            misses: self.flights.loads(),
            entries: self.kept.len() as u64,
        }
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
        let keep = |value| self.kept.insert(key.clone(), value);
        self.flights
            .share(key, || self.kept.get(key), load, keep)
            .await
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
