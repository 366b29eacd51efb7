//! The database: the only place that knows diesel.
//!
//! One file per resource, each with free functions that take the connection first, then proof that an
//! administrator asks where one must, then the time. Rows are private; what leaves are the types of
//! [`identity`](crate::identity), [`access`](crate::access) and of these modules. Administrative
//! writes put their audit entry into the same transaction, and triggers put what changed into the
//! table `changes`, which every instance follows.

pub mod api_keys;
pub mod audit;
pub mod backup;
pub mod changes;
mod connection;
mod connections;
pub mod consumers;
mod error;
pub mod export;
pub mod flask;
pub mod import;
pub mod limits;
mod meter;
mod migrations;
pub mod networks;
pub mod page;
pub mod roles;
pub mod rules;
mod schema;
pub mod second_factors;
pub mod seed;
pub mod sessions;
mod sql;
pub mod terms;
mod text;
mod time;
mod transaction;
pub mod users;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::sync::oneshot;

pub use self::connection::Conn;
use self::connection::Manager;
use self::connections::Connections;
pub use self::error::{RowError, StoreError};
pub use self::meter::{Meter, PoolState};
pub use self::migrations::Tables;
pub use self::transaction::{snapshot, write};
use crate::config::DatabaseUrl;
use crate::schedule;

/// Connections to PostgreSQL; requests that are in memory need none.
const POSTGRES_CONNECTIONS: u32 = 8;
/// Connections to SQLite for lists and exports, opened when they are needed.
const SQLITE_READERS: u32 = 2;
/// So many rows are swept away at once, so that nobody waits long behind that.
pub const SLICE: u32 = 1000;

/// The database, shared by everything.
#[derive(Debug, Clone)]
pub struct Store {
    connections: Connections,
    /// For what takes its time and only reads: SQLite's other connection must not wait for it.
    reading: Connections,
    url: DatabaseUrl,
    meter: Arc<Meter>,
    /// How often another file was found in the place of SQLite's.
    replaced: Arc<AtomicU64>,
}

impl Store {
    /// Opens the database and finds out whether it can be used: reached, written, and not newer than
    /// this program. An SQLite file is made when it does not exist.
    pub fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let replaced = Arc::<AtomicU64>::default();
        let manager = Manager::new(url.clone(), Arc::clone(&replaced));
        // Tried by hand first, because the pool would try again for some seconds.
        let mut conn = manager.open()?;
        migrations::check_usable(&mut conn)?;
        let size = match url {
            // SQLite has one writer, and transactions that begin by reading fail when another
            // connection of ours writes in between.
            DatabaseUrl::Sqlite(_) => 1,
            DatabaseUrl::Postgres(_) => POSTGRES_CONNECTIONS,
        };
        let connections = Connections::new(manager, size, 1);
        let reading = match url {
            DatabaseUrl::Sqlite(_) => {
                let manager = Manager::new(url.clone(), Arc::default());
                Connections::new(manager, SQLITE_READERS, 0)
            }
            DatabaseUrl::Postgres(_) => connections.clone(),
        };
        Ok(Self {
            connections,
            reading,
            url: url.clone(),
            meter: Arc::default(),
            replaced,
        })
    }

    /// Brings the tables up to this program's version, all or nothing, and names the migrations done.
    /// Several instances may do this at once.
    pub fn migrate(&self) -> Result<Vec<String>, StoreError> {
        self.blocking(migrations::up)
    }

    /// Undoes all migrations: every table and everything in it is gone.
    pub fn revert(&self) -> Result<Vec<String>, StoreError> {
        self.blocking(migrations::down)
    }

    /// Names the migrations that [`Store::migrate`] would do.
    pub fn pending(&self) -> Result<Vec<String>, StoreError> {
        self.blocking(migrations::pending)
    }

    /// How often another file was found in the place of SQLite's, as when a backup is put back.
    pub fn replaced(&self) -> u64 {
        self.replaced.load(Ordering::Relaxed)
    }

    /// How its tables compare with those that this program knows. Changes nothing.
    pub fn tables(&self) -> Result<Tables, StoreError> {
        self.blocking(migrations::compare)
    }

    /// Whether the database answers; an SQLite file must also still be where it was.
    pub fn check(&self) -> Result<(), StoreError> {
        if let Some(path) = self.url.file().filter(|path| !path.exists()) {
            return Err(StoreError::unavailable(format!(
                "{} is gone",
                path.display()
            )));
        }
        self.blocking(|conn| changes::latest(conn).map(drop))
    }

    /// Does some work on a thread where waiting harms nobody.
    pub async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        let asked = Instant::now();
        let place = self.connections.place().await;
        let store = self.clone();
        let (answer, done) = oneshot::channel();
        // Boxed, so that one kind of task serves all work: every kind would be compiled for itself.
        let work: Box<dyn FnOnce() + Send> = Box::new(move || {
            schedule::for_work();
            let result = store.since(asked, work);
            drop(place);
            // Whoever asked may have gone in the meantime.
            let _ = answer.send(result);
        });
        tokio::task::spawn_blocking(work);
        let broken_off = |_| StoreError::unavailable("the work was broken off");
        done.await.map_err(broken_off)?
    }

    /// Reads a list for a page on a thread where waiting harms nobody. What reads only does not keep
    /// visitors from their sessions, and sees what was written before.
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T, StoreError> + Send + 'static,
    {
        let store = Self {
            connections: self.reading.clone(),
            ..self.clone()
        };
        store.run(work).await
    }

    /// Does some work right here: for the command line and for tests.
    pub fn blocking<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.since(Instant::now(), work)
    }

    fn since<T>(
        &self,
        asked: Instant,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = self.connections.get(asked);
        self.meter.waited.observe(asked.elapsed());
        let begun = Instant::now();
        let result = connection.and_then(|mut conn| work(&mut conn));
        self.meter.worked(begun.elapsed(), result.as_ref().err());
        result
    }

    /// What was counted of its use.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The connections as they are now.
    pub fn pools(&self) -> Vec<PoolState> {
        let main = self.connections.state("main");
        match self.url {
            DatabaseUrl::Sqlite(_) => vec![main, self.reading.state("reading")],
            DatabaseUrl::Postgres(_) => vec![main],
        }
    }
}
