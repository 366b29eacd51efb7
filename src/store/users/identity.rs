//! Users as the hot path needs them, each read by one statement.

use diesel::prelude::*;

use super::UserState;
use crate::identity::name::UserName;
use crate::identity::principal::{RoleId, USER, User, UserId};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{roles, user_roles, users};

/// A user's number and name, the built-in role `user`, and a role assigned. Rows of one user differ in
/// the last alone.
pub(in crate::store) type IdentityRow = (i32, String, i32, Option<i32>);

/// The user as the hot path needs one, if active: with the roles assigned and the built-in `user`.
pub fn identity_of(conn: &mut Conn, id: UserId) -> Result<Option<User>, StoreError> {
    let rows = users::table
        .left_join(user_roles::table)
        .inner_join(roles::table.on(roles::name.eq(USER)))
        .filter(users::id.eq(id.0))
        .filter(users::state.eq(UserState::Active.as_str()))
        .select((
            users::id,
            users::name,
            roles::id,
            user_roles::role_id.nullable(),
        ))
        .load(conn)?;
    identity(&rows)
}

/// The same by the user's name.
pub fn identity_by_name(conn: &mut Conn, name: &UserName) -> Result<Option<User>, StoreError> {
    let rows = users::table
        .left_join(user_roles::table)
        .inner_join(roles::table.on(roles::name.eq(USER)))
        .filter(users::name.eq(name.as_str()))
        .filter(users::state.eq(UserState::Active.as_str()))
        .select((
            users::id,
            users::name,
            roles::id,
            user_roles::role_id.nullable(),
        ))
        .load(conn)?;
    identity(&rows)
}

/// The user whom all these rows describe.
pub(in crate::store) fn identity(rows: &[IdentityRow]) -> Result<Option<User>, StoreError> {
    let Some((id, name, everybody, _)) = rows.first() else {
        return Ok(None);
    };
    let name = UserName::parse(name).map_err(|error| {
        StoreError::Invalid(format!(
            "user {id} in the database is broken: the name `{name}` {error}"
        ))
    })?;
    let assigned = rows.iter().filter_map(|(.., role)| *role);
    Ok(Some(User {
        id: UserId(*id),
        name,
        roles: assigned.chain([*everybody]).map(RoleId).collect(),
    }))
}
