//! Secrets from files: those named by `NAME_FILE`, and those generated into the data folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

mod rotation;

pub use self::rotation::{KeyFile, PREVIOUS};
use super::DATABASE_FILE;
use super::problem::Problem;
use super::setting::Setting;
use super::table;
use crate::identity::secret;

/// The secrets that are generated, and their files in the data folder.
const GENERATED: &[(&str, &str)] = &[
    (KEY, "secret-key"),
    (SALT, "password-salt"),
    ("ANNOTATOR_STORE_SECRET", "annotation-store-secret"),
];
const SALT: &str = "AUTH_PASSWORD_SALT";

/// More than any secret; a larger file is something else.
const MAX_BYTES: u64 = 64 * 1024;

const KEY: &str = "AUTH_SECRET_KEY";
const FORMER_KEYS: &str = "AUTH_SECRET_KEY_PREVIOUS";

/// The files of secrets that may be in the data folder, each with its setting.
pub fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    GENERATED.iter().copied()
}

/// What to do about a secret that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Make one and keep it.
    Generate,
    /// Go on as if there were one.
    Pretend,
}

/// Adds the secrets that come from files to the raw settings.
pub(super) fn fill_in(
    raw: &mut BTreeMap<String, String>,
    missing: Missing,
    problems: &mut Vec<Problem>,
) {
    for setting in table::all() {
        if let Err(fault) = from_named_file(raw, setting) {
            problems.push(Problem::of(setting, None, fault));
        }
    }
    let data_dir = data_dir(raw);
    for (name, file) in GENERATED {
        if raw.get(*name).is_some_and(|value| !value.is_empty())
            || problems.iter().any(|problem| problem.name == *name)
        {
            continue;
        }
        match kept(&data_dir, name, file, missing, problems) {
            Ok(value) => {
                raw.insert((*name).to_owned(), value);
                if *name == KEY {
                    add_former_keys(raw, &KeyFile::of(&data_dir), problems);
                }
            }
            Err(fault) => problems.push(Problem::about(*name, fault)),
        }
    }
}

/// The folder of generated secrets.
pub(super) fn data_dir(raw: &BTreeMap<String, String>) -> PathBuf {
    let set = raw.get("DATA_DIR").map(|path| path.trim());
    let set = set.filter(|path| !path.is_empty());
    let default = || table::find("DATA_DIR").and_then(Setting::default_value);
    set.or_else(default).unwrap_or_default().into()
}

/// Whether the key that signs is the generated one.
pub(super) fn has_generated_key(raw: &BTreeMap<String, String>) -> bool {
    let file = format!("{KEY}_FILE");
    let is_set = |name: &str| raw.get(name).is_some_and(|value| !value.is_empty());
    !is_set(KEY) && !is_set(&file)
}

/// Beside the generated key stand the ones before it.
fn add_former_keys(
    raw: &mut BTreeMap<String, String>,
    file: &KeyFile,
    problems: &mut Vec<Problem>,
) {
    match file.former(SystemTime::now().into()) {
        Ok(former) => {
            let keys = raw.entry(FORMER_KEYS.to_owned()).or_default();
            for key in former {
                keys.push(' ');
                keys.push_str(&key);
            }
        }
        Err(error) => {
            let fault = format!("cannot be read from `DATA_DIR/secret-key.previous`: {error}");
            problems.push(Problem::about(FORMER_KEYS, fault));
        }
    }
}

/// Takes `NAME_FILE` as `NAME`.
fn from_named_file(raw: &mut BTreeMap<String, String>, setting: &Setting) -> Result<(), String> {
    let Some(file_name) = setting.file_name() else {
        return Ok(());
    };
    let Some(path) = raw.get(&file_name).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    if raw.get(setting.name).is_some_and(|value| !value.is_empty()) {
        return Err(format!(
            "is set, and so is `{file_name}`: set only one of them"
        ));
    }
    let value = read(Path::new(path))
        .map_err(|error| format!("cannot be read from `{path}` (`{file_name}`): {error}"))?;
    if value.is_empty() {
        return Err(format!("is empty in `{path}` (`{file_name}`)"));
    }
    raw.insert(setting.name.to_owned(), value);
    Ok(())
}

/// The secret kept in a file of the data folder; made if it is not there.
fn kept(
    data_dir: &Path,
    name: &str,
    file: &str,
    missing: Missing,
    problems: &mut Vec<Problem>,
) -> Result<String, String> {
    let path = data_dir.join(file);
    let fault = |what: &str, error: io::Error| {
        format!("is not set, and {what} `{}`: {error}", path.display())
    };
    match read(&path) {
        Ok(value) if value.is_empty() => {
            return Err(format!(
                "is empty in `{}`: restore the file or remove it",
                path.display()
            ));
        }
        Ok(value) => {
            problems.extend(open_to_others(&path, name));
            return Ok(value);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(fault("cannot be read from", error)),
    }
    if name == SALT && fs::metadata(data_dir.join(DATABASE_FILE)).is_ok_and(|file| file.len() > 0) {
        return Err(format!(
            "is lost: the database is there, but not `{}`; restore that file, because with another \
             salt nobody can sign in",
            path.display()
        ));
    }
    match missing {
        Missing::Pretend => Ok(secret::from_random(rand::random())),
        Missing::Generate => generate(data_dir, &path).map_err(|e| fault("cannot be kept in", e)),
    }
}

/// Makes a secret and keeps it in a new file. Of two processes that do so at once, one wins.
fn generate(data_dir: &Path, path: &Path) -> io::Result<String> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(data_dir)?;
    let value = secret::from_random(rand::random());
    let draft = path.with_extension(format!("{}.new", secret::from_random(rand::random())));
    let linked = write(&draft, &value).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    match linked {
        Ok(()) => removed.map(|()| value),
        // The other one was first: its secret holds.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(error),
    }
}

fn write(path: &Path, value: &str) -> io::Result<()> {
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(value.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// The content of a file without the line end that editors add.
fn read(path: &Path) -> io::Result<String> {
    let text = read_text(path)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}

fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MAX_BYTES)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// A warning if other users of the machine can read a file.
fn open_to_others(path: &Path, name: &str) -> Option<Problem> {
    let mode = fs::metadata(path).ok()?.permissions().mode();
    let open = mode & 0o077 != 0;
    open.then(|| {
        let fault = format!("can be read by others: run `chmod 600 {}`", path.display());
        Problem::about(name, fault).into_warning()
    })
}

#[cfg(test)]
mod tests;
