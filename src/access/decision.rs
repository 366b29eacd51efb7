//! The decision, and why.

use super::policy::Policy;
use super::rule::{Kind, Requirement, RuleId};
use crate::identity::principal::{ObtainedBy, Principal, RoleSet};
use crate::image::identifier::Identifier;

/// May this principal see this?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Yes.
    Allow,
    /// Not now, but signing in would help: 401.
    Challenge,
    /// No, and nothing that the visitor can do would help: 403.
    Refuse,
}

/// Why: the word in `X-Auth-Reason`, in logs and in explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Everybody may see it.
    Public,
    /// The principal holds a role that opens it.
    RoleHeld,
    /// Nobody is signed in.
    SignInNeeded,
    /// Somebody is signed in, but holds none of the roles.
    RoleMissing,
    /// Nobody may see it.
    Nobody,
}

impl Reason {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::RoleHeld => "role-held",
            Self::SignInNeeded => "sign-in-needed",
            Self::RoleMissing => "role-missing",
            Self::Nobody => "nobody",
        }
    }
}

/// A verdict with its reason and the rule that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// What happens.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The rule; `None` where the default decided.
    pub rule: Option<RuleId>,
}

/// Decides. Where servers could read the identifier in several ways, the strictest reading counts.
pub fn decide(
    policy: &Policy,
    principal: &Principal,
    kind: Kind,
    identifier: &Identifier,
) -> Decision {
    identifier
        .readings()
        .iter()
        .map(|reading| decide_reading(policy, principal, kind, reading))
        .max_by_key(|decision| decision.verdict)
        .unwrap_or(Decision {
            verdict: Verdict::Refuse,
            reason: Reason::Nobody,
            rule: None,
        })
}

fn decide_reading(policy: &Policy, principal: &Principal, kind: Kind, reading: &str) -> Decision {
    let rule = policy.rule_for(kind, reading);
    let requirement = rule.map_or(policy.default_for(kind), |rule| &rule.requirement);
    let (verdict, reason) = match requirement {
        Requirement::Public => (Verdict::Allow, Reason::Public),
        Requirement::Nobody => (Verdict::Refuse, Reason::Nobody),
        Requirement::AnyOf(roles) if principal.holds_any(roles) => {
            (Verdict::Allow, Reason::RoleHeld)
        }
        Requirement::AnyOf(roles) => missing(policy, principal, roles),
    };
    Decision {
        verdict,
        reason,
        rule: rule.map(|rule| rule.id),
    }
}

/// A role is missing: would anything that the visitor can do obtain one?
fn missing(policy: &Policy, principal: &Principal, roles: &RoleSet) -> (Verdict, Reason) {
    let obtainable = roles.iter().filter_map(|id| policy.role(id)).any(|role| {
        match (role.obtained_by, principal) {
            (ObtainedBy::SignIn | ObtainedBy::Assigned, Principal::Anonymous) => true,
            (ObtainedBy::SignIn | ObtainedBy::Assigned, Principal::User(_)) => false,
        }
    });
    match (obtainable, principal) {
        (true, _) => (Verdict::Challenge, Reason::SignInNeeded),
        (false, Principal::Anonymous) => (Verdict::Refuse, Reason::Nobody),
        (false, Principal::User(_)) => (Verdict::Refuse, Reason::RoleMissing),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::access::pattern::Pattern;
    use crate::access::policy::Defaults;
    use crate::access::rule::Rule;
    use crate::identity::name::{RoleName, UserName};
    use crate::identity::principal::{Role, RoleId, User, UserId};

    const USER: RoleId = RoleId(1);
    const STAFF: RoleId = RoleId(2);
    const DELETED: RoleId = RoleId(9);

    fn any_of(roles: &[RoleId]) -> Requirement {
        Requirement::AnyOf(roles.iter().copied().collect())
    }

    fn policy() -> Policy {
        let rule = |id, pattern: &str, requirement| Rule {
            id: RuleId(id),
            kind: Kind::Image,
            pattern: Pattern::parse(pattern).unwrap(),
            requirement,
        };
        let role = |id, name: &str, obtained_by| Role {
            id,
            name: RoleName::parse(name).unwrap(),
            obtained_by,
        };
        Policy::new(
            vec![
                rule(1, "pub/*", Requirement::Public),
                rule(2, "pub/secret", any_of(&[STAFF])),
                rule(3, "closed/*", Requirement::Nobody),
                rule(4, "broken/*", any_of(&[])),
                rule(5, "orphan/*", any_of(&[DELETED])),
            ],
            vec![
                role(USER, "user", ObtainedBy::SignIn),
                role(STAFF, "staff", ObtainedBy::Assigned),
            ],
            Defaults {
                content: any_of(&[USER]),
                manifests: Requirement::Public,
            },
        )
    }

    fn user(roles: &[RoleId]) -> Principal {
        Principal::User(Arc::new(User {
            id: UserId(1),
            name: UserName::parse("alice").unwrap(),
            roles: roles.iter().copied().collect(),
        }))
    }

    fn verdict(principal: &Principal, identifier: &str) -> Verdict {
        let identifier = Identifier::parse(identifier).unwrap();
        decide(&policy(), principal, Kind::Image, &identifier).verdict
    }

    #[test]
    fn the_table_of_who_sees_what() {
        use Verdict::{Allow, Challenge, Refuse};
        let (anonymous, reader, staff) =
            (Principal::Anonymous, user(&[USER]), user(&[USER, STAFF]));
        for (identifier, expected) in [
            ("pub/a", [Allow, Allow, Allow]),
            ("pub/secret", [Challenge, Refuse, Allow]),
            ("closed/a", [Refuse, Refuse, Refuse]),
            ("broken/a", [Refuse, Refuse, Refuse]),
            ("orphan/a", [Refuse, Refuse, Refuse]),
            ("else", [Challenge, Allow, Allow]),
            // Other spellings of `pub/secret` that some server might serve as it.
            ("pub//secret", [Challenge, Refuse, Allow]),
            ("pub/secret;x=1", [Challenge, Refuse, Allow]),
        ] {
            let got = [&anonymous, &reader, &staff].map(|who| verdict(who, identifier));
            assert_eq!(got, expected, "{identifier}");
        }
    }

    #[test]
    fn a_decision_names_its_reason_and_rule() {
        let identifier = Identifier::parse("pub/secret").unwrap();
        let decision = decide(&policy(), &user(&[USER]), Kind::Image, &identifier);
        assert_eq!(
            (decision.reason, decision.rule),
            (Reason::RoleMissing, Some(RuleId(2)))
        );
        let decision = decide(
            &policy(),
            &Principal::Anonymous,
            Kind::Manifest,
            &identifier,
        );
        assert_eq!((decision.reason, decision.rule), (Reason::Public, None));
    }

    #[test]
    fn an_empty_policy_allows_nothing() {
        let identifier = Identifier::parse("a").unwrap();
        for kind in Kind::ALL {
            let decision = decide(&Policy::default(), &user(&[USER]), kind, &identifier);
            assert_eq!(decision.verdict, Verdict::Refuse);
        }
    }

    proptest! {
        #[test]
        fn no_reading_of_an_identifier_is_stricter_than_its_decision(
            identifier in "(pub|secret|closed|/|//|;x|;){1,6}", roles in 0..3usize
        ) {
            let Ok(identifier) = Identifier::parse(&identifier) else { return Ok(()) };
            let principal = [Principal::Anonymous, user(&[USER]), user(&[USER, STAFF])][roles].clone();
            let policy = policy();
            let decided = decide(&policy, &principal, Kind::Image, &identifier).verdict;
            for reading in identifier.readings() {
                let alone = decide_reading(&policy, &principal, Kind::Image, &reading).verdict;
                prop_assert!(alone <= decided);
            }
        }
    }
}
