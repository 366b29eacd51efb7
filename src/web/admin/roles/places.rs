//! The networks of a role in its form: of thousands those that are looked for.
//!
//! The form says which boxes it has shown. What a box that was not shown stands for stays as it is, and
//! what was ticked goes along, hidden, while one looks for more.

use std::collections::{BTreeSet, HashSet};

use super::super::super::pages::admin::role::Places;
use super::super::super::pages::lists::Count;
use super::super::super::pages::parts::Choice;
use super::super::fields::Fields;
use crate::store::networks::{Named, NetworkId};
use crate::store::roles::Role;

/// So many networks need no looking for: all have boxes.
const FEW: usize = 100;
/// How many boxes are shown of more.
const SHOWN: usize = 50;
/// The field with the numbers of the boxes that were shown.
const SEEN: &str = "seen";

/// The form of a role that there is: no box has been shown yet.
pub(super) fn fill(fields: &mut Fields) {
    fields.set(SEEN, "");
}

/// Whether the form looks for networks and saves nothing: by its button or, where another text stands there
/// than was looked for, by the Enter key.
pub(super) fn is_search(fields: &Fields) -> bool {
    match fields.get("step") {
        "find" => true,
        "enter" => fields.get("find") != fields.get("found"),
        _ => false,
    }
}

/// The networks that are meant: those that are ticked, and of those that the role has the ones that no box
/// was shown for.
pub(super) fn chosen(fields: &Fields, before: Option<&Role>) -> BTreeSet<NetworkId> {
    let mut chosen: BTreeSet<NetworkId> = ticked(fields).collect();
    // A form without the field has shown all of them.
    if let (Some(before), true) = (before, fields.has(SEEN)) {
        let seen = seen(fields);
        let kept = before.networks.iter().filter(|id| !seen.contains(id));
        chosen.extend(kept);
    }
    chosen
}

fn ticked(fields: &Fields) -> impl Iterator<Item = NetworkId> {
    fields.numbers("networks.").into_iter().map(NetworkId)
}

fn seen(fields: &Fields) -> HashSet<NetworkId> {
    let numbers = fields.get(SEEN).split_whitespace();
    numbers
        .filter_map(|number| number.parse().ok().map(NetworkId))
        .collect()
}

/// The boxes: all of them, or those whose names are looked for, the ticked ones first.
pub(super) fn shown(fields: &Fields, before: Option<&Role>, networks: &[Named]) -> Places {
    let chosen = chosen(fields, before);
    let choice = |(id, name): &Named| Choice {
        value: id.0.to_string(),
        label: name.clone(),
        chosen: chosen.contains(id),
    };
    if networks.len() <= FEW {
        return Places {
            boxes: networks.iter().map(choice).collect(),
            ..Places::default()
        };
    }
    let search = fields.get("find");
    let wanted = search.to_lowercase();
    let fits = |(_, name): &&Named| name.to_lowercase().contains(&wanted);
    let mut found: Vec<&Named> = networks.iter().filter(fits).collect();
    found.sort_by_key(|(id, _)| !chosen.contains(id));
    let fitting = found.len();
    found.truncate(SHOWN);
    let shown: BTreeSet<NetworkId> = found.iter().map(|(id, _)| *id).collect();
    let number = |id: &NetworkId| id.0.to_string();
    let mut seen = seen(fields);
    // Ticked by the form, and not by the role alone.
    let carried = ticked(fields).filter(|id| !shown.contains(id));
    let carried = carried.map(|id| number(&id)).collect();
    seen.extend(&shown);
    let mut seen: Vec<NetworkId> = seen.into_iter().collect();
    seen.sort_unstable();
    Places {
        boxes: found.into_iter().map(choice).collect(),
        is_search: true,
        search: search.to_owned(),
        seen: seen.iter().map(number).collect::<Vec<_>>().join(" "),
        carried,
        chosen: Count(chosen.len() as u64),
        fitting: Count(fitting as u64),
        all: Count(networks.len() as u64),
    }
}
