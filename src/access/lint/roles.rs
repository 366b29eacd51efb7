//! Roles that nobody can hold, and those that add nothing.

use super::{Fault, Found, Severity, Surroundings, sentence};
use crate::access::rule::{Access, Requirement, Sight};
use crate::identity::principal::{ObtainedBy, OfferedAs, Role};

pub(super) fn check(found: &mut Found, around: Surroundings<'_>, when: &str, access: &Access) {
    let Requirement::AnyOf(named) = &access.requirement else {
        return;
    };
    let roles: Vec<&Role> = named
        .iter()
        .filter_map(|id| around.policy.role(id))
        .collect();
    if roles.is_empty() {
        let text = "it names no role any more, so it lets nobody in";
        found.add(Severity::Broken, Fault::NoRoles, sentence(when, text));
        return;
    }
    let lacks: Vec<String> = roles.iter().filter_map(|role| lack(around, role)).collect();
    let severity = if lacks.len() == roles.len() {
        Severity::Broken
    } else {
        Severity::Warning
    };
    for lack in lacks {
        found.add(severity, Fault::Unobtainable, sentence(when, lack));
    }
    for role in &roles {
        check_beside(found, when, access, role, &roles);
    }
    check_external(found, when, &roles);
}

/// Why nobody can hold the role.
fn lack(around: Surroundings<'_>, role: &Role) -> Option<String> {
    let name = &role.name;
    let no_holders = || around.holders.get(&role.id).is_none_or(|count| *count == 0);
    let no_text = || {
        role.terms
            .as_ref()
            .is_none_or(|terms| terms.text.is_empty())
    };
    match role.obtained_by {
        ObtainedBy::SignIn => None,
        ObtainedBy::Assigned => no_holders().then(|| format!("no user has the role `{name}`")),
        ObtainedBy::Terms => {
            no_text().then(|| format!("the role `{name}` has no terms that could be accepted"))
        }
        ObtainedBy::Network | ObtainedBy::Kiosk => role
            .networks
            .is_empty()
            .then(|| format!("the role `{name}` has no network, so nobody is in it")),
    }
}

/// Whether everybody who holds this role holds another one that opens as much.
fn check_beside(found: &mut Found, when: &str, access: &Access, role: &Role, all: &[&Role]) {
    let opened = access.opened_by(role.id);
    // Of two that are equal the first stays. Networks are compared last: there may be thousands.
    let wider = |other: &&&Role| {
        other.id != role.id
            && access.opened_by(other.id) >= opened
            && is_implied(role, other)
            && (other.id < role.id || !is_implied(other, role))
    };
    let Some(other) = all.iter().find(wider) else {
        return;
    };
    let (name, other_name) = (&role.name, &other.name);
    let text = match opened {
        Sight::UpTo(size) if access.opened_by(other.id) > opened => format!(
            "the limit of {size} pixels for `{name}` does nothing: whoever holds `{name}` also holds \
             `{other_name}`, which opens more"
        ),
        _ => format!("naming `{name}` adds nothing: whoever holds it also holds `{other_name}`"),
    };
    found.add(Severity::Hint, Fault::Useless, sentence(when, text));
}

/// Whether everybody who holds the one role holds the other.
fn is_implied(role: &Role, other: &Role) -> bool {
    let in_networks = || {
        !role.networks.is_empty()
            && role
                .networks
                .iter()
                .all(|network| other.networks.iter().any(|wide| wide.contains(network)))
    };
    match (role.obtained_by, other.obtained_by) {
        (ObtainedBy::Assigned, ObtainedBy::SignIn) => true,
        (ObtainedBy::Network | ObtainedBy::Kiosk, ObtainedBy::Network) => in_networks(),
        _ => false,
    }
}

/// IIIF Auth 1.0 §2.1.6: viewers try an external service alone.
fn check_external(found: &mut Found, when: &str, roles: &[&Role]) {
    let external = roles
        .iter()
        .find(|role| role.offered_as == OfferedAs::External);
    let interactive = roles.iter().find(|role| role.is_interactive());
    if let (Some(external), Some(interactive)) = (external, interactive) {
        let text = format!(
            "`{}` is offered to viewers as external, which cannot stand beside `{}`: viewers are told \
             of the latter only",
            external.name, interactive.name
        );
        found.add(
            Severity::Warning,
            Fault::Contradictory,
            sentence(when, text),
        );
    }
}
