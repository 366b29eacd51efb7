//! Users from a CSV file.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use secrecy::SecretString;

use super::admins::within_guard;
use super::passwords::store_password;
use super::resolve::resolved;
use super::write::{insert, replace};
use super::{NewUser, User, UserChange, UserState, joined};
use crate::identity::admin::Admin;
use crate::identity::name::{RoleName, UserName};
use crate::identity::password::{self, Rules};
use crate::identity::principal::RoleId;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::import::{Columns, Heading, Mode, Report, Row, read};
use crate::store::schema::{user_roles, users};
use crate::store::transaction::attempt;

const COLUMNS: [&str; 6] = [
    "name",
    "display_name",
    "state",
    "roles",
    "password",
    "password_hash",
];

/// One line of an import. What the file leaves out stays as it is.
#[derive(Debug, Clone)]
pub struct ImportRow {
    /// The name to sign in with.
    pub name: UserName,
    /// The name that people use.
    pub display_name: Option<String>,
    /// Whether this user may sign in; new users may, if the file does not say.
    pub state: Option<UserState>,
    /// The roles, all of them, by name.
    pub roles: Option<Vec<RoleName>>,
    /// The password.
    pub password: NewPassword,
}

/// The password in a line of an import.
#[derive(Clone, Default)]
pub enum NewPassword {
    /// None: who is there keeps theirs, who is new has none yet.
    #[default]
    Keep,
    /// In words: the caller must put a hash in its place.
    Plain(SecretString),
    /// A bcrypt hash.
    Hash(String),
}

/// Which of them, and nothing else.
impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keep => "Keep",
            Self::Plain(_) => "Plain",
            Self::Hash(_) => "Hash",
        })
    }
}

/// Reads a CSV file with the columns `name,display_name,state,roles,password,password_hash`, of which
/// only `name` must be there. Roles are separated by blanks, and new passwords go by the rules.
pub fn parse(text: &str, rules: &Rules) -> Result<Vec<Row<ImportRow>>, StoreError> {
    let heading = Heading {
        columns: &COLUMNS,
        also: |_| false,
    };
    let table = read(text, &heading, |columns| {
        row(columns, rules).map_err(|error| vec![error])
    })?;
    Ok(table.rows)
}

fn row(columns: &Columns<'_>, rules: &Rules) -> Result<ImportRow, String> {
    let name = columns.get("name").unwrap_or_default();
    let name = UserName::parse(&name).map_err(|error| format!("the name `{name}` {error}"))?;
    let state = columns.get("state").map(|state| {
        UserState::parse(&state).ok_or_else(|| {
            format!("unknown state `{state}` (valid: `active`, `disabled`, `pending`)")
        })
    });
    let roles = columns.get_even_empty("roles").map(|names| {
        let role = |name| RoleName::parse(name).map_err(|e| format!("the role `{name}` {e}"));
        names
            .split_whitespace()
            .map(role)
            .collect::<Result<Vec<_>, String>>()
    });
    let password = match (columns.get("password"), columns.get("password_hash")) {
        (Some(_), Some(_)) => return Err("has both a password and a hash".to_owned()),
        (Some(plain), None) => {
            let checked = rules.check(&plain, name.as_str());
            checked.map_err(|error| format!("the password {error}"))?;
            NewPassword::Plain(plain.into())
        }
        (None, Some(hash)) if password::is_hash(&hash) => NewPassword::Hash(hash),
        (None, Some(_)) => return Err("the password hash is no bcrypt hash".to_owned()),
        (None, None) => NewPassword::Keep,
    };
    Ok(ImportRow {
        name,
        display_name: columns.get_even_empty("display_name"),
        state: state.transpose()?,
        roles: roles.transpose()?,
        password,
    })
}

/// Makes and changes users, all or none; users who are not in the file stay.
pub fn import(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    rows: &[Row<ImportRow>],
    mode: Mode,
) -> Result<Report, StoreError> {
    attempt(conn, mode, |conn| {
        within_guard(conn, |conn| {
            let roles = resolved(conn, rows)?;
            let before = all(conn)?;
            let before: HashMap<&UserName, &User> =
                before.iter().map(|user| (&user.name, user)).collect();
            let mut report = Report::default();
            for (row, roles) in rows.iter().zip(roles) {
                match before.get(&row.value.name) {
                    None => {
                        insert(conn, now, &new_user(&row.value, roles))?;
                        report.created.push(row.value.name.to_string());
                    }
                    Some(user) if bring_up(conn, now, user, &row.value, roles)? => {
                        report.updated.push(user.name.to_string());
                    }
                    Some(_) => report.unchanged += 1,
                }
            }
            audit::done(
                conn,
                admin,
                now,
                Action::ImportUsers,
                &"users",
                &report.summary(),
            )?;
            Ok(report)
        })
    })
}

fn new_user(row: &ImportRow, roles: Option<Vec<RoleId>>) -> NewUser {
    NewUser {
        name: row.name.clone(),
        display_name: row.display_name.clone().unwrap_or_default(),
        password_hash: hash_of(&row.password),
        state: row.state.unwrap_or(UserState::Active),
        roles: roles.unwrap_or_default(),
    }
}

fn hash_of(password: &NewPassword) -> Option<String> {
    match password {
        NewPassword::Hash(hash) => Some(hash.clone()),
        NewPassword::Keep | NewPassword::Plain(_) => None,
    }
}

/// Changes a user into what the line says. Says whether that was anything new.
fn bring_up(
    conn: &mut Conn,
    now: DateTime<Utc>,
    user: &User,
    row: &ImportRow,
    roles: Option<Vec<RoleId>>,
) -> Result<bool, StoreError> {
    let change = UserChange {
        name: user.name.clone(),
        display_name: row
            .display_name
            .clone()
            .unwrap_or_else(|| user.display_name.clone()),
        state: row.state.unwrap_or(user.state),
        roles: roles.unwrap_or_else(|| user.roles.clone()),
    };
    let differs = change.display_name != user.display_name
        || change.state != user.state
        || change.roles != user.roles;
    if differs {
        replace(conn, now, user.id, &change)?;
    }
    let hash = hash_of(&row.password).filter(|hash| Some(hash) != user.password_hash.as_ref());
    if let Some(hash) = &hash {
        store_password(conn, now, user.id, hash, None)?;
    }
    Ok(differs || hash.is_some())
}

fn all(conn: &mut Conn) -> Result<Vec<User>, StoreError> {
    let rows = users::table.order(users::name).load(conn)?;
    let pairs = user_roles::table
        .order((user_roles::user_id, user_roles::role_id))
        .load(conn)?;
    Ok(joined(rows, pairs))
}
