//! `iiif-gate user`: users.

mod list;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::failure::Result;
use super::{database, file, output, password};
use crate::config::Config;
use crate::identity::admin::Admin;
use crate::identity::limited::Limited;
use crate::identity::name::{RoleName, UserName};
use crate::identity::principal::ADMIN;
use crate::store::users::{self, NewPassword, NewUser, User, UserChange, UserState};
use crate::store::{Conn, Store, StoreError, limits, second_factors};
use crate::web::state::now;

/// List, add, change, delete, import and export users
///
/// Passwords are asked for, or read from stdin when that is no terminal.
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(Add),
    List(list::List),
    /// Set a user's password, and end the user's sessions
    SetPassword(Name),
    /// Give a role to a user
    Grant(Role),
    /// Take a role from a user
    Withdraw(Role),
    /// Let a user sign in (again); also approves a registration
    Enable(Name),
    /// Keep a user from signing in, and end the user's sessions
    Disable(Name),
    /// Let a user sign in who tried too often, at all gates that run
    Unlock(Name),
    /// Remove the second factor of a user who lost it, and end the sessions that it opened
    ResetSecondFactor(Name),
    /// Delete a user
    Delete(Name),
    Import(Import),
    /// Write all users as CSV to stdout
    Export {
        /// Also their password hashes: keep the file secret
        #[arg(long)]
        with_password_hashes: bool,
    },
}

/// Add a user
#[derive(Debug, Args)]
struct Add {
    /// The name to sign in with, usually an e-mail address
    #[arg(value_parser = UserName::parse)]
    name: UserName,
    /// The name that people use
    #[arg(long, default_value = "")]
    display_name: String,
    /// A role to give; may be repeated
    #[arg(long = "role", value_name = "ROLE", value_parser = RoleName::parse)]
    roles: Vec<RoleName>,
    /// Make the user an administrator: the same as `--role admin`
    #[arg(long)]
    admin: bool,
    /// Set no password: nobody can sign in as this user yet
    #[arg(long)]
    no_password: bool,
    /// Do not let the user sign in yet
    #[arg(long)]
    disabled: bool,
}

#[derive(Debug, Args)]
struct Name {
    /// The name to sign in with
    #[arg(value_parser = UserName::parse)]
    name: UserName,
}

#[derive(Debug, Args)]
struct Role {
    /// The name to sign in with
    #[arg(value_parser = UserName::parse)]
    name: UserName,
    /// The role's name
    #[arg(value_parser = RoleName::parse)]
    role: RoleName,
}

/// Add and change users from a CSV file, all or none
///
/// Columns: `name`, `display_name`, `state` (`active`, `disabled` or `pending`), `roles` (separated by
/// blanks), `password` or `password_hash` (bcrypt, made by this program or Flask-Security). Only `name`
/// must be there; what a column leaves out stays as it is, and so do users who are not in the file.
#[derive(Debug, Args)]
struct Import {
    /// The file, or `-` for stdin
    file: PathBuf,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (config, store) = database::open()?;
        match self.command {
            Command::Add(options) => add(&config, &store, options),
            Command::List(options) => options.run(&store),
            Command::SetPassword(Name { name }) => set_password(&config, &store, &name),
            Command::Grant(role) => change_role(&store, &role, Change::Grant),
            Command::Withdraw(role) => change_role(&store, &role, Change::Withdraw),
            Command::Enable(Name { name }) => set_state(&store, &name, UserState::Active),
            Command::Disable(Name { name }) => set_state(&store, &name, UserState::Disabled),
            Command::Unlock(Name { name }) => unlock(&store, &name),
            Command::ResetSecondFactor(Name { name }) => reset_second_factor(&store, &name),
            Command::Delete(Name { name }) => delete(&store, &name),
            Command::Import(options) => import(&config, &store, &options),
            Command::Export {
                with_password_hashes,
            } => output::file(&store, users::export(with_password_hashes)),
        }
    }
}

fn add(config: &Config, store: &Store, mut options: Add) -> Result {
    if options.admin {
        options.roles.extend(RoleName::parse(ADMIN));
    }
    // Before anybody types a password in vain.
    let roles = store.blocking(|conn| {
        if users::find_by_name(conn, &options.name)?.is_some() {
            let what = "a user of this name";
            return Err(StoreError::Taken { what });
        }
        let ids = options
            .roles
            .iter()
            .map(|role| Ok(database::role(conn, role)?.id));
        ids.collect()
    })?;
    let ask = || password::ask(config, &options.name);
    let password_hash = (!options.no_password).then(ask).transpose()?;
    let state = if options.disabled {
        UserState::Disabled
    } else {
        UserState::Active
    };
    let Add {
        name, display_name, ..
    } = options;
    let user = NewUser {
        name,
        display_name,
        password_hash,
        state,
        roles,
    };
    store.blocking(|conn| users::create(conn, &Admin::console(), now(), &user))?;
    output::say(format_args!("added the user `{}`", user.name));
    Ok(())
}

fn set_password(config: &Config, store: &Store, name: &UserName) -> Result {
    let id = store.blocking(|conn| database::user(conn, name))?.id;
    let hash = password::ask(config, name)?;
    store.blocking(|conn| users::set_password(conn, &Admin::console(), now(), id, &hash))?;
    output::say(format_args!(
        "`{name}` has a new password and is signed out everywhere"
    ));
    Ok(())
}

fn set_state(store: &Store, name: &UserName, state: UserState) -> Result {
    store.blocking(|conn| {
        let id = database::user(conn, name)?.id;
        users::set_state(conn, &Admin::console(), now(), id, state)
    })?;
    output::say(format_args!("`{name}` is {}", state.as_str()));
    Ok(())
}

fn unlock(store: &Store, name: &UserName) -> Result {
    store.blocking(|conn| {
        database::user(conn, name)?;
        let who = Limited::Account(name.clone());
        limits::lift(conn, &Admin::console(), now(), &who)
    })?;
    output::say(format_args!("`{name}` may try again to sign in"));
    Ok(())
}

fn reset_second_factor(store: &Store, name: &UserName) -> Result {
    store.blocking(|conn| {
        let id = database::user(conn, name)?.id;
        second_factors::reset(conn, &Admin::console(), now(), id)
    })?;
    output::say(format_args!("`{name}` has no second factor any more"));
    Ok(())
}

fn delete(store: &Store, name: &UserName) -> Result {
    store.blocking(|conn| {
        let id = database::user(conn, name)?.id;
        users::delete(conn, &Admin::console(), now(), id)
    })?;
    output::say(format_args!("deleted the user `{name}`"));
    Ok(())
}

#[derive(Clone, Copy)]
enum Change {
    Grant,
    Withdraw,
}

fn change_role(store: &Store, options: &Role, change: Change) -> Result {
    let Role { name, role } = options;
    store.blocking(|conn| {
        let id = database::role(conn, role)?.id;
        let User {
            id: user,
            display_name,
            state,
            mut roles,
            ..
        } = database::user(conn, name)?;
        roles.retain(|held| *held != id);
        if let Change::Grant = change {
            roles.push(id);
        }
        let change = UserChange {
            name: name.clone(),
            display_name,
            state,
            roles,
        };
        users::update(conn, &Admin::console(), now(), user, &change)
    })?;
    match change {
        Change::Grant => output::say(format_args!("`{name}` holds the role `{role}`")),
        Change::Withdraw => output::say(format_args!("`{name}` does not hold the role `{role}`")),
    }
    Ok(())
}

fn import(config: &Config, store: &Store, options: &Import) -> Result {
    let mut rows = users::parse(&file::read(&options.file)?, &config.password_rules())?;
    let mode = file::mode(options.dry_run);
    for row in &mut rows {
        if let NewPassword::Plain(plain) = &row.value.password {
            row.value.password = NewPassword::Hash(password::hash(config, plain)?);
        }
    }
    let admin = Admin::console();
    let import = |conn: &mut Conn| users::import(conn, &admin, now(), &rows, mode);
    file::report(&store.blocking(import)?, mode)
}
