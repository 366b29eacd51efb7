//! What happens to users.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::admins::guarded;
use super::resolve::unassignable;
use super::{NewUser, User, UserChange, UserState, find};
use crate::identity::admin::Admin;
use crate::identity::name::UserName;
use crate::identity::principal::{ObtainedBy, RoleId, UserId};
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{roles, user_roles, users};
use crate::store::sessions;
use crate::store::text::line;
use crate::store::time::stored;
use crate::store::transaction::write;

/// Makes a user.
pub fn create(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    user: &NewUser,
) -> Result<UserId, StoreError> {
    write(conn, |conn| {
        let id = insert(conn, now, user)?;
        let roles = role_names(conn, &user.roles)?;
        let detail = format!("{}, roles: {roles}", user.state.as_str());
        audit::done(conn, admin, now, Action::CreateUser, &user.name, &detail)?;
        Ok(id)
    })
}

/// Makes an account for somebody who registers it. Who may is decided by the caller, who also writes
/// the audit entry.
pub fn register(
    conn: &mut Conn,
    now: DateTime<Utc>,
    name: &UserName,
    display_name: &str,
    password_hash: &str,
    state: UserState,
) -> Result<UserId, StoreError> {
    let user = NewUser {
        name: name.clone(),
        display_name: display_name.to_owned(),
        password_hash: Some(password_hash.to_owned()),
        state,
        roles: Vec::new(),
    };
    write(conn, |conn| insert(conn, now, &user))
}

/// Changes everything about a user but the password. Ends the user's sessions unless active.
pub fn update(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: UserId,
    change: &UserChange,
) -> Result<(), StoreError> {
    guarded(conn, |conn| {
        let before = find(conn, id)?.ok_or(StoreError::NotFound)?;
        replace(conn, now, id, change)?;
        let detail = difference(conn, &before, change)?;
        audit::done(conn, admin, now, Action::UpdateUser, &before.name, &detail)
    })
}

/// Enables, disables or approves a user. Ends the user's sessions unless active.
pub fn set_state(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: UserId,
    state: UserState,
) -> Result<(), StoreError> {
    guarded(conn, |conn| {
        let name = name_of(conn, id)?;
        diesel::update(users::table.find(id.0))
            .set((
                users::state.eq(state.as_str()),
                users::updated_at.eq(stored(now)),
            ))
            .execute(conn)?;
        end_sessions_unless_active(conn, id, state)?;
        audit::done(conn, admin, now, Action::SetState, &name, &state.as_str())
    })
}

/// Deletes a user with everything that belongs to them: roles, sessions, API keys.
pub fn delete(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: UserId,
) -> Result<(), StoreError> {
    guarded(conn, |conn| {
        let name = name_of(conn, id)?;
        diesel::delete(users::table.find(id.0)).execute(conn)?;
        audit::done(conn, admin, now, Action::DeleteUser, &name, &"")
    })
}

/// Counts a sign-in.
pub fn signed_in(conn: &mut Conn, now: DateTime<Utc>, id: UserId) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.0))
        .set((
            users::last_sign_in_at.eq(stored(now)),
            users::sign_in_count.eq(users::sign_in_count + 1),
        ))
        .execute(conn)?;
    Ok(())
}

pub(in crate::store) fn insert(
    conn: &mut Conn,
    now: DateTime<Utc>,
    user: &NewUser,
) -> Result<UserId, StoreError> {
    let id = diesel::insert_into(users::table)
        .values((
            users::name.eq(user.name.as_str()),
            users::display_name.eq(line("display name", &user.display_name)?),
            users::password_hash.eq(&user.password_hash),
            users::state.eq(user.state.as_str()),
            users::created_at.eq(stored(now)),
            users::updated_at.eq(stored(now)),
        ))
        .returning(users::id)
        .get_result(conn)
        .map_err(StoreError::taken("a user of this name"))?;
    assign(conn, UserId(id), &user.roles)?;
    Ok(UserId(id))
}

pub(super) fn replace(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: UserId,
    change: &UserChange,
) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.0))
        .set((
            users::name.eq(change.name.as_str()),
            users::display_name.eq(line("display name", &change.display_name)?),
            users::state.eq(change.state.as_str()),
            users::updated_at.eq(stored(now)),
        ))
        .execute(conn)
        .map_err(StoreError::taken("a user of this name"))?;
    diesel::delete(user_roles::table.filter(user_roles::user_id.eq(id.0))).execute(conn)?;
    assign(conn, id, &change.roles)?;
    end_sessions_unless_active(conn, id, change.state)
}

/// The built-in role `user` comes from signing in and is never assigned.
fn assign(conn: &mut Conn, id: UserId, wanted: &[RoleId]) -> Result<(), StoreError> {
    let mut wanted: Vec<i32> = wanted.iter().map(|role| role.0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(());
    }
    let ways: Vec<(i32, String, String)> = roles::table
        .filter(roles::id.eq_any(wanted.clone()))
        .select((roles::id, roles::name, roles::obtained_by))
        .load(conn)?;
    for role in wanted {
        if let Some((_, name, way)) = ways.iter().find(|(id, _, _)| *id == role)
            && let Some(way) = ObtainedBy::parse(way)
        {
            if let Some(message) = unassignable(name, way) {
                return Err(StoreError::Invalid(message));
            }
            if way == ObtainedBy::SignIn {
                continue;
            }
        }
        diesel::insert_into(user_roles::table)
            .values((user_roles::user_id.eq(id.0), user_roles::role_id.eq(role)))
            .execute(conn)?;
    }
    Ok(())
}

fn end_sessions_unless_active(
    conn: &mut Conn,
    id: UserId,
    state: UserState,
) -> Result<(), StoreError> {
    match state {
        UserState::Active => Ok(()),
        UserState::Disabled | UserState::Pending => sessions::end_of_user(conn, id, None).map(drop),
    }
}

pub(super) fn name_of(conn: &mut Conn, id: UserId) -> Result<String, StoreError> {
    Ok(users::table.find(id.0).select(users::name).first(conn)?)
}

fn role_names(conn: &mut Conn, ids: &[RoleId]) -> Result<String, StoreError> {
    let ids = ids.iter().map(|id| id.0);
    let names: Vec<String> = roles::table
        .filter(roles::id.eq_any(ids))
        .order(roles::name)
        .select(roles::name)
        .load(conn)?;
    Ok(if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(" ")
    })
}

/// What is different, for the audit log.
fn difference(conn: &mut Conn, before: &User, after: &UserChange) -> Result<String, StoreError> {
    let mut changes = Vec::new();
    if before.name != after.name {
        changes.push(format!("name: {}", after.name));
    }
    if before.display_name != after.display_name.trim() {
        changes.push(format!("display name: {}", after.display_name.trim()));
    }
    if before.state != after.state {
        changes.push(format!("state: {}", after.state.as_str()));
    }
    let (was, is) = (
        role_names(conn, &before.roles)?,
        role_names(conn, &after.roles)?,
    );
    if was != is {
        changes.push(format!("roles: {is} (were: {was})"));
    }
    Ok(if changes.is_empty() {
        "nothing new".to_owned()
    } else {
        changes.join("; ")
    })
}
