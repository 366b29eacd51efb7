//! The files of the repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold what is built or installed, not what is written.
const IGNORED: &[&str] = &["target", "node_modules", ".git", "var", "data"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file, by its path in the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn exists(path: &str) -> bool {
    root().join(path).exists()
}

/// All files of a kind below a folder (`""` is the whole repository), sorted.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<String> {
    all(folder)
        .into_iter()
        .filter(|path| Path::new(path).extension().is_some_and(|e| e == extension))
        .collect()
}

/// All files below a folder, sorted.
pub(crate) fn all(folder: &str) -> Vec<String> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    let mut found: Vec<String> = found
        .iter()
        .map(|path| {
            path.strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if path.is_symlink() || IGNORED.contains(&name.as_ref()) {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Holds a generated document against the file; with `UPDATE` in the environment, rewrites the file.
pub(crate) fn is_current(path: &str, text: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join(path), text).unwrap();
    }
    assert!(
        exists(path) && read(path) == text,
        "{path} is out of date: run `UPDATE=1 cargo test --test tidy`"
    );
}
