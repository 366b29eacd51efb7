//! The change feed: what every instance must forget or read again.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::{exists, max, min, sql};
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;

use super::SLICE;
use super::connection::Conn;
use super::error::StoreError;
use super::schema::changes;
use super::time::stored;

/// One entry of the feed.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Change {
    /// Its number; numbers become visible in their order.
    pub id: i64,
    /// `user`, `session`, `api_key`, `policy`, `consumer`, `limit`, or `all` when a table was emptied by hand.
    pub resource: String,
    /// A user's number, a session's id, an API key's fingerprint, who is held up no longer. Of the policy a
    /// rule's number, `roles`
    /// for those with their networks and terms, or nothing for everything; nothing for the others.
    pub key: String,
}

/// The most entries read at once.
pub const AT_ONCE: i64 = 10_000;

/// The entries after this number, oldest first, at most [`AT_ONCE`].
pub fn after(conn: &mut Conn, id: i64) -> Result<Vec<Change>, StoreError> {
    Ok(changes::table
        .filter(changes::id.gt(id))
        .order(changes::id)
        .limit(AT_ONCE)
        .select((changes::id, changes::resource, changes::key))
        .load(conn)?)
}

/// Where a reader of the feed stands: an entry, told apart from one of the same number in another feed, as
/// a backup has it that was put in the place of the database.
#[derive(Debug, Clone, PartialEq, Eq, Default, Queryable)]
pub struct Mark {
    /// The entry's number, 0 if there never was one; of a table that is empty the last that it gave.
    pub id: i64,
    at: Option<NaiveDateTime>,
    /// PostgreSQL's number of the table.
    table: i64,
}

/// The newest entry.
pub fn end(conn: &mut Conn) -> Result<Mark, StoreError> {
    let mark = (changes::id, changes::at.nullable(), table(conn));
    let newest = changes::table.order(changes::id.desc()).select(mark);
    match newest.first(conn).optional()? {
        Some(newest) => Ok(newest),
        // A table that was emptied by hand goes on counting where it was, so that it is noticed every time.
        None => Ok(Mark {
            id: last_number(conn)?,
            ..Mark::default()
        }),
    }
}

/// The last number that an entry was given.
fn last_number(conn: &mut Conn) -> Result<i64, StoreError> {
    #[derive(QueryableByName)]
    struct Last {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let query = match conn {
        Conn::Sqlite(_) => {
            "SELECT COALESCE(max(seq), 0) AS number FROM sqlite_sequence WHERE name = 'changes'"
        }
        Conn::Postgres(_) => {
            "SELECT COALESCE(pg_sequence_last_value(
                pg_get_serial_sequence('changes', 'id')::regclass), 0) AS number"
        }
    };
    let last: Last = sql_query(query).get_result(conn)?;
    Ok(last.number)
}

/// The entry of this number, if it is there.
pub fn mark(conn: &mut Conn, id: i64) -> Result<Option<Mark>, StoreError> {
    let mark = (changes::id, changes::at.nullable(), table(conn));
    Ok(changes::table
        .find(id)
        .select(mark)
        .first(conn)
        .optional()?)
}

fn table(conn: &Conn) -> SqlLiteral<BigInt> {
    match conn {
        Conn::Sqlite(_) => sql("0"),
        Conn::Postgres(_) => sql("changes.tableoid::bigint"),
    }
}

/// The number of the newest entry, 0 if there never was one.
pub fn latest(conn: &mut Conn) -> Result<i64, StoreError> {
    let latest: Option<i64> = changes::table.select(max(changes::id)).first(conn)?;
    Ok(latest.unwrap_or_default())
}

/// Whether anything that decides has changed after this number.
pub(super) fn is_policy_changed(conn: &mut Conn, id: i64) -> Result<bool, StoreError> {
    let changed = changes::table
        .filter(changes::id.gt(id))
        .filter(changes::resource.eq_any(["policy", "all"]));
    Ok(diesel::select(exists(changed)).get_result(conn)?)
}

/// The number of the oldest entry that is still there: who has read less far must read all anew.
pub fn oldest(conn: &mut Conn) -> Result<Option<i64>, StoreError> {
    Ok(changes::table.select(min(changes::id)).first(conn)?)
}

/// Forgets entries older than this, the oldest first and at most [`SLICE`], but never the newest one. Says
/// how many.
pub fn sweep(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, StoreError> {
    let latest = latest(conn)?;
    let old: Vec<i64> = changes::table
        .filter(changes::at.lt(stored(before)))
        .filter(changes::id.lt(latest))
        .order((changes::at, changes::id))
        .select(changes::id)
        .limit(SLICE.into())
        .load(conn)?;
    let old = changes::table.filter(changes::id.eq_any(old));
    Ok(diesel::delete(old).execute(conn)?)
}
