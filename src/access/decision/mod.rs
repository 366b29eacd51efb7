//! The decision, and why.

use chrono::{DateTime, NaiveDate, Utc};

use super::policy::Policy;
use super::rule::{Access, Kind, Phase, Requirement, Rule, RuleId, Sight};
use super::ways::{Way, ways};
use crate::identity::principal::{ObtainedBy, Principal};
use crate::image::identifier::Identifier;

/// May this principal see this?
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Yes.
    Allow,
    /// Not now, but obtaining a role would help: 401.
    Challenge,
    /// No, and nothing that the visitor can do would help: 403.
    Refuse,
}

impl Verdict {
    /// The HTTP status of the resource itself.
    pub fn status(self) -> u16 {
        match self {
            Self::Allow => 200,
            Self::Challenge => 401,
            Self::Refuse => 403,
        }
    }
}

/// Why: the word in `X-Auth-Reason`, in logs and in explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Everybody may see it.
    Public,
    /// Everybody may see it today; a date ahead changes that.
    PublicForNow,
    /// Everybody may see it in this size.
    PublicSize,
    /// The principal holds a role that opens it.
    RoleHeld,
    /// The principal holds a role that opens it in this size.
    RoleSize,
    /// Signing in would help.
    SignInNeeded,
    /// Accepting terms would help.
    TermsNeeded,
    /// Opening the kiosk page, here, would help.
    KioskNeeded,
    /// It is open in certain networks, and viewers are told so.
    NetworkNeeded,
    /// It may be seen, but only smaller than this.
    TooLarge,
    /// Somebody is signed in, but holds none of the roles.
    RoleMissing,
    /// It is open at certain places only, and this is none of them.
    Elsewhere,
    /// It is closed until a date.
    Embargoed,
    /// Nobody may see it.
    Nobody,
}

impl Reason {
    /// All of them, in the order in which they are declared.
    pub const ALL: [Self; 14] = [
        Self::Public,
        Self::PublicForNow,
        Self::PublicSize,
        Self::RoleHeld,
        Self::RoleSize,
        Self::SignInNeeded,
        Self::TermsNeeded,
        Self::KioskNeeded,
        Self::NetworkNeeded,
        Self::TooLarge,
        Self::RoleMissing,
        Self::Elsewhere,
        Self::Embargoed,
        Self::Nobody,
    ];

    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::PublicForNow => "public-for-now",
            Self::PublicSize => "public-size",
            Self::RoleHeld => "role-held",
            Self::RoleSize => "role-size",
            Self::SignInNeeded => "sign-in-needed",
            Self::TermsNeeded => "terms-needed",
            Self::KioskNeeded => "kiosk-needed",
            Self::NetworkNeeded => "network-needed",
            Self::TooLarge => "too-large",
            Self::RoleMissing => "role-missing",
            Self::Elsewhere => "elsewhere",
            Self::Embargoed => "embargoed",
            Self::Nobody => "nobody",
        }
    }
}

/// How much a principal may see of a resource, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// How much.
    pub sight: Sight,
    /// The rule; `None` where the default decided.
    pub rule: Option<RuleId>,
    /// The part of the rule's life that today is in.
    pub phase: Phase,
    /// What kind of thing it is about.
    pub kind: Kind,
}

/// The answer to a request for so much of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    /// What happens.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
}

/// Decides. Where servers could read the identifier in several ways, the strictest reading counts.
pub fn decide(
    policy: &Policy,
    principal: &Principal,
    kind: Kind,
    identifier: &Identifier,
    now: DateTime<Utc>,
) -> Decision {
    let decided = |reading: &str| decide_reading(policy, principal, kind, reading, now);
    // Nearly every identifier has one, and then there is nothing to compare.
    if let Some(only) = identifier.only_reading() {
        return decided(only);
    }
    let readings = identifier.readings();
    let strictest = readings
        .iter()
        .map(|reading| decided(reading))
        .min_by_key(|decision| {
            let verdict = decision.rule(policy, principal, Sight::Full).verdict;
            (decision.sight, std::cmp::Reverse(verdict))
        });
    // An identifier has a reading always.
    strictest.unwrap_or(Decision {
        sight: Sight::Nothing,
        rule: None,
        phase: Phase::During,
        kind,
    })
}

fn decide_reading(
    policy: &Policy,
    principal: &Principal,
    kind: Kind,
    reading: &str,
    now: DateTime<Utc>,
) -> Decision {
    let rule = policy.rule_for(kind, reading);
    let phase = rule.filter(|rule| rule.period.is_some());
    let phase = phase.map_or(Phase::During, |rule| rule.phase(policy.day(now)));
    let access = rule.map_or(policy.default_for(kind), |rule| rule.in_phase(phase));
    Decision {
        sight: sight(policy, principal, access),
        rule: rule.map(|rule| rule.id),
        phase,
        kind,
    }
}

/// The widest that the principal's roles, and everybody's right, add up to.
fn sight(policy: &Policy, principal: &Principal, access: &Access) -> Sight {
    let opened = access
        .roles()
        .filter_map(|id| policy.role(id))
        .filter(|role| policy.holds(principal, role))
        .map(|role| access.opened_by(role.id));
    opened.max().unwrap_or(Sight::Nothing).max(access.public())
}

impl Decision {
    /// The rule that decided; `None` where the default did.
    pub fn deciding<'a>(&self, policy: &'a Policy) -> Option<&'a Rule> {
        policy.rule(self.rule?)
    }

    /// What holds today.
    pub fn access<'a>(&self, policy: &'a Policy) -> &'a Access {
        let rule = self.deciding(policy);
        rule.map_or(policy.default_for(self.kind), |rule| {
            rule.in_phase(self.phase)
        })
    }

    /// May the principal whom this was decided for see so much?
    pub fn rule(&self, policy: &Policy, principal: &Principal, wanted: Sight) -> Ruling {
        let access = self.access(policy);
        if self.sight >= wanted {
            return Ruling {
                verdict: Verdict::Allow,
                reason: self.permission(policy, access, wanted),
            };
        }
        match ways(policy, principal, access, wanted).first() {
            Some(way) => Ruling {
                verdict: Verdict::Challenge,
                reason: match self.sight {
                    Sight::Nothing => needed(way),
                    Sight::UpTo(_) | Sight::Full => Reason::TooLarge,
                },
            },
            None => Ruling {
                verdict: Verdict::Refuse,
                reason: self.refusal(policy, principal, access),
            },
        }
    }

    fn permission(&self, policy: &Policy, access: &Access, wanted: Sight) -> Reason {
        match (access.public() >= wanted, &access.requirement) {
            (true, Requirement::Public) if self.is_lasting(policy) => Reason::Public,
            (true, Requirement::Public) => Reason::PublicForNow,
            (true, _) => Reason::PublicSize,
            (false, _) if self.sight == Sight::Full => Reason::RoleHeld,
            (false, _) => Reason::RoleSize,
        }
    }

    fn refusal(&self, policy: &Policy, principal: &Principal, access: &Access) -> Reason {
        if self.sight > Sight::Nothing {
            return Reason::TooLarge;
        }
        if self.opens(policy, principal).is_some() {
            return Reason::Embargoed;
        }
        let mut roles = access.roles().filter_map(|id| policy.role(id)).peekable();
        if roles.peek().is_none() {
            return Reason::Nobody;
        }
        let of_a_place = |way| matches!(way, ObtainedBy::Network | ObtainedBy::Kiosk);
        if roles.all(|role| of_a_place(role.obtained_by)) {
            Reason::Elsewhere
        } else if principal.user.is_some() {
            Reason::RoleMissing
        } else {
            Reason::Nobody
        }
    }

    /// Whether no date ahead changes what holds, so that copies may be kept.
    fn is_lasting(&self, policy: &Policy) -> bool {
        self.deciding(policy)
            .is_none_or(|rule| rule.later(self.phase).next().is_none())
    }

    /// The day from which the principal may see more, or could by obtaining a role.
    pub fn opens(&self, policy: &Policy, principal: &Principal) -> Option<NaiveDate> {
        let rule = self.deciding(policy).filter(|_| self.sight < Sight::Full)?;
        let has_way = |access| !ways(policy, principal, access, Sight::UpTo(1)).is_empty();
        let is_closed = !has_way(self.access(policy));
        let opening = rule.later(self.phase).find(|(_, phase)| {
            let access = rule.in_phase(*phase);
            sight(policy, principal, access) > self.sight || (is_closed && has_way(access))
        });
        opening.map(|(day, _)| day)
    }
}

fn needed(way: &Way<'_>) -> Reason {
    match way {
        Way::SignIn => Reason::SignInNeeded,
        Way::Terms(_) => Reason::TermsNeeded,
        Way::Kiosk(_) => Reason::KioskNeeded,
        Way::External(_) => Reason::NetworkNeeded,
    }
}

#[cfg(test)]
mod tests;
