//! The audit log: who did what to whom, when, from where, and whether it was refused.
//!
//! Never a secret: entries are made from names and numbers, and nothing here takes more.

mod action;
mod pseudonyms;

use std::fmt::Display;
use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

pub use self::action::{Action, Outcome};
pub use self::pseudonyms::{AT_ONCE, forget_visitors};
use super::SLICE;
use super::connection::{Backend, Conn};
use super::error::StoreError;
use super::page::{COUNTED, FOUND, Page, Paging, anywhere, one_more};
use super::schema::audit_log;
use super::sql::lowered;
use super::text::shortened;
use super::time::stored;
use crate::identity::admin::Admin;

/// In how many entries a text is searched for.
pub const SEARCHED: i64 = 10_000;

/// How many sign-ins of somebody are looked at.
const REMEMBERED: i64 = 1_000;

/// What is to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a user's name, `console`, or the name that somebody tried to sign in with.
    pub actor: String,
    /// What.
    pub action: Action,
    /// To whom or what, for example a user's name or a rule's pattern.
    pub subject: String,
    /// More about it, in words.
    pub detail: String,
    /// From where.
    pub address: Option<IpAddr>,
    /// Whether it was done.
    pub outcome: Outcome,
}

/// What was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What: one of [`Action`]'s words, or one of another version of this program.
    pub action: String,
    /// To whom or what.
    pub subject: String,
    /// More about it.
    pub detail: String,
    /// From where.
    pub address: Option<String>,
    /// Whether it was done.
    pub outcome: Outcome,
}

/// What to look for in the log. The newest comes first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// A part of actor, subject, detail or address.
    pub search: String,
    /// Only this actor.
    pub actor: Option<String>,
    /// Only what concerns exactly this.
    pub subject: Option<String>,
    /// Only this action.
    pub action: Option<Action>,
    /// Only what had this outcome.
    pub outcome: Option<Outcome>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// Which page.
    pub paging: Paging,
}

/// Writes an entry. Long texts are cut: what a stranger tries to sign in with must not fill the disk.
pub fn record(conn: &mut Conn, entry: &Entry) -> Result<(), StoreError> {
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::at.eq(stored(entry.at)),
            audit_log::actor.eq(shortened(&entry.actor)),
            audit_log::action.eq(entry.action.as_str()),
            audit_log::subject.eq(shortened(&entry.subject)),
            audit_log::detail.eq(shortened(&entry.detail)),
            audit_log::address.eq(entry.address.map(|address| address.to_string())),
            audit_log::outcome.eq(entry.outcome.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Writes down what an administrator did.
pub(super) fn done(
    conn: &mut Conn,
    admin: &Admin,
    at: DateTime<Utc>,
    action: Action,
    subject: &dyn Display,
    detail: &dyn Display,
) -> Result<(), StoreError> {
    let entry = Entry {
        at,
        actor: admin.who().to_owned(),
        action,
        subject: subject.to_string(),
        detail: detail.to_string(),
        address: admin.address(),
        outcome: Outcome::Done,
    };
    record(conn, &entry)
}

/// The entries that match, newest first. A text is searched for in the newest `SEARCHED` of those that
/// the rest of the query leaves.
pub fn page(conn: &mut Conn, query: &AuditQuery) -> Result<Page<Record>, StoreError> {
    let newest = (audit_log::at.desc(), audit_log::id.desc());
    let search = query.search.trim();
    let rows = if search.is_empty() {
        filtered(query)
    } else {
        searched(newest_of(conn, query)?, search)
    };
    let most = if search.is_empty() { COUNTED } else { FOUND };
    let ids: Vec<i64> = rows
        .order(newest)
        .select(audit_log::id)
        .limit(one_more(most))
        .load(conn)?;
    let page = query.paging.of(ids, most);
    let rows: Vec<Row> = audit_log::table
        .filter(audit_log::id.eq_any(&page.items))
        .order(newest)
        .load(conn)?;
    Ok(page.filled(rows.into_iter().map(Record::from).collect()))
}

/// The newest `SEARCHED` entries.
fn newest_of(conn: &mut Conn, query: &AuditQuery) -> Result<Rows, StoreError> {
    let last: Option<chrono::NaiveDateTime> = filtered(query)
        .order((audit_log::at.desc(), audit_log::id.desc()))
        .offset(SEARCHED)
        .select(audit_log::at)
        .first(conn)
        .optional()?;
    let Some(last) = last else {
        return Ok(filtered(query));
    };
    // In place of the day asked for, which is earlier: SQLite begins at one of two such conditions.
    let otherwise = AuditQuery {
        from: None,
        ..query.clone()
    };
    Ok(filtered(&otherwise).filter(audit_log::at.gt(last)))
}

/// The last addresses from which somebody signed in.
pub fn addresses(conn: &mut Conn, actor: &str) -> Result<Vec<String>, StoreError> {
    let signed_in = AuditQuery {
        actor: Some(actor.to_owned()),
        action: Some(Action::SignIn),
        outcome: Some(Outcome::Done),
        ..AuditQuery::default()
    };
    let addresses: Vec<Option<String>> = filtered(&signed_in)
        .order((audit_log::at.desc(), audit_log::id.desc()))
        .limit(REMEMBERED)
        .select(audit_log::address)
        .load(conn)?;
    Ok(addresses.into_iter().flatten().collect())
}

/// Forgets entries older than this, at most [`SLICE`]. Says how many.
pub fn sweep(conn: &mut Conn, before: DateTime<Utc>) -> Result<usize, StoreError> {
    let old: Vec<i64> = audit_log::table
        .filter(audit_log::at.lt(stored(before)))
        .select(audit_log::id)
        .limit(SLICE.into())
        .load(conn)?;
    let old = audit_log::table.filter(audit_log::id.eq_any(old));
    Ok(diesel::delete(old).execute(conn)?)
}

#[derive(Queryable)]
struct Row {
    id: i64,
    at: chrono::NaiveDateTime,
    actor: String,
    action: String,
    subject: String,
    detail: String,
    address: Option<String>,
    outcome: String,
    _names_visitors: bool,
}

impl From<Row> for Record {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            at: row.at.and_utc(),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            detail: row.detail,
            address: row.address,
            outcome: Outcome::parse(&row.outcome).unwrap_or(Outcome::Refused),
        }
    }
}

type Rows = audit_log::BoxedQuery<'static, Backend>;

fn searched(rows: Rows, search: &str) -> Rows {
    let lower = anywhere(&search.to_lowercase());
    let address = audit_log::address.assume_not_null();
    rows.filter(
        lowered(audit_log::actor)
            .like(lower.clone())
            .escape('\\')
            .or(lowered(audit_log::subject).like(lower.clone()).escape('\\'))
            .or(lowered(audit_log::detail).like(lower.clone()).escape('\\'))
            .or(address.like(lower).escape('\\'))
            .or(audit_log::detail.like(anywhere(search)).escape('\\')),
    )
}

fn filtered(query: &AuditQuery) -> Rows {
    let mut rows = audit_log::table.into_boxed();
    if let Some(actor) = &query.actor {
        rows = rows.filter(audit_log::actor.eq(actor.clone()));
    }
    if let Some(subject) = &query.subject {
        rows = rows.filter(audit_log::subject.eq(subject.clone()));
    }
    if let Some(action) = query.action {
        let action = action.as_str();
        // What concerns one is little: SQLite, which counts nothing, would take the index of the action.
        rows = if query.actor.is_some() || query.subject.is_some() {
            rows.filter(sql::<Bool>("COALESCE(audit_log.action, '') = ").bind::<Text, _>(action))
        } else {
            rows.filter(audit_log::action.eq(action))
        };
    }
    if let Some(outcome) = query.outcome {
        rows = rows.filter(audit_log::outcome.eq(outcome.as_str()));
    }
    if let Some(from) = query.from {
        rows = rows.filter(audit_log::at.ge(stored(from)));
    }
    if let Some(until) = query.until {
        rows = rows.filter(audit_log::at.lt(stored(until)));
    }
    rows
}
