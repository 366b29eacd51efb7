//! Transactions that write, and snapshots to read in.

use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel::sql_query;

use super::connection::Conn;
use super::error::StoreError;
use super::import::Mode;

/// Does some work in one transaction: all of it, or nothing.
///
/// Writers queue up at the beginning, so that what is read in the transaction stays true until its
/// end. On SQLite the first statement takes the lock for writing (a transaction that begins by reading
/// fails with "database is locked" when it comes to write). On PostgreSQL it is the lock that the
/// change feed's triggers take, too.
pub fn write<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    conn.transaction(|conn| {
        let lock = match conn {
            Conn::Sqlite(_) => "DELETE FROM changes WHERE id < 0",
            Conn::Postgres(_) => "SELECT pg_advisory_xact_lock(1229539654)",
        };
        sql_query(lock).execute(conn)?;
        work(conn)
    })
}

/// Does some work that reads, all of it as the database is at one moment.
pub fn snapshot<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    conn.transaction(|conn| {
        if let Conn::Postgres(_) = conn {
            sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(conn)?;
        }
        work(conn)
    })
}

/// Does some work in one transaction, which is kept only if it is meant.
pub(super) fn attempt<T>(
    conn: &mut Conn,
    mode: Mode,
    work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut tried = None;
    let kept = write(conn, |conn| {
        let value = work(conn)?;
        match mode {
            Mode::Apply => Ok(value),
            Mode::DryRun => {
                tried = Some(value);
                Err(DieselError::RollbackTransaction.into())
            }
        }
    });
    tried.map_or(kept, Ok)
}
