//! Migrations: one set per database, both in the program.
//!
//! All of a set is done in one transaction, and behind a lock: of several instances that start at
//! once, one does the work.

use std::cmp::Ordering;
use std::collections::HashSet;

use diesel::backend::Backend;
use diesel::dsl::sql;
use diesel::migration::{Migration, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_query;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::connection::Conn;
use super::error::StoreError;

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// How the tables of a database compare with those that this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tables {
    /// They lack something: `iiif-gate migrate` was not run.
    Older,
    /// They are the same.
    Current,
    /// A newer version has changed them, and this one goes on until it is stopped.
    Newer,
}

impl Tables {
    /// The same in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Older => "older than this program",
            Self::Current => "up to date",
            Self::Newer => "newer than this program, which should be replaced",
        }
    }
}

#[derive(QueryableByName)]
struct Newest {
    #[diesel(sql_type = diesel::sql_types::Nullable<Text>)]
    version: Option<String>,
}

/// Compares the newest migration that was done with the newest that is known.
pub(super) fn compare(conn: &mut Conn) -> Result<Tables, StoreError> {
    let newest = "SELECT max(version) AS version FROM __diesel_schema_migrations";
    let done: Newest = sql_query(newest).get_result(conn)?;
    let known = MigrationSource::<Sqlite>::migrations(&SQLITE).map_err(explain)?;
    let known = known
        .iter()
        .map(|migration| version(migration.as_ref()))
        .max();
    Ok(match done.version.cmp(&known) {
        Ordering::Less => Tables::Older,
        Ordering::Equal => Tables::Current,
        Ordering::Greater => Tables::Newer,
    })
}

/// What is done with a set of migrations, on either database.
#[derive(Clone, Copy)]
enum Step {
    Check,
    Up,
    Down,
    Pending,
}

/// Finds out whether the database can be written, and is not newer than this program.
pub(super) fn check_usable(conn: &mut Conn) -> Result<(), StoreError> {
    in_turn(conn, Step::Check).map(drop)
}

pub(super) fn up(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    in_turn(conn, Step::Up)
}

pub(super) fn down(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    in_turn(conn, Step::Down)
}

pub(super) fn pending(conn: &mut Conn) -> Result<Vec<String>, StoreError> {
    in_turn(conn, Step::Pending)
}

fn in_turn(conn: &mut Conn, step: Step) -> Result<Vec<String>, StoreError> {
    match conn {
        // Taking the lock for writing fails on a file that is read-only.
        Conn::Sqlite(conn) => {
            conn.immediate_transaction(|conn| take::<Sqlite>(conn, &SQLITE, step))
        }
        Conn::Postgres(conn) => conn.transaction(|conn| {
            let read_only = sql::<Text>("current_setting('transaction_read_only')");
            if diesel::select(read_only).get_result::<String>(conn)? == "on" {
                return Err(StoreError::ReadOnly);
            }
            sql_query("SELECT pg_advisory_xact_lock(1229539655)").execute(conn)?;
            take::<Pg>(conn, &POSTGRES, step)
        }),
    }
}

fn take<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    source: &impl MigrationSource<DB>,
    step: Step,
) -> Result<Vec<String>, StoreError> {
    let mut known = source.migrations().map_err(explain)?;
    known.sort_by_key(|migration| version(migration.as_ref()));
    let applied = applied(conn, &known)?;
    let (mut done, missing): (Vec<_>, Vec<_>) = known
        .into_iter()
        .partition(|migration| applied.contains(&version(migration.as_ref())));
    match step {
        Step::Check => Ok(Vec::new()),
        Step::Pending => Ok(names(&missing)),
        Step::Up => {
            for migration in &missing {
                conn.run_migration(migration.as_ref()).map_err(explain)?;
            }
            Ok(names(&missing))
        }
        Step::Down => {
            done.reverse();
            for migration in &done {
                conn.revert_migration(migration.as_ref()).map_err(explain)?;
            }
            Ok(names(&done))
        }
    }
}

/// The versions of the migrations that were done, all of which this program must know.
fn applied<DB: Backend>(
    conn: &mut impl MigrationHarness<DB>,
    known: &[Box<dyn Migration<DB>>],
) -> Result<HashSet<String>, StoreError> {
    let known: HashSet<String> = known
        .iter()
        .map(|migration| version(migration.as_ref()))
        .collect();
    let applied = conn.applied_migrations().map_err(explain)?;
    let applied: HashSet<String> = applied.iter().map(ToString::to_string).collect();
    match applied.difference(&known).min() {
        Some(migration) => Err(StoreError::Newer {
            migration: migration.clone(),
        }),
        None => Ok(applied),
    }
}

fn version<DB: Backend>(migration: &dyn Migration<DB>) -> String {
    migration.name().version().to_string()
}

fn names<DB: Backend>(migrations: &[Box<dyn Migration<DB>>]) -> Vec<String> {
    migrations
        .iter()
        .map(|migration| migration.name().to_string())
        .collect()
}

fn explain(error: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    match error.downcast::<DieselError>() {
        Ok(error) => (*error).into(),
        Err(error) => StoreError::unavailable(error),
    }
}
