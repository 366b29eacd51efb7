//! Dates that are over, or at which nothing happens.

use super::{Fault, Found, Severity, Surroundings, same, sentence};
use crate::access::rule::{Phase, Rule};

pub(super) fn check(found: &mut Found, around: Surroundings<'_>, rule: &Rule) {
    let Some(period) = &rule.period else { return };
    if let (Some(from), Some(until)) = (period.from, period.until)
        && from >= until
    {
        let text = format!("it begins on {from} and is over on {until}, so it never holds");
        found.add(Severity::Warning, Fault::Contradictory, sentence("", text));
    }
    let now = rule.phase(around.today);
    let mut before = now;
    for (day, phase) in rule.later(now) {
        if same(rule.in_phase(before), rule.in_phase(phase)) {
            let text = format!("nothing changes on {day}: the same holds before and after");
            found.add(Severity::Hint, Fault::NoChange, sentence("", text));
        }
        before = phase;
    }
    let last = period.until.or(period.from);
    let what = match now {
        Phase::After => "what it says for afterwards",
        Phase::Before | Phase::During => "what it says for its period",
    };
    if let (None, Some(last)) = (rule.later(now).next(), last) {
        let text = format!("its dates have passed: since {last} only {what} holds");
        found.add(Severity::Hint, Fault::Past, sentence("", text));
    }
}
