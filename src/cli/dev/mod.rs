//! `iiif-gate dev`: for trials and measurements.

mod seed;

use clap::{Args, Subcommand};

use super::failure::Result;

/// For trials and measurements, never for a database in use
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Seed(seed::Seed),
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        match self.command {
            Command::Seed(options) => options.run(),
        }
    }
}
