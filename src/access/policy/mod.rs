//! The policy: all rules, all roles and what holds without them. Made once and never changed; a policy with
//! some other rules is made from the one before it, at the price of the difference.

mod places;
mod rules;

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use hashbrown::HashMap;

use self::places::Places;
use self::rules::Rules;
use super::pattern::Pattern;
use super::rule::{Access, Kind, Requirement, Rule, RuleId};
use super::zone::Zone;
use crate::identity::principal::{ObtainedBy, Principal, Role, RoleId};

/// Everything that a decision needs to know beside the principal and the resource.
#[derive(Debug, Default)]
pub struct Policy {
    rules: Rules,
    roles: Arc<Roles>,
    defaults: Defaults,
}

#[derive(Debug, Default)]
struct Roles {
    by_id: HashMap<RoleId, Role>,
    places: Places,
}

/// What holds where no rule does.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// For images and files.
    pub content: Access,
    /// For manifests.
    pub manifests: Access,
    /// The time zone that the days of rules are in.
    pub zone: Zone,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            content: Requirement::Nobody.into(),
            manifests: Requirement::Nobody.into(),
            zone: Zone::UTC,
        }
    }
}

impl Policy {
    /// Builds the policy. Where two rules have one pattern, which the database prevents, the last wins.
    pub fn new(rules: Vec<Rule>, roles: Vec<Role>, defaults: Defaults) -> Self {
        let none = Self::default();
        none.with_roles(roles, defaults).with_rules(&[], rules)
    }

    /// The same policy, in which the rules of these numbers are what is given; what is not given is gone.
    #[must_use]
    pub fn with_rules(&self, numbers: &[RuleId], now: Vec<Rule>) -> Self {
        let mut rules = self.rules.clone();
        // All that have changed go first: one may have the pattern that another had.
        for number in numbers {
            rules.remove(*number);
        }
        for rule in now {
            rules.put(rule);
        }
        Self {
            rules,
            roles: Arc::clone(&self.roles),
            defaults: self.defaults.clone(),
        }
    }

    /// The same rules, with other roles and defaults.
    #[must_use]
    pub fn with_roles(&self, roles: Vec<Role>, defaults: Defaults) -> Self {
        let places = Places::of(&roles);
        let by_id = roles.into_iter().map(|role| (role.id, role)).collect();
        Self {
            rules: self.rules.clone(),
            roles: Arc::new(Roles { by_id, places }),
            defaults,
        }
    }

    /// The rule with the longest pattern that applies to this reading of an identifier; an exact rule
    /// is longer than any prefix.
    pub fn rule_for(&self, kind: Kind, reading: &str) -> Option<&Rule> {
        self.rules.matching(kind, reading)
    }

    /// The rule that would apply to everything this one applies to if this one were not there.
    pub fn above(&self, rule: &Rule) -> Option<&Rule> {
        match &rule.pattern {
            Pattern::Exact(path) | Pattern::Prefix(Some(path)) => {
                self.rules.above(rule.kind, path.as_str())
            }
            Pattern::Prefix(None) => None,
        }
    }

    /// All rules, in no order.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule with this number.
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.get(id)
    }

    /// The day that an instant falls on, in the institution's time zone.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.defaults.zone.local(at).date_naive()
    }

    /// What holds where no rule applies, and the time zone of all days.
    pub fn defaults(&self) -> &Defaults {
        &self.defaults
    }

    /// What is needed where no rule applies.
    pub fn default_for(&self, kind: Kind) -> &Access {
        match kind {
            Kind::Image | Kind::File => &self.defaults.content,
            Kind::Manifest => &self.defaults.manifests,
        }
    }

    /// A role.
    pub fn role(&self, id: RoleId) -> Option<&Role> {
        self.roles.by_id.get(&id)
    }

    /// The role of this name.
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles().find(|role| role.name.as_str() == name)
    }

    /// All roles, in no order.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.by_id.values()
    }

    /// Whether the address is in the role's networks.
    pub fn is_at(&self, role: &Role, address: Option<IpAddr>) -> bool {
        self.roles.places.at(address).any(|id| id == role.id)
    }

    /// Whether a role is held right now. A kiosk's is held only at the kiosk, so that nobody carries it away.
    pub fn holds(&self, principal: &Principal, role: &Role) -> bool {
        let at = principal.address;
        match role.obtained_by {
            ObtainedBy::SignIn | ObtainedBy::Assigned => principal.was_given(role.id),
            ObtainedBy::Terms => role
                .terms
                .as_ref()
                .is_some_and(|terms| principal.has_grant(role.id, terms.version)),
            ObtainedBy::Network => self.is_at(role, at),
            ObtainedBy::Kiosk => principal.has_grant(role.id, 0) && self.is_at(role, at),
        }
    }

    /// The roles held right now, by name. Only those are looked at that the principal may have come by.
    pub fn held(&self, principal: &Principal) -> Vec<&Role> {
        let granted = principal.grants.iter().map(|grant| grant.role);
        let here = self.roles.places.at(principal.address);
        let mut held: Vec<&Role> = principal
            .given()
            .chain(granted)
            .chain(here)
            .filter_map(|id| self.role(id))
            .filter(|role| self.holds(principal, role))
            .collect();
        held.sort_unstable_by_key(|role| role.name.as_str());
        held.dedup_by_key(|role| role.id);
        held
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }
}

#[cfg(test)]
pub(crate) mod tests;
