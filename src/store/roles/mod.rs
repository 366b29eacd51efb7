//! Roles.

mod conflicts;
mod usage;
mod write;

use std::collections::HashMap;

use diesel::prelude::*;
use ipnet::IpNet;

pub use self::usage::{Usage, held, usage, usage_some, usages, usages_some};
pub use self::write::{create, delete, update};
pub(super) use self::write::{insert, replace};
use super::connection::Conn;
use super::error::StoreError;
use super::networks::{self, NetworkId};
use super::schema::{role_networks, roles};
use super::terms;
use crate::identity::name::RoleName;
use crate::identity::principal::{self, ObtainedBy, OfferedAs, RoleId};

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
    /// How viewers are told of it.
    pub offered_as: OfferedAs,
    /// Where it is held, for networks and kiosks.
    pub networks: Vec<NetworkId>,
    /// Whether it is `user` or `admin`, which cannot be renamed or deleted.
    pub built_in: bool,
}

impl Role {
    fn for_policy(self, networks: Vec<IpNet>, terms: Option<principal::Terms>) -> principal::Role {
        principal::Role {
            id: self.id,
            name: self.name,
            title: self.title,
            obtained_by: self.obtained_by,
            offered_as: self.offered_as,
            networks,
            terms,
        }
    }
}

/// A role to be made, or what one is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRole {
    /// Its name.
    pub name: RoleName,
    /// What people call it.
    pub title: String,
    /// How it is obtained.
    pub obtained_by: ObtainedBy,
    /// How viewers are told of it.
    pub offered_as: OfferedAs,
    /// Where it is held, for networks and kiosks.
    pub networks: Vec<NetworkId>,
}

impl NewRole {
    /// A role that administrators assign.
    pub fn assigned(name: RoleName, title: &str) -> Self {
        Self {
            name,
            title: title.to_owned(),
            obtained_by: ObtainedBy::Assigned,
            offered_as: OfferedAs::Usual,
            networks: Vec::new(),
        }
    }
}

impl From<Role> for NewRole {
    fn from(role: Role) -> Self {
        Self {
            name: role.name,
            title: role.title,
            obtained_by: role.obtained_by,
            offered_as: role.offered_as,
            networks: role.networks,
        }
    }
}

/// All roles, by name.
pub fn list(conn: &mut Conn) -> Result<Vec<Role>, StoreError> {
    let rows: Vec<Row> = roles::table.order(roles::name).load(conn)?;
    let pairs: Vec<(i32, i32)> = role_networks::table
        .order(role_networks::network_id)
        .load(conn)?;
    let mut networks: HashMap<i32, Vec<NetworkId>> = HashMap::new();
    for (role, network) in pairs {
        networks.entry(role).or_default().push(NetworkId(network));
    }
    rows.into_iter()
        .map(|row| {
            let networks = networks.remove(&row.id).unwrap_or_default();
            row.into_role(networks)
        })
        .collect()
}

/// All roles as the policy knows them: with their addresses and the terms in force.
pub fn for_policy(conn: &mut Conn) -> Result<Vec<principal::Role>, StoreError> {
    let mut terms = terms::in_force(conn)?;
    let networks = networks::list(conn)?;
    let ranges: HashMap<NetworkId, Vec<IpNet>> = networks
        .into_iter()
        .map(|network| (network.id, network.ranges))
        .collect();
    let roles = list(conn)?.into_iter().map(|role| {
        let of_role = role.networks.iter().filter_map(|id| ranges.get(id));
        let networks = of_role.flatten().copied().collect();
        let terms = terms.remove(&role.id);
        role.for_policy(networks, terms)
    });
    Ok(roles.collect())
}

/// All roles as a rule that is written knows them: without addresses, which may be many thousands.
pub fn for_rules(conn: &mut Conn) -> Result<Vec<principal::Role>, StoreError> {
    let mut terms = terms::in_force(conn)?;
    let rows: Vec<Row> = roles::table.order(roles::name).load(conn)?;
    let roles = rows.into_iter().map(|row| {
        let role = row.into_role(Vec::new())?;
        let terms = terms.remove(&role.id);
        Ok(role.for_policy(Vec::new(), terms))
    });
    roles.collect()
}

/// The role with this number.
pub fn find(conn: &mut Conn, id: RoleId) -> Result<Option<Role>, StoreError> {
    let row: Option<Row> = roles::table.find(id.0).first(conn).optional()?;
    with_networks(conn, row)
}

/// The role with this name.
pub fn find_by_name(conn: &mut Conn, name: &RoleName) -> Result<Option<Role>, StoreError> {
    let row: Option<Row> = roles::table
        .filter(roles::name.eq(name.as_str()))
        .first(conn)
        .optional()?;
    with_networks(conn, row)
}

fn with_networks(conn: &mut Conn, row: Option<Row>) -> Result<Option<Role>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let networks: Vec<i32> = role_networks::table
        .filter(role_networks::role_id.eq(row.id))
        .order(role_networks::network_id)
        .select(role_networks::network_id)
        .load(conn)?;
    let networks = networks.into_iter().map(NetworkId).collect();
    row.into_role(networks).map(Some)
}

#[derive(Queryable)]
struct Row {
    id: i32,
    name: String,
    title: String,
    obtained_by: String,
    built_in: bool,
    offered_as: String,
}

impl Row {
    fn into_role(self, networks: Vec<NetworkId>) -> Result<Role, StoreError> {
        let broken = |why: &dyn std::fmt::Display| {
            StoreError::Invalid(format!("role {} in the database is broken: {why}", self.id))
        };
        Ok(Role {
            id: RoleId(self.id),
            name: RoleName::parse(&self.name)
                .map_err(|error| broken(&format!("its name `{}` {error}", self.name)))?,
            obtained_by: ObtainedBy::parse(&self.obtained_by)
                .ok_or_else(|| broken(&"unknown way to obtain it"))?,
            offered_as: OfferedAs::parse(&self.offered_as)
                .ok_or_else(|| broken(&"unknown way to offer it"))?,
            networks,
            title: self.title,
            built_in: self.built_in,
        })
    }
}
