//! Taking over users, roles and passwords, all or nothing.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{OldRole, OldUser, Original};
use crate::identity::admin::Admin;
use crate::identity::name::{RoleName, UserName};
use crate::identity::password;
use crate::identity::principal::RoleId;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::import::Mode;
use crate::store::roles::{self, NewRole};
use crate::store::transaction::attempt;
use crate::store::users::{self, NewUser, UserState};

/// What was taken over, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The new users.
    pub users: Vec<String>,
    /// The new roles.
    pub roles: Vec<String>,
    /// What was not taken over as it was, in words.
    pub notices: Vec<String>,
}

/// Takes over what is not there yet. Users who are there stay as they are.
///
/// A password that the original stored in plain words, as it did with its first administrator's,
/// is hashed by the function given.
pub fn take_over(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    original: &Original,
    hash: impl Fn(&str) -> Result<String, StoreError>,
    mode: Mode,
) -> Result<Report, StoreError> {
    let named = named(&original.users)?;
    attempt(conn, mode, |conn| {
        let mut report = Report::default();
        let roles = take_roles(conn, &original.roles, &mut report)?;
        let mut held: HashMap<i32, Vec<RoleId>> = HashMap::new();
        for (user, role) in &original.holds {
            held.entry(*user).or_default().extend(roles.get(role));
        }
        for old in &original.users {
            let roles = held.remove(&old.id).unwrap_or_default();
            let Some(name) = free_name(conn, old, &named, &mut report)? else {
                continue;
            };
            let password_hash = password_of(old, name, &hash, &mut report)?;
            users::insert(conn, now, &new_user(old, name, password_hash, roles))?;
            report.users.push(name.to_string());
        }
        let (users, roles) = (report.users.len(), report.roles.len());
        let detail = format!("from the Flask original: {users} users, {roles} roles");
        audit::done(conn, admin, now, Action::ImportUsers, &"users", &detail)?;
        Ok(report)
    })
}

/// The user's name, if there is one and nobody has it here.
fn free_name<'a>(
    conn: &mut Conn,
    old: &OldUser,
    named: &'a HashMap<i32, UserName>,
    report: &mut Report,
) -> Result<Option<&'a UserName>, StoreError> {
    let Some(name) = named.get(&old.id) else {
        let message = format!("user {} has no e-mail address and is left out", old.id);
        report.notices.push(message);
        return Ok(None);
    };
    if users::find_by_name(conn, name)?.is_some() {
        report
            .notices
            .push(format!("`{name}` is there already and stays as it is"));
        return Ok(None);
    }
    Ok(Some(name))
}

fn new_user(
    old: &OldUser,
    name: &UserName,
    password_hash: Option<String>,
    roles: Vec<RoleId>,
) -> NewUser {
    let active = old.active == Some(true);
    NewUser {
        name: name.clone(),
        display_name: old.username.clone().unwrap_or_default(),
        password_hash,
        state: if active {
            UserState::Active
        } else {
            UserState::Disabled
        },
        roles,
    }
}

/// The users' names; all that cannot be names are reported at once.
fn named(users: &[OldUser]) -> Result<HashMap<i32, UserName>, StoreError> {
    let (mut named, mut seen, mut faults) = (HashMap::new(), HashSet::new(), Vec::new());
    for OldUser { id, email, .. } in users {
        let Some(email) = email.as_deref().filter(|email| !email.trim().is_empty()) else {
            continue;
        };
        match UserName::parse(email) {
            Err(error) => faults.push(format!("user {id}: the e-mail address `{email}` {error}")),
            Ok(name) if !seen.insert(name.clone()) => {
                faults.push(format!(
                    "user {id}: `{name}` is there twice, but for upper case"
                ));
            }
            Ok(name) => {
                named.insert(*id, name);
            }
        }
    }
    if faults.is_empty() {
        Ok(named)
    } else {
        let faults = faults.join("\n");
        let message = format!("correct this in the original's database first\n\n{faults}");
        Err(StoreError::Invalid(message))
    }
}

/// The numbers that the original's roles have here. Its role `user`, which says nothing that signing
/// in does not say, is the built-in one.
fn take_roles(
    conn: &mut Conn,
    old: &[OldRole],
    report: &mut Report,
) -> Result<HashMap<i32, RoleId>, StoreError> {
    let mut taken = HashMap::new();
    for OldRole {
        id,
        name,
        description,
    } in old
    {
        let old_name = name.as_deref().unwrap_or_default();
        let Some(name) = role_name(old_name) else {
            report
                .notices
                .push(format!("role {id} has no usable name and is left out"));
            continue;
        };
        if name.as_str() != old_name {
            report
                .notices
                .push(format!("the role `{old_name}` is called `{name}` here"));
        }
        let role = if let Some(role) = roles::find_by_name(conn, &name)? {
            role.id
        } else {
            let title = description
                .as_deref()
                .filter(|text| !text.trim().is_empty());
            report.roles.push(name.to_string());
            roles::insert(conn, &NewRole::assigned(name, title.unwrap_or(old_name)))?
        };
        taken.insert(*id, role);
    }
    Ok(taken)
}

/// A name for a role: `Map Readers (BnF)` becomes `map-readers-bnf`.
fn role_name(old: &str) -> Option<RoleName> {
    let mut name = String::new();
    for c in old.trim().to_lowercase().chars() {
        if c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '.') {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    RoleName::parse(name.trim_matches('-')).ok()
}

fn password_of(
    user: &OldUser,
    name: &UserName,
    hash: impl Fn(&str) -> Result<String, StoreError>,
    report: &mut Report,
) -> Result<Option<String>, StoreError> {
    match user.password.as_deref().unwrap_or_default() {
        "" => Ok(None),
        stored if password::is_hash(stored) => Ok(Some(stored.to_owned())),
        stored if stored.starts_with('$') => {
            let message = format!("`{name}` needs a new password: the old one is no bcrypt hash");
            report.notices.push(message);
            Ok(None)
        }
        plain => {
            let message =
                format!("the password of `{name}` stood there in plain words: hashed now");
            report.notices.push(message);
            hash(plain).map(Some)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_role_becomes_one_of_ours() {
        for (old, new) in [
            ("admin", Some("admin")),
            ("Map Readers (BnF)", Some("map-readers-bnf")),
            ("größe", Some("gr-e")),
            ("***", None),
            ("", None),
        ] {
            assert_eq!(role_name(old).as_ref().map(RoleName::as_str), new, "{old}");
        }
    }
}
