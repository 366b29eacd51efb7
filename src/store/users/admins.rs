//! Administrators: there is always one.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::passwords::store_password;
use super::write::{insert, replace};
use super::{NewUser, User, UserChange, UserState, find_by_name};
use crate::identity::admin::Admin;
use crate::identity::name::UserName;
use crate::identity::principal::{ADMIN, RoleId};
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{roles, user_roles, users};
use crate::store::transaction::write;

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
        match find_by_name(conn, name)? {
            None => {
                let user = NewUser {
                    name: name.clone(),
                    display_name: "Administrator".to_owned(),
                    password_hash: Some(password_hash.to_owned()),
                    state: UserState::Active,
                    roles: vec![admin_role(conn)?],
                };
                insert(conn, now, &user)?;
            }
            Some(found) => promote(conn, now, found, password_hash)?,
        }
        let (console, detail) = (Admin::console(), "the first administrator");
        audit::done(conn, &console, now, Action::CreateUser, name, &detail)?;
        Ok(true)
    })
}

fn promote(
    conn: &mut Conn,
    now: DateTime<Utc>,
    user: User,
    password_hash: &str,
) -> Result<(), StoreError> {
    let User {
        id,
        name,
        display_name,
        mut roles,
        ..
    } = user;
    roles.push(admin_role(conn)?);
    let change = UserChange {
        name,
        display_name,
        state: UserState::Active,
        roles,
    };
    replace(conn, now, id, &change)?;
    store_password(conn, now, id, password_hash, None).map(drop)
}

fn admin_role(conn: &mut Conn) -> Result<RoleId, StoreError> {
    let admin = roles::table.filter(roles::name.eq(ADMIN));
    Ok(RoleId(admin.select(roles::id).first(conn)?))
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
