//! How the memory and the change feed are doing, for `/metrics` and `/readyz`.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};

use super::Live;
use super::cache::Usage;
use crate::store::{StoreError, sessions, users};

/// What is noted as the program goes.
#[derive(Debug)]
pub(super) struct Vitals {
    /// Whether the feed could be read when that was last tried.
    is_reached: AtomicBool,
    /// When the feed was last read, in milliseconds since 1970.
    read_at: AtomicI64,
    /// How far it has been read.
    position: AtomicI64,
    /// How far it went when it was last read.
    latest: AtomicI64,
    people: Mutex<People>,
    /// Whether somebody wanted to know how many there are since they were counted.
    is_people_asked: AtomicBool,
}

/// How many there are, as last counted: once a minute, and only while somebody asks, since counting a million
/// takes a quarter of a second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Sessions that live.
    pub sessions: u64,
    /// Users by their state.
    pub users: Vec<(String, i64)>,
}

/// The change feed, as this instance knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeedState {
    /// Whether it could be read when that was last tried.
    pub is_reached: bool,
    /// How long ago it was last read.
    pub age: Duration,
    /// How far it has been read.
    pub position: i64,
    /// How many entries are known that have not been read.
    pub behind: i64,
}

impl Vitals {
    pub(super) fn new(position: i64, now: DateTime<Utc>) -> Self {
        Self {
            is_reached: AtomicBool::new(true),
            read_at: AtomicI64::new(now.timestamp_millis()),
            position: AtomicI64::new(position),
            latest: AtomicI64::new(position),
            people: Mutex::default(),
            is_people_asked: AtomicBool::new(true),
        }
    }

    /// It was tried to read the feed to its end.
    pub(super) fn tried(&self, is_reached: bool, now: DateTime<Utc>) {
        self.is_reached.store(is_reached, Relaxed);
        if is_reached {
            self.read_at.store(now.timestamp_millis(), Relaxed);
        }
    }

    /// The feed was read to here, and goes to there.
    pub(super) fn read(&self, position: i64, latest: i64) {
        self.position.store(position, Relaxed);
        self.latest.store(latest, Relaxed);
    }
}

impl Live {
    /// The change feed, as this instance knows it.
    pub fn feed(&self, now: DateTime<Utc>) -> FeedState {
        let vitals = &self.vitals;
        let age = now.timestamp_millis() - vitals.read_at.load(Relaxed);
        let position = vitals.position.load(Relaxed);
        FeedState {
            is_reached: vitals.is_reached.load(Relaxed),
            // A clock that was set back has seen nothing in the future.
            age: Duration::milliseconds(age.max(0)),
            position,
            behind: (vitals.latest.load(Relaxed) - position).max(0),
        }
    }

    /// How the caches are used, by their names.
    pub fn caches(&self) -> [(&'static str, Usage); 4] {
        [
            ("sessions", self.sessions.usage()),
            ("api_keys", self.api_keys.usage()),
            ("accounts", self.accounts.usage()),
            ("tokens", self.tokens.usage()),
        ]
    }

    /// How many people there are, as last counted.
    pub fn people(&self) -> People {
        self.vitals.is_people_asked.store(true, Relaxed);
        let people = self.vitals.people.lock();
        people.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts them, if somebody asked since that was last done, or nobody did it yet.
    pub async fn count_people(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if !self.vitals.is_people_asked.swap(false, Relaxed) {
            return Ok(());
        }
        let idle = self.session_idle;
        let count = move |conn: &mut _| {
            Ok(People {
                sessions: sessions::count_live(conn, now, idle)?,
                users: users::count_states(conn)?,
            })
        };
        let people = self.store.read(count).await?;
        let mut counted = self
            .vitals
            .people
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *counted = people;
        Ok(())
    }
}
