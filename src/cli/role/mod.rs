//! `iiif-gate role`: roles, and how they are obtained.

mod list;

use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use clap::{Args, Subcommand};

use super::failure::Result;
use super::{database, output};
use crate::identity::admin::Admin;
use crate::identity::name::RoleName;
use crate::identity::principal::{ObtainedBy, OfferedAs};
use crate::store::networks::NetworkId;
use crate::store::roles::NewRole;
use crate::store::{Conn, Store, StoreError, roles};
use crate::web::state::now;

/// List, add, change and delete roles
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
        #[command(flatten)]
        nature: Nature,
    },
    /// Change a role; what is left out stays
    ///
    /// A role that is obtained in another way from now on is taken from all who hold it.
    Update {
        /// Its name
        #[arg(value_parser = RoleName::parse)]
        name: RoleName,
        /// A new name
        #[arg(long, value_parser = RoleName::parse)]
        rename: Option<RoleName>,
        #[command(flatten)]
        nature: Nature,
    },
    /// List all roles: how they are obtained, how many hold them, how many rules name them
    List {
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Delete a role, taking it from its holders and out of consumers and rules
    Delete {
        /// Its name
        #[arg(value_parser = RoleName::parse)]
        name: RoleName,
    },
}

/// What a role is.
#[derive(Debug, Args)]
struct Nature {
    /// What people call it; for networks and kiosks the name of the place
    #[arg(long)]
    title: Option<String>,
    /// How it is obtained; `assigned` if nothing is said
    #[arg(long, value_parser = way())]
    obtained_by: Option<ObtainedBy>,
    /// How viewers are told: `clickthrough` is for terms, `external` for networks
    #[arg(long, value_parser = offer())]
    offered_as: Option<OfferedAs>,
    /// A network in which it is held, for `network` and `kiosk`; more than one is possible
    #[arg(long, value_name = "NAME")]
    network: Vec<String>,
}

fn way() -> impl clap::builder::TypedValueParser<Value = ObtainedBy> {
    PossibleValuesParser::new(ObtainedBy::ALL.map(ObtainedBy::as_str))
        .try_map(|text| ObtainedBy::parse(&text).ok_or("unknown"))
}

fn offer() -> impl clap::builder::TypedValueParser<Value = OfferedAs> {
    PossibleValuesParser::new(OfferedAs::ALL.map(OfferedAs::as_str))
        .try_map(|text| OfferedAs::parse(&text).ok_or("unknown"))
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (_, store) = database::open()?;
        match self.command {
            Command::Add { name, nature } => add(&store, name, &nature),
            Command::Update {
                name,
                rename,
                nature,
            } => update(&store, &name, rename, &nature),
            Command::Delete { name } => delete(&store, &name),
            Command::List { json } => list::print(&store.blocking(list::list)?, json),
        }
    }
}

fn add(store: &Store, name: RoleName, nature: &Nature) -> Result {
    let said = format!("added the role `{name}`");
    let needs_terms = nature.obtained_by == Some(ObtainedBy::Terms);
    let hint = format!("write its terms now: `iiif-gate terms set {name} --text-file en=FILE`");
    store.blocking(|conn| {
        let role = nature.over(conn, NewRole::assigned(name, ""))?;
        roles::create(conn, &Admin::console(), now(), &role)
    })?;
    output::say(said);
    if needs_terms {
        output::say(hint);
    }
    Ok(())
}

fn update(store: &Store, name: &RoleName, rename: Option<RoleName>, nature: &Nature) -> Result {
    store.blocking(|conn| {
        let old = database::role(conn, name)?;
        let (id, mut role) = (old.id, NewRole::from(old));
        if let Some(rename) = rename {
            role.name = rename;
        }
        let role = nature.over(conn, role)?;
        roles::update(conn, &Admin::console(), now(), id, &role)
    })?;
    output::say(format_args!("changed the role `{name}`"));
    Ok(())
}

fn delete(store: &Store, name: &RoleName) -> Result {
    let usage = store.blocking(|conn| {
        let id = database::role(conn, name)?.id;
        let usage = roles::usage(conn, id, now())?;
        roles::delete(conn, &Admin::console(), now(), id)?;
        Ok(usage)
    })?;
    let (holders, rules) = (usage.holders, usage.rules);
    let consumers = match usage.consumers {
        0 => String::new(),
        consumers => format!(", {consumers} consumers gave it"),
    };
    output::say(format_args!(
        "deleted the role `{name}`: {holders} users held it, {rules} rules asked for it{consumers}"
    ));
    Ok(())
}

impl Nature {
    /// The role with what is said here. What does not go with a new way to obtain it goes.
    fn over(&self, conn: &mut Conn, mut role: NewRole) -> Result<NewRole, StoreError> {
        if let Some(title) = &self.title {
            role.title.clone_from(title);
        }
        if let Some(way) = self.obtained_by {
            role.obtained_by = way;
            if !role.offered_as.suits(way) {
                role.offered_as = OfferedAs::Usual;
            }
            if !matches!(way, ObtainedBy::Network | ObtainedBy::Kiosk) {
                role.networks = Vec::new();
            }
        }
        if let Some(offered_as) = self.offered_as {
            role.offered_as = offered_as;
        }
        if !self.network.is_empty() {
            let ids = self.network.iter();
            let ids = ids.map(|name| Ok(database::network(conn, name)?.id));
            role.networks = ids.collect::<Result<Vec<NetworkId>, StoreError>>()?;
        }
        Ok(role)
    }
}
