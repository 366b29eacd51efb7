//! Sessions in pages.

use chrono::{DateTime, Utc};
use diesel::dsl::{IntoBoxed, LeftJoin};
use diesel::prelude::*;

use super::{Row, Session, with_grants};
use crate::identity::principal::UserId;
use crate::store::connection::{Backend, Conn};
use crate::store::error::StoreError;
use crate::store::page::{Page, Paging, anywhere};
use crate::store::schema::{sessions, users};
use crate::store::sql::lowered;
use crate::store::time::stored;

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

/// Live sessions, the last used first.
pub fn page(
    conn: &mut Conn,
    query: &SessionQuery,
    now: DateTime<Utc>,
) -> Result<Page<Listed>, StoreError> {
    let total: i64 = filtered(query, now).count().get_result(conn)?;
    let window = query.paging.within(total);
    let rows: Vec<(Row, Option<String>)> = filtered(query, now)
        .select((sessions::all_columns, users::name.nullable()))
        .order((sessions::last_seen_at.desc(), sessions::id))
        .limit(window.limit())
        .offset(window.offset())
        .load(conn)?;
    let (rows, names): (Vec<Row>, Vec<Option<String>>) = rows.into_iter().unzip();
    let listed = with_grants(conn, rows)?
        .into_iter()
        .zip(names)
        .map(|(session, user_name)| Listed { session, user_name });
    Ok(window.filled(listed.collect()))
}

type WithUsers = IntoBoxed<'static, LeftJoin<sessions::table, users::table>, Backend>;

fn filtered(query: &SessionQuery, now: DateTime<Utc>) -> WithUsers {
    let mut rows = sessions::table.left_join(users::table).into_boxed();
    rows = rows.filter(sessions::expires_at.gt(stored(now)));
    let search = query.search.trim();
    if !search.is_empty() {
        let lower = anywhere(&search.to_lowercase());
        rows = rows.filter(
            users::name
                .nullable()
                .like(lower.clone())
                .escape('\\')
                .or(sessions::address.like(lower.clone()).escape('\\'))
                .or(lowered(sessions::user_agent)
                    .nullable()
                    .like(lower)
                    .escape('\\')),
        );
    }
    if let Some(user) = query.user {
        rows = rows.filter(sessions::user_id.eq(user.0));
    }
    if query.signed_in {
        rows = rows.filter(sessions::user_id.is_not_null());
    }
    rows
}
