//! Sessions as the hot path needs them: with what they obtained, and with their users, in one statement.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::door;
use crate::identity::principal::{Grant, RoleId, USER, User};
use crate::identity::session::Door;
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{roles, session_roles, sessions, user_roles, users};
use crate::store::time::stored;
use crate::store::users::{IdentityRow, UserState, identity};

/// A session and what it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its user; a visitor who accepted terms or opened a kiosk has none.
    pub user: Option<User>,
    /// What was obtained in it, in the order of the roles.
    pub grants: Vec<Grant>,
    /// The door it was opened at.
    pub door: Door,
    /// When it was last used, give or take a minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

/// The session with this id, unless it is past its end. Idle time is for the caller to judge. Somebody
/// who is not active has no session, whatever was obtained in it.
pub fn opened(conn: &mut Conn, id: &str, now: DateTime<Utc>) -> Result<Option<Opened>, StoreError> {
    let is_active = users::state.eq(UserState::Active.as_str());
    // One row for each pair of a role assigned and a role obtained; of the latter there are few.
    let rows: Vec<Row> = sessions::table
        .left_join(users::table.on(sessions::user_id.eq(users::id.nullable()).and(is_active)))
        .left_join(user_roles::table.on(user_roles::user_id.eq(users::id)))
        .left_join(session_roles::table)
        .inner_join(roles::table.on(roles::name.eq(USER)))
        .filter(sessions::id.eq(id))
        .filter(sessions::expires_at.gt(stored(now)))
        .order(session_roles::role_id)
        .select((
            (
                sessions::user_id,
                sessions::door,
                sessions::last_seen_at,
                sessions::expires_at,
            ),
            (
                users::id.nullable(),
                users::name.nullable(),
                roles::id,
                user_roles::role_id.nullable(),
            ),
            (
                session_roles::role_id.nullable(),
                session_roles::version.nullable(),
            ),
        ))
        .load(conn)?;
    gathered(rows)
}

type Row = (
    (Option<i32>, String, NaiveDateTime, NaiveDateTime),
    (Option<i32>, Option<String>, i32, Option<i32>),
    (Option<i32>, Option<i32>),
);

fn gathered(rows: Vec<Row>) -> Result<Option<Opened>, StoreError> {
    let Some(((user, at, last_seen_at, expires_at), ..)) = rows.first() else {
        return Ok(None);
    };
    let (has_user, door) = (user.is_some(), door(at)?);
    let (last_seen_at, expires_at) = (last_seen_at.and_utc(), expires_at.and_utc());
    let mut grants: Vec<Grant> = rows
        .iter()
        .filter_map(|(.., grant)| granted(*grant))
        .collect();
    grants.dedup();
    let users: Vec<IdentityRow> = rows
        .into_iter()
        .filter_map(|(_, (id, name, everybody, role), _)| Some((id?, name?, everybody, role)))
        .collect();
    let user = identity(&users)?;
    Ok((has_user == user.is_some()).then_some(Opened {
        user,
        grants,
        door,
        last_seen_at,
        expires_at,
    }))
}

fn granted((role, version): (Option<i32>, Option<i32>)) -> Option<Grant> {
    Some(Grant {
        role: RoleId(role?),
        version: version?,
    })
}
