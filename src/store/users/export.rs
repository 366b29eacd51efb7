//! All users as a CSV file.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Row, User, roles_of_users};
use crate::identity::name::RoleName;
use crate::identity::principal::RoleId;
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::export::Export;
use crate::store::import::{lines, written};
use crate::store::roles;
use crate::store::schema::{user_roles, users};

/// How many users are read at once.
const AT_ONCE: i64 = 2000;

/// All users as a CSV file that [`parse`](super::parse) reads; with their password hashes only if asked
/// to. They come by number, which no change alters, so that each is there once whatever is done to them
/// meanwhile.
pub fn export(with_hashes: bool) -> impl Export {
    File {
        with_hashes,
        roles: None,
        last: i32::MIN,
    }
}

struct File {
    with_hashes: bool,
    /// The names of the roles, once it has begun.
    roles: Option<HashMap<RoleId, RoleName>>,
    last: i32,
}

impl Export for File {
    fn part(&mut self, conn: &mut Conn) -> Result<Option<String>, StoreError> {
        let users = self.some(conn)?;
        if let Some(names) = &self.roles {
            let rows = users.into_iter().map(|user| self.row(names, user));
            let text = lines(rows)?;
            return Ok(Some(text).filter(|text| !text.is_empty()));
        }
        let names = roles::list(conn)?
            .into_iter()
            .map(|role| (role.id, role.name))
            .collect();
        let mut columns = vec!["name", "display_name", "state", "roles"];
        if self.with_hashes {
            columns.push("password_hash");
        }
        let rows = users.into_iter().map(|user| self.row(&names, user));
        let text = written(&columns, rows)?;
        self.roles = Some(names);
        Ok(Some(text))
    }
}

impl File {
    /// The next users. One who cannot be read is an error: left out, nobody would miss them.
    fn some(&mut self, conn: &mut Conn) -> Result<Vec<User>, StoreError> {
        let rows: Vec<Row> = users::table
            .filter(users::id.gt(self.last))
            .order(users::id)
            .limit(AT_ONCE)
            .load(conn)?;
        let Some(newest) = rows.last().map(|row| row.id) else {
            return Ok(Vec::new());
        };
        let pairs = user_roles::table
            .filter(user_roles::user_id.gt(self.last))
            .filter(user_roles::user_id.le(newest))
            .order((user_roles::user_id, user_roles::role_id))
            .load(conn)?;
        self.last = newest;
        let mut roles = roles_of_users(pairs);
        let users = rows.into_iter().map(|row| {
            let roles = roles.remove(&row.id).unwrap_or_default();
            row.into_user(roles)
        });
        users.collect()
    }

    fn row(&self, names: &HashMap<RoleId, RoleName>, user: User) -> Vec<String> {
        let roles: Vec<&str> = user
            .roles
            .iter()
            .filter_map(|id| names.get(id))
            .map(RoleName::as_str)
            .collect();
        let state = user.state.as_str().to_owned();
        let mut row = vec![
            user.name.to_string(),
            user.display_name,
            state,
            roles.join(" "),
        ];
        if self.with_hashes {
            row.push(user.password_hash.unwrap_or_default());
        }
        row
    }
}
