//! Rows, and the consumers that they make.

use std::collections::HashMap;
use std::fmt::Display;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::block::{self, BlockedUser};
use super::{Details, counts};
use crate::identity::consumer::{
    Consumer, ConsumerId, ConsumerKey, ConsumerRole, Origins, PathPrefix, Secrets, settings,
};
use crate::identity::name::RoleName;
use crate::identity::principal::RoleId;
use crate::identity::seal::SealingKeys;
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{consumer_roles, roles};

/// Any site, as a line of the column `origins`.
const ANY: &str = "*";

#[derive(Queryable)]
#[expect(clippy::struct_excessive_bools, reason = "so is the table")]
pub(super) struct Row {
    id: i32,
    key: String,
    name: String,
    secret: String,
    previous_secret: Option<String>,
    previous_until: Option<NaiveDateTime>,
    is_enabled: bool,
    is_built_in: bool,
    max_ttl: i32,
    origins: String,
    allows_server_side: bool,
    names_admins: bool,
    prefixes: String,
    revoked_before: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    rotated_at: NaiveDateTime,
}

/// When a row was made, changed, and given its secret.
#[derive(Clone, Copy)]
pub(super) struct Times(DateTime<Utc>, DateTime<Utc>, DateTime<Utc>);

/// The consumers of these rows, in their order.
pub(super) fn consumers(
    conn: &mut Conn,
    keys: &SealingKeys,
    rows: Vec<Row>,
) -> Result<Vec<(Consumer, Times)>, StoreError> {
    let mut roles = roles_of(conn)?;
    let mut blocks = block::all(conn)?;
    rows.into_iter()
        .map(|row| {
            let id = row.id;
            let times = Times(
                row.created_at.and_utc(),
                row.updated_at.and_utc(),
                row.rotated_at.and_utc(),
            );
            let mut consumer = row.into_consumer(keys)?;
            consumer.roles = roles.remove(&id).unwrap_or_default();
            let blocked = blocks.remove(&id).unwrap_or_default().into_iter();
            consumer.blocked = blocked.map(|user| (user.user, user.block)).collect();
            Ok((consumer, times))
        })
        .collect()
}

/// The same, with what administrators see of them.
pub(super) fn details(
    conn: &mut Conn,
    keys: &SealingKeys,
    rows: Vec<Row>,
) -> Result<Vec<Details>, StoreError> {
    let mut counts = counts::all(conn)?;
    let mut blocks: HashMap<i32, Vec<BlockedUser>> = block::all(conn)?;
    let details = consumers(conn, keys, rows)?.into_iter().map(
        |(consumer, Times(created_at, updated_at, rotated_at))| Details {
            created_at,
            updated_at,
            rotated_at,
            blocked: blocks.remove(&consumer.id.0).unwrap_or_default(),
            counts: counts.remove(&consumer.id.0).unwrap_or_default(),
            consumer,
        },
    );
    Ok(details.collect())
}

fn roles_of(conn: &mut Conn) -> Result<HashMap<i32, Vec<ConsumerRole>>, StoreError> {
    let rows: Vec<(i32, i32, String, bool, bool)> = consumer_roles::table
        .inner_join(roles::table)
        .order(roles::name)
        .select((
            consumer_roles::consumer_id,
            consumer_roles::role_id,
            roles::name,
            consumer_roles::is_base,
            consumer_roles::is_read_only,
        ))
        .load(conn)?;
    let mut all: HashMap<i32, Vec<ConsumerRole>> = HashMap::new();
    for (consumer, role, name, is_base, is_read_only) in rows {
        let broken = |error| {
            let message =
                format!("role {role} in the database is broken: its name `{name}` {error}");
            StoreError::Invalid(message)
        };
        all.entry(consumer).or_default().push(ConsumerRole {
            id: RoleId(role),
            name: RoleName::parse(&name).map_err(broken)?,
            is_base,
            is_read_only,
        });
    }
    Ok(all)
}

impl Row {
    /// Without roles and blocked users, which are in other tables.
    fn into_consumer(self, keys: &SealingKeys) -> Result<Consumer, StoreError> {
        let broken = |why: &dyn Display| {
            let id = self.id;
            StoreError::Invalid(format!("consumer {id} in the database is broken: {why}"))
        };
        let key = ConsumerKey::parse(&self.key)
            .map_err(|error| broken(&format!("its key `{}` {error}", self.key)))?;
        // Lists of which a part is left out would open or close what they must not, and say nothing.
        let told = |faults: Vec<settings::Fault>| {
            let messages: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
            broken(&messages.join("; "))
        };
        Ok(Consumer {
            id: ConsumerId(self.id),
            secrets: self.secrets(&key, keys),
            max_ttl: self.max_ttl.unsigned_abs(),
            origins: read_origins(&self.origins).map_err(told)?,
            prefixes: settings::prefixes(&self.prefixes).map_err(told)?,
            key,
            name: self.name,
            is_enabled: self.is_enabled,
            is_built_in: self.is_built_in,
            allows_server_side: self.allows_server_side,
            names_admins: self.names_admins,
            roles: Vec::new(),
            revoked_before: self.revoked_before.map(|at| at.and_utc()),
            blocked: HashMap::new(),
        })
    }

    fn secrets(&self, key: &ConsumerKey, keys: &SealingKeys) -> Option<Secrets> {
        let open = |sealed: &str| keys.open(key, sealed).map(|opened| opened.secret);
        let previous = self.previous_secret.as_deref().and_then(open);
        let until = self.previous_until.map(|at| at.and_utc());
        Some(Secrets {
            current: open(&self.secret)?,
            previous: previous.zip(until),
        })
    }
}

/// The column `origins`.
pub(super) fn written_origins(origins: &Origins) -> String {
    let any = origins.any.then(|| ANY.to_owned());
    let listed = origins.listed.iter().map(ToString::to_string);
    any.into_iter().chain(listed).collect::<Vec<_>>().join("\n")
}

fn read_origins(column: &str) -> Result<Origins, Vec<settings::Fault>> {
    let is_any = |line: &str| line.trim() == ANY;
    let listed: Vec<&str> = column.lines().filter(|line| !is_any(line)).collect();
    Ok(Origins {
        any: column.lines().any(is_any),
        listed: settings::origins(&listed.join("\n"))?,
    })
}

/// The column `prefixes`.
pub(super) fn written_prefixes(prefixes: &[PathPrefix]) -> String {
    let lines: Vec<&str> = prefixes.iter().map(PathPrefix::as_str).collect();
    lines.join("\n")
}
