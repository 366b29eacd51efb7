//! Terms of use: versions that are only ever added. The newest is in force.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;

use super::audit::{self, Action};
use super::connection::Conn;
use super::error::StoreError;
use super::roles;
use super::schema::terms;
use super::time::stored;
use super::transaction::write;
use crate::identity::admin::Admin;
use crate::identity::principal::{ObtainedBy, RoleId, Terms};
use crate::language::LanguageMap;

/// The most characters of a heading or a text, in one language.
const LIMIT: usize = 100_000;

/// A version of a role's terms, with who wrote it and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The terms.
    pub terms: Terms,
    /// When it came into force.
    pub created_at: DateTime<Utc>,
    /// Who put it in force.
    pub created_by: String,
}

/// The version in force, if there is one.
pub fn current(conn: &mut Conn, role: RoleId) -> Result<Option<Version>, StoreError> {
    let row: Option<Row> = of_role(role)
        .order(terms::version.desc())
        .first(conn)
        .optional()?;
    row.map(Version::try_from).transpose()
}

/// This version, in force or not.
pub fn find(conn: &mut Conn, role: RoleId, version: i32) -> Result<Option<Version>, StoreError> {
    let row: Option<Row> = terms::table
        .find((role.0, version))
        .first(conn)
        .optional()?;
    row.map(Version::try_from).transpose()
}

/// All versions, the newest first.
pub fn list(conn: &mut Conn, role: RoleId) -> Result<Vec<Version>, StoreError> {
    let rows: Vec<Row> = of_role(role).order(terms::version.desc()).load(conn)?;
    rows.into_iter().map(Version::try_from).collect()
}

/// Puts a new version in force, which everybody has to accept anew, and gives its number. Nothing
/// happens if it says what the version in force says.
pub fn publish(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    role: RoleId,
    heading: &LanguageMap,
    text: &LanguageMap,
) -> Result<Option<i32>, StoreError> {
    write(conn, |conn| {
        let version = insert(conn, admin, now, role, heading, text)?;
        if let Some(version) = version {
            let role = roles::find(conn, role)?.ok_or(StoreError::NotFound)?;
            let detail = format!("version {version}");
            audit::done(conn, admin, now, Action::PublishTerms, &role.name, &detail)?;
        }
        Ok(version)
    })
}

pub(super) fn insert(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    role: RoleId,
    heading: &LanguageMap,
    text: &LanguageMap,
) -> Result<Option<i32>, StoreError> {
    check(text)?;
    check_length(heading)?;
    let held = roles::find(conn, role)?.ok_or(StoreError::NotFound)?;
    if held.obtained_by != ObtainedBy::Terms {
        let (name, way) = (held.name, held.obtained_by.as_str());
        let message = format!("the role `{name}` has no terms: it is obtained by `{way}`");
        return Err(StoreError::Invalid(message));
    }
    let before = current(conn, role)?.map(|version| version.terms);
    if before
        .as_ref()
        .is_some_and(|terms| terms.heading == *heading && terms.text == *text)
    {
        return Ok(None);
    }
    let version = before.map_or(1, |terms| terms.version + 1);
    diesel::insert_into(terms::table)
        .values((
            terms::role_id.eq(role.0),
            terms::version.eq(version),
            terms::heading.eq(heading.to_json()),
            terms::text.eq(text.to_json()),
            terms::created_at.eq(stored(now)),
            terms::created_by.eq(admin.who()),
        ))
        .execute(conn)?;
    Ok(Some(version))
}

/// Terms that say nothing cannot be accepted.
pub(super) fn check(text: &LanguageMap) -> Result<(), StoreError> {
    if text.is_empty() {
        let message = "terms need a text in at least one language";
        return Err(StoreError::Invalid(message.to_owned()));
    }
    check_length(text)
}

fn check_length(texts: &LanguageMap) -> Result<(), StoreError> {
    let long = texts.iter().find(|(_, text)| text.chars().count() > LIMIT);
    long.map_or(Ok(()), |(language, _)| {
        let message = format!("the text for `{language}` must have at most {LIMIT} characters");
        Err(StoreError::Invalid(message))
    })
}

/// The versions in force, of all roles that have terms.
pub(super) fn in_force(conn: &mut Conn) -> Result<HashMap<RoleId, Terms>, StoreError> {
    let newest: Vec<(i32, Option<i32>)> = terms::table
        .group_by(terms::role_id)
        .select((terms::role_id, max(terms::version)))
        .load(conn)?;
    let mut terms = HashMap::new();
    for (role, version) in newest {
        let role = RoleId(role);
        if let Some(found) = find(conn, role, version.unwrap_or_default())? {
            terms.insert(role, found.terms);
        }
    }
    Ok(terms)
}

#[diesel::dsl::auto_type]
fn of_role(role: RoleId) -> _ {
    let id: i32 = role.0;
    terms::table.filter(terms::role_id.eq(id))
}

#[derive(Queryable)]
struct Row {
    role_id: i32,
    version: i32,
    heading: String,
    text: String,
    created_at: NaiveDateTime,
    created_by: String,
}

impl TryFrom<Row> for Version {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let broken = |what: &str, why: &dyn std::fmt::Display| {
            let Row {
                role_id, version, ..
            } = &row;
            StoreError::Invalid(format!(
                "version {version} of the terms of role {role_id} in the database is broken: \
                 its {what} {why}"
            ))
        };
        let heading =
            LanguageMap::parse_json(&row.heading).map_err(|error| broken("heading", &error))?;
        let text = LanguageMap::parse_json(&row.text).map_err(|error| broken("text", &error))?;
        let version = row.version;
        Ok(Self {
            terms: Terms {
                version,
                since: row.created_at.date(),
                heading,
                text,
            },
            created_at: row.created_at.and_utc(),
            created_by: row.created_by,
        })
    }
}
