//! A collection: roles, the networks they are held in, and rules about images.

use chrono::{DateTime, Datelike as _, Utc};
use diesel::prelude::*;

use super::{MARK, Seed, insert, next_id, pick, time};
use crate::identity::principal::USER;
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema;

const COLLECTIONS: [&str; 12] = [
    "maps",
    "prints",
    "manuscripts",
    "photographs",
    "newspapers",
    "music",
    "posters",
    "coins",
    "atlases",
    "letters",
    "plans",
    "drawings",
];
/// Rules about one volume of a collection.
const VOLUME: u32 = 16;
/// What trials can rely on: the first rules, as far as there are any.
const FIRST: [(&str, Who); 4] = [
    ("open/*", Who::Public),
    ("members/*", Who::User),
    ("closed/*", Who::Nobody),
    ("staff/*", Who::Role),
];

/// A role that was made.
pub(super) struct SeededRole {
    pub(super) id: u32,
    pub(super) is_assigned: bool,
}

/// Who may see something.
#[derive(Clone, Copy)]
enum Who {
    Public,
    User,
    Role,
    Nobody,
}

/// The roles with their networks and terms. All networks belong to the first role, if there are any.
pub(super) fn roles(
    conn: &mut Conn,
    now: DateTime<Utc>,
    seed: &Seed,
) -> Result<Vec<SeededRole>, StoreError> {
    let (first, first_network) = (next_id(conn, "roles")?, next_id(conn, "networks")?);
    let obtained_by = |i: u32| match i {
        0 if seed.networks > 0 => "network",
        2 => "terms",
        _ => "assigned",
    };
    let rows = (0..seed.roles).map(|i| {
        let (id, how) = (first + i, obtained_by(i));
        format!("{id}, '{MARK}{i:03}', 'Role {i}', '{how}', FALSE")
    });
    insert(
        conn,
        "roles",
        "id, name, title, obtained_by, built_in",
        rows,
    )?;
    let rows = (0..seed.networks).map(|i| {
        let (id, a, b) = (first_network + i, i / 256 % 256, i % 256);
        format!("{id}, '{MARK}network-{i:05}', '10.{a}.{b}.0/24\n2001:db8:{i:x}::/48', ''")
    });
    insert(conn, "networks", "id, name, ranges, note", rows)?;
    if seed.roles > 0 {
        let rows = (0..seed.networks).map(|i| format!("{first}, {}", first_network + i));
        insert(conn, "role_networks", "role_id, network_id", rows)?;
    }
    let at = time(now);
    let terms = (0..seed.roles)
        .filter(|i| obtained_by(*i) == "terms")
        .map(|i| {
            let id = first + i;
            let (heading, text) = (r#"{"en":"Terms of use"}"#, r#"{"en":"For study only."}"#);
            format!("{id}, 1, '{heading}', '{text}', {at}, 'console'")
        });
    let columns = "role_id, version, heading, text, created_at, created_by";
    insert(conn, "terms", columns, terms)?;
    let made = (0..seed.roles).map(|i| SeededRole {
        id: first + i,
        is_assigned: obtained_by(i) == "assigned",
    });
    Ok(made.collect())
}

/// The rules: about half is public, the rest is for users, for roles, or for nobody yet.
pub(super) fn rules(
    conn: &mut Conn,
    now: DateTime<Utc>,
    seed: &Seed,
    roles: &[SeededRole],
) -> Result<(), StoreError> {
    let first = next_id(conn, "rules")?;
    let columns = "id, kind, pattern, requirement, note, created_at, updated_at, public_size, \
                   from_day, until_day, after_requirement, message";
    let at = time(now);
    let rows = (0..seed.rules).map(|i| {
        let (id, (kind, pattern), who) = (first + i, subject(i), who(i, roles));
        let requirement = match who {
            Who::Public => "public",
            Who::User | Who::Role => "roles",
            Who::Nobody => "nobody",
        };
        let is_limited = kind == "image" && matches!(who, Who::User | Who::Role);
        let public_size = if is_limited && i % 3 == 0 { 400 } else { 0 };
        let period = period(i, now.year());
        let message = if i % 50 == 40 {
            r#"{"en":"Ask in the reading room."}"#
        } else {
            "{}"
        };
        format!(
            "{id}, '{kind}', '{pattern}', '{requirement}', '{MARK}rule', {at}, {at}, {public_size}, \
             {period}, '{message}'"
        )
    });
    insert(conn, "rules", columns, rows)?;
    roles_of_rules(conn, seed, roles, first)
}

/// The roles that rules ask for.
fn roles_of_rules(
    conn: &mut Conn,
    seed: &Seed,
    roles: &[SeededRole],
    first: u32,
) -> Result<(), StoreError> {
    let user: i32 = schema::roles::table
        .filter(schema::roles::name.eq(USER))
        .select(schema::roles::id)
        .first(conn)?;
    let rows = (0..seed.rules).filter_map(|i| {
        let id = first + i;
        match who(i, roles) {
            Who::Public | Who::Nobody => None,
            Who::User => Some(format!("{id}, {user}")),
            Who::Role => {
                // The fourth rule is for the first role that is assigned.
                let of_staff = roles
                    .iter()
                    .find(|role| role.is_assigned)
                    .filter(|_| i == 3);
                let role = of_staff.or_else(|| roles.get(i as usize % roles.len().max(1)))?;
                Some(format!("{id}, {}", role.id))
            }
        }
    });
    insert(conn, "rule_roles", "rule_id, role_id", rows)
}

/// What a rule is about. Each volume has a rule of its own and some for its leaves and folders.
fn subject(i: u32) -> (&'static str, String) {
    if let Some((pattern, _)) = FIRST.get(i as usize) {
        return ("image", (*pattern).to_owned());
    }
    let (volume, leaf) = (i / VOLUME, i % VOLUME);
    let collection = pick(&COLLECTIONS, volume);
    let path = format!("{collection}/{}", 1500 + volume / 12);
    match leaf {
        4 => ("image", format!("{path}/*")),
        15 => ("manifest", format!("{path}/manifest.json")),
        14 if volume % 4 == 0 => ("file", format!("{path}/catalogue.pdf")),
        8 | 12 => ("image", format!("{path}/folder-{leaf:03}/*")),
        _ => ("image", format!("{path}/sheet-{leaf:05}.tif")),
    }
}

fn who(i: u32, roles: &[SeededRole]) -> Who {
    let who = match (FIRST.get(i as usize), i % 20) {
        (Some((_, who)), _) => *who,
        (None, 0..10) => Who::Public,
        (None, 10..15) => Who::User,
        (None, 15..18) => Who::Role,
        (None, _) => Who::Nobody,
    };
    match who {
        Who::Role if roles.is_empty() => Who::User,
        who => who,
    }
}

/// From when and until when, and who may see it then: what is nobody's is everybody's some day.
fn period(i: u32, year: i32) -> String {
    match i % 20 {
        18 if i > 3 => format!(
            "NULL, '{}-01-01', 'public'",
            year + 1 + i32::try_from(i % 40).unwrap_or_default()
        ),
        9 if i > 3 => format!("'{}-07-01', NULL, NULL", year - 3),
        _ => "NULL, NULL, NULL".to_owned(),
    }
}
