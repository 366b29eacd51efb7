//! Databases for tests: each test has its own, and runs on both kinds.

use std::sync::mpsc::{Receiver, Sender, channel};

use diesel::Connection as _;
use diesel::connection::{Instrumentation, InstrumentationEvent, SimpleConnection as _};
use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::export::{self, Export};
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

    /// A file as the command line writes it.
    pub(crate) fn file(&self, file: impl Export) -> String {
        let mut text = String::new();
        let write = |part: &str| {
            text.push_str(part);
            Ok(())
        };
        self.run(|conn| export::whole(conn, file, write)).unwrap();
        text
    }

    /// Everything that is asked of the database from now on, without its values.
    pub(crate) fn listen(&self) -> Receiver<String> {
        let (sender, statements) = channel();
        self.run(|conn| {
            conn.set_instrumentation(Listener(sender));
            Ok(())
        });
        statements
    }

    /// Hand-made SQL.
    pub(crate) fn sql(&self, sql: &str) {
        self.run(|conn| Ok(conn.batch_execute(sql)?));
    }
}

/// Tells every statement to the other end.
pub(crate) struct Listener(pub(crate) Sender<String>);

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let text = text.split("-- binds").next().unwrap_or_default();
            // The pool asks whether the connection still lives.
            if text.trim() != "SELECT 1" {
                let _ = self.0.send(text.to_owned());
            }
        }
    }
}

/// Runs a test on both kinds; its output says on which it failed.
pub(crate) fn on_both(test: impl Fn(&Database)) {
    eprintln!("on SQLite");
    test(&Database::sqlite());
    eprintln!("on PostgreSQL");
    test(&Database::postgres());
}
