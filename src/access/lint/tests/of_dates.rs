//! Dates.

use super::*;

#[test]
fn equal_rules_differ_by_their_dates_until_these_have_passed() {
    let dated = |pattern, from| Rule {
        period: Some(Box::new(Period {
            from: Some(day(from)),
            before: Some(Requirement::Nobody.into()),
            ..Period::default()
        })),
        ..rule(pattern, Requirement::Public)
    };
    let ahead = vec![rule("a/*", Requirement::Public), dated("a/b", "2030-01-01")];
    assert_eq!(said(ahead), []);
    let over = vec![rule("a/*", Requirement::Public), dated("a/b", "2020-01-01")];
    let texts = [
        "The rule `a/*` already says the same.",
        "Its dates have passed: since 2020-01-01 only what it says for its period holds.",
    ];
    assert_eq!(said(over), texts.map(|text| (2, text.to_owned())));
}

#[test]
fn dates_that_have_passed_and_dates_that_change_nothing_are_named() {
    let lease = |until, after: Access| Rule {
        period: Some(Box::new(Period {
            until: Some(day(until)),
            after: Some(after),
            ..Period::default()
        })),
        ..rule("a", Requirement::Public)
    };
    assert_eq!(said_of(lease("2030-01-01", any_of(&[USER]))), NOTHING);
    assert_eq!(
        said_of(lease("2020-01-01", any_of(&[STAFF]))),
        ["Its dates have passed: since 2020-01-01 only what it says for afterwards holds."]
    );
    assert_eq!(
        said_of(lease("2026-11-22", any_of(&[STAFF]))),
        ["Its dates have passed: since 2026-11-22 only what it says for afterwards holds."]
    );
    assert_eq!(
        said_of(lease("2030-01-01", Requirement::Public.into())),
        ["Nothing changes on 2030-01-01: the same holds before and after."]
    );
    let never = Rule {
        period: Some(Box::new(Period {
            from: Some(day("2030-01-02")),
            until: Some(day("2030-01-01")),
            ..Period::default()
        })),
        ..rule("a", Requirement::Public)
    };
    assert!(said_of(never).contains(
        &"It begins on 2030-01-02 and is over on 2030-01-01, so it never holds.".to_owned()
    ));
}
