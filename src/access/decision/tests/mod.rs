//! Decisions: a table, what each reason means, and what holds for all of them.

mod world;

use proptest::prelude::*;

use super::*;
use crate::access::rule::Period;
use world::*;

#[test]
fn the_table_of_who_sees_what() {
    use Verdict::{Allow, Challenge, Refuse};
    let who = [
        Principal::anonymous(),
        user(&[USER]),
        user(&[USER, STAFF]),
        in_house(),
    ];
    for (identifier, expected) in [
        ("pub/a", [Allow, Allow, Allow, Allow]),
        ("pub/secret", [Challenge, Refuse, Allow, Challenge]),
        ("closed/a", [Refuse; 4]),
        ("broken/a", [Refuse; 4]),
        ("orphan/a", [Refuse; 4]),
        ("else", [Challenge, Allow, Allow, Challenge]),
        ("terms/a", [Challenge; 4]),
        ("house/a", [Refuse, Refuse, Refuse, Allow]),
        ("kiosk/a", [Refuse, Refuse, Refuse, Challenge]),
        ("campus/a", [Challenge, Challenge, Challenge, Allow]),
        ("sized/a", [Challenge, Refuse, Allow, Challenge]),
        ("any/a", [Challenge, Challenge, Allow, Allow]),
        // Other spellings of `pub/secret` that some server might serve as it.
        ("pub//secret", [Challenge, Refuse, Allow, Challenge]),
        ("pub/secret;x=1", [Challenge, Refuse, Allow, Challenge]),
    ] {
        let got = [0, 1, 2, 3].map(|at: usize| verdict(&who[at], identifier));
        assert_eq!(got, expected, "{identifier}");
    }
}

#[test]
fn a_decision_names_its_reason() {
    let policy = policy();
    let nobody = Principal::anonymous();
    for (who, identifier, wanted, reason) in [
        (&nobody, "pub/a", Sight::Full, Reason::Public),
        (&nobody, "pub/secret", Sight::Full, Reason::SignInNeeded),
        (
            &user(&[USER]),
            "pub/secret",
            Sight::Full,
            Reason::RoleMissing,
        ),
        (&nobody, "terms/a", Sight::Full, Reason::TermsNeeded),
        (&nobody, "house/a", Sight::Full, Reason::Elsewhere),
        (&in_house(), "kiosk/a", Sight::Full, Reason::KioskNeeded),
        (&nobody, "campus/a", Sight::Full, Reason::NetworkNeeded),
        (&nobody, "closed/a", Sight::Full, Reason::Nobody),
        (&nobody, "sized/a", Sight::UpTo(400), Reason::PublicSize),
        (&nobody, "sized/a", Sight::UpTo(401), Reason::TooLarge),
        (
            &user(&[USER]),
            "sized/a",
            Sight::UpTo(1500),
            Reason::RoleSize,
        ),
        (
            &user(&[USER]),
            "sized/a",
            Sight::UpTo(1501),
            Reason::TooLarge,
        ),
        (&user(&[STAFF]), "sized/a", Sight::Full, Reason::RoleHeld),
    ] {
        assert_eq!(
            ruling(&policy, who, identifier, wanted).reason,
            reason,
            "{identifier}"
        );
    }
}

#[test]
fn terms_count_in_the_version_in_force_alone() {
    let accepted = |version| with_grant(Principal::anonymous(), TERMS, version);
    assert_eq!(verdict(&accepted(1), "terms/a"), Verdict::Challenge);
    assert_eq!(verdict(&accepted(2), "terms/a"), Verdict::Allow);
}

#[test]
fn a_kiosk_is_not_carried_away() {
    let opened = with_grant(in_house(), KIOSK, 0);
    assert_eq!(verdict(&opened, "kiosk/a"), Verdict::Allow);
    let away = opened.at(Some("198.51.100.1".parse().unwrap()));
    assert_eq!(verdict(&away, "kiosk/a"), Verdict::Refuse);
}

#[test]
fn an_address_in_the_guise_of_the_other_version_is_the_same_address() {
    let mapped = Principal::anonymous().at(Some("::ffff:192.0.2.7".parse().unwrap()));
    assert_eq!(verdict(&mapped, "house/a"), Verdict::Allow);
}

#[test]
fn a_period_turns_at_midnight_where_the_institution_is() {
    let day = |text: &str| Some(text.parse().unwrap());
    let period = Period {
        from: day("2026-03-01"),
        until: day("2026-07-01"),
        before: Some(Requirement::Public.into()),
        after: Some(any_of(&[USER]).into()),
    };
    let loan = Rule {
        period: Some(period.into()),
        ..rule(1, "loan", Requirement::Nobody)
    };
    let (policy, nobody) = (policy_of(vec![loan]), Principal::anonymous());
    let identifier = Identifier::parse("loan").unwrap();
    for (time, reason, opens) in [
        ("2026-02-28T22:59:59Z", Reason::PublicForNow, None),
        ("2026-02-28T23:00:00Z", Reason::Embargoed, day("2026-07-01")),
        ("2026-06-30T21:59:59Z", Reason::Embargoed, day("2026-07-01")),
        ("2026-06-30T22:00:00Z", Reason::SignInNeeded, None),
    ] {
        let decision = decide(&policy, &nobody, Kind::Image, &identifier, at(time));
        let ruling = decision.rule(&policy, &nobody, Sight::Full);
        assert_eq!(
            (ruling.reason, decision.opens(&policy, &nobody)),
            (reason, opens),
            "{time}"
        );
    }
}

#[test]
fn what_a_period_does_not_say_is_closed() {
    let until = Some("2026-01-01".parse().unwrap());
    let period = Period {
        until,
        ..Period::default()
    };
    let lent = Rule {
        period: Some(period.into()),
        ..rule(1, "lent", Requirement::Public)
    };
    let (policy, nobody) = (policy_of(vec![lent]), Principal::anonymous());
    assert_eq!(
        ruling(&policy, &nobody, "lent", Sight::UpTo(1)).verdict,
        Verdict::Refuse
    );
}

#[test]
fn an_empty_policy_allows_nothing() {
    let identifier = Identifier::parse("a").unwrap();
    let (policy, who) = (Policy::default(), user(&[USER]));
    for kind in Kind::ALL {
        let decision = decide(&policy, &who, kind, &identifier, at(NOW));
        assert_eq!(
            decision.rule(&policy, &who, Sight::UpTo(1)).verdict,
            Verdict::Refuse
        );
    }
}

proptest! {
    #[test]
    fn no_reading_of_an_identifier_is_stricter_than_its_decision(
        identifier in "(pub|secret|closed|sized|/|//|;x|;){1,6}", roles in 0..3usize
    ) {
        let Ok(identifier) = Identifier::parse(&identifier) else { return Ok(()) };
        let who = [Principal::anonymous(), user(&[USER]), user(&[USER, STAFF])][roles].clone();
        let policy = policy();
        let decided = decide(&policy, &who, Kind::Image, &identifier, at(NOW)).sight;
        for reading in identifier.readings() {
            let alone = decide_reading(&policy, &who, Kind::Image, &reading, at(NOW)).sight;
            prop_assert!(decided <= alone);
        }
    }

    #[test]
    fn whoever_may_see_more_may_see_less(
        identifier in "(pub|closed|sized|terms|house)/a", wanted in 1..3000u32, roles in 0..3usize
    ) {
        let who = [Principal::anonymous(), user(&[USER]), user(&[USER, STAFF])][roles].clone();
        let policy = policy();
        let allowed = |wanted| ruling(&policy, &who, &identifier, wanted).verdict == Verdict::Allow;
        if allowed(Sight::UpTo(wanted)) {
            prop_assert!(allowed(Sight::UpTo(wanted - 1).max(Sight::UpTo(1))));
        }
        if allowed(Sight::Full) {
            prop_assert!(allowed(Sight::UpTo(wanted)));
        }
    }
}
