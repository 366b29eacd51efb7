//! What is odd about rules: those that open nothing, change nothing, or contradict themselves.
//!
//! None of it makes a decision unsafe. It is what an administrator did not mean, or no longer needs.

mod dates;
mod reach;
mod roles;
mod sizes;
#[cfg(test)]
mod tests;
mod twin;

use std::collections::HashMap;

use chrono::NaiveDate;

use super::pattern::Pattern;
use super::policy::Policy;
use super::rule::{Access, Kind, Phase, Requirement, Rule, RuleId};
use crate::identity::principal::RoleId;
use crate::image::identifier::Identifier;
use crate::image::resource::Layout;

/// What a rule is looked at with.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// All rules and roles.
    pub policy: &'a Policy,
    /// What targets look like, and how the image server reads them.
    pub layout: &'a Layout,
    /// How many users, also of consumers, hold a role that is assigned; a role that is missing here has none.
    pub holders: &'a HashMap<RoleId, i64>,
    /// Today, in the institution's time zone.
    pub today: NaiveDate,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It can be left as it is; nothing would change without it.
    Hint,
    /// It does not do what it says.
    Warning,
    /// It lets nobody in, though it names who may.
    Broken,
}

impl Severity {
    /// The word in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Warning => "warning",
            Self::Broken => "broken",
        }
    }
}

/// What is odd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// All its roles are gone.
    NoRoles,
    /// It names a role that nobody can hold.
    Unobtainable,
    /// No request can ever name what its pattern names, or none that was meant does.
    Unreachable,
    /// The rule above says the same.
    Redundant,
    /// A role or a limit adds nothing beside the others.
    Useless,
    /// Two things in it cannot both be meant.
    Contradictory,
    /// Its dates have passed.
    Past,
    /// A date at which nothing changes.
    NoChange,
}

impl Fault {
    /// The word in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoRoles => "no-roles",
            Self::Unobtainable => "unobtainable",
            Self::Unreachable => "unreachable",
            Self::Redundant => "redundant",
            Self::Useless => "useless",
            Self::Contradictory => "contradictory",
            Self::Past => "past",
            Self::NoChange => "no-change",
        }
    }
}

/// Something odd about a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// What it is.
    pub fault: Fault,
    /// The same in a sentence.
    pub text: String,
}

/// Looks at all rules; the findings are in the order of the patterns.
pub fn lint(around: Surroundings<'_>) -> Vec<Finding> {
    // As they lie in memory: in any other order a hundred thousand take half as long again.
    let mut rules: Vec<&Rule> = around.policy.rules().collect();
    rules.sort_unstable_by_key(|rule| std::ptr::from_ref(*rule).addr());
    let look = |rule| (rule, lint_rule(around, rule));
    let looked = rules.into_iter().map(look);
    let mut odd: Vec<(&Rule, Vec<Finding>)> =
        looked.filter(|(_, found)| !found.is_empty()).collect();
    odd.sort_unstable_by_key(|(rule, _)| place(rule));
    odd.into_iter().flat_map(|(_, found)| found).collect()
}

fn place(rule: &Rule) -> (&str, bool, &'static str) {
    let (path, is_prefix) = match &rule.pattern {
        Pattern::Exact(identifier) => (identifier.as_str(), false),
        Pattern::Prefix(path) => (path.as_ref().map_or("", Identifier::as_str), true),
    };
    (path, is_prefix, rule.kind.as_str())
}

/// Looks at one rule.
pub fn lint_rule(around: Surroundings<'_>, rule: &Rule) -> Vec<Finding> {
    let mut found = Found {
        rule: rule.id,
        findings: Vec::new(),
    };
    reach::check(&mut found, around.layout, rule);
    twin::check(&mut found, around, rule);
    dates::check(&mut found, around, rule);
    if rule.period.is_none() {
        check_access(&mut found, around, rule.kind, "", &rule.access);
        return found.findings;
    }
    for (when, access) in in_force(rule, around.today) {
        check_access(&mut found, around, rule.kind, &when, access);
    }
    found.findings
}

fn check_access(
    found: &mut Found,
    around: Surroundings<'_>,
    kind: Kind,
    when: &str,
    access: &Access,
) {
    roles::check(found, around, when, access);
    sizes::check(found, around.policy, kind, when, access);
}

/// Collects what is found.
struct Found {
    rule: RuleId,
    findings: Vec<Finding>,
}

impl Found {
    fn add(&mut self, severity: Severity, fault: Fault, text: String) {
        let rule = self.rule;
        let finding = Finding {
            rule,
            severity,
            fault,
            text,
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }
}

/// What holds today and later, each with the words that say when; none if it is always.
fn in_force(rule: &Rule, today: NaiveDate) -> Vec<(String, &Access)> {
    let now = rule.phase(today);
    let later = rule.later(now).map(|(_, phase)| phase);
    let phases = std::iter::once(now).chain(later);
    phases
        .map(|phase| (when(rule, phase), rule.in_phase(phase)))
        .collect()
}

fn when(rule: &Rule, phase: Phase) -> String {
    let Some(period) = &rule.period else {
        return String::new();
    };
    match (phase, period.from, period.until) {
        (Phase::Before, Some(from), _) => format!("before {from}, "),
        (Phase::After, _, Some(until)) => format!("from {until} on, "),
        (Phase::During, Some(from), Some(until)) => format!("from {from} until {until}, "),
        (Phase::During, Some(from), None) => format!("from {from} on, "),
        (Phase::During, None, Some(until)) => format!("until {until}, "),
        _ => String::new(),
    }
}

/// The sentence with a capital at its beginning and a full stop at its end.
fn sentence(when: &str, rest: impl Into<String>) -> String {
    let mut text = rest.into();
    text.insert_str(0, when);
    text.push('.');
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// Whether two say the same, in whatever order they say it.
fn same(one: &Access, other: &Access) -> bool {
    let requirements = match (&one.requirement, &other.requirement) {
        (Requirement::AnyOf(a), Requirement::AnyOf(b)) => {
            a == b
                && a.iter()
                    .all(|role| one.opened_by(role) == other.opened_by(role))
        }
        (a, b) => a == b,
    };
    requirements && one.public() == other.public()
}
