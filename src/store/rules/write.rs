//! What happens to rules.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::NewRule;
use super::row::{BODY, Body};
use crate::access::check::check;
use crate::access::notation::{NamedAccess, Word, name_among};
use crate::access::pattern::Pattern;
use crate::access::rule::{Access, Kind, Phase, RuleId};
use crate::identity::admin::Admin;
use crate::identity::principal::Role;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::roles;
use crate::store::schema::{rule_roles, rules};
use crate::store::text::line;
use crate::store::time::stored;
use crate::store::transaction::write;

/// The most characters of a message, in one language.
const MESSAGE: usize = 2000;

/// Makes a rule.
pub fn create(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    rule: &NewRule,
) -> Result<RuleId, StoreError> {
    write(conn, |conn| {
        let roles = roles::for_rules(conn)?;
        accepted(rule, &roles)?;
        let id = insert(conn, now, rule)?;
        let (subject, detail) = (named(rule.kind, &rule.pattern), described(rule, &roles));
        audit::done(conn, admin, now, Action::CreateRule, &subject, &detail)?;
        Ok(id)
    })
}

/// Makes the rule with this number what is given.
pub fn update(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: RuleId,
    rule: &NewRule,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let roles = roles::for_rules(conn)?;
        accepted(rule, &roles)?;
        replace(conn, now, id, rule)?;
        let (subject, detail) = (named(rule.kind, &rule.pattern), described(rule, &roles));
        audit::done(conn, admin, now, Action::UpdateRule, &subject, &detail)
    })
}

/// Deletes a rule, also one that cannot be read.
pub fn delete(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: RuleId,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let row: Body = rules::table.find(id.0).select(BODY).first(conn)?;
        remove(conn, id)?;
        let subject = format!("{} {}", row.kind, row.pattern);
        let detail = format!("was {}", row.requirement);
        audit::done(conn, admin, now, Action::DeleteRule, &subject, &detail)
    })
}

pub(super) fn remove(conn: &mut Conn, id: RuleId) -> Result<(), StoreError> {
    diesel::delete(rules::table.find(id.0)).execute(conn)?;
    Ok(())
}

pub(super) fn insert(
    conn: &mut Conn,
    now: DateTime<Utc>,
    rule: &NewRule,
) -> Result<RuleId, StoreError> {
    let id = diesel::insert_into(rules::table)
        .values((
            Columns::of(rule)?,
            rules::created_at.eq(stored(now)),
            rules::updated_at.eq(stored(now)),
        ))
        .returning(rules::id)
        .get_result(conn)
        .map_err(StoreError::taken("a rule with this pattern"))?;
    assign(conn, RuleId(id), rule)?;
    Ok(RuleId(id))
}

pub(super) fn replace(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: RuleId,
    rule: &NewRule,
) -> Result<(), StoreError> {
    let updated = diesel::update(rules::table.find(id.0))
        .set((Columns::of(rule)?, rules::updated_at.eq(stored(now))))
        .execute(conn)
        .map_err(StoreError::taken("a rule with this pattern"))?;
    if updated == 0 {
        return Err(StoreError::NotFound);
    }
    diesel::delete(rule_roles::table.filter(rule_roles::rule_id.eq(id.0))).execute(conn)?;
    assign(conn, id, rule)
}

/// Everything of a rule that is in its own row, but the times.
#[derive(Insertable, AsChangeset)]
#[diesel(table_name = rules, treat_none_as_null = true)]
struct Columns {
    kind: &'static str,
    pattern: String,
    requirement: String,
    note: String,
    public_size: i32,
    from_day: Option<chrono::NaiveDate>,
    until_day: Option<chrono::NaiveDate>,
    before_requirement: Option<String>,
    before_public_size: Option<i32>,
    after_requirement: Option<String>,
    after_public_size: Option<i32>,
    message: String,
}

impl Columns {
    fn of(rule: &NewRule) -> Result<Self, StoreError> {
        let period = rule.period.clone().unwrap_or_default();
        let word = |access: &Access| Word::of(&access.requirement).as_str().to_owned();
        // The check has seen that it is small enough.
        let size = |access: &Access| i32::try_from(access.public_size).unwrap_or(i32::MAX);
        let (before, after) = (period.before.as_ref(), period.after.as_ref());
        Ok(Self {
            kind: rule.kind.as_str(),
            pattern: rule.pattern.to_string(),
            requirement: word(&rule.access),
            note: line("note", &rule.note)?,
            public_size: size(&rule.access),
            from_day: period.from,
            until_day: period.until,
            before_requirement: before.map(word),
            before_public_size: before.map(size),
            after_requirement: after.map(word),
            after_public_size: after.map(size),
            message: rule.message.to_json(),
        })
    }
}

fn assign(conn: &mut Conn, id: RuleId, rule: &NewRule) -> Result<(), StoreError> {
    let period = rule.period.as_ref();
    let accesses = [
        (Phase::During, Some(&rule.access)),
        (
            Phase::Before,
            period.and_then(|period| period.before.as_ref()),
        ),
        (
            Phase::After,
            period.and_then(|period| period.after.as_ref()),
        ),
    ];
    for (phase, access) in accesses {
        let Some(access) = access else { continue };
        for role in access.roles() {
            let limit = access
                .role_sizes
                .iter()
                .find(|(limited, _)| *limited == role);
            let limit = limit.map(|(_, size)| i32::try_from(*size).unwrap_or(i32::MAX));
            diesel::insert_into(rule_roles::table)
                .values((
                    rule_roles::rule_id.eq(id.0),
                    rule_roles::role_id.eq(role.0),
                    rule_roles::phase.eq(phase.as_str()),
                    rule_roles::max_size.eq(limit),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Refuses a rule that is wrong, with everything that is.
fn accepted(rule: &NewRule, roles: &[Role]) -> Result<(), StoreError> {
    let faults = faults(rule, roles);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(StoreError::Invalid(faults.join("; ")))
    }
}

/// Everything that is wrong with a rule.
pub(super) fn faults(rule: &NewRule, roles: &[Role]) -> Vec<String> {
    let faults = check(rule.kind, &rule.access, rule.period.as_ref(), roles);
    let mut faults: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
    faults.extend(
        line("note", &rule.note)
            .err()
            .map(|error| error.to_string()),
    );
    let long = rule
        .message
        .iter()
        .filter(|(_, text)| text.chars().count() > MESSAGE);
    faults.extend(long.map(|(language, _)| {
        format!("the message for `{language}` must have at most {MESSAGE} characters")
    }));
    faults
}

pub(super) fn named(kind: Kind, pattern: &Pattern) -> String {
    format!("{} {pattern}", kind.as_str())
}

/// Who may see what when, for the audit log.
fn described(rule: &NewRule, roles: &[Role]) -> String {
    let name = name_among(roles);
    let access = |access: &Access| NamedAccess::of(access, &name).to_string();
    let mut words = vec![access(&rule.access)];
    if let Some(period) = &rule.period {
        let side = |side: &Option<Access>| side.as_ref().map_or("nobody".to_owned(), access);
        if let Some(from) = period.from {
            words.push(format!("from {from} (before: {})", side(&period.before)));
        }
        if let Some(until) = period.until {
            words.push(format!("until {until} (after: {})", side(&period.after)));
        }
    }
    words.join(", ")
}
