//! Where roles are in use.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Text, Timestamp};

use crate::identity::principal::{ObtainedBy, RoleId};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::page::{COUNTED, one_more};
use crate::store::schema::{consumer_roles, roles, user_roles};
use crate::store::time::stored;

/// Where a role is in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many users hold it by assignment.
    pub holders: u64,
    /// How many live sessions accepted the terms in force, or opened the kiosk.
    pub sessions: u64,
    /// How many networks it refers to.
    pub networks: u64,
    /// How many rules name it.
    pub rules: u64,
    /// How many consumers may give it to their users.
    pub consumers: u64,
}

/// The roles that somebody holds by assignment, or may hold as a user of a consumer.
pub fn held(conn: &mut Conn) -> Result<Vec<RoleId>, StoreError> {
    let holders = user_roles::table.filter(user_roles::role_id.eq(roles::id));
    let given = consumer_roles::table.filter(consumer_roles::role_id.eq(roles::id));
    let held: Vec<i32> = roles::table
        .filter(exists(holders).or(exists(given)))
        .select(roles::id)
        .load(conn)?;
    Ok(held.into_iter().map(RoleId).collect())
}

/// Where a role is in use.
pub fn usage(conn: &mut Conn, id: RoleId, now: DateTime<Utc>) -> Result<Usage, StoreError> {
    Ok(found(conn, Some(id), now, i64::MAX)?
        .remove(&id)
        .unwrap_or_default())
}

/// The same, each number at most one more than [`COUNTED`]: counting a million takes long.
pub fn usage_some(conn: &mut Conn, id: RoleId, now: DateTime<Utc>) -> Result<Usage, StoreError> {
    let most = one_more(COUNTED);
    Ok(found(conn, Some(id), now, most)?
        .remove(&id)
        .unwrap_or_default())
}

/// Where every role is in use.
pub fn usages(conn: &mut Conn, now: DateTime<Utc>) -> Result<HashMap<RoleId, Usage>, StoreError> {
    found(conn, None, now, i64::MAX)
}

/// The same, each number at most one more than [`COUNTED`].
pub fn usages_some(
    conn: &mut Conn,
    now: DateTime<Utc>,
) -> Result<HashMap<RoleId, Usage>, StoreError> {
    found(conn, None, now, one_more(COUNTED))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    id: i32,
    #[diesel(sql_type = Text)]
    obtained_by: String,
    /// The version of its terms that is in force; a kiosk has none.
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = BigInt)]
    holders: i64,
    #[diesel(sql_type = BigInt)]
    networks: i64,
    #[diesel(sql_type = BigInt)]
    rules: i64,
    #[diesel(sql_type = BigInt)]
    consumers: i64,
}

/// Each number counts rows of an index, and no more of them than asked for.
fn found(
    conn: &mut Conn,
    only: Option<RoleId>,
    now: DateTime<Utc>,
    most: i64,
) -> Result<HashMap<RoleId, Usage>, StoreError> {
    let which = only.map_or_else(|| "id".to_owned(), |id| id.0.to_string());
    let count = |what: &str, table: &str| {
        format!(
            "(SELECT count(*) FROM
                 (SELECT {what} FROM {table} x WHERE x.role_id = roles.id LIMIT {most}) n)"
        )
    };
    let rows: Vec<Row> = sql_query(format!(
        "SELECT id, obtained_by, COALESCE(
             (SELECT max(terms.version) FROM terms WHERE terms.role_id = roles.id), 0) AS version,
             {} AS holders, {} AS networks, {} AS rules, {} AS consumers
         FROM roles WHERE id = {which}",
        count("1", "user_roles"),
        count("1", "role_networks"),
        count("DISTINCT x.rule_id", "rule_roles"),
        count("1", "consumer_roles"),
    ))
    .load(conn)?;
    let usages = rows.into_iter().map(|row| {
        let usage = Usage {
            holders: row.holders.unsigned_abs(),
            sessions: sessions(conn, &row, now, most)?,
            networks: row.networks.unsigned_abs(),
            rules: row.rules.unsigned_abs(),
            consumers: row.consumers.unsigned_abs(),
        };
        Ok((RoleId(row.id), usage))
    });
    usages.collect()
}

/// How many live sessions obtained the role; an older version of its terms is none. Asked role by role,
/// because PostgreSQL goes another way for one that half of all sessions have.
fn sessions(conn: &mut Conn, role: &Row, now: DateTime<Utc>, most: i64) -> Result<u64, StoreError> {
    #[derive(QueryableByName)]
    struct Counted {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let way = ObtainedBy::parse(&role.obtained_by);
    if !matches!(way, Some(ObtainedBy::Terms | ObtainedBy::Kiosk)) {
        return Ok(0);
    }
    let at = if let Conn::Postgres(_) = conn {
        "$1"
    } else {
        "?"
    };
    let Row { id, version, .. } = role;
    let counted: Counted = sql_query(format!(
        "SELECT count(*) AS number FROM
             (SELECT 1 FROM session_roles x JOIN sessions ON sessions.id = x.session_id
              WHERE x.role_id = {id} AND x.version = {version} AND sessions.expires_at > {at}
              LIMIT {most}) n"
    ))
    .bind::<Timestamp, _>(stored(now))
    .get_result(conn)?;
    Ok(counted.number.unsigned_abs())
}
