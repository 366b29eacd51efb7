//! Networks: lists of addresses under a name, which roles refer to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use ipnet::IpNet;

use super::audit::{self, Action};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::{networks, role_networks, roles};
use super::text::line;
use super::transaction::write;
use crate::identity::admin::Admin;
use crate::identity::network;

/// A network's number in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NetworkId(pub i32);

/// A list of addresses, as it is administered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    /// Its number.
    pub id: NetworkId,
    /// What people call it, for example `Reading room`.
    pub name: String,
    /// The addresses.
    pub ranges: Vec<IpNet>,
    /// Why it is there.
    pub note: String,
}

/// A network to be made, or what one is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNetwork {
    /// What people call it.
    pub name: String,
    /// The addresses: see [`network::parse_list`].
    pub ranges: Vec<IpNet>,
    /// Why it is there.
    pub note: String,
}

/// All networks, by name.
pub fn list(conn: &mut Conn) -> Result<Vec<Network>, StoreError> {
    let rows: Vec<Row> = networks::table.order(networks::name).load(conn)?;
    rows.into_iter().map(Network::try_from).collect()
}

/// A network's number and name.
pub type Named = (NetworkId, String);

/// The names of all networks, in their order: reading addresses takes long.
pub fn names(conn: &mut Conn) -> Result<Vec<Named>, StoreError> {
    let names: Vec<(i32, String)> = networks::table
        .order(networks::name)
        .select((networks::id, networks::name))
        .load(conn)?;
    let named = names.into_iter().map(|(id, name)| (NetworkId(id), name));
    Ok(named.collect())
}

/// The networks whose names come after this one, at most so many.
pub(super) fn after(conn: &mut Conn, name: &str, most: i64) -> Result<Vec<Network>, StoreError> {
    let rows: Vec<Row> = networks::table
        .filter(networks::name.gt(name))
        .order(networks::name)
        .limit(most)
        .load(conn)?;
    rows.into_iter().map(Network::try_from).collect()
}

/// The network with this number.
pub fn find(conn: &mut Conn, id: NetworkId) -> Result<Option<Network>, StoreError> {
    let row: Option<Row> = networks::table.find(id.0).first(conn).optional()?;
    row.map(Network::try_from).transpose()
}

/// The network with this name.
pub fn find_by_name(conn: &mut Conn, name: &str) -> Result<Option<Network>, StoreError> {
    let row: Option<Row> = networks::table
        .filter(networks::name.eq(name.trim()))
        .first(conn)
        .optional()?;
    row.map(Network::try_from).transpose()
}

/// The names of the roles that refer to each network; networks that no role refers to are left out.
pub fn roles_of(conn: &mut Conn) -> Result<HashMap<NetworkId, Vec<String>>, StoreError> {
    let pairs: Vec<(i32, String)> = role_networks::table
        .inner_join(roles::table)
        .order(roles::name)
        .select((role_networks::network_id, roles::name))
        .load(conn)?;
    let mut names: HashMap<NetworkId, Vec<String>> = HashMap::new();
    for (network, role) in pairs {
        names.entry(NetworkId(network)).or_default().push(role);
    }
    Ok(names)
}

/// Makes a network.
pub fn create(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    network: &NewNetwork,
) -> Result<NetworkId, StoreError> {
    write(conn, |conn| {
        let id = insert(conn, network)?;
        let (name, detail) = (network.name.trim(), described(&network.ranges));
        audit::done(conn, admin, now, Action::CreateNetwork, &name, &detail)?;
        Ok(id)
    })
}

/// Makes the network with this number what is given.
pub fn update(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: NetworkId,
    network: &NewNetwork,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let before: String = networks::table
            .find(id.0)
            .select(networks::name)
            .first(conn)?;
        replace(conn, id, network)?;
        let detail = format!(
            "now {}, {}",
            network.name.trim(),
            described(&network.ranges)
        );
        audit::done(conn, admin, now, Action::UpdateNetwork, &before, &detail)
    })
}

/// Deletes a network that no role refers to.
pub fn delete(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: NetworkId,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let name: String = networks::table
            .find(id.0)
            .select(networks::name)
            .first(conn)?;
        if let Some(roles) = roles_of(conn)?.get(&id) {
            let roles = roles.join("`, `");
            return Err(StoreError::Invalid(format!(
                "the network `{name}` is in use: take it out of the roles `{roles}` first"
            )));
        }
        diesel::delete(networks::table.find(id.0)).execute(conn)?;
        audit::done(conn, admin, now, Action::DeleteNetwork, &name, &"")
    })
}

pub(super) fn insert(conn: &mut Conn, network: &NewNetwork) -> Result<NetworkId, StoreError> {
    let id = diesel::insert_into(networks::table)
        .values((
            networks::name.eq(name(&network.name)?),
            networks::ranges.eq(ranges(&network.ranges)?),
            networks::note.eq(line("note", &network.note)?),
        ))
        .returning(networks::id)
        .get_result(conn)
        .map_err(StoreError::taken("a network of this name"))?;
    Ok(NetworkId(id))
}

pub(super) fn replace(
    conn: &mut Conn,
    id: NetworkId,
    network: &NewNetwork,
) -> Result<(), StoreError> {
    let updated = diesel::update(networks::table.find(id.0))
        .set((
            networks::name.eq(name(&network.name)?),
            networks::ranges.eq(ranges(&network.ranges)?),
            networks::note.eq(line("note", &network.note)?),
        ))
        .execute(conn)
        .map_err(StoreError::taken("a network of this name"))?;
    if updated == 0 {
        return Err(StoreError::NotFound);
    }
    Ok(())
}

fn name(text: &str) -> Result<String, StoreError> {
    let name = line("name", text)?;
    if name.is_empty() {
        let message = "the name of a network must not be empty";
        return Err(StoreError::Invalid(message.to_owned()));
    }
    Ok(name)
}

fn ranges(ranges: &[IpNet]) -> Result<String, StoreError> {
    if ranges.is_empty() {
        let message = "a network needs at least one range of addresses";
        return Err(StoreError::Invalid(message.to_owned()));
    }
    Ok(network::written_list(ranges))
}

/// The ranges, as the audit log tells them.
pub(super) fn described(ranges: &[IpNet]) -> String {
    network::written_list(ranges).replace('\n', ", ")
}

#[derive(Queryable)]
struct Row {
    id: i32,
    name: String,
    ranges: String,
    note: String,
}

impl TryFrom<Row> for Network {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        // A list of which a part is left out would close what is to be open, and say nothing.
        let ranges = network::parse_list(&row.ranges).map_err(|errors| {
            let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
            let (id, why) = (row.id, errors.join("; "));
            StoreError::Invalid(format!("network {id} in the database is broken: {why}"))
        })?;
        Ok(Self {
            id: NetworkId(row.id),
            name: row.name,
            ranges,
            note: row.note,
        })
    }
}
