//! Users in pages: searched, filtered and sorted, at a million users as well.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamp};

use super::{Row, User, UserState, joined, search};
use crate::identity::principal::{self, RoleId};
use crate::store::connection::{Backend, Conn};
use crate::store::error::StoreError;
use crate::store::page::{COUNTED, FOUND, Page, Paging, one_more};
use crate::store::schema::{roles, user_roles, users};

/// How far the users with a role are counted: each has to be looked for among those who hold it.
const OF_ROLE: u64 = 2_000;

/// Which users to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserQuery {
    /// A part of the name or the display name; see [`is_for_beginnings`](super::is_for_beginnings).
    pub search: String,
    /// Only in this state.
    pub state: Option<UserState>,
    /// Only with this role. Everybody has the built-in `user`.
    pub role: Option<RoleId>,
    /// In which order.
    pub sort: UserSort,
    /// Whether the order is reversed.
    pub descending: bool,
    /// Which page.
    pub paging: Paging,
}

/// The order of a list of users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum UserSort {
    /// By name.
    #[default]
    Name,
    /// By when they were made.
    Created,
    /// By when they last signed in; who never did comes first.
    LastSignIn,
}

impl UserSort {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Name, Self::Created, Self::LastSignIn];

    /// The word in URLs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Created => "created",
            Self::LastSignIn => "last-sign-in",
        }
    }

    /// The reverse of [`UserSort::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == text)
    }
}

/// The users that match.
pub fn page(conn: &mut Conn, query: &UserQuery) -> Result<Page<User>, StoreError> {
    let everybody = everybody(conn)?;
    let found = search::begin(conn, query.search.trim(), query.sort == UserSort::Name)?;
    let of_role = query.role.is_some_and(|role| role != everybody);
    let most = match found.is_all() {
        true if of_role => OF_ROLE,
        true => COUNTED,
        false => FOUND,
    };
    let matching = found.among(filtered(query, everybody));
    let ids: Vec<i32> = sorted(query, matching)
        .select(users::id)
        .limit(one_more(most))
        .load(conn)?;
    let page = query.paging.of(ids, most);
    let on_page = users::table.filter(users::id.eq_any(&page.items));
    let rows: Vec<Row> = sorted(query, on_page.into_boxed()).load(conn)?;
    let pairs = user_roles::table
        .filter(user_roles::user_id.eq_any(&page.items))
        .order((user_roles::user_id, user_roles::role_id))
        .load(conn)?;
    Ok(page.filled(joined(rows, pairs)))
}

/// How many users are in this state.
pub fn count(conn: &mut Conn, state: UserState) -> Result<u64, StoreError> {
    let count: i64 = users::table
        .filter(users::state.eq(state.as_str()))
        .count()
        .get_result(conn)?;
    Ok(count.unsigned_abs())
}

/// How many users are in each state that some are in.
pub fn count_states(conn: &mut Conn) -> Result<Vec<(String, i64)>, StoreError> {
    let counted = users::table.group_by(users::state);
    Ok(counted
        .select((users::state, diesel::dsl::count_star()))
        .load(conn)?)
}

/// The same as [`count`], at most one more than [`COUNTED`]: counting a million takes long.
pub fn count_some(conn: &mut Conn, state: UserState) -> Result<u64, StoreError> {
    let some: Vec<i32> = users::table
        .filter(users::state.eq(state.as_str()))
        .select(users::id)
        .limit(one_more(COUNTED))
        .load(conn)?;
    Ok(some.len() as u64)
}

/// The number of the built-in role that everybody has.
fn everybody(conn: &mut Conn) -> Result<RoleId, StoreError> {
    let id = roles::table
        .filter(roles::name.eq(principal::USER))
        .select(roles::id)
        .first(conn)?;
    Ok(RoleId(id))
}

fn filtered(query: &UserQuery, everybody: RoleId) -> users::BoxedQuery<'static, Backend> {
    let mut rows = users::table.into_boxed();
    if let Some(state) = query.state {
        rows = rows.filter(users::state.eq(state.as_str()));
    }
    if let Some(role) = query.role.filter(|role| *role != everybody) {
        let holders = user_roles::table
            .filter(user_roles::role_id.eq(role.0))
            .select(user_roles::user_id);
        rows = rows.filter(users::id.eq_any(holders));
    }
    rows
}

/// Each order is that of an index. The databases put NULL at different ends, unless told.
fn sorted<'a>(
    query: &UserQuery,
    rows: users::BoxedQuery<'a, Backend>,
) -> users::BoxedQuery<'a, Backend> {
    match (query.sort, query.descending) {
        (UserSort::Name, false) => rows.order(users::name.asc()),
        (UserSort::Name, true) => rows.order(users::name.desc()),
        (UserSort::Created, false) => rows.order((users::created_at.asc(), users::id.asc())),
        (UserSort::Created, true) => rows.order((users::created_at.desc(), users::id.desc())),
        (UserSort::LastSignIn, false) => rows.order((
            sql::<Nullable<Timestamp>>("users.last_sign_in_at ASC NULLS FIRST"),
            users::id.asc(),
        )),
        (UserSort::LastSignIn, true) => rows.order((
            sql::<Nullable<Timestamp>>("users.last_sign_in_at DESC NULLS LAST"),
            users::id.desc(),
        )),
    }
}
