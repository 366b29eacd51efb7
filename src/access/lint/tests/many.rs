//! As many rules as a large institution has.

use super::*;

#[test]
fn a_hundred_thousand_rules_are_looked_at_one_by_one() {
    let mut rules = vec![
        rule("*", any_of(&[STAFF])),
        rule("shelf/*", Requirement::Public),
    ];
    rules.extend((0..100_000).map(|number| {
        let access = if number % 1000 == 0 {
            Requirement::Public.into()
        } else {
            any_of(&[STAFF])
        };
        rule(
            &format!("shelf/box-{:03}/item-{number:05}", number / 500),
            access,
        )
    }));
    let findings = findings(rules, Dialect::Plain, None);
    assert_eq!(findings.len(), 100);
    assert!(
        findings
            .iter()
            .all(|finding| finding.fault == Fault::Redundant)
    );
    assert!(findings.is_sorted_by_key(|finding| finding.rule));
}
