//! What happens to roles.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{NewRole, Role, Usage, conflicts, find, usage};
use crate::identity::admin::Admin;
use crate::identity::principal::{ObtainedBy, RoleId};
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::networks::NetworkId;
use crate::store::schema::{
    consumer_roles, networks, role_networks, roles, session_roles, user_roles,
};
use crate::store::text::line;
use crate::store::transaction::write;

/// Makes a role.
pub fn create(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    role: &NewRole,
) -> Result<RoleId, StoreError> {
    write(conn, |conn| {
        let id = insert(conn, role)?;
        let detail = described(conn, role)?;
        audit::done(conn, admin, now, Action::CreateRole, &role.name, &detail)?;
        Ok(id)
    })
}

/// Makes the role with this number what is given. The built-in ones keep name and nature. A role that
/// is obtained in another way from now on is taken from all who hold it.
pub fn update(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: RoleId,
    role: &NewRole,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let before = replace(conn, id, role)?;
        let detail = format!("now {}, {}", role.name, described(conn, role)?);
        audit::done(conn, admin, now, Action::UpdateRole, &before.name, &detail)
    })
}

/// Deletes a role, takes it from whoever holds it, and out of consumers and rules: a rule that asked for no
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
        let Usage {
            holders,
            rules,
            consumers,
            ..
        } = usage(conn, id, now)?;
        diesel::delete(roles::table.find(id.0)).execute(conn)?;
        let mut detail = format!("{holders} users held it, {rules} rules asked for it");
        if consumers > 0 {
            detail = format!("{detail}, {consumers} consumers gave it");
        }
        audit::done(conn, admin, now, Action::DeleteRole, &role.name, &detail)
    })
}

pub(in crate::store) fn insert(conn: &mut Conn, role: &NewRole) -> Result<RoleId, StoreError> {
    if role.obtained_by == ObtainedBy::SignIn {
        return Err(only_one_for_signing_in());
    }
    check(role)?;
    let id = diesel::insert_into(roles::table)
        .values((
            roles::name.eq(role.name.as_str()),
            roles::title.eq(line("title", &role.title)?),
            roles::obtained_by.eq(role.obtained_by.as_str()),
            roles::offered_as.eq(role.offered_as.as_str()),
            roles::built_in.eq(false),
        ))
        .returning(roles::id)
        .get_result(conn)
        .map_err(StoreError::taken("a role of this name"))?;
    place(conn, RoleId(id), &role.networks)?;
    Ok(RoleId(id))
}

/// Gives the role as it was.
pub(in crate::store) fn replace(
    conn: &mut Conn,
    id: RoleId,
    role: &NewRole,
) -> Result<Role, StoreError> {
    let before = find(conn, id)?.ok_or(StoreError::NotFound)?;
    let changed = before.obtained_by != role.obtained_by;
    if before.built_in && (changed || before.name != role.name) {
        return Err(StoreError::BuiltIn);
    }
    if changed && role.obtained_by == ObtainedBy::SignIn {
        return Err(only_one_for_signing_in());
    }
    check(role)?;
    diesel::update(roles::table.find(id.0))
        .set((
            roles::name.eq(role.name.as_str()),
            roles::title.eq(line("title", &role.title)?),
            roles::obtained_by.eq(role.obtained_by.as_str()),
            roles::offered_as.eq(role.offered_as.as_str()),
        ))
        .execute(conn)
        .map_err(StoreError::taken("a role of this name"))?;
    if before.networks != role.networks {
        diesel::delete(role_networks::table.filter(role_networks::role_id.eq(id.0)))
            .execute(conn)?;
        place(conn, id, &role.networks)?;
    }
    if changed {
        take_from_everybody(conn, id)?;
    }
    if changed || before.offered_as != role.offered_as {
        conflicts::check(conn, id)?;
    }
    Ok(before)
}

/// So that nobody holds it again by what was assigned, allowed or accepted long ago, should it change back.
fn take_from_everybody(conn: &mut Conn, id: RoleId) -> Result<(), StoreError> {
    diesel::delete(user_roles::table.filter(user_roles::role_id.eq(id.0))).execute(conn)?;
    diesel::delete(session_roles::table.filter(session_roles::role_id.eq(id.0))).execute(conn)?;
    diesel::delete(consumer_roles::table.filter(consumer_roles::role_id.eq(id.0))).execute(conn)?;
    Ok(())
}

fn only_one_for_signing_in() -> StoreError {
    StoreError::Invalid(
        "everybody who signs in holds the built-in role `user`; any other role is obtained in \
         another way, for example `assigned`"
            .to_owned(),
    )
}

fn check(role: &NewRole) -> Result<(), StoreError> {
    let invalid = |message: String| Err(StoreError::Invalid(message));
    let (way, offered_as) = (role.obtained_by.as_str(), role.offered_as.as_str());
    if !role.offered_as.suits(role.obtained_by) {
        return invalid(format!(
            "a role that is obtained by `{way}` cannot be offered as `{offered_as}` \
             (`clickthrough` is for `terms`, `external` for `network`)"
        ));
    }
    let placed = matches!(role.obtained_by, ObtainedBy::Network | ObtainedBy::Kiosk);
    match (placed, role.networks.is_empty()) {
        (true, true) => invalid(format!(
            "nobody could obtain the role: one that is obtained by `{way}` needs a network"
        )),
        (false, false) => invalid(format!(
            "a role that is obtained by `{way}` has no networks: only `network` and `kiosk` have"
        )),
        (true, false) | (false, true) => Ok(()),
    }
}

fn place(conn: &mut Conn, id: RoleId, networks: &[NetworkId]) -> Result<(), StoreError> {
    let mut networks: Vec<i32> = networks.iter().map(|network| network.0).collect();
    networks.sort_unstable();
    networks.dedup();
    for network in networks {
        diesel::insert_into(role_networks::table)
            .values((
                role_networks::role_id.eq(id.0),
                role_networks::network_id.eq(network),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// How many networks the audit log names.
const NAMED: usize = 20;

/// How it is obtained, and where, for the audit log.
fn described(conn: &mut Conn, role: &NewRole) -> Result<String, StoreError> {
    let ids = role.networks.iter().take(NAMED).map(|network| network.0);
    let mut networks: Vec<String> = networks::table
        .filter(networks::id.eq_any(ids))
        .order(networks::name)
        .select(networks::name)
        .load(conn)?;
    if let more @ 1.. = role.networks.len().saturating_sub(NAMED) {
        networks.push(format!("{more} more"));
    }
    let mut words = vec![
        role.title.trim().to_owned(),
        role.obtained_by.as_str().to_owned(),
    ];
    if role.offered_as != crate::identity::principal::OfferedAs::Usual {
        words.push(format!("offered as {}", role.offered_as.as_str()));
    }
    if !networks.is_empty() {
        words.push(format!("in {}", networks.join(", ")));
    }
    words.retain(|word| !word.is_empty());
    Ok(words.join(", "))
}
