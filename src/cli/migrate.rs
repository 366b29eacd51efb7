//! `iiif-gate migrate`: brings the database up to date.

use clap::Args;

use super::failure::Result;
use super::output;
use crate::config::Config;
use crate::store::Store;

/// Bring the database up to this version, which `serve` does at its start, too
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Only name what would be done
    #[arg(long)]
    dry_run: bool,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let config = Config::from_env()?;
        let store = Store::open(&config.database)?;
        let migrations = if self.dry_run {
            store.pending()?
        } else {
            store.migrate()?
        };
        for migration in &migrations {
            output::data(migration)?;
        }
        let database = &config.database;
        match (migrations.len(), self.dry_run) {
            (0, _) => output::say(format_args!("{database} is up to date")),
            (count, true) => output::say(format_args!("{database}: {count} migrations to do")),
            (count, false) => output::say(format_args!("{database}: {count} migrations done")),
        }
        Ok(())
    }
}
