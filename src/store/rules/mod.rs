//! Rules.

mod transfer;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

pub use self::transfer::{ImportRow, NamedRequirement, export, import, parse};
use super::audit::{self, Action};
use super::connection::{Backend, Conn};
use super::error::StoreError;
use super::page::{Page, Paging, anywhere};
use super::roles;
use super::schema::{rule_roles, rules};
use super::text::line;
use super::time::stored;
use super::transaction::write;
use crate::access::pattern::Pattern;
use crate::access::rule::{self, Kind, Requirement, RuleId};
use crate::identity::admin::Admin;
use crate::identity::principal::{self, RoleId};

/// A rule, as it is administered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The rule as the policy knows it.
    pub rule: rule::Rule,
    /// Why it is there.
    pub note: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A rule to be made, or what a rule is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRule {
    /// What kind of thing it is about.
    pub kind: Kind,
    /// Which of them.
    pub pattern: Pattern,
    /// What is needed.
    pub requirement: Requirement,
    /// Why it is there.
    pub note: String,
}

/// Which rules to list, by pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleQuery {
    /// A part of the pattern or the note.
    pub search: String,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Which page.
    pub paging: Paging,
}

/// Everything the policy is made of, read at one moment. A rule that cannot be read is an error: left
/// out, it could open what it closes.
pub fn policy(conn: &mut Conn) -> Result<(Vec<rule::Rule>, Vec<principal::Role>), StoreError> {
    conn.transaction(|conn| {
        if let Conn::Postgres(_) = conn {
            diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(conn)?;
        }
        let all_roles = roles::list(conn)?
            .iter()
            .map(roles::Role::to_policy)
            .collect();
        let rules = list(conn)?.into_iter().map(|rule| rule.rule).collect();
        Ok((rules, all_roles))
    })
}

/// All rules, by pattern.
pub fn list(conn: &mut Conn) -> Result<Vec<Rule>, StoreError> {
    let rows: Vec<Row> = rules::table
        .order((rules::pattern, rules::kind))
        .load(conn)?;
    let pairs = rule_roles::table.load(conn)?;
    built(rows, pairs)
}

/// The rules that match, by pattern.
pub fn page(conn: &mut Conn, query: &RuleQuery) -> Result<Page<Rule>, StoreError> {
    let total: i64 = filtered(query).count().get_result(conn)?;
    let window = query.paging.within(total);
    let rows: Vec<Row> = filtered(query)
        .order((rules::pattern, rules::kind))
        .limit(window.limit())
        .offset(window.offset())
        .load(conn)?;
    let ids = rows.iter().map(|row| row.id);
    let pairs = rule_roles::table
        .filter(rule_roles::rule_id.eq_any(ids))
        .load(conn)?;
    Ok(window.filled(built(rows, pairs)?))
}

/// The rule with this number.
pub fn find(conn: &mut Conn, id: RuleId) -> Result<Option<Rule>, StoreError> {
    let row: Option<Row> = rules::table.find(id.0).first(conn).optional()?;
    with_roles(conn, row)
}

/// The rule with this pattern.
pub fn find_by_pattern(
    conn: &mut Conn,
    kind: Kind,
    pattern: &Pattern,
) -> Result<Option<Rule>, StoreError> {
    let row: Option<Row> = rules::table
        .filter(rules::kind.eq(kind.as_str()))
        .filter(rules::pattern.eq(pattern.to_string()))
        .first(conn)
        .optional()?;
    with_roles(conn, row)
}

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

fn insert(conn: &mut Conn, now: DateTime<Utc>, rule: &NewRule) -> Result<RuleId, StoreError> {
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

fn replace(
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
fn word(requirement: &Requirement) -> &'static str {
    match requirement {
        Requirement::Public => "public",
        Requirement::AnyOf(_) => "roles",
        Requirement::Nobody => "nobody",
    }
}

fn named(kind: Kind, pattern: &Pattern) -> String {
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

#[derive(Queryable)]
struct Row {
    id: i32,
    kind: String,
    pattern: String,
    requirement: String,
    note: String,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

fn with_roles(conn: &mut Conn, row: Option<Row>) -> Result<Option<Rule>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let pairs = rule_roles::table
        .filter(rule_roles::rule_id.eq(row.id))
        .load(conn)?;
    Ok(built(vec![row], pairs)?.pop())
}

fn built(rows: Vec<Row>, pairs: Vec<(i32, i32)>) -> Result<Vec<Rule>, StoreError> {
    let mut roles: HashMap<i32, Vec<RoleId>> = HashMap::new();
    for (rule, role) in pairs {
        roles.entry(rule).or_default().push(RoleId(role));
    }
    rows.into_iter()
        .map(|row| {
            let roles = roles.remove(&row.id).unwrap_or_default();
            read(row, roles)
        })
        .collect()
}

fn read(row: Row, roles: Vec<RoleId>) -> Result<Rule, StoreError> {
    let broken = |why: &dyn std::fmt::Display| {
        StoreError::Invalid(format!(
            "rule {} in the database is broken: {why}; correct it there or delete it",
            row.id
        ))
    };
    let kind = Kind::parse(&row.kind).ok_or_else(|| broken(&"unknown kind"))?;
    let pattern = Pattern::parse(&row.pattern)
        .map_err(|error| broken(&format!("its pattern `{}` {error}", row.pattern)))?;
    let requirement = match row.requirement.as_str() {
        "public" => Requirement::Public,
        "roles" => Requirement::AnyOf(roles.into_iter().collect()),
        "nobody" => Requirement::Nobody,
        _ => return Err(broken(&"unknown requirement")),
    };
    Ok(Rule {
        rule: rule::Rule {
            id: RuleId(row.id),
            kind,
            pattern,
            requirement,
        },
        note: row.note,
        created_at: row.created_at.and_utc(),
        updated_at: row.updated_at.and_utc(),
    })
}

fn filtered(query: &RuleQuery) -> rules::BoxedQuery<'static, Backend> {
    let mut rows = rules::table.into_boxed();
    let search = query.search.trim();
    if !search.is_empty() {
        let pattern = anywhere(search);
        rows = rows.filter(
            rules::pattern
                .like(pattern.clone())
                .escape('\\')
                .or(rules::note.like(pattern).escape('\\')),
        );
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(rules::kind.eq(kind.as_str()));
    }
    rows
}
