//! Roles and sizes.

use super::*;

#[test]
fn a_rule_whose_roles_are_gone_is_broken() {
    for roles in [&[][..], &[DELETED]] {
        let findings = findings(vec![rule("a", any_of(roles))], Dialect::Plain, None);
        assert_eq!(findings.len(), 1);
        let (severity, fault) = (findings[0].severity, findings[0].fault);
        assert_eq!((severity, fault), (Severity::Broken, Fault::NoRoles));
        assert_eq!(
            findings[0].text,
            "It names no role any more, so it lets nobody in."
        );
    }
}

#[test]
fn a_role_that_nobody_can_hold_is_named() {
    for (role, text) in [
        (GUESTS, "No user has the role `guests`."),
        (
            NO_TERMS,
            "The role `unwritten` has no terms that could be accepted.",
        ),
        (
            NOWHERE,
            "The role `nowhere` has no network, so nobody is in it.",
        ),
    ] {
        for (access, severity) in [
            (any_of(&[role]), Severity::Broken),
            (any_of(&[role, STAFF]), Severity::Warning),
        ] {
            let findings = findings(vec![rule("a", access)], Dialect::Plain, None);
            assert_eq!((findings[0].severity, &*findings[0].text), (severity, text));
        }
    }
    for role in [STAFF, TERMS, HOUSE, DESK, CAMPUS] {
        assert_eq!(said_of(rule("a", any_of(&[role]))), NOTHING);
    }
}

#[test]
fn a_sentence_says_when_it_is_true() {
    let embargo = Rule {
        period: Some(Box::new(Period {
            from: Some(day("2030-01-01")),
            until: Some(day("2031-01-01")),
            before: Some(any_of(&[GUESTS])),
            after: Some(any_of(&[])),
        })),
        ..rule("a", any_of(&[NOWHERE]))
    };
    assert_eq!(
        said_of(embargo),
        [
            "Before 2030-01-01, no user has the role `guests`.",
            "From 2030-01-01 until 2031-01-01, the role `nowhere` has no network, so nobody is in it.",
            "From 2031-01-01 on, it names no role any more, so it lets nobody in.",
        ]
    );
}

#[test]
fn what_is_over_is_not_looked_at() {
    let lease = Rule {
        period: Some(Box::new(Period {
            until: Some(day("2020-01-01")),
            after: Some(any_of(&[STAFF])),
            ..Period::default()
        })),
        ..rule("a", any_of(&[GUESTS]))
    };
    assert_eq!(said_of(lease).len(), 1, "only that its dates have passed");
}

#[test]
fn a_role_whose_holders_hold_a_wider_one_adds_nothing() {
    let naming = |name: &str, other: &str| {
        [format!(
            "Naming `{name}` adds nothing: whoever holds it also holds `{other}`."
        )]
    };
    assert_eq!(
        said_of(rule("a", any_of(&[USER, STAFF]))),
        naming("staff", "user")
    );
    assert_eq!(
        said_of(rule("a", any_of(&[HOUSE, DESK]))),
        naming("desk", "house")
    );
    assert_eq!(said_of(rule("a", any_of(&[STAFF, HOUSE]))), NOTHING);
    let limited = |role_sizes: &[(RoleId, u32)]| Access {
        role_sizes: role_sizes.to_vec(),
        ..any_of(&[USER, STAFF])
    };
    assert_eq!(
        said_of(rule("a", limited(&[(STAFF, 1500)]))),
        [
            "The limit of 1500 pixels for `staff` does nothing: whoever holds `staff` also holds `user`, \
          which opens more."
        ]
    );
    assert_eq!(said_of(rule("a", limited(&[(USER, 1500)]))), NOTHING);
    assert_eq!(
        said_of(rule("a", limited(&[(USER, 900), (STAFF, 1500)]))),
        NOTHING
    );
    assert_eq!(
        said_of(rule("a", limited(&[(USER, 900), (STAFF, 900)]))),
        naming("staff", "user")
    );
}

#[test]
fn of_two_places_that_are_the_same_one_stays() {
    assert_eq!(
        said_of(rule("a", any_of(&[HOUSE, LIBRARY]))),
        ["Naming `library` adds nothing: whoever holds it also holds `house`."]
    );
}

#[test]
fn an_external_role_beside_another_is_contradictory() {
    for (roles, expected) in [
        (&[CAMPUS, USER][..], 1),
        (&[CAMPUS, TERMS], 1),
        (&[CAMPUS, DESK], 1),
        (&[CAMPUS, HOUSE], 0),
        (&[CAMPUS], 0),
    ] {
        let findings = findings(vec![rule("a", any_of(roles))], Dialect::Plain, None);
        let contradictory = findings.iter().filter(|f| f.fault == Fault::Contradictory);
        assert_eq!(contradictory.count(), expected, "{roles:?}");
    }
}

#[test]
fn a_size_that_limits_nobody_is_named() {
    let sized = |requirement: Access, public_size, role_sizes: &[(RoleId, u32)]| Access {
        public_size,
        role_sizes: role_sizes.to_vec(),
        ..requirement
    };
    for (access, text) in [
        (
            sized(Requirement::Public.into(), 400, &[]),
            "Everybody may see everything, so a size limits nobody.",
        ),
        (
            sized(any_of(&[STAFF]), 0, &[(USER, 5)]),
            "It limits `user`, which it does not name among those who may see the image.",
        ),
        (
            sized(any_of(&[USER]), 1500, &[(USER, 1500)]),
            "`user` opens 1500 pixels, and everybody may see 1500 anyway.",
        ),
        (
            sized(any_of(&[STAFF]), 0, &[(STAFF, 0)]),
            "`staff` is limited to nothing at all.",
        ),
    ] {
        assert_eq!(said_of(rule("a", access)), [text]);
    }
    let manifest = rule_of(Kind::Manifest, "a", sized(any_of(&[STAFF]), 400, &[]));
    assert_eq!(
        said_of(manifest),
        ["Sizes are for images; what this rule is about has none."]
    );
    let fine = sized(any_of(&[STAFF, TERMS]), 400, &[(TERMS, 1500)]);
    assert_eq!(said_of(rule("a", fine)), NOTHING);
    assert_eq!(
        said_of(rule("a", sized(Requirement::Nobody.into(), 400, &[]))),
        NOTHING
    );
}
