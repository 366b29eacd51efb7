//! A database full of made-up people and rules, for trials and measurements.
//!
//! What is made is the same each time, but for the moment it is made at. Nobody is called like these
//! users (`.invalid` is nobody's domain), which is how they are found again to be made anew.

mod collection;
mod people;

use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_query;

use super::connection::Conn;
use super::error::StoreError;
use super::schema::{roles, rules, users};
use super::transaction::write;

/// How the names of all users end that were made here.
pub const DOMAIN: &str = "@seed.invalid";
/// How the names of all roles and networks begin that were made here, and the notes of all rules.
const MARK: &str = "seed-";
/// Rows in one statement: a statement for each takes PostgreSQL minutes.
const AT_ONCE: usize = 500;

/// What to make.
#[derive(Debug, Clone)]
pub struct Seed {
    /// How many users.
    pub users: u32,
    /// How many roles, besides `user` and `admin`.
    pub roles: u32,
    /// How many networks.
    pub networks: u32,
    /// How many rules.
    pub rules: u32,
    /// How many entries of the audit log.
    pub audit: u32,
    /// The ids of the sessions; each belongs to another user for as long as there are users.
    pub sessions: Vec<String>,
    /// The hash of the password that all users have.
    pub password_hash: String,
    /// When the sessions end.
    pub expires_at: DateTime<Utc>,
}

/// Fills the database; what was made here before is made anew. A database with other people's users,
/// roles or rules is left as it is.
pub fn fill(conn: &mut Conn, now: DateTime<Utc>, seed: &Seed) -> Result<(), StoreError> {
    make_room(conn)?;
    write(conn, |conn| {
        refuse_used(conn)?;
        clear(conn)?;
        let roles = collection::roles(conn, now, seed)?;
        collection::rules(conn, now, seed, &roles)?;
        people::users(conn, now, seed, &roles)?;
        people::audit(conn, now, seed)?;
        // Running gates read everything anew, instead of a million changes.
        conn.batch_execute(
            "DELETE FROM changes; INSERT INTO changes (resource, key) VALUES ('all', '')",
        )?;
        Ok(())
    })?;
    tidy_up(conn)
}

/// Other people's data is not to be mixed with ours, nor deleted.
fn refuse_used(conn: &mut Conn) -> Result<(), StoreError> {
    let others: i64 = users::table
        .filter(users::name.not_like(format!("%{DOMAIN}")))
        .count()
        .get_result(conn)?;
    let rules: i64 = rules::table
        .filter(rules::note.not_like(format!("{MARK}%")))
        .count()
        .get_result(conn)?;
    let roles: i64 = roles::table
        .filter(roles::name.not_like(format!("{MARK}%")))
        .filter(roles::built_in.eq(false))
        .count()
        .get_result(conn)?;
    if others <= 1 && rules == 0 && roles == 0 {
        return Ok(());
    }
    Err(StoreError::Invalid(format!(
        "the database is in use: besides what `dev seed` made it has {others} users, {roles} roles and \
         {rules} rules, and may have one user, the first administrator; name another database in \
         `AUTH_DB_CONNECTION`"
    )))
}

fn clear(conn: &mut Conn) -> Result<(), StoreError> {
    Ok(conn.batch_execute(&format!(
        "DELETE FROM users WHERE name LIKE '%{DOMAIN}';
         DELETE FROM rules;
         DELETE FROM roles WHERE NOT built_in;
         DELETE FROM networks WHERE name LIKE '{MARK}%';
         DELETE FROM audit_log WHERE actor LIKE '%{DOMAIN}';"
    ))?)
}

/// SQLite keeps 2 MB of the database in memory, and its indexes are much larger.
fn make_room(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(conn) => Ok(conn.batch_execute("PRAGMA cache_size = -400000")?),
        Conn::Postgres(_) => Ok(()),
    }
}

/// What the databases do by themselves sooner or later, so that what is measured next is not that.
fn tidy_up(conn: &mut Conn) -> Result<(), StoreError> {
    match conn {
        Conn::Sqlite(conn) => {
            conn.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA cache_size = -2000")?;
        }
        Conn::Postgres(conn) => conn.batch_execute("VACUUM ANALYZE")?,
    }
    Ok(())
}

/// Inserts rows that are written in SQL, but for their parentheses.
fn insert(
    conn: &mut Conn,
    table: &str,
    columns: &str,
    rows: impl Iterator<Item = String>,
) -> Result<(), StoreError> {
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let some: Vec<String> = rows.by_ref().take(AT_ONCE).collect();
        let rows = some.join("),(");
        conn.batch_execute(&format!("INSERT INTO {table} ({columns}) VALUES ({rows})"))?;
    }
    // PostgreSQL does not see that numbers were taken.
    if let Conn::Postgres(_) = conn
        && columns.starts_with("id, ")
        && table != "sessions"
    {
        sql_query(format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE(max(id), 1)) FROM {table}"
        ))
        .execute(conn)?;
    }
    Ok(())
}

/// The first number of a table that is not taken.
fn next_id(conn: &mut Conn, table: &str) -> Result<u32, StoreError> {
    #[derive(diesel::QueryableByName)]
    struct Next {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        id: i64,
    }
    let next: Next = sql_query(format!(
        "SELECT CAST(COALESCE(max(id), 0) + 1 AS BIGINT) AS id FROM {table}"
    ))
    .get_result(conn)?;
    u32::try_from(next.id)
        .map_err(|_| StoreError::Invalid(format!("the table {table} has no numbers left")))
}

/// One of a list, again and again.
fn pick<'a>(list: &[&'a str], index: u32) -> &'a str {
    let index = index as usize % list.len().max(1);
    list.get(index).copied().unwrap_or_default()
}

/// A time as SQL.
fn time(at: DateTime<Utc>) -> String {
    at.format("'%Y-%m-%d %H:%M:%S'").to_string()
}
