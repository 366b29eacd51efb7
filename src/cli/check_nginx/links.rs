//! Links of the file system in the folders that nginx serves, as far as they are on this machine.

use std::fs;
use std::path::{Path, PathBuf};

use crate::nginx::site::Link;

/// Not more entries of folders than this are looked at.
const MOST: usize = 100_000;
/// Where everything is, or nothing that is served.
const LEFT_OUT: [&str; 4] = ["/", "/proc/", "/sys/", "/dev/"];

/// What was found in some folders.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The links.
    pub(super) links: Vec<Link>,
    /// Whether there was more than could be looked at.
    pub(super) cut: bool,
}

/// The links that lead to these folders, and those in them.
pub(super) fn find(folders: &[String]) -> Found {
    let mut found = Found::default();
    let mut looked = 0;
    for folder in folders {
        let path = Path::new(folder.trim_end_matches('/'));
        // Files that are no folders are there, too: what `try_files` names.
        let Ok(real) = fs::canonicalize(path) else {
            continue;
        };
        if real != path {
            found.links.extend(link(path, &real));
        }
        if !LEFT_OUT.contains(&folder.as_str()) {
            below(path, &mut looked, &mut found);
        }
    }
    found
}

/// The links in a folder. Those are not followed any further: what they lead to is known from their target.
fn below(folder: &Path, looked: &mut usize, found: &mut Found) {
    let mut left: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            *looked += 1;
            if *looked > MOST {
                found.cut = true;
                return;
            }
            let Ok(kind) = entry.file_type() else {
                continue;
            };
            if kind.is_symlink() {
                let real = fs::canonicalize(entry.path());
                found
                    .links
                    .extend(real.ok().and_then(|real| link(&entry.path(), &real)));
            } else if kind.is_dir() {
                left.push(entry.path());
            }
        }
    }
}

fn link(from: &Path, to: &Path) -> Option<Link> {
    Some(Link {
        from: from.to_str()?.to_owned(),
        to: to.to_str()?.to_owned(),
    })
}
