//! The one place that reads the environment, `.env` and the files of secrets.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;

use super::problem::Problem;
use super::secret_file::{self, Missing};
use super::{Config, names};

/// The file read from the folder the program was started in.
const DOTENV: &str = ".env";

impl Config {
    /// Reads and checks all settings: the environment first, then `.env` in the current folder.
    ///
    /// Secrets that are set nowhere are generated into the data folder. Nothing is written to the
    /// environment of the process, so it does not matter whether threads run already.
    pub fn from_env() -> Result<Self, Vec<Problem>> {
        from_env(Missing::Generate)
    }

    /// The same without generating anything: what `check-config` does.
    pub fn check_env() -> Result<Self, Vec<Problem>> {
        from_env(Missing::Pretend)
    }
}

fn from_env(missing: Missing) -> Result<Config, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut raw = dotenv(std::fs::read(DOTENV), &mut problems);
    // What is set in the environment wins; but compose passes unset variables on as empty ones.
    let set = variables(std::env::vars_os(), &mut problems);
    raw.extend(set.into_iter().filter(|(_, value)| !value.is_empty()));
    secret_file::fill_in(&mut raw, missing, &mut problems);
    let unreadable: Vec<String> = problems
        .iter()
        .map(|problem| problem.name.clone())
        .collect();
    match Config::parse(&raw) {
        Ok(config) if !problems.iter().any(Problem::is_error) => {
            problems.extend(config.warnings);
            Ok(Config {
                warnings: problems,
                ..config
            })
        }
        Ok(config) => {
            problems.extend(config.warnings);
            Err(problems)
        }
        Err(more) => {
            // What could not be read is missing, too, but saying so twice helps nobody.
            problems.extend(more.into_iter().filter(|p| !unreadable.contains(&p.name)));
            Err(problems)
        }
    }
}

/// The settings in the text of a `.env` file; a missing file has none.
fn dotenv(file: io::Result<Vec<u8>>, problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let text = match file {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return BTreeMap::new(),
        Err(error) => {
            problems.push(Problem::about(DOTENV, format!("cannot be read: {error}")));
            return BTreeMap::new();
        }
    };
    // Editors on Windows begin the file with a byte order mark.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    let mut settings = BTreeMap::new();
    for line in dotenvy::from_read_iter(text) {
        match line {
            Ok((name, value)) => {
                settings.entry(name).or_insert(value);
            }
            Err(error) => problems.push(Problem::about(DOTENV, slip(&error, text))),
        }
    }
    settings
}

/// What is wrong with a line of `.env`. The line itself, which may hold a secret, is not shown.
fn slip(error: &dotenvy::Error, text: &[u8]) -> String {
    let number = match error {
        dotenvy::Error::LineParse(line, _) => text
            .split(|byte| *byte == b'\n')
            .position(|other| other.trim_ascii_end() == line.trim_ascii_end().as_bytes()),
        _ => None,
    };
    let place = number.map_or("a line".to_owned(), |number| {
        format!("line {}, which", number + 1)
    });
    let is = if number.is_some() { "is" } else { "that is" };
    format!(
        "has {place} {is} not `NAME=value`; a value with blanks, `#` or `$` belongs between \
         single quotes"
    )
}

/// The variables of the environment that concern us.
fn variables(
    variables: impl Iterator<Item = (OsString, OsString)>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    for (name, value) in variables {
        let Ok(name) = name.into_string() else {
            continue;
        };
        match value.into_string() {
            Ok(value) => {
                settings.insert(name, value);
            }
            Err(_) if names::concerns_us(&name) => {
                problems.push(Problem::about(name, "is not valid UTF-8"));
            }
            Err(_) => {}
        }
    }
    settings
}
