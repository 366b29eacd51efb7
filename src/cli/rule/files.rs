//! `iiif-gate rule import` and `export`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::failure::Result;
use crate::cli::{file, output};
use crate::identity::admin::Admin;
use crate::store::Store;
use crate::store::rules::{self, Scope};
use crate::web::state::now;

/// Add and change rules from a file, all or none
///
/// A CSV file has rules alone. Columns: `pattern`, `kind`, `requirement` (`public`, `roles` or `nobody`),
/// `roles` (separated by blanks, `reader:1500` for one with a size), `public_size`, `from`, `until`,
/// `before`, `after` (as in `roles staff + 600 px`), `note`, and `message_en` or any other language.
/// What it has no column for stays as it is.
///
/// A TOML file may have `[[network]]`, `[[role]]` (with `[role.terms]`) and `[[rule]]`, with the same
/// names; a rule is all that it says.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The file, or `-` for stdin
    file: PathBuf,
    /// What it is; by the end of its name if this is left out
    #[arg(long)]
    format: Option<Format>,
    /// Delete the rules that are not in the file; networks and roles always stay
    #[arg(long)]
    replace: bool,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

/// Write all rules to stdout
#[derive(Debug, Args)]
pub(super) struct Export {
    /// CSV for rules alone, TOML for networks, roles and terms as well
    #[arg(long, default_value = "csv")]
    format: Format,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table of rules
    Csv,
    /// All that decides
    Toml,
}

impl Format {
    fn of(path: &Path) -> Self {
        let ends_in_toml = path
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("toml"));
        if ends_in_toml { Self::Toml } else { Self::Csv }
    }
}

impl Import {
    pub(super) fn run(self, store: &Store) -> Result {
        let text = file::read(&self.file)?;
        let document = match self.format.unwrap_or_else(|| Format::of(&self.file)) {
            Format::Csv => rules::parse_csv(&text)?,
            Format::Toml => rules::parse_toml(&text)?,
        };
        let scope = if self.replace {
            Scope::Replace
        } else {
            Scope::Change
        };
        let diff = store.blocking(|conn| {
            if self.dry_run {
                rules::diff(conn, &document, scope)
            } else {
                rules::import(conn, &Admin::console(), now(), &document, scope)
            }
        })?;
        for change in &diff.changes {
            output::data(change)?;
        }
        let tried = if self.dry_run {
            "nothing is changed; would be: "
        } else {
            ""
        };
        let (summary, unchanged) = (diff.summary(), diff.unchanged);
        output::say(format_args!("{tried}{summary}, {unchanged} unchanged"));
        Ok(())
    }
}

impl Export {
    pub(super) fn run(&self, store: &Store) -> Result {
        match self.format {
            Format::Csv => output::file(store, rules::export_csv()),
            Format::Toml => output::file(store, rules::export_toml()),
        }
    }
}
