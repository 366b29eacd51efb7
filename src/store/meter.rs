//! How the database is used, and how quickly it answers.

use std::time::Duration;

use diesel::r2d2::Pool;

use super::connection::Manager;
use super::error::StoreError;
use crate::meter::{Histogram, SLOW, Tally};

/// What is counted of the use of the database.
#[derive(Debug)]
pub struct Meter {
    /// How long was waited for a connection.
    pub waited: Histogram,
    /// How long the work took, with the connection at hand.
    pub took: Histogram,
    /// What failed because of the database, by what was wrong.
    pub errors: Tally<3>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            waited: Histogram::new(&SLOW),
            took: Histogram::new(&SLOW),
            errors: Tally::new(["unavailable", "read-only", "other"]),
        }
    }
}

impl Meter {
    /// Counts a piece of work. That a name is taken, and the like, is no fault of the database.
    pub(super) fn worked(&self, took: Duration, error: Option<&StoreError>) {
        self.took.observe(took);
        match error {
            Some(StoreError::Unavailable { .. }) => self.errors.count("unavailable"),
            Some(StoreError::ReadOnly) => self.errors.count("read-only"),
            Some(StoreError::Other(_)) => self.errors.count("other"),
            Some(_) | None => {}
        }
    }
}

/// The connections of a pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolState {
    /// Which one: `main`, and on SQLite `reading` for lists.
    pub name: &'static str,
    /// How many are in use.
    pub busy: u32,
    /// How many are open and wait for work.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

impl PoolState {
    pub(super) fn of(name: &'static str, pool: &Pool<Manager>) -> Self {
        let state = pool.state();
        Self {
            name,
            busy: state.connections.saturating_sub(state.idle_connections),
            idle: state.idle_connections,
            most: pool.max_size(),
        }
    }
}
