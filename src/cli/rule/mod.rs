//! `iiif-gate rule`: rules.

mod details;
mod files;
mod lint;
mod list;
mod which;
mod write;

use clap::{Args, Subcommand};

use super::database;
use super::failure::Result;
use crate::access::pattern::Pattern;
use crate::access::rule::Kind;

/// List, add, change, check, import and export rules
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Add(write::Add),
    Edit(write::Edit),
    List(list::List),
    /// Show everything about one rule
    Show {
        #[command(flatten)]
        which: Which,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Delete a rule
    Delete(Which),
    Which(which::Options),
    Lint(lint::Options),
    Import(files::Import),
    Export(files::Export),
}

/// One rule.
#[derive(Debug, Args)]
struct Which {
    /// Its pattern
    #[arg(value_parser = Pattern::parse)]
    pattern: Pattern,
    /// What kind of thing it is about: `image`, `manifest` or `file`
    #[arg(long, default_value = "image", value_parser = kind)]
    kind: Kind,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (config, store) = database::open()?;
        match self.command {
            Command::Add(add) => add.run(&config, &store),
            Command::Edit(edit) => edit.run(&config, &store),
            Command::List(list) => list.run(&store),
            Command::Show { which, json } => list::show(&store, &which, json),
            Command::Delete(which) => write::delete(&store, &which),
            Command::Which(options) => options.run(&config, &store),
            Command::Lint(options) => options.run(&config, &store),
            Command::Import(import) => import.run(&store),
            Command::Export(export) => export.run(&store),
        }
    }
}

fn kind(text: &str) -> std::result::Result<Kind, String> {
    Kind::parse(text).ok_or_else(|| "valid: `image`, `manifest`, `file`".to_owned())
}
