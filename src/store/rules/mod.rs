//! Rules.

mod transfer;
mod write;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

pub use self::transfer::{ImportRow, NamedRequirement, export, import, parse};
pub use self::write::{create, delete, update};
use super::connection::{Backend, Conn};
use super::error::StoreError;
use super::page::{Page, Paging, anywhere};
use super::roles;
use super::schema::{rule_roles, rules};
use super::sql::lowered;
use crate::access::pattern::Pattern;
use crate::access::rule::{self, Kind, Requirement, RuleId};
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
        rule: rule::Rule::new(RuleId(row.id), kind, pattern, requirement),
        note: row.note,
        created_at: row.created_at.and_utc(),
        updated_at: row.updated_at.and_utc(),
    })
}

fn filtered(query: &RuleQuery) -> rules::BoxedQuery<'static, Backend> {
    let mut rows = rules::table.into_boxed();
    let search = query.search.trim();
    if !search.is_empty() {
        let (typed, lower) = (anywhere(search), anywhere(&search.to_lowercase()));
        rows = rows.filter(
            lowered(rules::pattern)
                .like(lower.clone())
                .escape('\\')
                .or(lowered(rules::note).like(lower).escape('\\'))
                .or(rules::pattern.like(typed.clone()).escape('\\'))
                .or(rules::note.like(typed).escape('\\')),
        );
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(rules::kind.eq(kind.as_str()));
    }
    rows
}
