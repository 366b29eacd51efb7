//! Roles.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use super::audit::{self, Action};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::{roles, rule_roles, user_roles};
use super::text::line;
use super::transaction::write;
use crate::identity::admin::Admin;
use crate::identity::name::RoleName;
use crate::identity::principal::{self, ObtainedBy, RoleId};

/// A role, as it is administered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its number.
    pub id: RoleId,
    /// Its name.
    pub name: RoleName,
    /// What people call it.
    pub title: String,
    /// How it is obtained.
    pub obtained_by: ObtainedBy,
    /// Whether it is `user` or `admin`, which cannot be renamed or deleted.
    pub built_in: bool,
}

impl Role {
    /// The role as the policy knows it.
    pub fn to_policy(&self) -> principal::Role {
        principal::Role {
            id: self.id,
            name: self.name.clone(),
            title: self.title.clone(),
            obtained_by: self.obtained_by,
            offered_as: principal::OfferedAs::Usual,
            networks: Vec::new(),
            terms: None,
        }
    }
}

/// Where a role is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// How many users hold it by assignment.
    pub holders: u64,
    /// How many rules ask for it.
    pub rules: u64,
}

/// All roles, by name.
pub fn list(conn: &mut Conn) -> Result<Vec<Role>, StoreError> {
    let rows: Vec<Row> = roles::table.order(roles::name).load(conn)?;
    rows.into_iter().map(Role::try_from).collect()
}

/// The role with this number.
pub fn find(conn: &mut Conn, id: RoleId) -> Result<Option<Role>, StoreError> {
    let row: Option<Row> = roles::table.find(id.0).first(conn).optional()?;
    row.map(Role::try_from).transpose()
}

/// The role with this name.
pub fn find_by_name(conn: &mut Conn, name: &RoleName) -> Result<Option<Role>, StoreError> {
    let row: Option<Row> = roles::table
        .filter(roles::name.eq(name.as_str()))
        .first(conn)
        .optional()?;
    row.map(Role::try_from).transpose()
}

/// How many users hold each role by assignment; roles that nobody holds are left out.
pub fn holders(conn: &mut Conn) -> Result<HashMap<RoleId, u64>, StoreError> {
    let counts: Vec<(i32, i64)> = user_roles::table
        .group_by(user_roles::role_id)
        .select((user_roles::role_id, count_star()))
        .load(conn)?;
    Ok(counts
        .into_iter()
        .map(|(id, count)| (RoleId(id), count.unsigned_abs()))
        .collect())
}

/// Where a role is in use.
pub fn usage(conn: &mut Conn, id: RoleId) -> Result<Usage, StoreError> {
    let holders: i64 = user_roles::table
        .filter(user_roles::role_id.eq(id.0))
        .count()
        .get_result(conn)?;
    let rules: i64 = rule_roles::table
        .filter(rule_roles::role_id.eq(id.0))
        .count()
        .get_result(conn)?;
    Ok(Usage {
        holders: holders.unsigned_abs(),
        rules: rules.unsigned_abs(),
    })
}

/// Makes a role that administrators assign.
pub fn create(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    name: &RoleName,
    title: &str,
) -> Result<RoleId, StoreError> {
    write(conn, |conn| {
        let id = insert(conn, name, title)?;
        audit::done(conn, admin, now, Action::CreateRole, &name, &title.trim())?;
        Ok(id)
    })
}

pub(super) fn insert(conn: &mut Conn, name: &RoleName, title: &str) -> Result<RoleId, StoreError> {
    let id = diesel::insert_into(roles::table)
        .values((
            roles::name.eq(name.as_str()),
            roles::title.eq(line("title", title)?),
            roles::obtained_by.eq(ObtainedBy::Assigned.as_str()),
            roles::built_in.eq(false),
        ))
        .returning(roles::id)
        .get_result(conn)
        .map_err(StoreError::taken("a role of this name"))?;
    Ok(RoleId(id))
}

/// Changes a role's name and title. The built-in ones keep their names.
pub fn update(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: RoleId,
    name: &RoleName,
    title: &str,
) -> Result<(), StoreError> {
    let title = line("title", title)?;
    write(conn, |conn| {
        let before = find(conn, id)?.ok_or(StoreError::NotFound)?;
        if before.built_in && before.name != *name {
            return Err(StoreError::BuiltIn);
        }
        diesel::update(roles::table.find(id.0))
            .set((roles::name.eq(name.as_str()), roles::title.eq(&title)))
            .execute(conn)
            .map_err(StoreError::taken("a role of this name"))?;
        let detail = format!("now {name}, {title}");
        audit::done(conn, admin, now, Action::UpdateRole, &before.name, &detail)
    })
}

/// Deletes a role, takes it from whoever holds it, and out of the rules: a rule that asked for no
/// other role then lets nobody in.
pub fn delete(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: RoleId,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let role = find(conn, id)?.ok_or(StoreError::NotFound)?;
        if role.built_in {
            return Err(StoreError::BuiltIn);
        }
        let Usage { holders, rules } = usage(conn, id)?;
        diesel::delete(roles::table.find(id.0)).execute(conn)?;
        let detail = format!("{holders} users held it, {rules} rules asked for it");
        audit::done(conn, admin, now, Action::DeleteRole, &role.name, &detail)
    })
}

#[derive(Queryable)]
struct Row {
    id: i32,
    name: String,
    title: String,
    obtained_by: String,
    built_in: bool,
}

impl TryFrom<Row> for Role {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let broken = |why: &dyn std::fmt::Display| {
            StoreError::Invalid(format!("role {} in the database is broken: {why}", row.id))
        };
        Ok(Self {
            id: RoleId(row.id),
            name: RoleName::parse(&row.name)
                .map_err(|error| broken(&format!("its name `{}` {error}", row.name)))?,
            obtained_by: ObtainedBy::parse(&row.obtained_by)
                .ok_or_else(|| broken(&"unknown way to obtain it"))?,
            title: row.title,
            built_in: row.built_in,
        })
    }
}
