//! Rules.

mod query;
mod row;
mod transfer;
mod write;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

pub use self::query::{Feature, RuleQuery, page};
use self::row::{ALL, BODY, Body, Row, built, read_all};
pub use self::transfer::{
    Change, Diff, Document, FieldChange, How, NamedRule, NetworkEntry, RoleEntry, Scope, Told,
    diff, draft, export_csv, export_toml, import, parse_csv, parse_toml,
};
pub use self::write::{create, delete, update};
use super::connection::Conn;
use super::error::StoreError;
use super::roles;
use super::schema::{rule_roles, rules};
use crate::access::pattern::Pattern;
use crate::access::rule::{self, Access, Kind, Period, RuleId};
use crate::identity::principal;
use crate::language::LanguageMap;

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
    /// Who may see how much; with a period, while it lasts.
    pub access: Access,
    /// When that changes.
    pub period: Option<Period>,
    /// What visitors who may not see it read.
    pub message: LanguageMap,
    /// Why it is there.
    pub note: String,
}

impl NewRule {
    /// A rule that holds always, and says nothing.
    pub fn new(kind: Kind, pattern: Pattern, access: impl Into<Access>) -> Self {
        Self {
            kind,
            pattern,
            access: access.into(),
            period: None,
            message: LanguageMap::default(),
            note: String::new(),
        }
    }
}

impl From<Rule> for NewRule {
    fn from(Rule { rule, note, .. }: Rule) -> Self {
        Self {
            kind: rule.kind,
            pattern: rule.pattern,
            access: rule.access,
            period: rule.period.map(|period| *period),
            message: rule.message,
            note,
        }
    }
}

/// How many rules are read at once: what is being read takes more memory than what it becomes.
const AT_ONCE: i64 = 5_000;

/// Everything the policy is made of; see [`snapshot`](super::snapshot). A rule that cannot be read is an
/// error: left out, it could open what it closes.
pub fn policy(conn: &mut Conn) -> Result<(Vec<rule::Rule>, Vec<principal::Role>), StoreError> {
    let all_roles = roles::for_policy(conn)?;
    let mut all: Vec<rule::Rule> = Vec::new();
    loop {
        let last = all.last().map_or(i32::MIN, |rule| rule.id.0);
        let bodies: Vec<Body> = rules::table
            .filter(rules::id.gt(last))
            .order(rules::id)
            .limit(AT_ONCE)
            .select(BODY)
            .load(conn)?;
        let Some(newest) = bodies.last().map(|body| body.id) else {
            return Ok((all, all_roles));
        };
        let role_rows = rule_roles::table
            .filter(rule_roles::rule_id.gt(last))
            .filter(rule_roles::rule_id.le(newest))
            .load(conn)?;
        all.extend(read_all(bodies, role_rows)?);
    }
}

/// Those of these rules that are there, as the policy knows them.
pub fn numbered(conn: &mut Conn, numbers: &[RuleId]) -> Result<Vec<rule::Rule>, StoreError> {
    let numbers: Vec<i32> = numbers.iter().map(|number| number.0).collect();
    let bodies = rules::table
        .filter(rules::id.eq_any(&numbers))
        .select(BODY)
        .load(conn)?;
    let role_rows = rule_roles::table
        .filter(rule_roles::rule_id.eq_any(&numbers))
        .load(conn)?;
    read_all(bodies, role_rows)
}

/// All rules, by pattern.
pub fn list(conn: &mut Conn) -> Result<Vec<Rule>, StoreError> {
    let rows: Vec<Row> = rules::table
        .order((rules::pattern, rules::kind))
        .select(ALL)
        .load(conn)?;
    let role_rows = rule_roles::table.load(conn)?;
    built(rows, role_rows)
}

/// The rule with this number.
pub fn find(conn: &mut Conn, id: RuleId) -> Result<Option<Rule>, StoreError> {
    let row: Option<Row> = rules::table.find(id.0).select(ALL).first(conn).optional()?;
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
        .select(ALL)
        .first(conn)
        .optional()?;
    with_roles(conn, row)
}

fn with_roles(conn: &mut Conn, row: Option<Row>) -> Result<Option<Rule>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let role_rows = rule_roles::table
        .filter(rule_roles::rule_id.eq(row.body.id))
        .load(conn)?;
    Ok(built(vec![row], role_rows)?.pop())
}
