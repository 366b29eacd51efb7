//! What can go wrong with the database, in the words of the person who runs it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why the store did not do what it was asked to. A variant is what a caller can act on.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or is busy for too long.
    #[error("the database cannot be used: {reason}")]
    Unavailable {
        /// What the driver said, or what to do.
        reason: String,
    },
    /// It could not be read for so long that nothing counts any more that is in memory.
    #[error("the database could not be read for longer than `STALE_LIMIT`")]
    Stale,
    /// It can be read but not written.
    #[error(
        "the database is read-only: the program must be able to write it \
         (for SQLite the file and its folder, for PostgreSQL a primary server)"
    )]
    ReadOnly,
    /// A newer version of this program has changed its tables.
    #[error(
        "the database was made by a newer version of iiif-gate (migration {migration}): \
         run that version, or restore a backup from before it"
    )]
    Newer {
        /// The first migration that this program does not know.
        migration: String,
    },
    /// Something of this name exists already.
    #[error("{what} exists already")]
    Taken {
        /// Of which kind, for example `a user of this name`.
        what: &'static str,
    },
    /// Nobody would be left to administer.
    #[error(
        "this is the last active administrator who can sign in: \
         make somebody else an administrator first"
    )]
    LastAdmin,
    /// A built-in role.
    #[error("the roles `user` and `admin` are built in")]
    BuiltIn,
    /// It is not there, or not any more.
    #[error("it does not exist (any more)")]
    NotFound,
    /// A value that cannot be stored, or that is broken in the database.
    #[error("{0}")]
    Invalid(String),
    /// Lines of an import that cannot be read; nothing was imported.
    #[error("nothing was imported, because {} cannot be used", lines(.0.len()))]
    Rows(Vec<RowError>),
    /// Everything else.
    #[error("the database refused a statement")]
    Other(#[source] DieselError),
}

/// What is wrong with one line of an import.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct RowError {
    /// The line in the file; the heading is line 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

fn lines(count: usize) -> String {
    if count == 1 {
        "one line".to_owned()
    } else {
        format!("{count} lines")
    }
}

impl StoreError {
    /// Names what is taken when the statement broke a unique constraint.
    pub(super) fn taken(what: &'static str) -> impl Fn(DieselError) -> Self {
        move |error| match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                Self::Taken { what }
            }
            error => error.into(),
        }
    }

    pub(super) fn unavailable(reason: impl std::fmt::Display) -> Self {
        Self::Unavailable {
            reason: reason.to_string().trim().to_owned(),
        }
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(kind, information) => {
                by_kind(*kind, information.message()).unwrap_or(Self::Other(error))
            }
            DieselError::BrokenTransactionManager => Self::unavailable("the connection broke"),
            _ => Self::Other(error),
        }
    }
}

fn by_kind(kind: DatabaseErrorKind, message: &str) -> Option<StoreError> {
    match kind {
        DatabaseErrorKind::ReadOnlyTransaction => Some(StoreError::ReadOnly),
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            Some(StoreError::unavailable(message))
        }
        DatabaseErrorKind::ForeignKeyViolation => Some(StoreError::NotFound),
        _ => by_message(message),
    }
}

/// A full disk, in SQLite's words and in PostgreSQL's.
const FULL: [&str; 3] = [
    "disk is full",
    "could not extend file",
    "No space left on device",
];

/// The drivers tell these apart by their words alone.
fn by_message(message: &str) -> Option<StoreError> {
    let hint = |hint: &str| Some(StoreError::unavailable(format!("{message}; {hint}")));
    if message.contains("readonly database") {
        Some(StoreError::ReadOnly)
    } else if message.contains("database is locked") {
        hint("another program holds it; close that and try again")
    } else if FULL.iter().any(|words| message.contains(words)) {
        hint("make room on its disk")
    } else if message.contains("unable to open database file") {
        hint("check that its folder exists and may be written")
    } else if message.contains("file is not a database") || message.contains("malformed") {
        hint("restore it from a backup, or name another file in `AUTH_DB_CONNECTION`")
    } else if message.contains("permission denied") {
        hint("make the user in `AUTH_DB_CONNECTION` the owner of the database")
    } else if message.contains("disk I/O error") || message.contains("terminating connection") {
        Some(StoreError::unavailable(message))
    } else {
        None
    }
}
