//! What happens to rules.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{NewRule, Row};
use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, Requirement, RuleId};
use crate::identity::admin::Admin;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::roles;
use crate::store::schema::{rule_roles, rules};
use crate::store::text::line;
use crate::store::time::stored;
use crate::store::transaction::write;

/// Makes a rule.
pub fn create(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    rule: &NewRule,
) -> Result<RuleId, StoreError> {
    write(conn, |conn| {
        let id = insert(conn, now, rule)?;
        let detail = described(conn, &rule.requirement)?;
        audit::done(
            conn,
            admin,
            now,
            Action::CreateRule,
            &named(rule.kind, &rule.pattern),
            &detail,
        )?;
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
        replace(conn, now, id, rule)?;
        let detail = described(conn, &rule.requirement)?;
        audit::done(
            conn,
            admin,
            now,
            Action::UpdateRule,
            &named(rule.kind, &rule.pattern),
            &detail,
        )
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
        let row: Row = rules::table.find(id.0).first(conn)?;
        diesel::delete(rules::table.find(id.0)).execute(conn)?;
        let subject = format!("{} {}", row.kind, row.pattern);
        audit::done(
            conn,
            admin,
            now,
            Action::DeleteRule,
            &subject,
            &format!("was {}", row.requirement),
        )
    })
}

pub(super) fn insert(
    conn: &mut Conn,
    now: DateTime<Utc>,
    rule: &NewRule,
) -> Result<RuleId, StoreError> {
    check(&rule.requirement)?;
    let id = diesel::insert_into(rules::table)
        .values((
            rules::kind.eq(rule.kind.as_str()),
            rules::pattern.eq(rule.pattern.to_string()),
            rules::requirement.eq(word(&rule.requirement)),
            rules::note.eq(line("note", &rule.note)?),
            rules::created_at.eq(stored(now)),
            rules::updated_at.eq(stored(now)),
        ))
        .returning(rules::id)
        .get_result(conn)
        .map_err(StoreError::taken("a rule with this pattern"))?;
    assign(conn, RuleId(id), &rule.requirement)?;
    Ok(RuleId(id))
}

pub(super) fn replace(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: RuleId,
    rule: &NewRule,
) -> Result<(), StoreError> {
    check(&rule.requirement)?;
    let updated = diesel::update(rules::table.find(id.0))
        .set((
            rules::kind.eq(rule.kind.as_str()),
            rules::pattern.eq(rule.pattern.to_string()),
            rules::requirement.eq(word(&rule.requirement)),
            rules::note.eq(line("note", &rule.note)?),
            rules::updated_at.eq(stored(now)),
        ))
        .execute(conn)
        .map_err(StoreError::taken("a rule with this pattern"))?;
    if updated == 0 {
        return Err(StoreError::NotFound);
    }
    diesel::delete(rule_roles::table.filter(rule_roles::rule_id.eq(id.0))).execute(conn)?;
    assign(conn, id, &rule.requirement)
}

fn assign(conn: &mut Conn, id: RuleId, requirement: &Requirement) -> Result<(), StoreError> {
    if let Requirement::AnyOf(roles) = requirement {
        for role in roles.iter() {
            diesel::insert_into(rule_roles::table)
                .values((rule_roles::rule_id.eq(id.0), rule_roles::role_id.eq(role.0)))
                .execute(conn)?;
        }
    }
    Ok(())
}

fn check(requirement: &Requirement) -> Result<(), StoreError> {
    match requirement {
        Requirement::AnyOf(roles) if roles.is_empty() => Err(StoreError::Invalid(
            "a rule that asks for roles must name one".to_owned(),
        )),
        Requirement::AnyOf(_) | Requirement::Public | Requirement::Nobody => Ok(()),
    }
}

/// The word for a requirement in the database and in exports.
pub(super) fn word(requirement: &Requirement) -> &'static str {
    match requirement {
        Requirement::Public => "public",
        Requirement::AnyOf(_) => "roles",
        Requirement::Nobody => "nobody",
    }
}

pub(super) fn named(kind: Kind, pattern: &Pattern) -> String {
    format!("{} {pattern}", kind.as_str())
}

fn described(conn: &mut Conn, requirement: &Requirement) -> Result<String, StoreError> {
    Ok(match requirement {
        Requirement::Public | Requirement::Nobody => word(requirement).to_owned(),
        Requirement::AnyOf(held) => {
            let roles = roles::list(conn)?;
            let names = roles.iter().filter(|role| held.contains(role.id));
            let names: Vec<&str> = names.map(|role| role.name.as_str()).collect();
            format!("any of the roles {}", names.join(", "))
        }
    })
}
