//! The fields of a consumer: from the form, and back into it.

use super::super::super::pages::admin::consumers::form::{FormPage, RoleField};
use super::super::super::pages::parts::{Choice, Errors};
use super::super::fields::Fields;
use super::super::roles::words::label;
use crate::config::{ANNOTATION_PATH, OPEN_ANNOTATION_PATH};
use crate::identity::consumer::settings::{self, Fault, Field};
use crate::identity::consumer::{
    Consumer, ConsumerKey, ConsumerSecret, MIN_TTL, NewConsumer, NewConsumerRole, Origins,
    PathPrefix,
};
use crate::identity::origin::Origin;
use crate::identity::principal::Role;
use crate::identity::secret;
use crate::store::{Conn, StoreError, roles};

/// The form of a new consumer.
pub(super) fn new(max_ttl: u32) -> Fields {
    let mut fields = Fields::default();
    fields.set("new_key", ConsumerKey::from_random(rand::random()).as_str());
    fields.set(
        "prefixes",
        format!("{ANNOTATION_PATH}\n{OPEN_ANNOTATION_PATH}"),
    );
    fields.set("max_ttl", max_ttl.to_string());
    fields
}

/// The form of a consumer that there is.
pub(super) fn filled(consumer: &Consumer) -> Fields {
    let mut fields = Fields::default();
    let lines = |lines: Vec<&str>| lines.join("\n");
    let origins = consumer.origins.listed.iter().map(Origin::as_str);
    let prefixes = consumer.prefixes.iter().map(PathPrefix::as_str);
    fields.set("name", consumer.name.as_str());
    fields.set("origins", lines(origins.collect()));
    fields.set("prefixes", lines(prefixes.collect()));
    fields.set("max_ttl", consumer.max_ttl.to_string());
    for (name, is_ticked) in [
        ("any_origin", consumer.origins.any),
        ("server_side", consumer.allows_server_side),
        ("names_admins", consumer.names_admins),
    ] {
        if is_ticked {
            fields.set(name, "on");
        }
    }
    for role in &consumer.roles {
        let held = if role.is_base { "base" } else { "named" };
        fields.set(format!("role.{}", role.id.0), held);
        if role.is_read_only {
            fields.set(format!("read_only.{}", role.id.0), "on");
        }
    }
    fields
}

/// The roles that a consumer's users can hold, by name.
pub(super) fn suitable(conn: &mut Conn) -> Result<Vec<Role>, StoreError> {
    let mut roles = roles::for_policy(conn)?;
    roles.retain(|role| settings::unsuitable(role).is_none());
    roles.sort_by(|one, other| one.name.as_str().cmp(other.name.as_str()));
    Ok(roles)
}

/// The fields, to be shown.
pub(super) fn shown(fields: &Fields, roles: &[Role]) -> FormPage {
    let role = |role: &Role| RoleField {
        id: role.id.0,
        label: label(&role.name, &role.title),
        name: role.name.to_string(),
        held: Choice::list(&RoleField::HELD, fields.get(&format!("role.{}", role.id.0))),
        is_read_only: fields.has(&format!("read_only.{}", role.id.0)),
    };
    FormPage {
        name: fields.get("name").to_owned(),
        new_key: fields.get("new_key").to_owned(),
        key: fields.get("key").to_owned(),
        brings_key: brings_key(fields),
        origins: fields.get("origins").to_owned(),
        any_origin: fields.has("any_origin"),
        server_side: fields.has("server_side"),
        prefixes: fields.get("prefixes").to_owned(),
        roles: roles.iter().map(role).collect(),
        max_ttl: fields.get("max_ttl").to_owned(),
        names_admins: fields.has("names_admins"),
        ..FormPage::default()
    }
}

/// The consumer that the form asks for; every fault is noted with its field.
pub(super) fn read(fields: &Fields, roles: &[Role], errors: &mut Errors) -> Option<NewConsumer> {
    let mut faults = Vec::new();
    let origins = settings::origins(fields.get("origins"));
    let prefixes = settings::prefixes(fields.get("prefixes"));
    let max_ttl = settings::max_ttl(fields.get("max_ttl"));
    let consumer = NewConsumer {
        name: fields.get("name").to_owned(),
        max_ttl: max_ttl.unwrap_or_else(|fault| {
            faults.push(fault);
            // Any that is right will do: nothing is made of it.
            MIN_TTL
        }),
        origins: Origins {
            any: fields.has("any_origin"),
            listed: or_note(origins, &mut faults),
        },
        allows_server_side: fields.has("server_side"),
        names_admins: fields.has("names_admins"),
        prefixes: or_note(prefixes, &mut faults),
        roles: chosen(fields, roles),
    };
    // Of a field that cannot be read only that is said: what follows from it is no news.
    let unread: Vec<Field> = faults.iter().map(|fault| fault.field).collect();
    let more = settings::check(&consumer, roles).into_iter();
    faults.extend(more.filter(|fault| !unread.contains(&fault.field)));
    note(&faults, errors);
    faults.is_empty().then_some(consumer)
}

fn or_note<T>(read: Result<Vec<T>, Vec<Fault>>, faults: &mut Vec<Fault>) -> Vec<T> {
    read.unwrap_or_else(|more| {
        faults.extend(more);
        Vec::new()
    })
}

/// What the form says about each role; fields of roles that there are not have no effect.
fn chosen(fields: &Fields, roles: &[Role]) -> Vec<NewConsumerRole> {
    let role = |role: &Role| {
        let is_base = match fields.get(&format!("role.{}", role.id.0)) {
            "base" => true,
            "named" => false,
            _ => return None,
        };
        Some(NewConsumerRole {
            id: role.id,
            is_base,
            is_read_only: fields.has(&format!("read_only.{}", role.id.0)),
        })
    };
    roles.iter().filter_map(role).collect()
}

fn note(faults: &[Fault], errors: &mut Errors) {
    for (field, label) in [
        (Field::Name, "Name"),
        (Field::Origins, "Pages"),
        (Field::Prefixes, "Paths"),
        (Field::Roles, "Roles"),
        (Field::MaxTtl, "Longest life of a token"),
    ] {
        let of_it = faults.iter().filter(|fault| fault.field == field);
        let messages: Vec<&str> = of_it.map(|fault| fault.message.as_str()).collect();
        if !messages.is_empty() {
            errors.add(field.as_str(), label, messages.join("; "));
        }
    }
}

/// A key and a secret for a new consumer.
pub(super) struct Credentials {
    /// The key.
    pub(super) key: ConsumerKey,
    /// The secret.
    pub(super) secret: ConsumerSecret,
    /// The secret as text, if it was made here, so that somebody has to be told.
    pub(super) made: Option<String>,
}

fn brings_key(fields: &Fields) -> bool {
    !fields.get("key").is_empty() || !fields.get("secret").is_empty()
}

/// What the site brought along, or new ones. The new key is that of the form: sent twice, the form makes
/// no second consumer.
pub(super) fn credentials(fields: &Fields, errors: &mut Errors) -> Option<Credentials> {
    if brings_key(fields) {
        let (key, secret) = (fields.get("key"), fields.get("secret"));
        let key = errors.take("key", "Key", ConsumerKey::parse(key));
        let secret = ConsumerSecret::new(secret.as_bytes());
        let secret = errors.take("secret", "Secret", secret);
        return Some(Credentials {
            key: key?,
            secret: secret?,
            made: None,
        });
    }
    let key = ConsumerKey::parse(fields.get("new_key"));
    let key = key.map_err(|error| errors.add_general(format!("the form has no key: it {error}")));
    let (secret, made) = made()?;
    Some(Credentials {
        key: key.ok()?,
        secret,
        made: Some(made),
    })
}

/// A new secret, and the same as text.
pub(super) fn made() -> Option<(ConsumerSecret, String)> {
    let text = secret::from_random(rand::random());
    let secret = ConsumerSecret::new(text.as_bytes()).ok()?;
    Some((secret, text))
}
