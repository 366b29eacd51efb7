//! Sessions in pages.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::dsl::{IntoBoxed, LeftJoin, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Timestamp};

use super::{Row, Session, with_grants};
use crate::identity::principal::UserId;
use crate::store::connection::{Backend, Conn};
use crate::store::error::StoreError;
use crate::store::page::{COUNTED, FOUND, Page, Paging, anywhere, one_more};
use crate::store::schema::{sessions, users};
use crate::store::sql::lowered;
use crate::store::time::stored;
use crate::store::users::search;

/// How many sessions are listed: of sessions the list is made of rows, and not of an index alone.
const LISTED: u64 = 2000;
/// In how many sessions an address or a browser is searched for.
const SEARCHED: i64 = 5000;

/// A session in a list, with the name of its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The session.
    pub session: Session,
    /// Its user's name.
    pub user_name: Option<String>,
}

/// Which sessions to list; the last used come first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionQuery {
    /// A part of the user's name, the address or the browser.
    pub search: String,
    /// Only of this user.
    pub user: Option<UserId>,
    /// Only with somebody signed in.
    pub signed_in: bool,
    /// Which page.
    pub paging: Paging,
}

/// Live sessions, the last used first. A text is searched for among the users, unless it fits more than
/// [`FOUND`], and in the last used `SEARCHED` sessions.
pub fn page(
    conn: &mut Conn,
    query: &SessionQuery,
    now: DateTime<Utc>,
) -> Result<Page<Listed>, StoreError> {
    let search = query.search.trim();
    let (keys, most) = if search.is_empty() {
        (keys(conn, live(query, now), LISTED)?, LISTED)
    } else {
        (found(conn, query, now, search)?, FOUND)
    };
    let ids = keys.into_iter().map(|(_, id)| id).collect();
    let page = query.paging.of(ids, most);
    let rows: Vec<(Row, Option<String>)> = sessions::table
        .left_join(users::table)
        .filter(sessions::id.eq_any(&page.items))
        .select((sessions::all_columns, users::name.nullable()))
        .order((sessions::last_seen_at.desc(), sessions::id))
        .load(conn)?;
    let (rows, names): (Vec<Row>, Vec<Option<String>>) = rows.into_iter().unzip();
    let listed = with_grants(conn, rows)?
        .into_iter()
        .zip(names)
        .map(|(session, user_name)| Listed { session, user_name });
    Ok(page.filled(listed.collect()))
}

/// How many sessions live, with and without a user.
pub fn count_live(conn: &mut Conn, now: DateTime<Utc>, idle: Duration) -> Result<u64, StoreError> {
    let count: i64 = sessions::table
        .filter(sessions::last_seen_at.gt(stored(now - idle)))
        .filter(sessions::expires_at.gt(stored(now)))
        .count()
        .get_result(conn)?;
    Ok(count.unsigned_abs())
}

type WithUsers = IntoBoxed<'static, LeftJoin<sessions::table, users::table>, Backend>;
/// When a session was last used, and its id.
type Key = (NaiveDateTime, String);

/// The last used of these sessions, and one more than that if there are more.
fn keys(conn: &mut Conn, rows: WithUsers, most: u64) -> Result<Vec<Key>, StoreError> {
    Ok(rows
        .select((sessions::last_seen_at, sessions::id))
        .order((sessions::last_seen_at.desc(), sessions::id))
        .limit(one_more(most))
        .load(conn)?)
}

/// The sessions that a search means.
fn found(
    conn: &mut Conn,
    query: &SessionQuery,
    now: DateTime<Utc>,
    search: &str,
) -> Result<Vec<Key>, StoreError> {
    let meant = search::begin(conn, search, true)?.among(users::table.into_boxed());
    let users: Vec<i32> = meant.select(users::id).limit(one_more(FOUND)).load(conn)?;
    let last: Option<NaiveDateTime> = live(query, now)
        .select(sessions::last_seen_at)
        .order(sessions::last_seen_at.desc())
        .offset(SEARCHED)
        .first(conn)
        .optional()?;
    let mut newest = searched(live(query, now), search);
    if let Some(last) = last {
        newest = newest.filter(sessions::last_seen_at.gt(last));
    }
    let mut found = keys(conn, newest, FOUND)?;
    if users.len() as u64 <= FOUND {
        let of_users = live(query, now).filter(sessions::user_id.eq_any(users));
        found.extend(keys(conn, of_users, FOUND)?);
    }
    found.sort_by(|(at, id), (other_at, other)| other_at.cmp(at).then_with(|| id.cmp(other)));
    found.dedup();
    Ok(found)
}

fn searched(rows: WithUsers, search: &str) -> WithUsers {
    let lower = anywhere(&search.to_lowercase());
    rows.filter(
        users::name
            .nullable()
            .like(lower.clone())
            .escape('\\')
            .or(sessions::address.like(lower.clone()).escape('\\'))
            .or(lowered(sessions::user_agent)
                .nullable()
                .like(lower)
                .escape('\\')),
    )
}

/// The databases would take the live sessions by their ends, which nearly all of them fit, and then sort
/// them. What they cannot look up leaves them the order.
fn live(query: &SessionQuery, now: DateTime<Utc>) -> WithUsers {
    let mut rows = sessions::table.left_join(users::table).into_boxed();
    rows = rows.filter(
        sql::<Bool>("COALESCE(sessions.expires_at, sessions.created_at) > ")
            .bind::<Timestamp, _>(stored(now)),
    );
    if let Some(user) = query.user {
        rows = rows.filter(sessions::user_id.eq(user.0));
    } else if query.signed_in {
        rows = rows.filter(sql::<Bool>("COALESCE(sessions.user_id, 0) > 0"));
    }
    rows
}

/// How many live sessions have somebody signed in, at most one more than [`COUNTED`].
pub fn count_signed_in(conn: &mut Conn, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let query = SessionQuery {
        signed_in: true,
        ..SessionQuery::default()
    };
    let some: Vec<i32> = live(&query, now)
        .select(sql::<Integer>("1"))
        .limit(one_more(COUNTED))
        .load(conn)?;
    Ok(some.len() as u64)
}
