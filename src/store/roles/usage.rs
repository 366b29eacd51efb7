//! Where roles are in use.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::{count, count_star, exists};
use diesel::prelude::*;

use crate::identity::principal::RoleId;
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{
    consumer_roles, role_networks, roles, rule_roles, session_roles, sessions, user_roles,
};
use crate::store::terms;
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

/// The roles that somebody holds by assignment.
pub fn held(conn: &mut Conn) -> Result<Vec<RoleId>, StoreError> {
    let holders = user_roles::table.filter(user_roles::role_id.eq(roles::id));
    let held: Vec<i32> = roles::table
        .filter(exists(holders))
        .select(roles::id)
        .load(conn)?;
    Ok(held.into_iter().map(RoleId).collect())
}

/// Where a role is in use.
pub fn usage(conn: &mut Conn, id: RoleId, now: DateTime<Utc>) -> Result<Usage, StoreError> {
    Ok(usages(conn, now)?.remove(&id).unwrap_or_default())
}

/// Where every role is in use; roles that are not are left out.
pub fn usages(conn: &mut Conn, now: DateTime<Utc>) -> Result<HashMap<RoleId, Usage>, StoreError> {
    let holders: Vec<(i32, i64)> = user_roles::table
        .group_by(user_roles::role_id)
        .select((user_roles::role_id, count_star()))
        .load(conn)?;
    let networks: Vec<(i32, i64)> = role_networks::table
        .group_by(role_networks::role_id)
        .select((role_networks::role_id, count_star()))
        .load(conn)?;
    let rules: Vec<(i32, i64)> = rule_roles::table
        .group_by(rule_roles::role_id)
        .select((
            rule_roles::role_id,
            count(rule_roles::rule_id).aggregate_distinct(),
        ))
        .load(conn)?;
    let consumers: Vec<(i32, i64)> = consumer_roles::table
        .group_by(consumer_roles::role_id)
        .select((consumer_roles::role_id, count_star()))
        .load(conn)?;
    let mut usages: HashMap<RoleId, Usage> = HashMap::new();
    let mut put = |counts: Vec<(i32, i64)>, set: fn(&mut Usage, u64)| {
        for (role, count) in counts {
            set(
                usages.entry(RoleId(role)).or_default(),
                count.unsigned_abs(),
            );
        }
    };
    put(holders, |usage, count| usage.holders = count);
    put(networks, |usage, count| usage.networks = count);
    put(rules, |usage, count| usage.rules = count);
    put(consumers, |usage, count| usage.consumers = count);
    put(in_sessions(conn, now)?, |usage, count| {
        usage.sessions = count;
    });
    Ok(usages)
}

/// How many live sessions obtained each role; an older version of terms is none.
fn in_sessions(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<(i32, i64)>, StoreError> {
    let in_force = terms::in_force(conn)?;
    let counts: Vec<(i32, i32, i64)> = session_roles::table
        .inner_join(sessions::table)
        .filter(sessions::expires_at.gt(stored(now)))
        .group_by((session_roles::role_id, session_roles::version))
        .select((session_roles::role_id, session_roles::version, count_star()))
        .load(conn)?;
    let counts = counts.into_iter().filter(|(role, version, _)| {
        let terms = in_force.get(&RoleId(*role));
        terms.map_or(0, |terms| terms.version) == *version
    });
    Ok(counts.map(|(role, _, count)| (role, count)).collect())
}
