//! The policy: all rules in a tree over identifiers, made once and never changed.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::pattern::Pattern;
use super::rule::{Access, Kind, Requirement, Rule, RuleId};
use crate::identity::principal::{ObtainedBy, Principal, Role, RoleId};

/// Everything that a decision needs to know beside the principal and the resource.
#[derive(Debug, Default)]
pub struct Policy {
    rules: Vec<Rule>,
    by_id: HashMap<RuleId, usize>,
    trees: HashMap<Kind, Node>,
    defaults: Defaults,
    roles: HashMap<RoleId, Role>,
}

/// What holds where no rule does.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// For images and files.
    pub content: Access,
    /// For manifests.
    pub manifests: Access,
    /// The time zone that the days of rules are in.
    pub zone: Tz,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            content: Requirement::Nobody.into(),
            manifests: Requirement::Nobody.into(),
            zone: Tz::UTC,
        }
    }
}

/// One segment of the tree.
#[derive(Debug, Default)]
struct Node {
    /// The rule for exactly this identifier.
    exact: Option<usize>,
    /// The rule for everything below.
    below: Option<usize>,
    children: HashMap<Box<str>, Node>,
}

impl Policy {
    /// Builds the policy. Where two rules have one pattern, which the database prevents, the last wins.
    pub fn new(rules: Vec<Rule>, roles: Vec<Role>, defaults: Defaults) -> Self {
        let mut trees: HashMap<Kind, Node> = HashMap::new();
        for (index, rule) in rules.iter().enumerate() {
            let root = trees.entry(rule.kind).or_default();
            match &rule.pattern {
                Pattern::Exact(identifier) => root.at(identifier.as_str()).exact = Some(index),
                Pattern::Prefix(Some(identifier)) => {
                    root.at(identifier.as_str()).below = Some(index);
                }
                Pattern::Prefix(None) => root.below = Some(index),
            }
        }
        let roles = roles.into_iter().map(|role| (role.id, role)).collect();
        let by_id = rules.iter().enumerate().map(|(at, rule)| (rule.id, at));
        Self {
            by_id: by_id.collect(),
            rules,
            trees,
            defaults,
            roles,
        }
    }

    /// The rule with the longest pattern that applies to this reading of an identifier; an exact rule
    /// is longer than any prefix.
    pub fn rule_for(&self, kind: Kind, reading: &str) -> Option<&Rule> {
        let mut node = self.trees.get(&kind)?;
        let mut best = None;
        for segment in reading.split('/') {
            best = node.below.or(best);
            match node.children.get(segment) {
                Some(child) => node = child,
                None => return best.and_then(|index| self.rules.get(index)),
            }
        }
        node.exact.or(best).and_then(|index| self.rules.get(index))
    }

    /// The rule that would apply to everything this one applies to if this one were not there.
    pub fn above(&self, rule: &Rule) -> Option<&Rule> {
        let (Pattern::Exact(path) | Pattern::Prefix(Some(path))) = &rule.pattern else {
            return None;
        };
        let mut node = self.trees.get(&rule.kind)?;
        let mut best = None;
        for segment in path.as_str().split('/') {
            best = node.below.or(best);
            node = node.children.get(segment)?;
        }
        best.and_then(|index| self.rules.get(index))
    }

    /// All rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with this number.
    pub fn rule(&self, id: RuleId) -> Option<&Rule> {
        self.rules.get(*self.by_id.get(&id)?)
    }

    /// The day that an instant falls on, in the institution's time zone.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.defaults.zone).date_naive()
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
        self.roles.get(&id)
    }

    /// The role of this name.
    pub fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.name.as_str() == name)
    }

    /// All roles, in no order.
    pub fn roles(&self) -> impl Iterator<Item = &Role> {
        self.roles.values()
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
            ObtainedBy::Network => role.is_at(at),
            ObtainedBy::Kiosk => principal.has_grant(role.id, 0) && role.is_at(at),
        }
    }

    /// The roles held right now, by name.
    pub fn held(&self, principal: &Principal) -> Vec<&Role> {
        let held = self
            .roles
            .values()
            .filter(|role| self.holds(principal, role));
        let mut held: Vec<&Role> = held.collect();
        held.sort_by_key(|role| role.name.as_str());
        held
    }

    /// How many rules there are.
    pub fn rule_count(&self) -> usize {
        self.rules.len()
    }
}

impl Node {
    fn at(&mut self, path: &str) -> &mut Self {
        path.split('/').fold(self, |node, segment| {
            node.children.entry(segment.into()).or_default()
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn policy(patterns: &[(&str, Requirement)]) -> Policy {
        let rules = patterns
            .iter()
            .zip(1..)
            .map(|((pattern, requirement), id)| {
                let pattern = Pattern::parse(pattern).unwrap();
                Rule::new(RuleId(id), Kind::Image, pattern, requirement.clone())
            })
            .collect();
        Policy::new(rules, Vec::new(), Defaults::default())
    }

    fn found(policy: &Policy, reading: &str) -> Option<String> {
        policy
            .rule_for(Kind::Image, reading)
            .map(|rule| rule.pattern.to_string())
    }

    #[test]
    fn the_longest_pattern_wins() {
        let all = Requirement::Public;
        let patterns = [
            "*",
            "maps/*",
            "maps/old/*",
            "maps/old/a.tif",
            "maps",
            "maps/old",
        ];
        let rules: Vec<_> = patterns
            .iter()
            .map(|pattern| (*pattern, all.clone()))
            .collect();
        let policy = policy(&rules);
        for (reading, pattern) in [
            ("x", "*"),
            ("maps", "maps"),
            ("maps/x", "maps/*"),
            ("mapsx", "*"),
            ("maps/old", "maps/old"),
            ("maps/old/a.tif", "maps/old/a.tif"),
            ("maps/old/a.tif/b", "maps/old/*"),
            ("maps//old/x", "maps/*"),
        ] {
            assert_eq!(
                found(&policy, reading).as_deref(),
                Some(pattern),
                "{reading}"
            );
        }
        assert!(policy.rule_for(Kind::Manifest, "x").is_none());
    }

    proptest! {
        #[test]
        fn the_tree_agrees_with_looking_at_every_rule(
            patterns in proptest::collection::vec("[ab](/[ab]){0,3}(/\\*)?|\\*", 0..12),
            reading in "[ab](/[ab]){0,4}",
        ) {
            let rules: Vec<_> =
                patterns.iter().map(|pattern| (pattern.as_str(), Requirement::Public)).collect();
            let expected = patterns
                .iter()
                .filter(|pattern| match pattern.strip_suffix('*') {
                    Some(prefix) => reading.starts_with(prefix),
                    None => **pattern == reading,
                })
                .max_by_key(|pattern| (!pattern.ends_with('*'), pattern.len()));
            prop_assert_eq!(found(&policy(&rules), &reading), expected.cloned());
        }
    }
}
