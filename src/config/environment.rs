//! The one place that reads the environment, `.env` and the files of secrets.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;

use super::listen::Listen;
use super::problem::Problem;
use super::secret_file::{self, KeyFile, Missing};
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

    /// Only `LISTEN_HEALTH`: all that the question for the gate's health needs.
    pub fn health_listener_from_env() -> Result<Listen, Vec<Problem>> {
        Self::health_listener(&gather(&mut Vec::new()))
    }
}

impl KeyFile {
    /// The generated key, unless the key comes from elsewhere.
    pub fn from_env() -> Result<Option<Self>, Vec<Problem>> {
        let mut problems = Vec::new();
        let raw = gather(&mut problems);
        if problems.iter().any(Problem::is_error) {
            return Err(problems);
        }
        let is_generated = secret_file::has_generated_key(&raw);
        Ok(is_generated.then(|| Self::of(&secret_file::data_dir(&raw))))
    }
}

/// What a supervisor such as systemd says in the environment of a service.
#[derive(Debug, Clone, Default)]
pub struct Supervisor {
    /// The names of the sockets that it passes.
    pub socket_names: Vec<String>,
    /// Where it wants to be told how far the service is.
    pub notify: Option<OsString>,
}

impl Supervisor {
    /// Reads it.
    pub fn from_env() -> Self {
        let names = std::env::var_os("LISTEN_FDNAMES").unwrap_or_default();
        let names = names.to_string_lossy();
        Self {
            socket_names: names.split(':').map(ToOwned::to_owned).collect(),
            notify: std::env::var_os("NOTIFY_SOCKET").filter(|path| !path.is_empty()),
        }
    }
}

/// What is set, be it good or bad.
fn gather(problems: &mut Vec<Problem>) -> BTreeMap<String, String> {
    let mut raw = dotenv(std::fs::read(DOTENV), problems);
    // What is set in the environment wins; but compose passes unset variables on as empty ones.
    let set = variables(std::env::vars_os(), problems);
    raw.extend(set.into_iter().filter(|(_, value)| !value.is_empty()));
    raw
}

fn from_env(missing: Missing) -> Result<Config, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut raw = gather(&mut problems);
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
            // The error holds the line, or its value alone.
            .position(|other| {
                other
                    .trim_ascii_end()
                    .ends_with(line.trim_ascii_end().as_bytes())
            }),
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

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt as _;

    use super::*;

    fn read(text: &str) -> (BTreeMap<String, String>, Vec<Problem>) {
        let mut problems = Vec::new();
        (
            dotenv(Ok(text.as_bytes().to_vec()), &mut problems),
            problems,
        )
    }

    #[test]
    fn dotenv_takes_comments_quotes_and_the_files_of_windows() {
        let (raw, problems) = read(
            "\u{feff}# comment\r\nDATA_DIR=/data\r\nINSTITUTION_NAME='A $B # C'\r\n\r\nLISTEN=\r\n",
        );
        assert_eq!(problems, []);
        assert_eq!(raw["DATA_DIR"], "/data");
        assert_eq!(raw["INSTITUTION_NAME"], "A $B # C");
        assert_eq!(raw["LISTEN"], "");
    }

    #[test]
    fn a_bad_line_is_told_by_its_number_and_not_shown() {
        let (_, problems) = read("A=1\nTOKEN_LIFETIME=1 hour\n");
        assert!(problems[0].to_string().contains("line 2"), "{problems:?}");
        let (raw, problems) = read("A=1\n\nAUTH_SECRET_KEY hunter2\nB=2\n");
        assert_eq!(raw.len(), 2);
        assert!(
            problems[0]
                .to_string()
                .starts_with(".env: has line 3, which is not `NAME=value`")
        );
        assert!(!format!("{problems:?}").contains("hunter2"));
    }

    #[test]
    fn a_missing_file_is_none_and_an_unreadable_one_a_problem() {
        let mut problems = Vec::new();
        dotenv(Err(io::ErrorKind::NotFound.into()), &mut problems);
        assert_eq!(problems, []);
        dotenv(Err(io::ErrorKind::PermissionDenied.into()), &mut problems);
        assert_eq!(problems.len(), 1);
    }

    #[test]
    fn only_our_own_variables_must_be_text() {
        let bad = || OsString::from_vec(vec![0xff]);
        let mut problems = Vec::new();
        let set = [
            ("LS_COLORS", bad()),
            ("DATA_DIR", bad()),
            ("LISTEN", "x".into()),
        ];
        let raw = variables(set.into_iter().map(|(n, v)| (n.into(), v)), &mut problems);
        assert_eq!(raw.keys().collect::<Vec<_>>(), ["LISTEN"]);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].name, "DATA_DIR");
    }
}
