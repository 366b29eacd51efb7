//! Ways to see more: the roles that would help, and that the visitor can obtain right now.

use super::policy::Policy;
use super::rule::{Access, Sight};
use crate::identity::principal::{ObtainedBy, OfferedAs, Principal, Role};

/// One way to a role; the order is that of the IIIF services: what needs no answer first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way<'a> {
    /// Being at a kiosk and opening its page.
    Kiosk(&'a Role),
    /// Accepting terms.
    Terms(&'a Role),
    /// Signing in, whatever role that brings.
    SignIn,
    /// Being in a network of which viewers are told; never beside another way.
    External(&'a Role),
}

/// The ways by which this principal could come to see so much, in the order in which they are offered.
/// What is held already, cannot be had from here or does not suffice is no way.
pub fn ways<'a>(
    policy: &'a Policy,
    principal: &Principal,
    access: &'a Access,
    wanted: Sight,
) -> Vec<Way<'a>> {
    let mut ways: Vec<Way<'a>> = access
        .roles()
        .filter_map(|id| policy.role(id))
        .filter(|role| access.opened_by(role.id) >= wanted && !policy.holds(principal, role))
        .filter_map(|role| way(policy, role, principal))
        .collect();
    ways.sort_by_key(Way::order);
    ways.dedup_by_key(|way| way.order_and_role());
    if ways.iter().any(|way| !matches!(way, Way::External(_))) {
        ways.retain(|way| !matches!(way, Way::External(_)));
    }
    ways
}

fn way<'a>(policy: &Policy, role: &'a Role, principal: &Principal) -> Option<Way<'a>> {
    match role.obtained_by {
        // Somebody signed in would have the role.
        ObtainedBy::SignIn | ObtainedBy::Assigned => {
            principal.user.is_none().then_some(Way::SignIn)
        }
        ObtainedBy::Terms => role.terms.is_some().then_some(Way::Terms(role)),
        ObtainedBy::Kiosk => policy
            .is_at(role, principal.address)
            .then_some(Way::Kiosk(role)),
        ObtainedBy::Network => {
            (role.offered_as == OfferedAs::External).then_some(Way::External(role))
        }
    }
}

impl Way<'_> {
    /// Viewers take kiosks silently, then what their users must answer.
    fn order(&self) -> u8 {
        match self {
            Self::Kiosk(_) => 0,
            Self::Terms(role) if role.offered_as == OfferedAs::Clickthrough => 1,
            Self::Terms(_) => 2,
            Self::SignIn => 3,
            Self::External(_) => 4,
        }
    }

    /// Several roles that signing in may bring are one way.
    fn order_and_role(&self) -> (u8, Option<i32>) {
        let role = match self {
            Self::Kiosk(role) | Self::Terms(role) | Self::External(role) => Some(role.id.0),
            Self::SignIn => None,
        };
        (self.order(), role)
    }
}
