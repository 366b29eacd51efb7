//! `iiif-gate rule`: rules.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::failure::{Failure, Result};
use super::{database, file, output, table};
use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, Requirement};
use crate::identity::admin::Admin;
use crate::identity::name::RoleName;
use crate::store::rules::{self, NewRule, Rule, Scope};
use crate::store::{Conn, Store, StoreError};
use crate::web::state::now;

/// List, add, delete, import and export rules
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    /// List all rules, by pattern
    List {
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Delete a rule
    Delete {
        /// Its pattern
        #[arg(value_parser = Pattern::parse)]
        pattern: Pattern,
        /// What kind of thing it is about
        #[arg(long, default_value = "image", value_parser = kind)]
        kind: Kind,
    },
    /// Add and change rules from a CSV file, all or none
    ///
    /// Columns: `pattern`, `kind`, `requirement` (`public`, `roles` or `nobody`), `roles` (separated by
    /// blanks), `note`. Rules that are not in the file stay.
    Import {
        /// The file, or `-` for stdin
        file: PathBuf,
        /// Say what would be done, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write all rules as CSV to stdout
    Export,
}

/// Add a rule, for example: `rule add 'maps/*' role staff`
#[derive(Debug, Args)]
struct Add {
    /// An identifier, written decoded, or a prefix such as `maps/*`; quote the star
    #[arg(value_parser = Pattern::parse)]
    pattern: Pattern,
    /// Who may see it
    requirement: Word,
    /// With `role`: one of these roles must be held
    #[arg(value_parser = RoleName::parse)]
    roles: Vec<RoleName>,
    /// What kind of thing it is about: `image`, `manifest` or `file`
    #[arg(long, default_value = "image", value_parser = kind)]
    kind: Kind,
    /// Why the rule is there
    #[arg(long, default_value = "")]
    note: String,
}

/// Who may see something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    /// Everybody
    Public,
    /// Who holds one of the roles
    #[value(alias = "roles")]
    Role,
    /// Nobody
    Nobody,
}

/// A rule in `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    id: i32,
    kind: &'static str,
    pattern: String,
    requirement: &'static str,
    roles: Vec<String>,
    note: String,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (_, store) = database::open()?;
        let admin = Admin::console();
        match self.command {
            Command::Add(options) => add(&store, options),
            Command::List { json } => print(&store.blocking(list)?, json),
            Command::Delete { pattern, kind } => delete(&store, kind, &pattern),
            Command::Import {
                file: path,
                dry_run,
            } => {
                let parsed = rules::parse_csv(&file::read(&path)?)?;
                let import = |conn: &mut Conn| {
                    if dry_run {
                        return rules::diff(conn, &parsed, Scope::Change);
                    }
                    rules::import(conn, &admin, now(), &parsed, Scope::Change)
                };
                let diff = store.blocking(import)?;
                for change in &diff.changes {
                    output::data(change)?;
                }
                output::say(format_args!(
                    "{}, {} unchanged",
                    diff.summary(),
                    diff.unchanged
                ));
                Ok(())
            }
            Command::Export => output::data(store.blocking(rules::export_csv)?.trim_end()),
        }
    }
}

fn add(store: &Store, options: Add) -> Result {
    let Add {
        pattern,
        requirement,
        roles,
        kind,
        note,
    } = options;
    check(requirement, &roles)?;
    store.blocking(|conn| {
        let requirement = resolved(conn, requirement, &roles)?;
        let pattern = pattern.clone();
        let rule = NewRule {
            note,
            ..NewRule::new(kind, pattern, requirement)
        };
        rules::create(conn, &Admin::console(), now(), &rule)
    })?;
    output::say(format_args!("added the rule for `{pattern}`"));
    Ok(())
}

fn delete(store: &Store, kind: Kind, pattern: &Pattern) -> Result {
    store.blocking(|conn| {
        let rule = rules::find_by_pattern(conn, kind, pattern)?.ok_or_else(|| {
            let kind = kind.as_str();
            StoreError::Invalid(format!("there is no {kind} rule for `{pattern}`"))
        })?;
        rules::delete(conn, &Admin::console(), now(), rule.rule.id)
    })?;
    output::say(format_args!("deleted the rule for `{pattern}`"));
    Ok(())
}

fn kind(text: &str) -> std::result::Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| "valid: `image`, `manifest`, `file`".to_owned())
}

fn check(requirement: Word, roles: &[RoleName]) -> Result {
    match (requirement, roles) {
        (Word::Role, []) => Err(Failure::yours(
            "no role is named\n\nhint: for example `rule add 'maps/*' role staff`",
        )),
        (Word::Public | Word::Nobody, [role, ..]) => Err(Failure::yours(format_args!(
            "`{role}` is too much\n\nhint: roles come after the word `role` only"
        ))),
        (Word::Role | Word::Public | Word::Nobody, _) => Ok(()),
    }
}

fn resolved(
    conn: &mut Conn,
    requirement: Word,
    roles: &[RoleName],
) -> Result<Requirement, StoreError> {
    match requirement {
        Word::Public => Ok(Requirement::Public),
        Word::Nobody => Ok(Requirement::Nobody),
        Word::Role => {
            let ids = roles.iter().map(|name| Ok(database::role(conn, name)?.id));
            Ok(Requirement::AnyOf(ids.collect::<Result<_, StoreError>>()?))
        }
    }
}

fn list(conn: &mut Conn) -> Result<Vec<Listed>, StoreError> {
    let names = database::role_names(conn)?;
    let listed = rules::list(conn)?
        .into_iter()
        .map(|Rule { rule, note, .. }| {
            let (requirement, roles) = match &rule.access.requirement {
                Requirement::Public => ("public", Vec::new()),
                Requirement::Nobody => ("nobody", Vec::new()),
                Requirement::AnyOf(roles) => (
                    "roles",
                    roles
                        .iter()
                        .filter_map(|id| names.get(&id).cloned())
                        .collect(),
                ),
            };
            let (kind, pattern) = (rule.kind.as_str(), rule.pattern.to_string());
            Listed {
                id: rule.id.0,
                kind,
                pattern,
                requirement,
                roles,
                note,
            }
        });
    Ok(listed.collect())
}

fn print(rules: &[Listed], json: bool) -> Result {
    if json {
        return output::json(&rules);
    }
    let rows: Vec<[String; 4]> = rules
        .iter()
        .map(|rule| {
            let requirement = format!("{} {}", rule.requirement, rule.roles.join(" "));
            let requirement = requirement.trim_end().to_owned();
            [
                rule.pattern.clone(),
                rule.kind.to_owned(),
                requirement,
                rule.note.clone(),
            ]
        })
        .collect();
    table::print(["PATTERN", "KIND", "WHO MAY SEE IT", "NOTE"], &rows)
}
