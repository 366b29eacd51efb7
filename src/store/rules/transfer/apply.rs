//! Bringing a file in: all of it or nothing.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::diff::{Described, Diff};
use super::entry::{Document, NetworkEntry, RoleEntry};
use super::resolve;
use crate::identity::admin::Admin;
use crate::language::LanguageMap;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::{RowError, StoreError};
use crate::store::import::{Mode, Row};
use crate::store::networks::{self, NetworkId, NewNetwork};
use crate::store::transaction::attempt;
use crate::store::{roles, terms};

/// What becomes of rules that are not in the file. Roles and networks always stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// They stay.
    Change,
    /// They are deleted.
    Replace,
}

/// What bringing the file in would change; nothing is.
pub fn diff(conn: &mut Conn, file: &Document, scope: Scope) -> Result<Diff, StoreError> {
    let admin = Admin::console();
    attempt(conn, Mode::DryRun, |conn| {
        let import = Import::new(&admin, DateTime::UNIX_EPOCH, Mode::DryRun);
        import.run(conn, file, scope)
    })
}

/// Brings the file in, all of it or nothing, and says what changed.
pub fn import(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    file: &Document,
    scope: Scope,
) -> Result<Diff, StoreError> {
    attempt(conn, Mode::Apply, |conn| {
        let diff = Import::new(admin, now, Mode::Apply).run(conn, file, scope)?;
        let (action, summary) = (Action::ImportRules, diff.summary());
        audit::done(conn, admin, now, action, &"rules", &summary)?;
        Ok(diff)
    })
}

/// An import, as far as it has come.
pub(super) struct Import<'a> {
    admin: &'a Admin,
    pub(super) now: DateTime<Utc>,
    pub(super) mode: Mode,
    pub(super) diff: Diff,
    pub(super) errors: Vec<RowError>,
}

impl<'a> Import<'a> {
    pub(super) fn new(admin: &'a Admin, now: DateTime<Utc>, mode: Mode) -> Self {
        Self {
            admin,
            now,
            mode,
            diff: Diff::default(),
            errors: Vec::new(),
        }
    }

    pub(super) fn run(
        mut self,
        conn: &mut Conn,
        file: &Document,
        scope: Scope,
    ) -> Result<Diff, StoreError> {
        self.networks(conn, &file.networks)?;
        self.roles(conn, &file.roles)?;
        self.rules(conn, file, scope)?;
        if self.errors.is_empty() {
            return Ok(self.diff);
        }
        self.errors.sort_by_key(|error| error.line);
        Err(StoreError::Rows(self.errors))
    }

    pub(super) fn wrong(&mut self, line: u64, message: impl Into<String>) {
        let message = message.into();
        self.errors.push(RowError { line, message });
    }

    pub(super) fn all_wrong(&mut self, line: u64, messages: Vec<String>) {
        for message in messages {
            self.wrong(line, message);
        }
    }

    /// What was refused because of what stands in this line is told with it; what is broken ends all.
    pub(super) fn told<T>(
        &mut self,
        line: u64,
        result: Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error @ (StoreError::Invalid(_) | StoreError::BuiltIn)) => {
                self.wrong(line, error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn networks(&mut self, conn: &mut Conn, rows: &[Row<NetworkEntry>]) -> Result<(), StoreError> {
        let existing = networks::list(conn)?;
        let mut first = HashMap::new();
        for Row { line, value } in rows {
            if let Some(other) = first.insert(&value.name, line) {
                self.wrong(
                    *line,
                    format!("the network `{}` is also in line {other}", value.name),
                );
                continue;
            }
            let old = existing.iter().find(|network| network.name == value.name);
            let before = old.map(|network| NetworkEntry {
                name: network.name.clone(),
                ranges: network.ranges.clone(),
                note: network.note.clone(),
            });
            let new = NewNetwork {
                name: value.name.clone(),
                ranges: value.ranges.clone(),
                note: value.note.clone(),
            };
            let (before, after) = (before.as_ref().map(Described::from), Described::from(value));
            let written = match old {
                None => networks::insert(conn, &new).map(drop),
                Some(_) if before.as_ref() == Some(&after) => Ok(()),
                Some(old) => networks::replace(conn, old.id, &new),
            };
            if self.told(*line, written)?.is_some() {
                let what = format!("network {}", value.name);
                self.diff.compare(what, before.as_ref(), Some(&after));
            }
        }
        Ok(())
    }

    fn roles(&mut self, conn: &mut Conn, rows: &[Row<RoleEntry>]) -> Result<(), StoreError> {
        let all = networks::list(conn)?;
        let ids: HashMap<String, NetworkId> = all
            .into_iter()
            .map(|network| (network.name, network.id))
            .collect();
        let mut first = HashMap::new();
        for Row { line, value } in rows {
            if let Some(other) = first.insert(&value.name, line) {
                self.wrong(
                    *line,
                    format!("the role `{}` is also in line {other}", value.name),
                );
                continue;
            }
            match resolve::role(value, &ids) {
                Ok(role) => {
                    let written = self.role(conn, value, &role, &ids);
                    self.told(*line, written)?;
                }
                Err(wrong) => self.all_wrong(*line, wrong),
            }
        }
        Ok(())
    }

    fn role(
        &mut self,
        conn: &mut Conn,
        entry: &RoleEntry,
        role: &roles::NewRole,
        networks: &HashMap<String, NetworkId>,
    ) -> Result<(), StoreError> {
        let old = roles::find_by_name(conn, &entry.name)?;
        let before = match &old {
            Some(old) => Some(role_entry(conn, old, networks)?),
            None => None,
        };
        let mut after = entry.clone();
        after.networks.sort();
        if let Some(before) = before.as_ref().filter(|_| after.text.is_empty()) {
            // Terms are only ever added to.
            after.heading.clone_from(&before.heading);
            after.text.clone_from(&before.text);
        }
        let id = match old {
            None => roles::insert(conn, role)?,
            Some(old) => {
                roles::replace(conn, old.id, role)?;
                old.id
            }
        };
        if !entry.text.is_empty() {
            let (heading, text) = (&entry.heading, &entry.text);
            terms::insert(conn, self.admin, self.now, id, heading, text)?;
        }
        let (before, after) = (
            before.as_ref().map(Described::from),
            Described::from(&after),
        );
        let what = format!("role {}", entry.name);
        self.diff.compare(what, before.as_ref(), Some(&after));
        Ok(())
    }
}

/// A role of the database in the words of a file.
fn role_entry(
    conn: &mut Conn,
    role: &roles::Role,
    networks: &HashMap<String, NetworkId>,
) -> Result<RoleEntry, StoreError> {
    let held = networks.iter().filter(|(_, id)| role.networks.contains(id));
    let mut names: Vec<String> = held.map(|(name, _)| name.clone()).collect();
    names.sort();
    let terms = terms::current(conn, role.id)?.map(|version| version.terms);
    let (heading, text) = terms.map_or_else(
        || (LanguageMap::default(), LanguageMap::default()),
        |terms| (terms.heading, terms.text),
    );
    Ok(RoleEntry {
        name: role.name.clone(),
        title: role.title.clone(),
        obtained_by: role.obtained_by,
        offered_as: role.offered_as,
        networks: names,
        heading,
        text,
    })
}
