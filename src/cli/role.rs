//! `iiif-gate role`: roles.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::failure::Result;
use super::{database, output, table};
use crate::identity::admin::Admin;
use crate::identity::name::RoleName;
use crate::identity::principal::ObtainedBy;
use crate::store::roles::NewRole;
use crate::store::users::{self, UserState};
use crate::store::{Conn, StoreError, roles};
use crate::web::state::now;

/// List, add and delete roles
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a role
    Add {
        /// Its name: lower-case letters, digits, `-`, `_` and `.`
        #[arg(value_parser = RoleName::parse)]
        name: RoleName,
        /// What people call it
        #[arg(long, default_value = "")]
        title: String,
    },
    /// List all roles
    List {
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Delete a role, taking it from its holders and out of the rules
    Delete {
        /// Its name
        #[arg(value_parser = RoleName::parse)]
        name: RoleName,
    },
}

/// A role in `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    name: RoleName,
    title: String,
    obtained_by: &'static str,
    built_in: bool,
    holders: u64,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (_, store) = database::open()?;
        let admin = Admin::console();
        match self.command {
            Command::Add { name, title } => {
                let role = NewRole::assigned(name.clone(), &title);
                store.blocking(|conn| roles::create(conn, &admin, now(), &role))?;
                output::say(format_args!("added the role `{name}`"));
                Ok(())
            }
            Command::Delete { name } => {
                let usage = store.blocking(|conn| {
                    let id = database::role(conn, &name)?.id;
                    let usage = roles::usage(conn, id, now())?;
                    roles::delete(conn, &admin, now(), id)?;
                    Ok(usage)
                })?;
                let (holders, rules) = (usage.holders, usage.rules);
                output::say(format_args!(
                    "deleted the role `{name}`: {holders} users held it, {rules} rules asked for it"
                ));
                Ok(())
            }
            Command::List { json } => print(&store.blocking(list)?, json),
        }
    }
}

fn list(conn: &mut Conn) -> Result<Vec<Listed>, StoreError> {
    let usages = roles::usages(conn, now())?;
    let everybody = users::count(conn, UserState::Active)?;
    let listed = roles::list(conn)?.into_iter().map(|role| Listed {
        holders: match role.obtained_by {
            ObtainedBy::SignIn => everybody,
            _ => usages.get(&role.id).copied().unwrap_or_default().holders,
        },
        name: role.name,
        title: role.title,
        obtained_by: role.obtained_by.as_str(),
        built_in: role.built_in,
    });
    Ok(listed.collect())
}

fn print(roles: &[Listed], json: bool) -> Result {
    if json {
        return output::json(&roles);
    }
    let rows: Vec<[String; 4]> = roles
        .iter()
        .map(|role| {
            let Listed {
                name,
                title,
                obtained_by,
                holders,
                ..
            } = role;
            [
                name.to_string(),
                (*obtained_by).to_owned(),
                holders.to_string(),
                title.clone(),
            ]
        })
        .collect();
    table::print(["NAME", "OBTAINED BY", "HOLDERS", "TITLE"], &rows)
}
