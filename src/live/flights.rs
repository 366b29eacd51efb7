//! What is looked up and missing is loaded once, however many ask for it at the same time.
//!
//! What is not there, and a failure, are told to all who asked together, and not kept: it may be there the
//! next moment.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OnceCell;

use crate::meter::Counter;

/// The result of a look-up: the value, nothing, or why that cannot be said.
pub type Found<V, E> = Result<Option<V>, E>;

/// The look-ups that are under way, and how many there were.
pub(super) struct Flights<K, V, E> {
    under_way: Mutex<HashMap<K, Loading<V, E>>>,
    loads: Counter,
}

/// A look-up under way, and how many wait for it.
struct Loading<V, E> {
    result: Arc<OnceCell<Found<V, E>>>,
    waiting: usize,
}

impl<K: Clone + Eq + Hash, V: Clone, E: Clone> Flights<K, V, E> {
    /// None.
    pub(super) fn new() -> Self {
        Self {
            under_way: Mutex::default(),
            loads: Counter::new(),
        }
    }

    /// How often something was loaded.
    pub(super) fn loads(&self) -> u64 {
        self.loads.get()
    }

    /// What is `kept`, or else what `load` finds, or somebody's who is already at it, which is then to `keep`.
    /// Should whoever loads give up, the next one does it.
    pub(super) async fn share(
        &self,
        key: &K,
        kept: impl Fn() -> Option<V>,
        load: impl Future<Output = Found<V, E>>,
        keep: impl FnOnce(V),
    ) -> Found<V, E> {
        let ticket = self.join(key);
        let result = ticket.result.get_or_init(async || {
            // Somebody else may have been through with it just now.
            if let Some(value) = kept() {
                return Ok(Some(value));
            }
            self.loads.count();
            let found = load.await;
            if let Ok(Some(value)) = &found {
                keep(value.clone());
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
            flights: self,
            key,
            result,
        }
    }
}

impl<K, V, E> Flights<K, V, E> {
    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Loading<V, E>>> {
        // Held for a moment only, and nothing in it can break off halfway.
        let under_way = self.under_way.lock();
        under_way.unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for a look-up. The last one to leave takes it away.
struct Ticket<'a, K: Eq + Hash, V, E> {
    flights: &'a Flights<K, V, E>,
    key: &'a K,
    result: Arc<OnceCell<Found<V, E>>>,
}

impl<K: Eq + Hash, V, E> Drop for Ticket<'_, K, V, E> {
    fn drop(&mut self) {
        let mut under_way = self.flights.under_way();
        if let Some(loading) = under_way.get_mut(self.key) {
            loading.waiting -= 1;
            if loading.waiting == 0 {
                under_way.remove(self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    type Numbers = Flights<u8, u8, &'static str>;

    #[tokio::test]
    async fn many_who_ask_at_once_load_once_and_hear_the_same() {
        for found in [Ok(Some(7)), Ok(None), Err("no database")] {
            let (flights, loads) = (Numbers::new(), Cell::new(0));
            let kept = Cell::new(None);
            let (go, wait) = tokio::sync::oneshot::channel::<()>();
            let wait = Cell::new(Some(wait));
            let ask = || {
                let load = async {
                    loads.set(loads.get() + 1);
                    wait.take().unwrap().await.unwrap();
                    found
                };
                flights.share(&1, || kept.get(), load, |value| kept.set(Some(value)))
            };
            let (first, second, ()) = tokio::join!(ask(), ask(), async { go.send(()).unwrap() });
            assert_eq!((first, second, loads.get()), (found, found, 1));
            assert_eq!(kept.get(), found.unwrap_or_default());
            assert!(flights.under_way().is_empty());
        }
    }

    #[tokio::test]
    async fn whoever_gives_up_leaves_nothing_behind_and_the_next_one_goes_on() {
        let flights = Rc::new(Numbers::new());
        let never = std::future::pending();
        let mut stuck = Box::pin(flights.share(&1, || None, never, |_| ()));
        let mut next = Box::pin(flights.share(&1, || None, async { Ok(Some(7)) }, |_| ()));
        tokio::select! {
            biased;
            _ = &mut stuck => panic!("never"),
            _ = &mut next => panic!("waits for the first"),
            () = std::future::ready(()) => {}
        }
        drop(stuck);
        assert_eq!(next.await, Ok(Some(7)));
        assert!(flights.under_way().is_empty());
    }
}
