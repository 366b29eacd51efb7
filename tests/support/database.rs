//! Databases for tests: each test has its own, and runs on both kinds.

use diesel::connection::SimpleConnection as _;
use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::{Conn, Store, StoreError};
use tempfile::TempDir;

use super::postgres;

/// A database that is empty but for its tables.
pub(crate) struct Database {
    pub(crate) store: Store,
    pub(crate) url: DatabaseUrl,
    /// The URL as it stands in the settings.
    pub(crate) setting: String,
    /// Where the file of SQLite is.
    pub(crate) folder: TempDir,
}

impl Database {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let setting = format!("sqlite://{}/test.db", folder.path().display());
        Self::at(setting, folder)
    }

    pub(crate) fn postgres() -> Self {
        Self::at(postgres::new_database(), tempfile::tempdir().unwrap())
    }

    fn at(setting: String, folder: TempDir) -> Self {
        let url = DatabaseUrl::parse(&setting).unwrap();
        let store = Store::open(&url).unwrap();
        store.migrate().unwrap();
        Self {
            store,
            url,
            setting,
            folder,
        }
    }

    /// Does something that must work.
    pub(crate) fn run<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T, StoreError>) -> T {
        self.store.blocking(work).unwrap()
    }

    /// Does something that must fail, and says how.
    pub(crate) fn fail<T>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
    ) -> StoreError {
        self.store.blocking(work).err().expect("must fail")
    }

    /// Hand-made SQL.
    pub(crate) fn sql(&self, sql: &str) {
        self.run(|conn| Ok(conn.batch_execute(sql)?));
    }
}

/// Runs a test on both kinds; its output says on which it failed.
pub(crate) fn on_both(test: impl Fn(&Database)) {
    eprintln!("on SQLite");
    test(&Database::sqlite());
    eprintln!("on PostgreSQL");
    test(&Database::postgres());
}
