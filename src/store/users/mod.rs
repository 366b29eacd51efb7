//! Users.

mod admins;
mod export;
mod identity;
mod list;
mod passwords;
mod resolve;
pub(super) mod search;
mod transfer;
mod write;

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

pub use self::admins::{ensure_admin, has_admin};
pub use self::export::export;
pub(super) use self::identity::{IdentityRow, identity};
pub use self::identity::{identity_by_name, identity_of};
pub use self::list::{UserQuery, UserSort, count, count_some, count_states, page};
pub use self::passwords::{change_password, rehash, set_password};
pub use self::search::is_for_beginnings;
pub use self::transfer::{ImportRow, NewPassword, import, parse};
pub(super) use self::write::insert;
pub use self::write::{create, delete, register, set_state, signed_in, update};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::{user_roles, users};
use crate::identity::name::UserName;
use crate::identity::principal::{RoleId, UserId};

/// Whether somebody may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UserState {
    /// Yes.
    Active,
    /// Not any more.
    Disabled,
    /// Not yet: registered, and waiting for an administrator.
    Pending,
}

impl UserState {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Active, Self::Disabled, Self::Pending];

    /// The word in the database, in forms and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Pending => "pending",
        }
    }

    /// The reverse of [`UserState::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The number, never given to another.
    pub id: UserId,
    /// The name to sign in with.
    pub name: UserName,
    /// The name that people use.
    pub display_name: String,
    /// The bcrypt hash of the password, if there is one.
    pub password_hash: Option<String>,
    /// Whether this user may sign in.
    pub state: UserState,
    /// When the user was made.
    pub created_at: DateTime<Utc>,
    /// When the user was last changed.
    pub updated_at: DateTime<Utc>,
    /// When the user last signed in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// How often the user has signed in.
    pub sign_in_count: i32,
    /// The roles assigned; the built-in role `user` is not among them.
    pub roles: Vec<RoleId>,
}

/// Everything but the password's hash, so that it ends up in no log.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("state", &self.state)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

/// A user to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The name to sign in with.
    pub name: UserName,
    /// The name that people use.
    pub display_name: String,
    /// The bcrypt hash of the password; without one, nobody can sign in as this user yet.
    pub password_hash: Option<String>,
    /// Whether this user may sign in.
    pub state: UserState,
    /// The roles to assign.
    pub roles: Vec<RoleId>,
}

/// Everything but the password's hash, so that it ends up in no log.
impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What a user is to become; the password is changed elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserChange {
    /// The name to sign in with.
    pub name: UserName,
    /// The name that people use.
    pub display_name: String,
    /// Whether this user may sign in.
    pub state: UserState,
    /// The roles to assign, all of them.
    pub roles: Vec<RoleId>,
}

/// The user with this number.
pub fn find(conn: &mut Conn, id: UserId) -> Result<Option<User>, StoreError> {
    let row: Option<Row> = users::table.find(id.0).first(conn).optional()?;
    with_roles(conn, row)
}

/// The user with this name.
pub fn find_by_name(conn: &mut Conn, name: &UserName) -> Result<Option<User>, StoreError> {
    let row: Option<Row> = users::table
        .filter(users::name.eq(name.as_str()))
        .first(conn)
        .optional()?;
    with_roles(conn, row)
}

#[derive(Queryable)]
struct Row {
    id: i32,
    name: String,
    display_name: String,
    password_hash: Option<String>,
    state: String,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    last_sign_in_at: Option<NaiveDateTime>,
    sign_in_count: i32,
}

impl Row {
    fn into_user(self, roles: Vec<RoleId>) -> Result<User, StoreError> {
        let broken = |why: &dyn fmt::Display| {
            StoreError::Invalid(format!("user {} in the database is broken: {why}", self.id))
        };
        let name = UserName::parse(&self.name)
            .map_err(|error| broken(&format!("the name `{}` {error}", self.name)))?;
        let state = UserState::parse(&self.state).ok_or_else(|| broken(&"unknown state"))?;
        Ok(User {
            id: UserId(self.id),
            name,
            display_name: self.display_name,
            password_hash: self.password_hash,
            state,
            created_at: self.created_at.and_utc(),
            updated_at: self.updated_at.and_utc(),
            last_sign_in_at: self.last_sign_in_at.map(|at| at.and_utc()),
            sign_in_count: self.sign_in_count,
            roles,
        })
    }
}

fn with_roles(conn: &mut Conn, row: Option<Row>) -> Result<Option<User>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let roles: Vec<i32> = user_roles::table
        .filter(user_roles::user_id.eq(row.id))
        .order(user_roles::role_id)
        .select(user_roles::role_id)
        .load(conn)?;
    row.into_user(roles.into_iter().map(RoleId).collect())
        .map(Some)
}

/// Joins users with their roles. One whom this program cannot read is left out and logged, so that
/// the others can still be administered.
fn joined(rows: Vec<Row>, pairs: Vec<(i32, i32)>) -> Vec<User> {
    let mut roles = roles_of_users(pairs);
    let users = rows.into_iter().map(|row| {
        let roles = roles.remove(&row.id).unwrap_or_default();
        row.into_user(roles)
    });
    users
        .filter_map(|user| user.inspect_err(|error| tracing::warn!("{error}")).ok())
        .collect()
}

fn roles_of_users(pairs: Vec<(i32, i32)>) -> HashMap<i32, Vec<RoleId>> {
    let mut roles: HashMap<i32, Vec<RoleId>> = HashMap::new();
    for (user, role) in pairs {
        roles.entry(user).or_default().push(RoleId(role));
    }
    roles
}
