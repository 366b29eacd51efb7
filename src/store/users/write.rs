//! What happens to users.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{NewUser, User, UserChange, UserState, find};
use crate::identity::admin::Admin;
use crate::identity::name::UserName;
use crate::identity::principal::{ADMIN, RoleId, USER, UserId};
use crate::store::audit::{self, Action, Entry, Outcome};
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

/// Sets a user's password (its hash) as an administrator, and ends all of the user's sessions.
pub fn set_password(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: UserId,
    password_hash: &str,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let name = name_of(conn, id)?;
        let ended = store_password(conn, now, id, password_hash, None)?;
        let detail = format!("{ended} sessions ended");
        audit::done(conn, admin, now, Action::SetPassword, &name, &detail)
    })
}

/// Changes one's own password (its hash), and ends one's sessions but the one given.
pub fn change_password(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: UserId,
    password_hash: &str,
    keep_session: Option<&str>,
    address: Option<IpAddr>,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let name = name_of(conn, id)?;
        let ended = store_password(conn, now, id, password_hash, keep_session)?;
        let entry = Entry {
            at: now,
            actor: name.clone(),
            action: Action::ChangePassword,
            subject: name,
            detail: format!("{ended} other sessions ended"),
            address,
            outcome: Outcome::Done,
        };
        audit::record(conn, &entry)
    })
}

/// Stores the same password under a new hash, for example of another cost. Ends no session.
pub fn rehash(conn: &mut Conn, id: UserId, password_hash: &str) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.0))
        .set(users::password_hash.eq(password_hash))
        .execute(conn)?;
    Ok(())
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

/// Whether there is an active administrator who can sign in.
pub fn has_admin(conn: &mut Conn) -> Result<bool, StoreError> {
    Ok(active_admins(conn)? > 0)
}

/// Makes the first administrator, unless there is one. An account of this name that is there already
/// is given the role, the password and the state for it. Says whether anything was done.
pub fn ensure_admin(
    conn: &mut Conn,
    now: DateTime<Utc>,
    name: &UserName,
    password_hash: &str,
) -> Result<bool, StoreError> {
    write(conn, |conn| {
        if has_admin(conn)? {
            return Ok(false);
        }
        let role: i32 = roles::table
            .filter(roles::name.eq(ADMIN))
            .select(roles::id)
            .first(conn)?;
        let user = NewUser {
            name: name.clone(),
            display_name: "Administrator".to_owned(),
            password_hash: Some(password_hash.to_owned()),
            state: UserState::Active,
            roles: vec![RoleId(role)],
        };
        match super::find_by_name(conn, name)? {
            None => insert(conn, now, &user).map(drop)?,
            Some(found) => {
                let NewUser {
                    name,
                    state,
                    mut roles,
                    ..
                } = user;
                roles.extend(&found.roles);
                let display_name = found.display_name;
                let change = UserChange {
                    name,
                    display_name,
                    state,
                    roles,
                };
                replace(conn, now, found.id, &change)?;
                store_password(conn, now, found.id, password_hash, None)?;
            }
        }
        let detail = "the first administrator";
        audit::done(
            conn,
            &Admin::console(),
            now,
            Action::CreateUser,
            &name,
            &detail,
        )?;
        Ok(true)
    })
}

/// Does some work, unless it leaves nobody to administer.
///
/// Writers take turns, so two administrators cannot each remove the other at the same moment.
pub(super) fn guarded<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    write(conn, |conn| within_guard(conn, work))
}

pub(super) fn within_guard<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let had_one = has_admin(conn)?;
    let value = work(conn)?;
    if had_one && !has_admin(conn)? {
        return Err(StoreError::LastAdmin);
    }
    Ok(value)
}

fn active_admins(conn: &mut Conn) -> Result<i64, StoreError> {
    Ok(users::table
        .inner_join(user_roles::table.inner_join(roles::table))
        .filter(roles::name.eq(ADMIN))
        .filter(users::state.eq(UserState::Active.as_str()))
        .filter(users::password_hash.is_not_null())
        .count()
        .get_result(conn)?)
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
    let everybody: i32 = roles::table
        .filter(roles::name.eq(USER))
        .select(roles::id)
        .first(conn)?;
    for role in wanted.into_iter().filter(|role| *role != everybody) {
        diesel::insert_into(user_roles::table)
            .values((user_roles::user_id.eq(id.0), user_roles::role_id.eq(role)))
            .execute(conn)?;
    }
    Ok(())
}

pub(super) fn store_password(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: UserId,
    password_hash: &str,
    keep_session: Option<&str>,
) -> Result<usize, StoreError> {
    diesel::update(users::table.find(id.0))
        .set((
            users::password_hash.eq(password_hash),
            users::updated_at.eq(stored(now)),
        ))
        .execute(conn)?;
    sessions::end_of_user(conn, id, keep_session)
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

fn name_of(conn: &mut Conn, id: UserId) -> Result<String, StoreError> {
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
