//! Rules in which a role cannot stand as it is to be offered.

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;

use super::{Role, list};
use crate::identity::principal::{ObtainedBy, OfferedAs, RoleId};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{rule_roles, rules};

/// How many rules a message names.
const NAMED: usize = 5;

/// Refuses a role (as it stands in the database by now) that is in a rule where `external` would be
/// beside a service that needs a person.
pub(super) fn check(conn: &mut Conn, id: RoleId) -> Result<(), StoreError> {
    let roles = list(conn)?;
    let ids = |which: fn(&Role) -> bool| -> Vec<i32> {
        let roles = roles.iter().filter(|role| which(role));
        roles.map(|role| role.id.0).collect()
    };
    let external = ids(|role| role.offered_as == OfferedAs::External);
    if external.is_empty() {
        return Ok(());
    }
    let interactive = ids(|role| role.obtained_by != ObtainedBy::Network);
    let (own, external, interactive) = (
        asked_for(conn, vec![id.0])?,
        asked_for(conn, external)?,
        asked_for(conn, interactive)?,
    );
    let both = external.intersection(&interactive);
    let wrong: BTreeSet<i32> = both
        .filter(|place| own.contains(*place))
        .map(|(rule, _)| *rule)
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    let message = format!(
        "it cannot be obtained and offered so: {} would name a role that is offered as `external` \
         beside one that needs a person, which viewers do not understand; change {} first",
        named(conn, &wrong)?,
        if wrong.len() == 1 { "it" } else { "them" },
    );
    Err(StoreError::Invalid(message))
}

/// The rules, and the phases of them, that ask for one of these roles.
fn asked_for(conn: &mut Conn, roles: Vec<i32>) -> Result<HashSet<(i32, String)>, StoreError> {
    let places: Vec<(i32, String)> = rule_roles::table
        .filter(rule_roles::role_id.eq_any(roles))
        .select((rule_roles::rule_id, rule_roles::phase))
        .load(conn)?;
    Ok(places.into_iter().collect())
}

fn named(conn: &mut Conn, ids: &BTreeSet<i32>) -> Result<String, StoreError> {
    let first: Vec<i32> = ids.iter().copied().take(NAMED).collect();
    let rules: Vec<(String, String)> = rules::table
        .filter(rules::id.eq_any(first))
        .order((rules::pattern, rules::kind))
        .select((rules::kind, rules::pattern))
        .load(conn)?;
    let names: Vec<String> = rules
        .iter()
        .map(|(kind, pattern)| format!("`{kind} {pattern}`"))
        .collect();
    let more = match ids.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let rules = if ids.len() == 1 {
        "the rule"
    } else {
        "the rules"
    };
    Ok(format!("{rules} {}{more}", names.join(", ")))
}
