//! Odd rules, and what is said of them.

use super::*;
use crate::access::pattern::Pattern;
use crate::access::policy::Defaults;
use crate::access::rule::Period;
use crate::access::zone::Zone;
use crate::identity::name::RoleName;
use crate::identity::principal::{ObtainedBy, OfferedAs, Role, Terms};
use crate::image::resource::Dialect;
use crate::language::LanguageMap;

mod many;
mod of_dates;
mod of_roles;

const USER: RoleId = RoleId(1);
const STAFF: RoleId = RoleId(2);
const GUESTS: RoleId = RoleId(3);
const TERMS: RoleId = RoleId(4);
const NO_TERMS: RoleId = RoleId(5);
const HOUSE: RoleId = RoleId(6);
const DESK: RoleId = RoleId(7);
const NOWHERE: RoleId = RoleId(8);
const CAMPUS: RoleId = RoleId(9);
const LIBRARY: RoleId = RoleId(10);
const DELETED: RoleId = RoleId(99);

fn role(id: RoleId, name: &str, obtained_by: ObtainedBy, networks: &[&str]) -> Role {
    Role {
        id,
        name: RoleName::parse(name).unwrap(),
        title: String::new(),
        obtained_by,
        offered_as: OfferedAs::Usual,
        networks: networks
            .iter()
            .map(|range| range.parse().unwrap())
            .collect(),
        terms: None,
    }
}

fn terms(text: &str) -> Terms {
    Terms {
        version: 1,
        since: NaiveDate::default(),
        heading: LanguageMap::default(),
        text: english(text),
    }
}

fn english(text: &str) -> LanguageMap {
    serde_json::from_value(serde_json::json!({ "en": text })).unwrap()
}

fn roles() -> Vec<Role> {
    let agreed = role(TERMS, "agreed", ObtainedBy::Terms, &[]);
    let campus = role(CAMPUS, "campus", ObtainedBy::Network, &["198.51.100.0/24"]);
    vec![
        role(USER, "user", ObtainedBy::SignIn, &[]),
        role(STAFF, "staff", ObtainedBy::Assigned, &[]),
        role(GUESTS, "guests", ObtainedBy::Assigned, &[]),
        role(NO_TERMS, "unwritten", ObtainedBy::Terms, &[]),
        role(
            HOUSE,
            "house",
            ObtainedBy::Network,
            &["192.0.2.0/24", "2001:db8::/32"],
        ),
        role(DESK, "desk", ObtainedBy::Kiosk, &["192.0.2.16/28"]),
        role(
            LIBRARY,
            "library",
            ObtainedBy::Network,
            &["192.0.2.0/24", "2001:db8::/32"],
        ),
        role(NOWHERE, "nowhere", ObtainedBy::Network, &[]),
        Role {
            terms: Some(terms("Be kind.")),
            ..agreed
        },
        Role {
            offered_as: OfferedAs::External,
            ..campus
        },
    ]
}

fn any_of(roles: &[RoleId]) -> Access {
    Requirement::AnyOf(roles.iter().copied().collect()).into()
}

fn rule_of(kind: Kind, pattern: &str, access: impl Into<Access>) -> Rule {
    Rule::new(RuleId(0), kind, Pattern::parse(pattern).unwrap(), access)
}

fn rule(pattern: &str, access: impl Into<Access>) -> Rule {
    rule_of(Kind::Image, pattern, access)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Numbered from 1.
fn findings(rules: Vec<Rule>, dialect: Dialect, slash_substitute: Option<char>) -> Vec<Finding> {
    let numbered = rules.into_iter().zip(1..);
    let numbered = numbered.map(|(rule, id)| Rule {
        id: RuleId(id),
        ..rule
    });
    let defaults = Defaults {
        content: any_of(&[USER]),
        manifests: Requirement::Public.into(),
        zone: Zone::UTC,
    };
    let policy = Policy::new(numbered.collect(), roles(), defaults);
    let layout = layout(dialect, slash_substitute);
    let holders = HashMap::from([(STAFF, 3), (GUESTS, 0)]);
    lint(Surroundings {
        policy: &policy,
        layout: &layout,
        holders: &holders,
        today: day("2026-11-22"),
    })
}

/// Numbers and sentences.
fn said(rules: Vec<Rule>) -> Vec<(i32, String)> {
    let findings = findings(rules, Dialect::Plain, None).into_iter();
    findings
        .map(|finding| (finding.rule.0, finding.text))
        .collect()
}

/// What is said of one rule.
fn said_of(rule: Rule) -> Vec<String> {
    said(vec![rule]).into_iter().map(|(_, text)| text).collect()
}

const NOTHING: [&str; 0] = [];

#[test]
fn rules_as_they_should_be_are_not_mentioned() {
    let reduced = Access {
        public_size: 400,
        role_sizes: vec![(USER, 1500)],
        ..any_of(&[USER, STAFF])
    };
    let rules = vec![
        rule("open/*", Requirement::Public),
        rule("open/closed/*", Requirement::Nobody),
        rule("open/closed/a", any_of(&[STAFF])),
        rule("sized/*", reduced),
        rule("terms/*", any_of(&[TERMS, HOUSE])),
        rule("campus/*", any_of(&[CAMPUS, HOUSE])),
        rule_of(Kind::Manifest, "open/*", any_of(&[USER])),
        rule_of(Kind::File, "iiif/files/*", Requirement::Public),
        // Open descriptions of closed images are what Avalon and others need.
        rule_of(Kind::Image, "avalon/*", Requirement::Nobody),
        rule_of(Kind::Manifest, "avalon/*", any_of(&[STAFF])),
    ];
    assert_eq!(said(rules), []);
}

#[test]
fn a_rule_that_repeats_the_one_above_is_redundant() {
    let said = said(vec![
        rule("maps/*", any_of(&[STAFF])),
        rule("maps/a/*", any_of(&[STAFF])),
        rule("maps/a/b", any_of(&[STAFF])),
        rule("maps", any_of(&[STAFF])),
        rule("maps/open/*", Requirement::Public),
        rule("maps/open/staff", any_of(&[STAFF])),
        rule_of(Kind::Manifest, "maps/*", any_of(&[STAFF])),
    ]);
    let twin = |of: &str| format!("The rule `{of}` already says the same.");
    assert_eq!(said, [(2, twin("maps/*")), (3, twin("maps/a/*"))]);
}

#[test]
fn a_rule_that_says_what_the_default_says_is_redundant() {
    let text = "It says what holds without any rule (DEFAULT_ACCESS).";
    assert_eq!(said_of(rule("a", any_of(&[USER]))), [text]);
    assert_eq!(said_of(rule("*", any_of(&[USER]))), [text]);
    assert_eq!(
        said_of(rule_of(Kind::Manifest, "a/*", Requirement::Public)),
        [text]
    );
    let told = Rule {
        message: english("Ask the reading room."),
        ..rule("a", any_of(&[USER]))
    };
    assert_eq!(
        said_of(told),
        NOTHING,
        "a text of its own is a reason to be there"
    );
}

fn is_unreachable(kind: Kind, pattern: &str, dialect: Dialect, substitute: Option<char>) -> bool {
    let rule = rule_of(kind, pattern, any_of(&[STAFF]));
    let findings = findings(vec![rule], dialect, substitute);
    let mut faults = findings.iter().map(|finding| finding.fault);
    faults.any(|fault| fault == Fault::Unreachable)
}

#[test]
fn a_pattern_that_is_written_like_an_address_is_mentioned() {
    for (kind, pattern) in [
        (Kind::Image, "iiif/images/maps/*"),
        (Kind::Image, "iiif/preview/maps/a"),
        (Kind::Image, "https://images.example/iiif/images/maps/*"),
        (Kind::Manifest, "iiif/manifests/maps/*"),
        (Kind::Manifest, "iiif/manifests/a.json"),
    ] {
        let said = said_of(rule_of(kind, pattern, any_of(&[STAFF])));
        let [text] = said.as_slice() else {
            panic!("{pattern}: {said:?}");
        };
        assert!(text.contains("written like an address"), "{text}");
    }
}

#[test]
fn a_pattern_that_no_request_falls_under_is_unreachable() {
    for (kind, pattern, dialect, substitute, expected) in [
        (Kind::Image, "a..b", Dialect::IipImage, None, true),
        (Kind::Image, "a..b/*", Dialect::IipImage, None, true),
        (Kind::Image, "100% cotton", Dialect::IipImage, None, true),
        (Kind::Image, "a&b", Dialect::IipImage, None, false),
        (Kind::Image, "a..b", Dialect::Plain, None, false),
        (Kind::Image, "100% cotton", Dialect::Plain, None, false),
        (
            Kind::Image,
            "http://ex.org/Ünï 日本",
            Dialect::Plain,
            None,
            false,
        ),
        (Kind::Image, "a;b", Dialect::Servlet, None, false),
        (Kind::Image, "a!b", Dialect::Servlet, Some('!'), true),
        (Kind::Image, "a/b", Dialect::Servlet, Some('!'), false),
        (Kind::Image, "*", Dialect::IipImage, None, false),
        (Kind::File, "iiif/images/a", Dialect::Plain, None, true),
        (Kind::File, "iiif/images/*", Dialect::Plain, None, true),
        (Kind::File, "iiif/preview/a/*", Dialect::Plain, None, true),
        (Kind::File, "iiif/manifests/*", Dialect::Plain, None, true),
        (Kind::File, "iiif/*", Dialect::Plain, None, false),
        (
            Kind::File,
            "iiif/files/talks/a b.pdf",
            Dialect::Plain,
            None,
            false,
        ),
        (Kind::Manifest, "a//b", Dialect::Plain, None, false),
    ] {
        let got = is_unreachable(kind, pattern, dialect, substitute);
        assert_eq!(got, expected, "{pattern}");
    }
}

#[test]
fn every_finding_has_words() {
    assert_eq!(Severity::Hint.as_str(), "hint");
    assert!(Severity::Broken > Severity::Warning && Severity::Warning > Severity::Hint);
    assert_eq!(Fault::NoRoles.as_str(), "no-roles");
}

pub(super) fn layout(dialect: Dialect, slash_substitute: Option<char>) -> Layout {
    Layout {
        images: "/iiif/images/".to_owned(),
        preview: "/iiif/preview/".to_owned(),
        full: "/iiif/full/".to_owned(),
        manifests: "/iiif/manifests/".to_owned(),
        annotations: "/annotator/".to_owned(),
        open_annotations: "/annotator-open/".to_owned(),
        dialect,
        slash_substitute,
    }
}
