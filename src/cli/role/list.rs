//! `iiif-gate role list`.

use serde::Serialize;

use crate::cli::failure::Result;
use crate::cli::{output, table};
use crate::identity::name::RoleName;
use crate::identity::principal::{ObtainedBy, OfferedAs};
use crate::store::users::{self, UserState};
use crate::store::{Conn, StoreError, networks, roles, terms};
use crate::web::state::now;

/// A role in `--json`.
#[derive(Debug, Serialize)]
pub(super) struct Listed {
    name: RoleName,
    title: String,
    obtained_by: &'static str,
    offered_as: &'static str,
    built_in: bool,
    /// Users, or sessions that accepted the terms in force or opened the kiosk; nobody can count who is
    /// in a network.
    holders: Option<u64>,
    networks: Vec<String>,
    terms_version: Option<i32>,
    rules: u64,
}

pub(super) fn list(conn: &mut Conn) -> Result<Vec<Listed>, StoreError> {
    let usages = roles::usages(conn, now())?;
    let everybody = users::count(conn, UserState::Active)?;
    let networks = networks::list(conn)?;
    let mut listed = Vec::new();
    for role in roles::list(conn)? {
        let usage = usages.get(&role.id).copied().unwrap_or_default();
        let held_in = networks
            .iter()
            .filter(|network| role.networks.contains(&network.id));
        let version = terms::current(conn, role.id)?.map(|version| version.terms.version);
        listed.push(Listed {
            holders: match role.obtained_by {
                ObtainedBy::SignIn => Some(everybody),
                ObtainedBy::Assigned => Some(usage.holders),
                ObtainedBy::Terms | ObtainedBy::Kiosk => Some(usage.sessions),
                ObtainedBy::Network => None,
            },
            networks: held_in.map(|network| network.name.clone()).collect(),
            terms_version: version,
            name: role.name,
            title: role.title,
            obtained_by: role.obtained_by.as_str(),
            offered_as: role.offered_as.as_str(),
            built_in: role.built_in,
            rules: usage.rules,
        });
    }
    Ok(listed)
}

pub(super) fn print(roles: &[Listed], json: bool) -> Result {
    if json {
        return output::json(&roles);
    }
    let rows: Vec<[String; 5]> = roles
        .iter()
        .map(|role| {
            let holders = role.holders.map(|holders| holders.to_string());
            [
                role.name.to_string(),
                obtained_by(role),
                holders.unwrap_or_else(|| "-".to_owned()),
                role.rules.to_string(),
                role.title.clone(),
            ]
        })
        .collect();
    table::print(["NAME", "OBTAINED BY", "HOLDERS", "RULES", "TITLE"], &rows)
}

fn obtained_by(role: &Listed) -> String {
    let mut words = vec![role.obtained_by.to_owned()];
    if role.offered_as != OfferedAs::Usual.as_str() {
        words.push(format!("as {}", role.offered_as));
    }
    if let Some(version) = role.terms_version {
        words.push(format!("(version {version})"));
    } else if role.obtained_by == ObtainedBy::Terms.as_str() {
        words.push("(none written yet)".to_owned());
    }
    if !role.networks.is_empty() {
        words.push(format!("in {}", role.networks.join(", ")));
    }
    words.join(" ")
}
