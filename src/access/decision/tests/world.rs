//! An institution with every way to hold a role, and a rule for each.

use chrono::{DateTime, NaiveDate, Utc};

use super::super::{Ruling, Verdict, decide};
use crate::access::pattern::Pattern;
use crate::access::policy::{Defaults, Policy};
use crate::access::rule::{Access, Kind, Requirement, Rule, RuleId, Sight};
use crate::access::zone::Zone;
use crate::identity::name::{RoleName, UserName};
use crate::identity::principal::{
    Grant, ObtainedBy, OfferedAs, Principal, Role, RoleId, Terms, User, UserId,
};
use crate::image::identifier::Identifier;
use crate::language::LanguageMap;

pub(super) const USER: RoleId = RoleId(1);
pub(super) const STAFF: RoleId = RoleId(2);
pub(super) const TERMS: RoleId = RoleId(3);
pub(super) const HOUSE: RoleId = RoleId(4);
pub(super) const KIOSK: RoleId = RoleId(5);
pub(super) const CAMPUS: RoleId = RoleId(6);
pub(super) const DELETED: RoleId = RoleId(9);

pub(super) fn any_of(roles: &[RoleId]) -> Requirement {
    Requirement::AnyOf(roles.iter().copied().collect())
}

pub(super) fn role(id: RoleId, name: &str, obtained_by: ObtainedBy) -> Role {
    let is_place = matches!(obtained_by, ObtainedBy::Network | ObtainedBy::Kiosk);
    Role {
        id,
        name: RoleName::parse(name).unwrap(),
        title: String::new(),
        obtained_by,
        offered_as: OfferedAs::Usual,
        networks: if is_place {
            vec!["192.0.2.0/24".parse().unwrap()]
        } else {
            Vec::new()
        },
        terms: (obtained_by == ObtainedBy::Terms).then(|| Terms {
            version: 2,
            since: NaiveDate::default(),
            heading: LanguageMap::default(),
            text: LanguageMap::default(),
        }),
    }
}

pub(super) fn roles() -> Vec<Role> {
    let campus = role(CAMPUS, "campus", ObtainedBy::Network);
    vec![
        role(USER, "user", ObtainedBy::SignIn),
        role(STAFF, "staff", ObtainedBy::Assigned),
        role(TERMS, "terms", ObtainedBy::Terms),
        role(HOUSE, "house", ObtainedBy::Network),
        role(KIOSK, "kiosk", ObtainedBy::Kiosk),
        Role {
            offered_as: OfferedAs::External,
            ..campus
        },
    ]
}

pub(super) fn rule(id: i32, pattern: &str, access: impl Into<Access>) -> Rule {
    Rule::new(
        RuleId(id),
        Kind::Image,
        Pattern::parse(pattern).unwrap(),
        access,
    )
}

pub(super) fn policy_of(rules: Vec<Rule>) -> Policy {
    let defaults = Defaults {
        content: any_of(&[USER]).into(),
        manifests: Requirement::Public.into(),
        zone: Zone::named("Europe/Berlin").unwrap(),
    };
    Policy::new(rules, roles(), defaults)
}

pub(super) fn policy() -> Policy {
    let reduced = Access {
        requirement: any_of(&[USER, STAFF]),
        public_size: 400,
        role_sizes: vec![(USER, 1500)],
    };
    policy_of(vec![
        rule(1, "pub/*", Requirement::Public),
        rule(2, "pub/secret", any_of(&[STAFF])),
        rule(3, "closed/*", Requirement::Nobody),
        rule(4, "broken/*", any_of(&[])),
        rule(5, "orphan/*", any_of(&[DELETED])),
        rule(6, "terms/*", any_of(&[TERMS])),
        rule(7, "house/*", any_of(&[HOUSE])),
        rule(8, "kiosk/*", any_of(&[KIOSK])),
        rule(9, "campus/*", any_of(&[CAMPUS])),
        rule(10, "sized/*", reduced),
        rule(11, "any/*", any_of(&[TERMS, STAFF, HOUSE])),
    ])
}

pub(super) fn user(roles: &[RoleId]) -> Principal {
    Principal::of_user(User {
        id: UserId(1),
        name: UserName::parse("alice").unwrap(),
        roles: roles.iter().copied().collect(),
    })
}

pub(super) fn in_house() -> Principal {
    Principal::anonymous().at(Some("192.0.2.7".parse().unwrap()))
}

pub(super) fn with_grant(principal: Principal, role: RoleId, version: i32) -> Principal {
    Principal {
        grants: [Grant { role, version }].into(),
        ..principal
    }
}

pub(super) fn at(time: &str) -> DateTime<Utc> {
    time.parse().unwrap()
}

pub(super) const NOW: &str = "2026-11-22T12:00:00Z";

pub(super) fn ruling(
    policy: &Policy,
    principal: &Principal,
    identifier: &str,
    wanted: Sight,
) -> Ruling {
    let identifier = Identifier::parse(identifier).unwrap();
    let decision = decide(policy, principal, Kind::Image, &identifier, at(NOW));
    decision.rule(policy, principal, wanted)
}

pub(super) fn verdict(principal: &Principal, identifier: &str) -> Verdict {
    ruling(&policy(), principal, identifier, Sight::Full).verdict
}
