//! The policy against looking at everything, and against building it anew.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

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

    /// Any changes, one after the other and several at once, lead to the policy that is built of what is left.
    #[test]
    fn a_changed_policy_is_the_one_built_anew(
        changes in proptest::collection::vec(
            proptest::collection::vec((1..6i32, proptest::option::of("[ab](/[ab]){0,2}(/\\*)?|\\*")), 1..4),
            1..12,
        ),
        readings in proptest::collection::vec("[ab](/[ab]){0,3}", 4),
    ) {
        let mut left: BTreeMap<RuleId, Rule> = BTreeMap::new();
        let mut policy = Policy::default();
        for change in changes {
            let change: BTreeMap<RuleId, Option<Rule>> = change
                .into_iter()
                .map(|(id, pattern)| (RuleId(id), pattern.map(|pattern| rule(id, &pattern))))
                .collect();
            // As in the database, no two rules have one pattern.
            let mut after = left.clone();
            for (id, rule) in change.clone() {
                after.remove(&id);
                after.extend(rule.map(|rule| (id, rule)));
            }
            let mut patterns: Vec<&Pattern> = after.values().map(|rule| &rule.pattern).collect();
            patterns.sort_unstable();
            patterns.dedup();
            if patterns.len() < after.len() {
                continue;
            }
            let before = policy;
            let numbers: Vec<RuleId> = change.keys().copied().collect();
            policy = before.with_rules(&numbers, change.into_values().flatten().collect());
            same(&before, &left, &readings)?;
            left = after;
            same(&policy, &left, &readings)?;
        }
    }
}

fn rule(id: i32, pattern: &str) -> Rule {
    let pattern = Pattern::parse(pattern).unwrap();
    Rule::new(RuleId(id), Kind::Image, pattern, Requirement::Public)
}

fn same(
    policy: &Policy,
    rules: &BTreeMap<RuleId, Rule>,
    readings: &[String],
) -> Result<(), TestCaseError> {
    let anew = Policy::new(
        rules.values().cloned().collect(),
        Vec::new(),
        Defaults::default(),
    );
    let mut all: Vec<Rule> = policy.rules().cloned().collect();
    all.sort_by_key(|rule| rule.id);
    prop_assert_eq!(all, rules.values().cloned().collect::<Vec<_>>());
    prop_assert_eq!(policy.rule_count(), rules.len());
    for reading in readings {
        let found = |policy: &Policy| policy.rule_for(Kind::Image, reading).cloned();
        prop_assert_eq!(found(policy), found(&anew));
    }
    for rule in rules.values() {
        prop_assert_eq!(policy.rule(rule.id), Some(rule));
        prop_assert_eq!(policy.above(rule), anew.above(rule));
    }
    Ok(())
}

#[test]
fn a_rule_in_the_place_of_another_takes_its_pattern() {
    let policy = policy(&[("a", Requirement::Public), ("b", Requirement::Public)]);
    let swapped = vec![rule(1, "b"), rule(2, "a")];
    let policy = policy.with_rules(&[RuleId(1), RuleId(2)], swapped);
    assert_eq!(policy.rule_for(Kind::Image, "a").unwrap().id, RuleId(2));
    let policy = policy.with_rules(&[], vec![rule(3, "a")]);
    assert_eq!(
        policy.rule_count(),
        2,
        "the database prevents it, and the last wins"
    );
    assert!(policy.rule(RuleId(2)).is_none());
}
