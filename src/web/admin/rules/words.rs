//! Rules in words.

use super::super::super::pages::admin::lint::RuleLink;
use super::super::super::pages::lists::Count;
use crate::access::policy::Policy;
use crate::access::rule::{Access, Kind, Period, Phase, Requirement, Rule};

/// A kind in words.
pub(in crate::web::admin) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "images",
        Kind::Manifest => "manifests",
        Kind::File => "other files",
    }
}

/// All kinds, to choose from.
pub(in crate::web::admin) fn kinds() -> [(&'static str, &'static str); 3] {
    Kind::ALL.map(|one| (one.as_str(), kind(one)))
}

/// A rule, to click on.
pub(in crate::web::admin) fn link(rule: &Rule) -> RuleLink {
    RuleLink {
        id: rule.id.0,
        pattern: rule.pattern.to_string(),
        kind: kind(rule.kind),
    }
}

/// Whom it is open to, each with a size if there is one; empty if its roles were deleted.
pub(in crate::web::admin) fn open_to(policy: &Policy, access: &Access) -> Vec<String> {
    match access.requirement {
        Requirement::Public => vec!["everybody".to_owned()],
        Requirement::Nobody => vec!["nobody".to_owned()],
        Requirement::AnyOf(_) => {
            let role = |id| {
                let name = &policy.role(id)?.name;
                let limit = access.role_sizes.iter().find(|(limited, _)| *limited == id);
                Some(limit.map_or(name.to_string(), |(_, size)| {
                    format!("{name} {}", pixels(*size))
                }))
            };
            access.roles().filter_map(role).collect()
        }
    }
}

/// What everybody may see, if it is limited.
pub(in crate::web::admin) fn public_size(access: &Access) -> Option<String> {
    (access.public_size > 0).then(|| pixels(access.public_size))
}

/// `up to 1,500 px`.
pub(in crate::web::admin) fn pixels(size: u32) -> String {
    format!("up to {} px", Count(size.into()))
}

/// Who may see how much, in one line.
pub(in crate::web::admin) fn sentence(policy: &Policy, access: &Access) -> String {
    let mut whom = open_to(policy, access);
    if whom.is_empty() {
        whom.push("nobody (its roles were deleted)".to_owned());
    }
    whom.extend(public_size(access).map(|size| format!("everybody {size}")));
    whom.join(", ")
}

/// The days of a period, in a few words.
pub(in crate::web::admin) fn dates(period: &Period) -> Option<String> {
    match (period.from, period.until) {
        (Some(from), Some(until)) => Some(format!("from {from}, before {until}")),
        (Some(from), None) => Some(format!("from {from}")),
        (None, Some(until)) => Some(format!("before {until}")),
        (None, None) => None,
    }
}

/// What holds before and after the dates of a rule, in words.
pub(super) fn otherwise(policy: &Policy, rule: &Rule) -> Vec<String> {
    let Some(period) = &rule.period else {
        return Vec::new();
    };
    let side = |phase: Phase| {
        let whom = sentence(policy, rule.in_phase(phase));
        format!("{}: {whom}", phase.as_str())
    };
    let before = period.from.map(|_| side(Phase::Before));
    let after = period.until.map(|_| side(Phase::After));
    before.into_iter().chain(after).collect()
}

/// Which of its times a rule with dates is in, and what that means.
pub(in crate::web::admin) fn phase(rule: &Rule, phase: Phase) -> Option<String> {
    let period = rule.period.as_ref()?;
    let (from, until) = (period.from, period.until);
    Some(match (phase, from, until) {
        (Phase::Before, Some(from), _) => {
            format!("This holds before {from}, the rule’s first day.")
        }
        (Phase::After, _, Some(until)) => {
            format!("This holds since {until}, when the rule’s time was over.")
        }
        (_, _, Some(until)) => format!("This holds until the end of the day before {until}."),
        (_, Some(from), None) => format!("This holds since {from}, the rule’s first day."),
        (_, None, None) => return None,
    })
}
