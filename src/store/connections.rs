//! Connections to the database, shared by all who work with it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::r2d2::{NopErrorHandler, Pool, PooledConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::connection::Manager;
use super::error::StoreError;
use super::meter::PoolState;

/// How long a request waits for a connection.
const WAIT: Duration = Duration::from_secs(5);

/// Some connections, and a place before each, where requests wait without taking up a thread.
#[derive(Debug, Clone)]
pub(super) struct Connections {
    pool: Pool<Manager>,
    places: Arc<Semaphore>,
}

impl Connections {
    /// At most so many, of which some are kept ready.
    pub(super) fn new(manager: Manager, most: u32, ready: u32) -> Self {
        let pool = Pool::builder()
            .max_size(most)
            .min_idle(Some(ready))
            .connection_timeout(WAIT)
            .error_handler(Box::new(NopErrorHandler))
            .build_unchecked(manager);
        Self {
            pool,
            places: Arc::new(Semaphore::new(most as usize)),
        }
    }

    /// A place before a connection; none after having waited for as long as one waits. What comes then finds
    /// no connection, either, and why.
    pub(super) async fn place(&self) -> Option<OwnedSemaphorePermit> {
        let place = Arc::clone(&self.places).acquire_owned();
        timeout(WAIT, place).await.ok()?.ok()
    }

    /// A connection, for somebody who has waited since then.
    pub(super) fn get(&self, since: Instant) -> Result<PooledConnection<Manager>, StoreError> {
        self.pool
            .get_timeout(WAIT.saturating_sub(since.elapsed()))
            .map_err(|error| StoreError::unavailable(why_none(&error.to_string())))
    }

    /// How they are used.
    pub(super) fn state(&self, name: &'static str) -> PoolState {
        PoolState::of(name, &self.pool)
    }
}

/// Why the pool gave no connection: what stands behind its own words, if anything does.
fn why_none(message: &str) -> &str {
    let cause = message
        .split_once(": ")
        .map_or("it is busy", |(_, cause)| cause);
    cause
        .strip_prefix("the database cannot be used: ")
        .unwrap_or(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_without_connections_says_why() {
        let waited = "timed out waiting for connection";
        assert_eq!(why_none(waited), "it is busy");
        let gone = StoreError::unavailable("/data/gate.db is gone");
        assert_eq!(
            why_none(&format!("{waited}: {gone}")),
            "/data/gate.db is gone"
        );
    }
}
