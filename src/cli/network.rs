//! `iiif-gate network`: lists of addresses that roles refer to.

use clap::{Args, Subcommand};
use ipnet::IpNet;
use serde::Serialize;

use super::failure::Result;
use super::{database, output, table};
use crate::identity::admin::Admin;
use crate::identity::network;
use crate::store::networks::{self, NewNetwork};
use crate::store::{Conn, Store, StoreError};
use crate::web::state::now;

/// List, add, change and delete networks
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Add a network, for example: `network add 'Reading room' 192.0.2.0/24 2001:db8::/32`
    Add {
        /// What people call it
        name: String,
        /// Its addresses: networks or single addresses, IPv4 or IPv6
        #[arg(required = true, value_parser = network::parse)]
        ranges: Vec<IpNet>,
        /// Why it is there
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Change a network; what is left out stays
    Set {
        /// What people call it
        name: String,
        /// Its addresses, all of them
        #[arg(value_parser = network::parse)]
        ranges: Vec<IpNet>,
        /// What people are to call it
        #[arg(long)]
        rename: Option<String>,
        /// Why it is there
        #[arg(long)]
        note: Option<String>,
    },
    /// List all networks, with the roles that refer to them
    List {
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Delete a network that no role refers to
    Delete {
        /// What people call it
        name: String,
    },
}

/// A network in `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    name: String,
    ranges: Vec<String>,
    roles: Vec<String>,
    note: String,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (_, store) = database::open()?;
        let admin = Admin::console();
        match self.command {
            Command::Add { name, ranges, note } => {
                let new = NewNetwork { name, ranges, note };
                store.blocking(|conn| networks::create(conn, &admin, now(), &new))?;
                output::say(format_args!("added the network `{}`", new.name.trim()));
                Ok(())
            }
            Command::Set {
                name,
                ranges,
                rename,
                note,
            } => set(&store, &name, ranges, rename, note),
            Command::List { json } => print(&store.blocking(list)?, json),
            Command::Delete { name } => {
                store.blocking(|conn| {
                    let id = database::network(conn, &name)?.id;
                    networks::delete(conn, &admin, now(), id)
                })?;
                output::say(format_args!("deleted the network `{name}`"));
                Ok(())
            }
        }
    }
}

fn set(
    store: &Store,
    name: &str,
    ranges: Vec<IpNet>,
    rename: Option<String>,
    note: Option<String>,
) -> Result {
    store.blocking(|conn| {
        let old = database::network(conn, name)?;
        let new = NewNetwork {
            name: rename.unwrap_or(old.name),
            ranges: if ranges.is_empty() {
                old.ranges
            } else {
                ranges
            },
            note: note.unwrap_or(old.note),
        };
        networks::update(conn, &Admin::console(), now(), old.id, &new)
    })?;
    output::say(format_args!("changed the network `{name}`"));
    Ok(())
}

fn list(conn: &mut Conn) -> Result<Vec<Listed>, StoreError> {
    let mut roles = networks::roles_of(conn)?;
    let listed = networks::list(conn)?.into_iter().map(|network| Listed {
        ranges: network.ranges.iter().map(network::written).collect(),
        roles: roles.remove(&network.id).unwrap_or_default(),
        name: network.name,
        note: network.note,
    });
    Ok(listed.collect())
}

fn print(networks: &[Listed], json: bool) -> Result {
    if json {
        return output::json(&networks);
    }
    let rows: Vec<[String; 4]> = networks
        .iter()
        .map(|network| {
            [
                network.name.clone(),
                network.ranges.join(" "),
                network.roles.join(" "),
                network.note.clone(),
            ]
        })
        .collect();
    table::print(["NAME", "ADDRESSES", "ROLES", "NOTE"], &rows)
}
