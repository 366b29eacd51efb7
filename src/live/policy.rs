//! The policy, as the database has it: read whole, or made from the one before it and what changed.

use std::collections::BTreeSet;

use crate::access::policy::{Defaults, Policy};
use crate::access::rule::{Requirement, RuleId};
use crate::access::zone::Zone;
use crate::config::{Config, DefaultAccess};
use crate::identity::principal::{Role, RoleSet, USER};
use crate::store::changes::Change;
use crate::store::{Conn, StoreError, roles, rules, snapshot};

/// `DEFAULT_ACCESS`, `DEFAULT_MANIFEST_ACCESS` and `TIME_ZONE`.
#[derive(Debug, Clone)]
pub struct DefaultSettings {
    content: DefaultAccess,
    manifests: DefaultAccess,
    zone: Zone,
}

impl DefaultSettings {
    /// From the settings.
    pub fn of(config: &Config) -> Self {
        Self {
            content: config.default_access,
            manifests: config.default_manifest_access,
            zone: config.time_zone.clone(),
        }
    }

    fn among(&self, roles: &[Role]) -> Defaults {
        Defaults {
            content: requirement(self.content, roles).into(),
            manifests: requirement(self.manifests, roles).into(),
            zone: self.zone.clone(),
        }
    }
}

/// What the default setting requires, in terms of roles.
fn requirement(access: DefaultAccess, roles: &[Role]) -> Requirement {
    match access {
        DefaultAccess::Public => Requirement::Public,
        DefaultAccess::Deny => Requirement::Nobody,
        DefaultAccess::User => Requirement::AnyOf(
            roles
                .iter()
                .filter(|role| role.name.as_str() == USER)
                .map(|role| role.id)
                .collect::<RoleSet>(),
        ),
    }
}

/// Reads all rules and roles.
pub fn read_policy(conn: &mut Conn, settings: &DefaultSettings) -> Result<Policy, StoreError> {
    snapshot(conn, |conn| whole(conn, settings))
}

fn whole(conn: &mut Conn, settings: &DefaultSettings) -> Result<Policy, StoreError> {
    let (rules, roles) = rules::policy(conn)?;
    let defaults = settings.among(&roles);
    Ok(Policy::new(rules, roles, defaults))
}

/// What of the policy some entries of the feed are about.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    /// Everything, or too much to tell.
    pub(super) everything: bool,
    /// Roles, with their networks and terms.
    pub(super) roles: bool,
    rules: BTreeSet<RuleId>,
}

impl Touched {
    pub(super) fn by<'a>(news: impl IntoIterator<Item = &'a Change>) -> Self {
        let mut touched = Self::default();
        for change in news {
            match (change.resource.as_str(), change.key.as_str()) {
                ("policy", "roles") => touched.roles = true,
                ("policy", key) => match key.parse() {
                    Ok(id) => drop(touched.rules.insert(RuleId(id))),
                    Err(_) => touched.everything = true,
                },
                ("all", _) => touched.everything = true,
                _ => {}
            }
        }
        touched
    }

    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// The policy as it is now. In a snapshot that has no newer changes than what was touched, or
    /// somebody could see half of them.
    pub(super) fn renew(
        &self,
        conn: &mut Conn,
        before: &Policy,
        settings: &DefaultSettings,
    ) -> Result<Policy, StoreError> {
        if self.everything {
            return whole(conn, settings);
        }
        let numbers: Vec<RuleId> = self.rules.iter().copied().collect();
        let policy = before.with_rules(&numbers, rules::numbered(conn, &numbers)?);
        if !self.roles {
            return Ok(policy);
        }
        let roles = roles::for_policy(conn)?;
        let defaults = settings.among(&roles);
        Ok(policy.with_roles(roles, defaults))
    }
}
