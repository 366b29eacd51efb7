//! Rules in pages.

use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Rule;
use super::row::{ALL, Row, built};
use crate::access::notation::Word;
use crate::access::rule::Kind;
use crate::identity::principal::RoleId;
use crate::store::connection::{Backend, Conn};
use crate::store::error::StoreError;
use crate::store::page::{COUNTED, Page, Paging, anywhere, one_more};
use crate::store::schema::{rule_roles, rules};
use crate::store::sql::lowered;

/// Which rules to list, by pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleQuery {
    /// A part of the pattern or the note.
    pub search: String,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only with this requirement, while their period lasts.
    pub requirement: Option<Word>,
    /// Only those that name this role, at whatever time.
    pub role: Option<RoleId>,
    /// Only with this.
    pub feature: Option<Feature>,
    /// Which page.
    pub paging: Paging,
}

/// What a rule may have besides a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// A size, for everybody or for a role.
    Size,
    /// A first day, or a first day after.
    Period,
    /// A text for visitors.
    Message,
    /// Asks for roles, and names none any more: it lets nobody in.
    Broken,
}

impl Feature {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Size, Self::Period, Self::Message, Self::Broken];

    /// The word in addresses and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Period => "period",
            Self::Message => "message",
            Self::Broken => "broken",
        }
    }

    /// The reverse of [`Feature::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|feature| feature.as_str() == text)
    }
}

/// The rules that match, by pattern.
pub fn page(conn: &mut Conn, query: &RuleQuery) -> Result<Page<Rule>, StoreError> {
    let ids: Vec<i32> = filtered(query)
        .order((rules::pattern, rules::kind))
        .select(rules::id)
        .limit(one_more(COUNTED))
        .load(conn)?;
    let page = query.paging.of(ids, COUNTED);
    let rows: Vec<Row> = rules::table
        .filter(rules::id.eq_any(&page.items))
        .order((rules::pattern, rules::kind))
        .select(ALL)
        .load(conn)?;
    let role_rows = rule_roles::table
        .filter(rule_roles::rule_id.eq_any(&page.items))
        .load(conn)?;
    Ok(page.filled(built(rows, role_rows)?))
}

type Boxed = rules::BoxedQuery<'static, Backend>;

fn filtered(query: &RuleQuery) -> Boxed {
    let mut rows = searched(rules::table.into_boxed(), query.search.trim());
    if let Some(kind) = query.kind {
        rows = rows.filter(rules::kind.eq(kind.as_str()));
    }
    if let Some(word) = query.requirement {
        rows = rows.filter(rules::requirement.eq(word.as_str()));
    }
    if let Some(role) = query.role {
        let named = rule_roles::table
            .filter(rule_roles::role_id.eq(role.0))
            .select(rule_roles::rule_id);
        rows = rows.filter(rules::id.eq_any(named));
    }
    match query.feature {
        Some(feature) => with(rows, feature),
        None => rows,
    }
}

fn searched(rows: Boxed, search: &str) -> Boxed {
    if search.is_empty() {
        return rows;
    }
    let lower = anywhere(&search.to_lowercase());
    let found = lowered(rules::pattern)
        .like(lower.clone())
        .escape('\\')
        .or(lowered(rules::note).like(lower).escape('\\'));
    if search.is_ascii() {
        return rows.filter(found);
    }
    let typed = anywhere(search);
    rows.filter(
        found
            .or(rules::pattern.like(typed.clone()).escape('\\'))
            .or(rules::note.like(typed).escape('\\')),
    )
}

/// Each side joined by itself: as three conditions of each rule PostgreSQL looks through all roles for
/// every rule, once they are many.
const BROKEN: &str = "rules.id IN (
    SELECT r.id FROM rules r WHERE r.requirement = 'roles' AND NOT EXISTS
        (SELECT 1 FROM rule_roles x WHERE x.rule_id = r.id AND x.phase = 'during')
    UNION ALL
    SELECT r.id FROM rules r WHERE r.before_requirement = 'roles' AND NOT EXISTS
        (SELECT 1 FROM rule_roles x WHERE x.rule_id = r.id AND x.phase = 'before')
    UNION ALL
    SELECT r.id FROM rules r WHERE r.after_requirement = 'roles' AND NOT EXISTS
        (SELECT 1 FROM rule_roles x WHERE x.rule_id = r.id AND x.phase = 'after'))";

fn with(rows: Boxed, feature: Feature) -> Boxed {
    let roles = || rule_roles::table.filter(rule_roles::rule_id.eq(rules::id));
    match feature {
        Feature::Size => rows.filter(
            rules::public_size
                .gt(0)
                .or(rules::before_public_size.assume_not_null().gt(0))
                .or(rules::after_public_size.assume_not_null().gt(0))
                .or(exists(roles().filter(rule_roles::max_size.is_not_null()))),
        ),
        Feature::Period => rows.filter(
            rules::from_day
                .is_not_null()
                .or(rules::until_day.is_not_null()),
        ),
        Feature::Message => rows.filter(rules::message.ne("{}")),
        Feature::Broken => rows.filter(sql::<Bool>(BROKEN)),
    }
}
