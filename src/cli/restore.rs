//! `iiif-gate restore`: a backup becomes the database and the secrets of an installation that has none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::backup::{Draft, copy_private, synced};
use super::failure::{Failure, Result};
use super::output;
use crate::config::{Config, DATABASE_FILE, DatabaseUrl, FORMER_KEYS_FILE, secret_files};
use crate::store::{Store, backup, sessions};

/// Restore a backup into a `DATA_DIR` without a database, while the gate is stopped
///
/// The backup is checked first, and nothing that is there is overwritten.
/// All sessions end: nobody knows which of them were ended since the backup.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The folder that `iiif-gate backup` made
    folder: PathBuf,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let config = Config::check_env()?;
        let DatabaseUrl::Sqlite(database) = &config.database else {
            return Err(Failure::yours(format_args!(
                "the database is PostgreSQL, which pg_restore fills:\n\n  \
                 pg_restore --no-owner --dbname='{}' iiif-gate.dump",
                config.database.describe()
            )));
        };
        let copy = self.folder.join(DATABASE_FILE);
        if !copy.is_file() {
            let folder = self.folder.display();
            return Err(Failure::yours(format_args!(
                "{folder} is no backup: there is no {DATABASE_FILE} in it"
            )));
        }
        let contents = backup::check(&copy)?;
        refuse_to_overwrite(database)?;
        make_folder(&config.data_dir)?;
        let missing = secrets(&self.folder, &config.data_dir)?;
        place(&copy, database)?;
        output::say(format_args!(
            "{}: {} users and {} rules; everybody signs in again",
            database.display(),
            contents.users,
            contents.rules
        ));
        for name in missing {
            output::say(format_args!("not in the backup: {name}; set it as it was"));
        }
        Ok(())
    }
}

/// What is left of another database would be taken for a part of this one.
fn refuse_to_overwrite(database: &Path) -> Result {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut path = database.as_os_str().to_owned();
        path.push(end);
        if Path::new(&path).exists() {
            let path = Path::new(&path).display();
            return Err(Failure::yours(format_args!(
                "{path} is there already; stop the gate and move it away"
            )));
        }
    }
    Ok(())
}

fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

/// Copies the files of secrets, and names the settings that have none. One that is there already must be
/// the same.
fn secrets(from: &Path, to: &Path) -> Result<Vec<&'static str>> {
    let files = || secret_files().map(|(name, file)| (name, from.join(file), to.join(file)));
    for (_, from, to) in files() {
        if let (Ok(new), Ok(old)) = (fs::read(&from), fs::read(&to))
            && new != old
        {
            let to = to.display();
            return Err(Failure::yours(format_args!(
                "{to} is there already, and another one; move it away"
            )));
        }
    }
    let mut missing = Vec::new();
    for (name, from, to) in files() {
        match copy_private(&from, &to) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => missing.push(name),
            Err(error) => return Err(error.into()),
        }
    }
    match copy_private(&from.join(FORMER_KEYS_FILE), &to.join(FORMER_KEYS_FILE)) {
        Ok(()) => Ok(missing),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound
            ) =>
        {
            Ok(missing)
        }
        Err(error) => Err(error.into()),
    }
}

/// Puts the database in its place, in one step, without its sessions.
fn place(copy: &Path, database: &Path) -> Result {
    let draft = Draft::beside(database)?;
    let new = draft.0.join(DATABASE_FILE);
    copy_private(copy, &new)?;
    let store = Store::open(&DatabaseUrl::Sqlite(new.clone()))?;
    store.blocking(sessions::delete_all)?;
    // Closed, so that everything is in the one file.
    drop(store);
    let whole = draft.0.join("whole.db");
    Store::open(&DatabaseUrl::Sqlite(new))?.blocking(|conn| backup::copy(conn, &whole))?;
    synced(&whole)?;
    set_private(&whole)?;
    fs::rename(&whole, database)?;
    if let Some(folder) = database
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        synced(folder)?;
    }
    Ok(())
}

fn set_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}
