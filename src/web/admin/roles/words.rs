//! Roles in words.

use std::collections::HashSet;

use super::super::super::pages::admin::roles::Holders;
use super::super::super::pages::lists::Count;
use super::super::super::state::AppState;
use super::super::address;
use crate::identity::name::RoleName;
use crate::identity::principal::{self, ObtainedBy};
use crate::store::networks::{Named, NetworkId};
use crate::store::page::COUNTED;
use crate::store::roles::{Role, Usage};

/// How many networks are named where a role is held.
const SHOWN: usize = 20;

/// What people read for a role.
pub(in crate::web) fn title(role: &Role) -> String {
    label(&role.name, &role.title)
}

/// What people read for a role of this name and title.
pub(in crate::web) fn label(name: &RoleName, title: &str) -> String {
    if title.is_empty() {
        name.to_string()
    } else {
        title.to_owned()
    }
}

/// How a role is obtained, as the end of “obtained by …”.
pub(in crate::web::admin) fn way(obtained_by: ObtainedBy) -> &'static str {
    match obtained_by {
        ObtainedBy::SignIn => "signing in",
        ObtainedBy::Assigned => "being given it",
        ObtainedBy::Terms => "accepting terms",
        ObtainedBy::Network => "being in a network",
        ObtainedBy::Kiosk => "opening a viewer in a network",
    }
}

/// How a role is obtained, in a few words beside its title.
pub(in crate::web::admin) fn how(obtained_by: ObtainedBy) -> &'static str {
    match obtained_by {
        ObtainedBy::SignIn => "by signing in",
        ObtainedBy::Assigned => "given to users",
        ObtainedBy::Terms => "by accepting terms",
        ObtainedBy::Network => "by network",
        ObtainedBy::Kiosk => "by kiosk",
    }
}

/// Why nobody can obtain a role, if so.
pub(in crate::web::admin) fn unobtainable(role: &principal::Role) -> Option<&'static str> {
    lacking(
        role.obtained_by,
        role.terms.is_some(),
        !role.networks.is_empty(),
    )
}

/// The same of a role that has terms or not, and networks or not.
pub(super) fn lacking(
    obtained_by: ObtainedBy,
    has_terms: bool,
    has_networks: bool,
) -> Option<&'static str> {
    match obtained_by {
        ObtainedBy::SignIn | ObtainedBy::Assigned => None,
        ObtainedBy::Terms => (!has_terms).then_some("Its terms have not been written yet."),
        ObtainedBy::Network | ObtainedBy::Kiosk => (!has_networks).then_some("It has no network."),
    }
}

/// Who holds a role now.
pub(super) fn holders(
    state: &AppState,
    role: &Role,
    usage: Usage,
    networks: &[Named],
) -> Vec<Holders> {
    let places = || {
        let held_in: HashSet<NetworkId> = role.networks.iter().copied().collect();
        let places = networks.iter().filter(move |(id, _)| held_in.contains(id));
        let places = places.take(SHOWN).map(|(id, name)| {
            let path = format!("/admin/networks/{}", id.0);
            Holders::listed(name.as_str(), state.path(&path))
        });
        let more = role.networks.len().saturating_sub(SHOWN);
        let more = (more > 0).then(|| Holders::plain(format!("and {} more", Count(more as u64))));
        places.chain(more)
    };
    match role.obtained_by {
        ObtainedBy::SignIn => vec![Holders::plain("every active user")],
        ObtainedBy::Assigned => {
            let url = address(state, "/admin/users", &[("role", role.name.as_str())]);
            let text = counted(usage.holders, ["user", "users"]);
            let users = Holders::listed(text, url);
            std::iter::once(users).chain(sites(state, usage)).collect()
        }
        ObtainedBy::Terms => vec![visitors(usage)],
        ObtainedBy::Network => places().collect(),
        ObtainedBy::Kiosk => std::iter::once(visitors(usage)).chain(places()).collect(),
    }
}

/// Those whose users hold it, or may be named to.
fn sites(state: &AppState, usage: Usage) -> Option<Holders> {
    let text = counted(usage.consumers, ["consumer", "consumers"]);
    let url = state.path("/admin/consumers");
    (usage.consumers > 0).then(|| Holders::listed(format!("users of {text}"), url))
}

/// How many visitors obtained it, and are still here.
pub(super) fn visitors(usage: Usage) -> Holders {
    let visitors = counted(usage.sessions, ["visitor now", "visitors now"]);
    Holders::plain(visitors)
}

pub(in crate::web::admin) fn counted(number: u64, [one, many]: [&str; 2]) -> String {
    format!("{} {}", said(number), if number == 1 { one } else { many })
}

/// A number that was counted no further than one more than [`COUNTED`].
pub(super) fn said(number: u64) -> String {
    if number > COUNTED {
        format!("more than {}", Count(COUNTED))
    } else {
        Count(number).to_string()
    }
}
