//! Rules that say what would hold without them.

use chrono::NaiveDate;

use super::{Fault, Found, Severity, Surroundings, same, sentence};
use crate::access::rule::{Access, Rule};

pub(super) fn check(found: &mut Found, around: Surroundings<'_>, rule: &Rule) {
    let above = around.policy.above(rule);
    let says_the_same = if let Some(above) = above {
        rule.message == above.message && is_same_life(rule, above, around.today)
    } else {
        let default = around.policy.default_for(rule.kind);
        let is_default = || {
            let mut life = life(rule, around.today).into_iter();
            life.all(|(_, access)| same(access, default))
        };
        rule.message.is_empty() && is_default()
    };
    if !says_the_same {
        return;
    }
    let text = match above {
        Some(above) => format!("the rule `{}` already says the same", above.pattern),
        None => "it says what holds without any rule (DEFAULT_ACCESS)".to_owned(),
    };
    found.add(Severity::Hint, Fault::Redundant, sentence("", text));
}

/// What holds from today on, each with its first day; changes that change nothing left out.
fn life(rule: &Rule, today: NaiveDate) -> Vec<(Option<NaiveDate>, &Access)> {
    let now = rule.phase(today);
    let mut life = vec![(None, rule.in_phase(now))];
    for (day, phase) in rule.later(now) {
        let access = rule.in_phase(phase);
        if life.last().is_none_or(|(_, last)| !same(last, access)) {
            life.push((Some(day), access));
        }
    }
    life
}

fn is_same_life(one: &Rule, other: &Rule, today: NaiveDate) -> bool {
    // As it is with most.
    if one.period.is_none() && other.period.is_none() {
        return same(&one.access, &other.access);
    }
    let (one, other) = (life(one, today), life(other, today));
    let pairs = || one.iter().zip(&other);
    one.len() == other.len() && pairs().all(|(a, b)| a.0 == b.0 && same(a.1, b.1))
}
