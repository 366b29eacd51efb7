//! From names to numbers: what a file asks for, as the database takes it.

use std::collections::HashMap;

use super::entry::{NamedRule, RoleEntry};
use crate::access::notation::NamedAccess;
use crate::access::rule::{Access, Period};
use crate::identity::name::RoleName;
use crate::identity::principal::{Role, RoleId};
use crate::store::networks::NetworkId;
use crate::store::roles::NewRole;
use crate::store::rules::NewRule;
use crate::store::rules::write::faults;

/// The roles that there are.
pub(super) struct Roles {
    pub(super) all: Vec<Role>,
    ids: HashMap<RoleName, RoleId>,
    names: HashMap<RoleId, RoleName>,
}

impl Roles {
    pub(super) fn new(all: Vec<Role>) -> Self {
        let ids = all
            .iter()
            .map(|role| (role.name.clone(), role.id))
            .collect();
        let names = all
            .iter()
            .map(|role| (role.id, role.name.clone()))
            .collect();
        Self { all, ids, names }
    }

    pub(super) fn name(&self, id: RoleId) -> Option<RoleName> {
        self.names.get(&id).cloned()
    }

    /// The rule in numbers, or everything that is wrong with it.
    pub(super) fn resolve(&self, rule: &NamedRule) -> Result<NewRule, Vec<String>> {
        let mut errors = Vec::new();
        let mut resolve = |access: &NamedAccess, when: &str| -> Option<Access> {
            let access = access.resolve(|name| self.ids.get(name).copied());
            access
                .map_err(|wrong| errors.extend(wrong.iter().map(|wrong| format!("{when}{wrong}"))))
                .ok()
        };
        let access = resolve(&rule.access, "");
        let before = rule
            .before
            .as_ref()
            .map(|access| resolve(access, "before: "));
        let after = rule.after.as_ref().map(|access| resolve(access, "after: "));
        let period = Period {
            from: rule.from,
            until: rule.until,
            before: before.flatten(),
            after: after.flatten(),
        };
        let Some(access) = access.filter(|_| errors.is_empty()) else {
            return Err(errors);
        };
        let resolved = NewRule {
            kind: rule.kind,
            pattern: rule.pattern.clone(),
            access,
            period: (period != Period::default()).then_some(period),
            message: rule.message.clone(),
            note: rule.note.clone(),
        };
        // A side without its day is told once, by what is wrong with it.
        let wrong = faults(&resolved, &self.all);
        if wrong.is_empty() {
            Ok(resolved)
        } else {
            Err(wrong)
        }
    }
}

/// The role with the numbers of its networks, or the networks that do not exist.
pub(super) fn role(
    entry: &RoleEntry,
    networks: &HashMap<String, NetworkId>,
) -> Result<NewRole, Vec<String>> {
    let missing = entry
        .networks
        .iter()
        .filter(|name| !networks.contains_key(*name));
    let missing: Vec<String> = missing
        .map(|name| format!("there is no network `{name}`"))
        .collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let ids = entry.networks.iter().filter_map(|name| networks.get(name));
    let mut ids: Vec<NetworkId> = ids.copied().collect();
    ids.sort_unstable();
    Ok(NewRole {
        name: entry.name.clone(),
        title: entry.title.clone(),
        obtained_by: entry.obtained_by,
        offered_as: entry.offered_as,
        networks: ids,
    })
}
