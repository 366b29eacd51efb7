//! One connection type for both databases, and the pool's way to make one.

use std::fs::{Metadata, OpenOptions};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::r2d2::{ManageConnection, R2D2Connection as _};
use secrecy::ExposeSecret as _;

use super::error::StoreError;
use crate::config::DatabaseUrl;

/// A connection to either database. Queries are written once, for both.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// SQLite, built in.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// The backend of [`Conn`], for the types of boxed queries.
pub(super) type Backend = MultiBackend;

/// Makes connections for the pool. The variant is chosen by the URL: `Conn::establish` would try one
/// after the other, and make an SQLite file named like a mistyped PostgreSQL URL.
#[derive(Debug)]
pub(super) struct Manager {
    url: DatabaseUrl,
    /// The file that the connection of the pool has open; SQLite has one connection.
    open_file: Mutex<Option<FileId>>,
    /// How often that was another one than before.
    replaced: Arc<AtomicU64>,
}

impl Manager {
    pub(super) fn new(url: DatabaseUrl, replaced: Arc<AtomicU64>) -> Self {
        Self {
            url,
            open_file: Mutex::new(None),
            replaced,
        }
    }

    /// Opens the database for the first time: a missing file is made.
    pub(super) fn open(&self) -> Result<Conn, StoreError> {
        match &self.url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path).map(Conn::Sqlite),
            DatabaseUrl::Postgres(url) => open_postgres(url.expose_secret()).map(Conn::Postgres),
        }
    }

    fn open_file(&self) -> MutexGuard<'_, Option<FileId>> {
        self.open_file
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = StoreError;

    fn connect(&self) -> Result<Conn, StoreError> {
        // An empty database in the place of a lost one would only hide the loss.
        let file = self.url.file().map(FileId::of).transpose()?;
        let conn = self.open()?;
        let former = std::mem::replace(&mut *self.open_file(), file);
        if former.is_some() && former != file {
            self.replaced.fetch_add(1, Ordering::Relaxed);
        }
        Ok(conn)
    }

    /// Also whether the file is still in its place: what is written to a deleted file is lost, and
    /// a restored backup is to be used at once.
    fn is_valid(&self, conn: &mut Conn) -> Result<(), StoreError> {
        let file = self.url.file().map(FileId::of).transpose()?;
        if file == *self.open_file() {
            Ok(conn.ping()?)
        } else {
            Err(StoreError::unavailable("its file was replaced"))
        }
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        std::thread::panicking() || conn.is_broken()
    }
}

/// Which file a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    fn of(path: &Path) -> Result<Self, StoreError> {
        let file = path.metadata().map_err(|error| {
            StoreError::unavailable(format_args!("{} is gone: {error}", path.display()))
        })?;
        Ok(Self {
            device: file.dev(),
            inode: file.ino(),
        })
    }
}

fn open_sqlite(path: &Path) -> Result<SqliteConnection, StoreError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        let folder = folder.display();
        return Err(StoreError::unavailable(format!(
            "the folder {folder} does not exist"
        )));
    }
    if path.is_dir() {
        let path = path.display();
        return Err(StoreError::unavailable(format!(
            "{path} is a folder, not a file"
        )));
    }
    make_private(path);
    let text = path
        .to_str()
        .ok_or_else(|| StoreError::unavailable("its path is not UTF-8"))?;
    // A relative name must not look like a URL to SQLite.
    let text = if path.is_absolute() {
        text.to_owned()
    } else {
        format!("./{text}")
    };
    let mut conn = SqliteConnection::establish(&text).map_err(|error| {
        StoreError::unavailable(format!(
            "{}: {}; check that the file and its folder may be read and written",
            path.display(),
            error.to_string().trim()
        ))
    })?;
    conn.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = ON;")?;
    use_wal(&mut conn, std::fs::metadata(path).ok())?;
    Ok(conn)
}

/// Makes a missing file readable for nobody else: it will hold password hashes. If that fails, SQLite
/// says why in a moment.
fn make_private(path: &Path) {
    let mut options = OpenOptions::new();
    let _ = options.write(true).create_new(true).mode(0o600).open(path);
}

/// Readers do not wait for a writer. A file that may not be written stays as it is, so that the
/// message is about that and not about the journal.
fn use_wal(conn: &mut SqliteConnection, file: Option<Metadata>) -> Result<(), StoreError> {
    if file.is_some_and(|file| file.permissions().readonly()) {
        return Ok(());
    }
    // What was answered for is on the disk, also when the power fails. See docs/decisions/0037.
    Ok(conn.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?)
}

/// By itself libpq waits without end, for a connection and for a server that the network lost. Then nobody
/// new would be let in until the system gives up, long after the network is back.
const PATIENCE: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("tcp_user_timeout", "20000"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "3"),
];

fn with_patience(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in PATIENCE {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.extend([name, "=", value]);
        }
    }
    url
}

pub(super) fn open_postgres(url: &str) -> Result<PgConnection, StoreError> {
    let url = with_patience(url);
    let mut conn = PgConnection::establish(&url).map_err(|error| match error {
        ConnectionError::CouldntSetupConfiguration(error) => StoreError::from(error),
        error => StoreError::unavailable(without_secrets(&error.to_string())),
    })?;
    // Compiling a statement takes longer than answering any of ours. A server that does not know this
    // setting does not compile.
    let _ = conn.batch_execute("SET jit = off");
    Ok(conn)
}

/// What libpq says about a server is passed on. What it says about a URL that it cannot read may hold
/// a part of the password: in `me:pass@word@host` the server is called `word@host`.
fn without_secrets(message: &str) -> &str {
    let about_server = message.starts_with("connection to server")
        || (message.starts_with("could not translate host name") && !message.contains('@'));
    if about_server {
        return message;
    }
    "its URL cannot be read; in the password, `@`, `/`, `?`, `#`, `:` and `%` must be written as \
     `%40`, `%2F`, `%3F`, `%23`, `%3A` and `%25`"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_not_waited_for_without_end_unless_the_url_says_so() {
        let url = with_patience("postgres://host/gate?connect_timeout=9");
        assert!(url.starts_with("postgres://host/gate?connect_timeout=9&tcp_user_timeout=20000&"));
        assert_eq!(url.matches("connect_timeout").count(), 1);
        assert_eq!(
            with_patience("postgres://host/gate").matches('?').count(),
            1
        );
    }

    #[test]
    fn no_message_about_a_url_holds_a_part_of_the_password() {
        for url in [
            "postgresql://me:s3cret/x@host.invalid/gate",
            "postgresql://me:x@s3cret@host.invalid/gate",
            "postgresql://me:x%s3cret@host.invalid/gate",
            "postgresql://me:s3cret/gate",
            "postgresql://me:x@host.invalid/gate?passwort=s3cret",
            "postgresql://me:x@host.invalid:s3cret/gate",
        ] {
            let error = open_postgres(url).err().unwrap().to_string();
            assert!(error.contains("its URL cannot be read"), "{url}: {error}");
            assert!(!error.contains("s3cret"), "{url}: {error}");
        }
    }
}
