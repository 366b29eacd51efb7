//! Bringing in the rules of a file, when its networks and roles are there.

use std::collections::{HashMap, HashSet};

use super::apply::{Import, Scope};
use super::diff::Described;
use super::entry::{Document, NamedRule, Told};
use super::resolve::Roles;
use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, RuleId};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::import::{Mode, Row};
use crate::store::roles;
use crate::store::rules::list;
use crate::store::rules::write::{insert, named, remove, replace};

/// The rules of the database, by what they are about.
type Existing = HashMap<(Kind, Pattern), (RuleId, NamedRule)>;

impl Import<'_> {
    pub(super) fn rules(
        &mut self,
        conn: &mut Conn,
        file: &Document,
        scope: Scope,
    ) -> Result<(), StoreError> {
        let roles = Roles::new(roles::for_policy(conn)?);
        let existing = existing(conn, &roles)?;
        let mut first: HashMap<(Kind, &Pattern), u64> = HashMap::new();
        // A file that replaces everything is all there is: nothing is left over from before.
        let told = match scope {
            Scope::Change => &file.told,
            Scope::Replace => &Told::Everything,
        };
        for row in &file.rules {
            let (kind, pattern) = (row.value.kind, &row.value.pattern);
            if let Some(other) = first.insert((kind, pattern), row.line) {
                let message = format!("the pattern `{pattern}` is also in line {other}");
                self.wrong(row.line, message);
                continue;
            }
            let old = existing.get(&(kind, pattern.clone()));
            self.rule(conn, row, old, &roles, told)?;
        }
        match scope {
            Scope::Change => Ok(()),
            Scope::Replace => self.rest(conn, existing, &first.into_keys().collect()),
        }
    }

    fn rule(
        &mut self,
        conn: &mut Conn,
        Row { line, value }: &Row<NamedRule>,
        old: Option<&(RuleId, NamedRule)>,
        roles: &Roles,
        told: &Told,
    ) -> Result<(), StoreError> {
        let mut wanted = match old {
            Some((_, old)) => value.clone().over(old, told),
            None => value.clone(),
        };
        wanted.sort_roles();
        let new = match roles.resolve(&wanted) {
            Ok(new) => new,
            Err(wrong) => {
                self.all_wrong(*line, wrong);
                return Ok(());
            }
        };
        let written = match old {
            Some((_, old)) if *old == wanted => Ok(()),
            // Whatever could be refused has been by now.
            _ if self.mode == Mode::DryRun || !self.errors.is_empty() => Ok(()),
            None => insert(conn, self.now, &new).map(drop),
            Some((id, _)) => replace(conn, self.now, *id, &new),
        };
        self.told(*line, written)?;
        let (before, after) = (old.map(|(_, old)| old.into()), Described::from(&wanted));
        let what = named(value.kind, &value.pattern);
        self.diff.compare(what, before.as_ref(), Some(&after));
        Ok(())
    }

    /// Deletes the rules that are not in the file.
    fn rest(
        &mut self,
        conn: &mut Conn,
        existing: Existing,
        in_file: &HashSet<(Kind, &Pattern)>,
    ) -> Result<(), StoreError> {
        let rest = existing.into_iter();
        let mut rest: Vec<_> = rest
            .filter(|((kind, pattern), _)| !in_file.contains(&(*kind, pattern)))
            .collect();
        rest.sort_by_cached_key(|((kind, pattern), _)| (pattern.to_string(), kind.as_str()));
        for ((kind, pattern), (id, old)) in rest {
            if self.mode == Mode::Apply {
                remove(conn, id)?;
            }
            let old = Described::from(&old);
            self.diff.compare(named(kind, &pattern), Some(&old), None);
        }
        Ok(())
    }
}

fn existing(conn: &mut Conn, roles: &Roles) -> Result<Existing, StoreError> {
    let rules = list(conn)?.into_iter().map(|rule| {
        let id = rule.rule.id;
        let rule = NamedRule::of(rule, |id| roles.name(id));
        ((rule.kind, rule.pattern.clone()), (id, rule))
    });
    Ok(rules.collect())
}
