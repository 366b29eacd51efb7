//! What a file of users asks for, as the database takes it.

use std::collections::HashMap;

use super::transfer::{ImportRow, NewPassword};
use crate::identity::name::{RoleName, UserName};
use crate::identity::principal::{ObtainedBy, RoleId};
use crate::store::connection::Conn;
use crate::store::error::{RowError, StoreError};
use crate::store::import::Row;
use crate::store::roles::{self, Role};

/// Puts numbers for the names of roles, and refuses what cannot be imported.
pub(super) fn resolved(
    conn: &mut Conn,
    rows: &[Row<ImportRow>],
) -> Result<Vec<Option<Vec<RoleId>>>, StoreError> {
    let known = roles::list(conn)?;
    let known: HashMap<&RoleName, &Role> = known.iter().map(|role| (&role.name, role)).collect();
    let mut first: HashMap<&UserName, u64> = HashMap::new();
    let (mut resolved, mut errors) = (Vec::new(), Vec::new());
    for Row { line, value } in rows {
        let mut wrong = |message: String| {
            errors.push(RowError {
                line: *line,
                message,
            });
        };
        if let Some(other) = first.insert(&value.name, *line) {
            wrong(format!("the user `{}` is also in line {other}", value.name));
        }
        if let NewPassword::Plain(_) = value.password {
            wrong("the password was not hashed".to_owned());
        }
        let names = value.roles.as_ref();
        for name in names.into_iter().flatten() {
            match known.get(name) {
                None => wrong(format!("there is no role `{name}`")),
                Some(role) => {
                    unassignable(name, role.obtained_by).map(&mut wrong);
                }
            }
        }
        resolved.push(names.map(|names| ids(names, &known)));
    }
    if errors.is_empty() {
        Ok(resolved)
    } else {
        Err(StoreError::Rows(errors))
    }
}

/// Why a role cannot be given to a user. The built-in role `user` comes from signing in: naming it does
/// no harm, and nothing.
pub(super) fn unassignable(name: &impl std::fmt::Display, way: ObtainedBy) -> Option<String> {
    match way {
        ObtainedBy::SignIn | ObtainedBy::Assigned => None,
        ObtainedBy::Terms | ObtainedBy::Network | ObtainedBy::Kiosk => {
            let way = way.as_str();
            Some(format!(
                "the role `{name}` cannot be assigned: it is obtained by `{way}`"
            ))
        }
    }
}

/// In order, without the built-in role `user`, as [`User::roles`](super::User::roles) has them.
fn ids(names: &[RoleName], known: &HashMap<&RoleName, &Role>) -> Vec<RoleId> {
    let roles = names.iter().filter_map(|name| known.get(name));
    let assigned = roles.filter(|role| role.obtained_by == ObtainedBy::Assigned);
    let mut ids: Vec<RoleId> = assigned.map(|role| role.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
