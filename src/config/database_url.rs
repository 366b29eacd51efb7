//! Where the data lives: `AUTH_DB_CONNECTION`.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

/// The database.
///
/// | written | meant |
/// |---|---|
/// | `sqlite:///data/iiif-gate.db`, `sqlite:////data/iiif-gate.db` | the file `/data/iiif-gate.db` |
/// | `sqlite:iiif-gate.db` | a file in the folder the program was started in |
/// | `postgres://user:password@host/name`, also `postgresql://`, `postgresql+psycopg2://` | PostgreSQL |
///
/// `SQLAlchemy`, which the Flask original used, writes absolute paths with four slashes and relative ones
/// with three. Here both are absolute: a relative path is almost never what somebody meant.
#[derive(Debug, Clone)]
pub enum DatabaseUrl {
    /// A file, made when it does not exist.
    Sqlite(PathBuf),
    /// A PostgreSQL URL, which usually holds a password.
    Postgres(SecretString),
}

/// Why a text names no database. The message holds a valid example and never the text itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither `sqlite:` nor `postgres:`.
    #[error(
        "begins neither with `sqlite:` nor with `postgres:` \
         (valid: `sqlite:///data/iiif-gate.db` or `postgres://user:password@host/name`)"
    )]
    Scheme,
    /// No path.
    #[error("names no file (valid: `sqlite:///data/iiif-gate.db`)")]
    NoFile,
    /// Two slashes, so that the first folder looks like a host.
    #[error(
        "has two slashes (valid: `sqlite:///data/iiif-gate.db`, an absolute path, \
         or `sqlite:iiif-gate.db`, a relative one)"
    )]
    TwoSlashes,
    /// SQLite in memory, or with options.
    #[error("must name a file and nothing else (valid: `sqlite:///data/iiif-gate.db`)")]
    NoPlainFile,
    /// No host and no database.
    #[error("names no database (valid: `postgres://user:password@host/name`)")]
    NoDatabase,
}

impl DatabaseUrl {
    /// Reads a URL as it stands in the settings.
    pub fn parse(text: &str) -> Result<Self, DatabaseUrlError> {
        let text = text.trim();
        let (scheme, rest) = text.split_once(':').ok_or(DatabaseUrlError::Scheme)?;
        let scheme = scheme.to_ascii_lowercase();
        // SQLAlchemy names the driver after a plus sign.
        match scheme.split('+').next() {
            Some("sqlite") => sqlite(rest),
            Some("postgres" | "postgresql") => postgres(rest),
            _ => Err(DatabaseUrlError::Scheme),
        }
    }

    /// What may be logged and shown: the path, or the server and database of a URL. Nothing but
    /// `PostgreSQL` if it is not plain where the password ends.
    pub fn describe(&self) -> String {
        match self {
            Self::Sqlite(path) => path.display().to_string(),
            Self::Postgres(url) => {
                let address = address(url.expose_secret());
                address.map_or("PostgreSQL".to_owned(), |address| {
                    format!("postgres://{address}")
                })
            }
        }
    }

    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

/// Server and database of a PostgreSQL URL.
fn address(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("//")?;
    let (authority, tail) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    // A password with a `/` or `?` that is not percent-encoded.
    if tail.contains('@') {
        return None;
    }
    let server = authority.rsplit('@').next()?;
    let port = server.split_once(':').map_or("", |(_, port)| port);
    // Without an `@`, it is a name and a password.
    if !server.starts_with('[') && !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(format!("{server}{}", tail.split('?').next()?))
}

fn sqlite(rest: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    if rest.contains(":memory:") || rest.contains(['?', '\0']) {
        return Err(DatabaseUrlError::NoPlainFile);
    }
    let path = rest.trim_start_matches('/');
    if path.is_empty() || path.ends_with('/') {
        return Err(DatabaseUrlError::NoFile);
    }
    match rest.len() - path.len() {
        0 => Ok(DatabaseUrl::Sqlite(PathBuf::from(path))),
        2 => Err(DatabaseUrlError::TwoSlashes),
        _ => Ok(DatabaseUrl::Sqlite(PathBuf::from(format!("/{path}")))),
    }
}

fn postgres(rest: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    match rest.strip_prefix("//") {
        Some(rest) if !rest.is_empty() && rest != "/" => {
            Ok(DatabaseUrl::Postgres(format!("postgresql://{rest}").into()))
        }
        _ => Err(DatabaseUrlError::NoDatabase),
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> String {
        DatabaseUrl::parse(text)
            .unwrap()
            .file()
            .unwrap()
            .display()
            .to_string()
    }

    #[test]
    fn three_and_four_slashes_are_absolute_and_none_is_relative() {
        assert_eq!(file("sqlite:///data/iiif-gate.db"), "/data/iiif-gate.db");
        assert_eq!(file("sqlite:////tmp/test.db"), "/tmp/test.db");
        assert_eq!(file("sqlite:/tmp/test.db"), "/tmp/test.db");
        assert_eq!(file("sqlite:data/test.db"), "data/test.db");
    }

    #[test]
    fn the_urls_of_the_original_are_understood() {
        for text in [
            "postgres://u:p@h/d",
            "postgresql://u:p@h/d",
            "postgresql+psycopg2://u:p@h/d",
        ] {
            match DatabaseUrl::parse(text).unwrap() {
                DatabaseUrl::Postgres(url) => {
                    assert_eq!(url.expose_secret(), "postgresql://u:p@h/d");
                }
                DatabaseUrl::Sqlite(path) => panic!("{text} became {}", path.display()),
            }
        }
    }

    #[test]
    fn a_slip_is_an_error_and_never_a_file_of_that_name() {
        use DatabaseUrlError as E;
        for (text, error) in [
            ("", E::Scheme),
            ("data.db", E::Scheme),
            ("postgress://h/d", E::Scheme),
            ("mysql://h/d", E::Scheme),
            ("sqlite:", E::NoFile),
            ("sqlite:///", E::NoFile),
            ("sqlite:///data/", E::NoFile),
            ("sqlite://data/x.db", E::TwoSlashes),
            ("sqlite::memory:", E::NoPlainFile),
            ("sqlite:///x.db?mode=ro", E::NoPlainFile),
            ("postgres:", E::NoDatabase),
            ("postgres:///", E::NoDatabase),
        ] {
            assert_eq!(DatabaseUrl::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn neither_debug_nor_display_shows_the_password() {
        for (text, shown) in [
            (
                "postgres://me:s3cret@host:5432/gate?password=s3cret",
                "postgres://host:5432/gate",
            ),
            ("postgres://me:x@s3cret@host/gate", "postgres://host/gate"),
            (
                "postgres://me@[::1]:5432/gate",
                "postgres://[::1]:5432/gate",
            ),
            ("postgres://host/gate", "postgres://host/gate"),
            (
                "postgres://me@/gate?host=/run/postgresql",
                "postgres:///gate",
            ),
            ("postgres://me:s3cret/x@host/gate", "PostgreSQL"),
            ("postgres://me:s3cret?x@host/gate", "PostgreSQL"),
            ("postgres://me:x@s3cret/x@host/gate", "PostgreSQL"),
            ("postgres://me:s3cret/gate", "PostgreSQL"),
        ] {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), shown, "{text}");
            assert!(!format!("{url:?}").contains("s3cret"));
        }
    }
}
