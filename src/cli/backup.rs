//! `iiif-gate backup`: the database and the secrets in a new folder, while the gate runs.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::{Failure, Result};
use super::output;
use crate::config::{Config, DATABASE_FILE, DatabaseUrl, FORMER_KEYS_FILE, secret_files};
use crate::store::{Store, backup};

/// Back up the database and the files of secrets into a new folder, also while the gate runs
///
/// The folder appears when everything is in it and has been checked. It is for you alone (0700), and holds
/// all that `iiif-gate restore` needs, except secrets that are set and not kept in `DATA_DIR`.
/// Of PostgreSQL, `pg_dump` makes the backup.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The folder to make
    folder: PathBuf,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let config = Config::check_env()?;
        let database = sqlite_file(&config, &self.folder)?;
        if !database.is_file() {
            let database = database.display();
            return Err(Failure::yours(format_args!(
                "there is no database at {database}"
            )));
        }
        if self.folder.exists() {
            let folder = self.folder.display();
            return Err(Failure::yours(format_args!(
                "{folder} exists already; a backup is a new folder"
            )));
        }
        let draft = Draft::beside(&self.folder)?;
        let copy = draft.0.join(DATABASE_FILE);
        private_file(&copy)?;
        Store::open(&config.database)?.blocking(|conn| backup::copy(conn, &copy))?;
        let contents = backup::check(&copy)?;
        synced(&copy)?;
        let elsewhere = copy_secrets(&config.data_dir, &draft.0)?;
        draft.keep_as(&self.folder)?;
        output::say(format_args!(
            "{}: {} users and {} rules, checked",
            self.folder.display(),
            contents.users,
            contents.rules
        ));
        for name in elsewhere {
            output::say(format_args!(
                "not in it: {name}, which is not kept in DATA_DIR; keep it beside the backup"
            ));
        }
        Ok(())
    }
}

/// The database's file; PostgreSQL has programs of its own for this.
fn sqlite_file<'a>(config: &'a Config, folder: &Path) -> Result<&'a Path> {
    match &config.database {
        DatabaseUrl::Sqlite(path) => Ok(path),
        DatabaseUrl::Postgres(_) => {
            let files: Vec<&str> = secret_files().map(|(_, file)| file).collect();
            Err(Failure::yours(format_args!(
                "the database is PostgreSQL, of which pg_dump makes a backup, also while the gate runs:\n\n  \
                 pg_dump --format=custom --file={}/iiif-gate.dump '{}'\n\n\
                 and with it belong the secrets: AUTH_SECRET_KEY and AUTH_PASSWORD_SALT, or their files in {} ({})",
                folder.display(),
                config.database.describe(),
                config.data_dir.display(),
                files.join(", ")
            )))
        }
    }
}

/// Copies the files of secrets, and names the settings that have none.
fn copy_secrets(from: &Path, to: &Path) -> io::Result<Vec<&'static str>> {
    let mut elsewhere = Vec::new();
    for (name, file) in secret_files() {
        match copy_private(&from.join(file), &to.join(file)) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => elsewhere.push(name),
            Err(error) => return Err(error),
        }
    }
    // There are some if the key was replaced, and they may have sealed what is in the database.
    match copy_private(&from.join(FORMER_KEYS_FILE), &to.join(FORMER_KEYS_FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(elsewhere),
    }
}

/// Copies a file into a new one that is for its owner alone.
pub(super) fn copy_private(from: &Path, to: &Path) -> io::Result<()> {
    let mut from = File::open(from)?;
    let mut to = private_file(to)?;
    io::copy(&mut from, &mut to)?;
    to.sync_all()
}

fn private_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

/// Waits until a file or folder is on the disk.
pub(super) fn synced(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// A folder that is gone again unless it is kept.
pub(super) struct Draft(pub(super) PathBuf);

impl Draft {
    /// Beside another, and so on the same disk.
    pub(super) fn beside(path: &Path) -> Result<Self> {
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        let parent = parent.unwrap_or(Path::new("."));
        if !parent.is_dir() {
            let parent = parent.display();
            return Err(Failure::yours(format_args!(
                "the folder {parent} does not exist"
            )));
        }
        let draft = parent.join(format!(".iiif-gate-{:016x}", rand::random::<u64>()));
        DirBuilder::new().mode(0o700).create(&draft)?;
        Ok(Self(draft))
    }

    /// Gives it its name, in one step.
    fn keep_as(self, path: &Path) -> io::Result<()> {
        synced(&self.0)?;
        fs::rename(&self.0, path)?;
        let parent = self.0.parent().map_or_else(PathBuf::new, Path::to_path_buf);
        std::mem::forget(self);
        synced(&parent)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
