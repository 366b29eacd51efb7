//! The fields of a role: from the form, and back into it.

use super::super::super::pages::admin::role::RolePage;
use super::super::super::pages::parts::{Errors, Explained};
use super::super::fields::Fields;
use super::places;
use crate::identity::name::RoleName;
use crate::identity::principal::{ObtainedBy, OfferedAs};
use crate::language::{Language, LanguageMap};
use crate::store::networks::{Named, NetworkId};
use crate::store::roles::{NewRole, Role};

/// Terms to be published with the role: their heading and text.
pub(super) type FirstTerms = (LanguageMap, LanguageMap);

/// The form of a new role.
pub(super) fn new() -> Fields {
    let mut fields = Fields::default();
    fields.set("obtained_by", ObtainedBy::Assigned.as_str());
    for name in ["terms_offered", "network_offered"] {
        fields.set(name, OfferedAs::Usual.as_str());
    }
    fields
}

/// The form of a role that there is.
pub(super) fn filled(role: &Role) -> Fields {
    let mut fields = new();
    fields.set("name", role.name.as_str());
    fields.set("title", role.title.as_str());
    fields.set("obtained_by", role.obtained_by.as_str());
    let offered = match role.obtained_by {
        ObtainedBy::Network => "network_offered",
        ObtainedBy::SignIn | ObtainedBy::Assigned | ObtainedBy::Terms | ObtainedBy::Kiosk => {
            "terms_offered"
        }
    };
    fields.set(offered, role.offered_as.as_str());
    places::fill(&mut fields);
    fields
}

/// The fields, to be shown.
pub(super) fn shown(
    fields: &Fields,
    before: Option<&Role>,
    networks: &[Named],
    languages: &[Language],
) -> RolePage {
    RolePage {
        name: fields.get("name").to_owned(),
        title: fields.get("title").to_owned(),
        ways: Explained::list(&RolePage::WAYS, fields.get("obtained_by")),
        places: places::shown(fields, before, networks),
        terms_offered: Explained::list(&RolePage::TERMS_OFFERED, fields.get("terms_offered")),
        network_offered: Explained::list(&RolePage::NETWORK_OFFERED, fields.get("network_offered")),
        headings: fields.translations("heading", languages),
        texts: fields.translations("text", languages),
        ..RolePage::default()
    }
}

/// The role that the form asks for; every fault is noted with its field. How a built-in role is
/// obtained is no question.
pub(super) fn read(fields: &Fields, before: Option<&Role>, errors: &mut Errors) -> Option<NewRole> {
    let name = errors.take("name", "Name", RoleName::parse(fields.get("name")));
    let title = fields.get("title").to_owned();
    // A form without the question is about name and title alone.
    let is_asked = fields.has("obtained_by") && !before.is_some_and(|role| role.built_in);
    if !is_asked {
        let name = name?;
        return Some(match before {
            None => NewRole::assigned(name, &title),
            Some(before) => NewRole {
                name,
                title,
                ..before.clone().into()
            },
        });
    }
    let way = ObtainedBy::parse(fields.get("obtained_by"));
    let way = way.filter(|way| *way != ObtainedBy::SignIn);
    let way = errors.take(
        "obtained_by",
        "How it is obtained",
        way.ok_or("choose one of them"),
    );
    let networks = networks(fields, before, way, errors);
    let offered_as = offered_as(fields, way, errors);
    Some(NewRole {
        name: name?,
        title,
        obtained_by: way?,
        offered_as: offered_as?,
        networks,
    })
}

fn networks(
    fields: &Fields,
    before: Option<&Role>,
    way: Option<ObtainedBy>,
    errors: &mut Errors,
) -> Vec<NetworkId> {
    if !matches!(way, Some(ObtainedBy::Network | ObtainedBy::Kiosk)) {
        return Vec::new();
    }
    let chosen = places::chosen(fields, before);
    if chosen.is_empty() {
        let message = "choose at least one: without a network nobody could obtain the role";
        errors.add("networks", "Networks", message);
    }
    chosen.into_iter().collect()
}

fn offered_as(fields: &Fields, way: Option<ObtainedBy>, errors: &mut Errors) -> Option<OfferedAs> {
    let (name, label) = match way {
        Some(ObtainedBy::Terms) => ("terms_offered", "Where the terms are accepted"),
        Some(ObtainedBy::Network) => ("network_offered", "What viewers are told"),
        Some(ObtainedBy::SignIn | ObtainedBy::Assigned | ObtainedBy::Kiosk) | None => {
            return Some(OfferedAs::Usual);
        }
    };
    let chosen = OfferedAs::parse(fields.get(name));
    let chosen = chosen.filter(|chosen| way.is_some_and(|way| chosen.suits(way)));
    errors.take(name, label, chosen.ok_or("choose one of them"))
}

/// The terms that a role needs which is obtained by terms and has none yet.
pub(super) fn first_terms(
    fields: &Fields,
    languages: &[Language],
    errors: &mut Errors,
) -> Option<FirstTerms> {
    let heading = fields.texts("heading");
    let text = fields.texts("text");
    if text.is_empty() {
        let language = languages.first().map(Language::as_str).unwrap_or_default();
        let message = "must not be empty: without terms nobody could obtain the role";
        errors.add(format!("text.{language}"), "The terms", message);
        return None;
    }
    Some((heading, text))
}
