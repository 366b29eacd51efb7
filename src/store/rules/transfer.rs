//! Rules as a CSV file: in and out.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::write::{insert, named, replace};
use super::{NewRule, Rule, list};
use crate::access::notation::Word;
use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, Requirement};
use crate::identity::admin::Admin;
use crate::identity::name::RoleName;
use crate::identity::principal::RoleId;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::{RowError, StoreError};
use crate::store::import::{Columns, Mode, Report, Row, read, written};
use crate::store::roles;
use crate::store::transaction::attempt;

const COLUMNS: [&str; 5] = ["pattern", "kind", "requirement", "roles", "note"];

/// One line of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    /// What kind of thing the rule is about; images if the file does not say.
    pub kind: Kind,
    /// Which of them.
    pub pattern: Pattern,
    /// What is needed, with the roles by name.
    pub requirement: NamedRequirement,
    /// Why the rule is there; nothing leaves a note as it is.
    pub note: Option<String>,
}

/// A requirement with the names of roles, which the database may not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedRequirement {
    /// Everybody may see it.
    Public,
    /// Any of these roles.
    AnyOf(Vec<RoleName>),
    /// Nobody may see it.
    Nobody,
}

/// Reads a CSV file with the columns `pattern,kind,requirement,roles,note`, in any order. `requirement`
/// is `public`, `roles` or `nobody`; roles are separated by blanks.
pub fn parse(text: &str) -> Result<Vec<Row<ImportRow>>, StoreError> {
    read(text, &COLUMNS, row)
}

fn row(columns: &Columns<'_>) -> Result<ImportRow, String> {
    let pattern = columns.get("pattern").unwrap_or_default();
    let pattern =
        Pattern::parse(&pattern).map_err(|error| format!("the pattern `{pattern}` {error}"))?;
    let kind = match columns.get("kind") {
        None => Kind::Image,
        Some(kind) => Kind::parse(&kind)
            .ok_or_else(|| format!("unknown kind `{kind}` (valid: `image`, `manifest`, `file`)"))?,
    };
    let names = columns.get("roles").unwrap_or_default();
    let names: Result<Vec<RoleName>, String> = names
        .split_whitespace()
        .map(|name| RoleName::parse(name).map_err(|error| format!("the role `{name}` {error}")))
        .collect();
    let requirement = match (columns.get("requirement").as_deref(), names?) {
        (Some("public"), names) if names.is_empty() => NamedRequirement::Public,
        (Some("nobody"), names) if names.is_empty() => NamedRequirement::Nobody,
        (Some("public" | "nobody"), _) => {
            return Err("has roles, which only the requirement `roles` uses".to_owned());
        }
        (Some("roles") | None, names) if !names.is_empty() => NamedRequirement::AnyOf(names),
        (Some("roles"), _) => return Err("names no role".to_owned()),
        (None, _) => return Err("has no requirement".to_owned()),
        (Some(other), _) => {
            let valid = "(valid: `public`, `roles`, `nobody`)";
            return Err(format!("unknown requirement `{other}` {valid}"));
        }
    };
    Ok(ImportRow {
        kind,
        pattern,
        requirement,
        note: columns.get_even_empty("note"),
    })
}

/// Makes and changes rules, all or none; rules that are not in the file stay.
pub fn import(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    rows: &[Row<ImportRow>],
    mode: Mode,
) -> Result<Report, StoreError> {
    attempt(conn, mode, |conn| {
        let wanted = resolved(conn, rows)?;
        let before = existing(conn)?;
        let mut report = Report::default();
        for (row, requirement) in rows.iter().zip(wanted) {
            let ImportRow { kind, pattern, .. } = &row.value;
            let old = before.get(&(*kind, pattern.clone()));
            let new = wanted_rule(&row.value, requirement, old);
            match old {
                None => {
                    insert(conn, now, &new)?;
                    report.created.push(named(*kind, pattern));
                }
                Some(old) if old.rule.access == new.access && old.note == new.note => {
                    report.unchanged += 1;
                }
                Some(old) => {
                    replace(conn, now, old.rule.id, &new)?;
                    report.updated.push(named(*kind, pattern));
                }
            }
        }
        audit::done(
            conn,
            admin,
            now,
            Action::ImportRules,
            &"rules",
            &report.summary(),
        )?;
        Ok(report)
    })
}

fn existing(conn: &mut Conn) -> Result<HashMap<(Kind, Pattern), Rule>, StoreError> {
    let key = |rule: Rule| ((rule.rule.kind, rule.rule.pattern.clone()), rule);
    Ok(list(conn)?.into_iter().map(key).collect())
}

/// The rule that the line asks for; the note stays if the file has none.
fn wanted_rule(row: &ImportRow, requirement: Requirement, old: Option<&Rule>) -> NewRule {
    let old_note = || old.map(|old| old.note.clone()).unwrap_or_default();
    NewRule {
        note: row.note.clone().unwrap_or_else(old_note),
        ..NewRule::new(row.kind, row.pattern.clone(), requirement)
    }
}

/// Puts numbers for the names of roles, and refuses two lines for one pattern.
fn resolved(conn: &mut Conn, rows: &[Row<ImportRow>]) -> Result<Vec<Requirement>, StoreError> {
    let known = roles::list(conn)?;
    let known: HashMap<&RoleName, RoleId> =
        known.iter().map(|role| (&role.name, role.id)).collect();
    let mut first: HashMap<(Kind, &Pattern), u64> = HashMap::new();
    let (mut requirements, mut errors) = (Vec::new(), Vec::new());
    for Row { line, value } in rows {
        let mut wrong = |message: String| {
            errors.push(RowError {
                line: *line,
                message,
            });
        };
        if let Some(other) = first.insert((value.kind, &value.pattern), *line) {
            wrong(format!(
                "the pattern `{}` is also in line {other}",
                value.pattern
            ));
        }
        requirements.push(match &value.requirement {
            NamedRequirement::Public => Requirement::Public,
            NamedRequirement::Nobody => Requirement::Nobody,
            NamedRequirement::AnyOf(names) => {
                for name in names.iter().filter(|name| !known.contains_key(name)) {
                    wrong(format!("there is no role `{name}`"));
                }
                let ids = names.iter().filter_map(|name| known.get(name));
                Requirement::AnyOf(ids.copied().collect())
            }
        });
    }
    if errors.is_empty() {
        Ok(requirements)
    } else {
        Err(StoreError::Rows(errors))
    }
}

/// All rules as a CSV file that [`parse`] reads.
pub fn export(conn: &mut Conn) -> Result<String, StoreError> {
    let all_roles = roles::list(conn)?;
    let rules = list(conn)?;
    written(
        &COLUMNS,
        rules.iter().map(|Rule { rule, note, .. }| {
            let names = match &rule.access.requirement {
                Requirement::Public | Requirement::Nobody => String::new(),
                Requirement::AnyOf(held) => {
                    let names = all_roles.iter().filter(|role| held.contains(role.id));
                    names
                        .map(|role| role.name.as_str())
                        .collect::<Vec<_>>()
                        .join(" ")
                }
            };
            vec![
                rule.pattern.to_string(),
                rule.kind.as_str().to_owned(),
                Word::of(&rule.access.requirement).as_str().to_owned(),
                names,
                note.clone(),
            ]
        }),
    )
}
