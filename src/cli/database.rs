//! The database, for commands that work on it.

use std::collections::HashMap;

use super::failure::{Failure, Result};
use super::output;
use crate::config::Config;
use crate::identity::name::{RoleName, UserName};
use crate::identity::principal::RoleId;
use crate::store::networks::{self, Network};
use crate::store::users::{self, User};
use crate::store::{Conn, Store, StoreError, roles};

/// Reads the settings and opens the database; one that is new or older is brought up to date.
pub(super) fn open() -> Result<(Config, Store)> {
    let config = Config::from_env()?;
    let store = Store::open(&config.database)?;
    if !store.migrate()?.is_empty() {
        output::say(format_args!("brought {} up to date", config.database));
    }
    Ok((config, store))
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Rows(rows) => {
                let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
                let error = StoreError::Rows(rows);
                Self::yours(format_args!("{error}\n\n{}", lines.join("\n")))
            }
            StoreError::Taken { .. }
            | StoreError::LastAdmin
            | StoreError::BuiltIn
            | StoreError::NotFound
            | StoreError::Invalid(_) => Self::yours(error),
            StoreError::Unavailable { .. }
            | StoreError::Stale
            | StoreError::ReadOnly
            | StoreError::Newer { .. }
            | StoreError::Other(_) => Self::Ours(error.into()),
        }
    }
}

/// The user of this name.
pub(super) fn user(conn: &mut Conn, name: &UserName) -> Result<User, StoreError> {
    users::find_by_name(conn, name)?
        .ok_or_else(|| StoreError::Invalid(format!("there is no user `{name}`")))
}

/// The role of this name.
pub(super) fn role(conn: &mut Conn, name: &RoleName) -> Result<roles::Role, StoreError> {
    let hint = "`iiif-gate role list` shows all, `iiif-gate role add` makes one";
    roles::find_by_name(conn, name)?
        .ok_or_else(|| StoreError::Invalid(format!("there is no role `{name}` ({hint})")))
}

/// The network of this name.
pub(super) fn network(conn: &mut Conn, name: &str) -> Result<Network, StoreError> {
    let hint = "`iiif-gate network list` shows all, `iiif-gate network add` makes one";
    networks::find_by_name(conn, name)?
        .ok_or_else(|| StoreError::Invalid(format!("there is no network `{name}` ({hint})")))
}

/// The names of all roles.
pub(super) fn role_names(conn: &mut Conn) -> Result<HashMap<RoleId, String>, StoreError> {
    let roles = roles::list(conn)?;
    Ok(roles
        .into_iter()
        .map(|role| (role.id, role.name.to_string()))
        .collect())
}
