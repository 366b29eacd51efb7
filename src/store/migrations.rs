//! Migrations: one set per database, both in the program.
//!
//! All of a set is done in one transaction, and behind a lock: of several instances that start at
//! once, one does the work.

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
    let known = source.migrations().map_err(explain)?;
    let versions: HashSet<String> = known
        .iter()
        .map(|migration| version(migration.as_ref()))
        .collect();
    let applied = conn.applied_migrations().map_err(explain)?;
    let applied: Vec<String> = applied
        .into_iter()
        .map(|version| version.to_string())
        .collect();
    if let Some(migration) = applied
        .iter()
        .rev()
        .find(|version| !versions.contains(*version))
    {
        return Err(StoreError::Newer {
            migration: migration.clone(),
        });
    }
    let (mut missing, mut done): (Vec<_>, Vec<_>) = known
        .into_iter()
        .partition(|migration| !applied.contains(&version(migration.as_ref())));
    missing.sort_by_key(|migration| version(migration.as_ref()));
    done.sort_by_key(|migration| version(migration.as_ref()));
    match step {
        Step::Check => Ok(Vec::new()),
        Step::Pending => Ok(missing
            .iter()
            .map(|migration| name(migration.as_ref()))
            .collect()),
        Step::Up => each(&missing, |migration| {
            conn.run_migration(migration).map(drop)
        }),
        Step::Down => {
            done.reverse();
            each(&done, |migration| {
                conn.revert_migration(migration).map(drop)
            })
        }
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn each<DB: Backend>(
    migrations: &[Box<dyn Migration<DB>>],
    mut work: impl FnMut(&dyn Migration<DB>) -> Result<(), Failure>,
) -> Result<Vec<String>, StoreError> {
    for migration in migrations {
        work(migration.as_ref()).map_err(explain)?;
    }
    Ok(migrations
        .iter()
        .map(|migration| name(migration.as_ref()))
        .collect())
}

fn version<DB: Backend>(migration: &dyn Migration<DB>) -> String {
    migration.name().version().to_string()
}

fn name<DB: Backend>(migration: &dyn Migration<DB>) -> String {
    migration.name().to_string()
}

fn explain(error: Failure) -> StoreError {
    match error.downcast::<DieselError>() {
        Ok(error) => (*error).into(),
        Err(error) => StoreError::unavailable(error),
    }
}
