//! Files to import: by name, or `-` for stdin.

use std::io::Read as _;
use std::path::Path;

use super::failure::{Failure, Result};
use super::output;
use crate::store::import::{Mode, Report};

/// Reads a whole file, or stdin.
pub(super) fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    let path = path.display();
    read.map_err(|error| Failure::yours(format_args!("cannot read `{path}`: {error}")))?;
    String::from_utf8(bytes)
        .map_err(|_| Failure::yours(format_args!("`{path}` is not UTF-8: save it as UTF-8")))
}

/// Says what an import did, or would do.
pub(super) fn report(report: &Report, mode: Mode) -> Result {
    let (new, changed) = match mode {
        Mode::Apply => ("new", "changed"),
        Mode::DryRun => ("would be new", "would be changed"),
    };
    for name in &report.created {
        output::data(format_args!("{new}: {name}"))?;
    }
    for name in &report.updated {
        output::data(format_args!("{changed}: {name}"))?;
    }
    let (created, updated) = (report.created.len(), report.updated.len());
    let unchanged = report.unchanged;
    output::say(format_args!(
        "{created} {new}, {updated} {changed}, {unchanged} unchanged"
    ));
    Ok(())
}

/// What `--dry-run` means.
pub(super) fn mode(dry_run: bool) -> Mode {
    if dry_run { Mode::DryRun } else { Mode::Apply }
}
