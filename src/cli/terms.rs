//! `iiif-gate terms`: what visitors accept to obtain a role.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::failure::Result;
use super::{database, output, texts};
use crate::identity::admin::Admin;
use crate::identity::name::RoleName;
use crate::language::{Language, LanguageMap};
use crate::store::terms::{self, Version};
use crate::store::{Conn, StoreError};
use crate::web::state::now;

/// Write and show the terms of roles
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Set(Set),
    /// Show the terms of a role: those in force, or an older version
    Show {
        /// The role's name
        #[arg(value_parser = RoleName::parse)]
        role: RoleName,
        /// The version; that in force if this is left out
        #[arg(long)]
        version: Option<i32>,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Put new terms in force, in all their languages; everybody has to accept them anew
#[derive(Debug, Args)]
struct Set {
    /// The role's name
    #[arg(value_parser = RoleName::parse)]
    role: RoleName,
    /// What stands above them, by language, as in `en='Terms of use'`
    #[arg(long, value_name = "LANGUAGE=TEXT", value_parser = texts::text)]
    heading: Vec<(Language, String)>,
    /// Their text, by language, in simple Markdown
    #[arg(long, value_name = "LANGUAGE=TEXT", value_parser = texts::text)]
    text: Vec<(Language, String)>,
    /// A file with their text, by language, as in `en=terms.en.md`; `-` for stdin
    #[arg(long, value_name = "LANGUAGE=FILE", value_parser = texts::text_file)]
    text_file: Vec<(Language, PathBuf)>,
}

/// A version in `--json`.
#[derive(Debug, Serialize)]
struct Shown {
    role: RoleName,
    version: i32,
    in_force: bool,
    heading: LanguageMap,
    text: LanguageMap,
    created_at: DateTime<Utc>,
    created_by: String,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        match self.command {
            Command::Set(set) => set.run(),
            Command::Show {
                role,
                version,
                json,
            } => {
                let (_, store) = database::open()?;
                let shown = store.blocking(|conn| find(conn, &role, version))?;
                if json {
                    output::json(&shown)
                } else {
                    print(&shown)
                }
            }
        }
    }
}

impl Set {
    fn run(self) -> Result {
        let heading = LanguageMap::of(self.heading);
        let text = texts::with_files(self.text, &self.text_file)?;
        let role = &self.role;
        let (config, store) = database::open()?;
        texts::are_spoken(&config, &heading)?;
        texts::are_spoken(&config, &text)?;
        let version = store.blocking(|conn| {
            let id = database::role(conn, role)?.id;
            terms::publish(conn, &Admin::console(), now(), id, &heading, &text)
        })?;
        output::say(match version {
            Some(version) => format!("version {version} of the terms of `{role}` is in force"),
            None => format!("nothing is new: these terms of `{role}` are in force already"),
        });
        Ok(())
    }
}

fn find(conn: &mut Conn, name: &RoleName, version: Option<i32>) -> Result<Shown, StoreError> {
    let role = database::role(conn, name)?;
    let current = terms::current(conn, role.id)?;
    let in_force = current.as_ref().map(|current| current.terms.version);
    let found = match version {
        None => current,
        Some(version) => terms::find(conn, role.id, version)?,
    };
    let Version {
        terms,
        created_at,
        created_by,
    } = found.ok_or_else(|| {
        let which =
            version.map_or_else(|| "terms".to_owned(), |number| format!("version {number}"));
        StoreError::Invalid(format!(
            "the role `{name}` has no {which} (`iiif-gate terms set` writes some)"
        ))
    })?;
    Ok(Shown {
        role: role.name,
        version: terms.version,
        in_force: in_force == Some(terms.version),
        heading: terms.heading,
        text: terms.text,
        created_at,
        created_by,
    })
}

fn print(shown: &Shown) -> Result {
    let state = if shown.in_force {
        "in force"
    } else {
        "replaced"
    };
    let at = shown.created_at.format("%Y-%m-%d %H:%M UTC");
    let (version, by) = (shown.version, &shown.created_by);
    output::say(format_args!(
        "version {version}, {state}, written {at} by {by}"
    ));
    for (language, text) in shown.text.iter() {
        let heading = shown.heading.get(language).unwrap_or_default();
        output::data(format_args!("[{language}] {heading}\n{text}\n"))?;
    }
    Ok(())
}
