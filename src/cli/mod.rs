//! The command line: one file per subcommand.
//!
//! Data goes to stdout and words go to stderr. The exit code is 0 if all went well, 1 if whoever called
//! made a mistake, and 2 if something broke. Passwords are asked for or read from stdin, never arguments.

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

mod backup;
mod check_config;
mod check_nginx;
mod consumer;
mod database;
mod dev;
pub mod doctor;
mod explain;
mod failure;
mod file;
mod healthcheck;
mod import_flask;
mod keys;
pub mod logging;
mod migrate;
mod network;
mod output;
mod password;
mod restore;
mod role;
mod rule;
mod serve;
mod session;
mod table;
mod terms;
mod texts;
mod user;

pub use failure::{Failure, Result};

/// Access control for IIIF image servers behind nginx
///
/// Settings come from the environment and from `.env` in the current folder.
/// Exit codes: 0 all went well, 1 your mistake, 2 our fault.
#[derive(Debug, Parser)]
#[command(name = "iiif-gate", version, propagate_version = false)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// The subcommands, in the order of the help.
#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Options),
    CheckConfig(check_config::Options),
    CheckNginx(check_nginx::Options),
    Migrate(migrate::Options),
    Backup(backup::Options),
    Restore(restore::Options),
    User(user::Options),
    Role(role::Options),
    Terms(terms::Options),
    Network(network::Options),
    Consumer(consumer::Options),
    Rule(rule::Options),
    Session(session::Options),
    Keys(keys::Options),
    Explain(explain::Options),
    Doctor(doctor::Options),
    Healthcheck(healthcheck::Options),
    ImportFlask(import_flask::Options),
    Dev(dev::Options),
}

/// Runs the program with the arguments it was started with.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // If nobody can be told, the exit code still tells.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
                _ => ExitCode::from(1),
            };
        }
    };
    match cli.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::say(format_args!("error: {failure}"));
            failure.exit_code()
        }
    }
}

impl Command {
    fn run(self) -> Result {
        match self {
            Self::Serve(options) => options.run(),
            Self::CheckConfig(options) => options.run(),
            Self::CheckNginx(options) => options.run(),
            Self::Migrate(options) => options.run(),
            Self::Backup(options) => options.run(),
            Self::Restore(options) => options.run(),
            Self::User(options) => options.run(),
            Self::Role(options) => options.run(),
            Self::Terms(options) => options.run(),
            Self::Network(options) => options.run(),
            Self::Consumer(options) => options.run(),
            Self::Rule(options) => options.run(),
            Self::Session(options) => options.run(),
            Self::Keys(options) => options.run(),
            Self::Explain(options) => options.run(),
            Self::Doctor(options) => options.run(),
            Self::Healthcheck(options) => options.run(),
            Self::ImportFlask(options) => options.run(),
            Self::Dev(options) => options.run(),
        }
    }
}
