//! Configurations of nginx: read as nginx reads them, and searched for the mistakes by which images get past the gate.
//!
//! Pure: the text of `nginx -T` goes in, findings come out. [`syntax`] says what is written, [`model`] what it means,
//! [`site`] what of it is the gate's, `checks` look for each of the [`traps`].

mod checks;
pub mod model;
pub mod report;
pub mod site;
pub mod syntax;
pub mod traps;

use model::{Backend, Model, Version};
use report::Report;
use site::{Known, Site};
use syntax::{Dump, Unreadable};

/// The folders that files are served from, and those that are known to be guarded: where links matter.
pub fn folders(text: &str, known: &Known) -> Result<Vec<String>, Unreadable> {
    let dump: Dump = syntax::read(text)?;
    let model = Model::new(&dump.main, None);
    let served = model.scopes.iter().flat_map(|scope| model.serves(scope));
    let served = served.filter_map(|served| match served.backend {
        Backend::Folder(folder) => Some(folder),
        Backend::Address(_) | Backend::Chosen(_) => None,
    });
    let guarded = known.protected.iter().filter(|text| text.starts_with('/'));
    let mut folders: Vec<String> = served.chain(guarded.cloned()).collect();
    folders.sort_unstable();
    folders.dedup();
    Ok(folders)
}

/// Reads the output of `nginx -T` and looks for every trap.
///
/// The version of nginx counts if it is given, or if the output of `nginx -v` stands before.
pub fn check(text: &str, version: Option<Version>, known: &Known) -> Result<Report, Unreadable> {
    let dump: Dump = syntax::read(text)?;
    let told = dump.version.as_deref().and_then(Version::parse);
    let model = Model::new(&dump.main, version.or(told));
    let site = Site::new(&model, known);
    Ok(Report::new(dump.files, &site, checks::run(&site)))
}
