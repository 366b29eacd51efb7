//! What sessions obtained: terms that were accepted, kiosks that were opened.

use std::collections::HashMap;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::identity::name::RoleName;
use crate::identity::principal::{Grant, RoleId};
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{roles, session_roles};
use crate::store::time::stored;

/// What these sessions obtained, each in the order of its roles.
pub(super) fn of(
    conn: &mut Conn,
    sessions: &[&str],
) -> Result<HashMap<String, Vec<Grant>>, StoreError> {
    let rows: Vec<(String, i32, i32)> = session_roles::table
        .filter(session_roles::session_id.eq_any(sessions))
        .order(session_roles::role_id)
        .select((
            session_roles::session_id,
            session_roles::role_id,
            session_roles::version,
        ))
        .load(conn)?;
    let mut grants: HashMap<String, Vec<Grant>> = HashMap::new();
    for (session, role, version) in rows {
        let role = RoleId(role);
        grants
            .entry(session)
            .or_default()
            .push(Grant { role, version });
    }
    Ok(grants)
}

/// Makes these what a session obtained. What it has already stays untouched, with its time; roles that
/// were deleted meanwhile are passed over.
pub(super) fn replace(
    conn: &mut Conn,
    now: DateTime<Utc>,
    session: &str,
    wanted: &[Grant],
) -> Result<(), StoreError> {
    let held = of(conn, &[session])?.remove(session).unwrap_or_default();
    let wanted = newest(wanted);
    for grant in held.iter().filter(|grant| !wanted.contains(grant)) {
        diesel::delete(session_roles::table.find((session, grant.role.0))).execute(conn)?;
    }
    let new: Vec<&Grant> = wanted
        .iter()
        .filter(|grant| !held.contains(grant))
        .collect();
    let roles: Vec<i32> = new.iter().map(|grant| grant.role.0).collect();
    let roles: Vec<i32> = roles::table
        .filter(roles::id.eq_any(roles))
        .select(roles::id)
        .load(conn)?;
    for grant in new.iter().filter(|grant| roles.contains(&grant.role.0)) {
        diesel::insert_into(session_roles::table)
            .values((
                session_roles::session_id.eq(session),
                session_roles::role_id.eq(grant.role.0),
                session_roles::version.eq(grant.version),
                session_roles::granted_at.eq(stored(now)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Of each role the newest version.
fn newest(grants: &[Grant]) -> Vec<Grant> {
    let mut grants = grants.to_vec();
    grants.sort_unstable_by_key(|grant| (grant.role, std::cmp::Reverse(grant.version)));
    grants.dedup_by_key(|grant| grant.role);
    grants
}

/// Writes down that somebody accepted a version of a role's terms.
pub fn accepted(
    conn: &mut Conn,
    at: DateTime<Utc>,
    actor: &str,
    address: Option<IpAddr>,
    role: &RoleName,
    version: i32,
) -> Result<(), StoreError> {
    let (actor, subject) = (actor.to_owned(), role.to_string());
    let entry = Entry {
        at,
        actor,
        action: Action::AcceptTerms,
        subject,
        detail: format!("version {version}"),
        address,
        outcome: Outcome::Done,
    };
    audit::record(conn, &entry)
}

/// Writes down that somebody opened a role's kiosk.
pub fn opened_kiosk(
    conn: &mut Conn,
    at: DateTime<Utc>,
    actor: &str,
    address: Option<IpAddr>,
    role: &RoleName,
) -> Result<(), StoreError> {
    let (actor, subject) = (actor.to_owned(), role.to_string());
    let entry = Entry {
        at,
        actor,
        action: Action::OpenKiosk,
        subject,
        detail: String::new(),
        address,
        outcome: Outcome::Done,
    };
    audit::record(conn, &entry)
}
