//! `iiif-gate dev seed`: a database full of made-up users, sessions and rules.

use std::fs::{OpenOptions, Permissions};
use std::io::{BufWriter, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};

use crate::cli::failure::{Failure, Result};
use crate::cli::{database, file, output, password};
use crate::config::Config;
use crate::identity::access_token::Version;
use crate::identity::key::Key;
use crate::identity::secret;
use crate::identity::session::{Door, cookie_value};
use crate::live::keys::Keys;
use crate::store::seed::{self, DOMAIN};
use crate::web::cookies::name_of_cookie;
use crate::web::state::now;

/// Fill the database with made-up users, sessions, roles, networks and rules
///
/// What was made like this before is made anew. A database with other users than the first
/// administrator, or with other rules or roles, is left as it is. The users are called like
/// `anna.berger.17@seed.invalid` and have one password in common, which nobody knows unless it comes
/// from `--password-file`. The first rules are `open/*` for everybody, `members/*` for users, `closed/*`
/// for nobody and `staff/*` for the second role; the others are like `maps/1850/*` and
/// `maps/1850/sheet-00017.tif`.
#[derive(Debug, Args)]
pub(super) struct Seed {
    /// How many users
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = up_to(10_000_000))]
    users: u32,
    /// How many sessions, each of another user for as long as there are users
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = up_to(10_000_000))]
    sessions: u32,
    /// How many rules
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = up_to(1_000_000))]
    rules: u32,
    /// How many networks, all of the first role
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = up_to(65_536))]
    networks: u32,
    /// How many roles
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = up_to(1000))]
    roles: u32,
    /// How many entries of the audit log
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = up_to(10_000_000))]
    audit: u32,
    /// Of how many sessions to write cookies and tokens
    #[arg(long, value_name = "N", default_value_t = 100)]
    warm: u32,
    /// Write the access cookies of the first sessions into this file, one a line, as in `Cookie`
    #[arg(long, value_name = "FILE")]
    cookies: Option<PathBuf>,
    /// Write access tokens of the first sessions into this file, one a line
    #[arg(long, value_name = "FILE")]
    tokens: Option<PathBuf>,
    /// The first line of this file is the password of all users
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

fn up_to(most: u32) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(0..=i64::from(most))
}

impl Seed {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        if self.sessions > 0 && self.users == 0 {
            return Err(Failure::yours("sessions belong to users: give `--users`"));
        }
        let (config, store) = database::open()?;
        let now = now();
        let handles = Handles::of(&config);
        let lifetime = chrono::Duration::from_std(config.session_max).unwrap_or_default();
        let seed = seed::Seed {
            users: self.users,
            roles: self.roles,
            networks: self.networks,
            rules: self.rules,
            audit: self.audit,
            sessions: (0..self.sessions).map(|i| handles.fingerprint(i)).collect(),
            password_hash: password_hash(&config, self.password_file.as_deref())?,
            expires_at: now + lifetime,
        };
        store.blocking(|conn| seed::fill(conn, now, &seed))?;
        self.write_secrets(&config, now, &seed)?;
        let Self {
            users,
            sessions,
            rules,
            ..
        } = self;
        let database = &config.database;
        output::say(format_args!(
            "{database} has {users} users, {sessions} sessions and {rules} rules to try"
        ));
        Ok(())
    }

    fn write_secrets(&self, config: &Config, now: DateTime<Utc>, seed: &seed::Seed) -> Result {
        let (keys, handles) = (Keys::new(config), Handles::of(config));
        let warm = self.warm.min(self.sessions);
        if let (Some(path), Some(key)) = (&self.cookies, keys.cookies.first()) {
            let name = name_of_cookie(config, Door::Images);
            let cookies =
                (0..warm).map(|i| Ok(format!("{name}={}", cookie_value(&handles.handle(i), key))));
            write_private(path, cookies)?;
        }
        if let Some(path) = &self.tokens {
            let tokens = seed.sessions.iter().take(warm as usize).map(|id| {
                let token = keys.tokens.issue(id, Version::V1, now, seed.expires_at);
                token.map_err(|error| Failure::Ours(error.into()))
            });
            write_private(path, tokens)?;
        }
        Ok(())
    }
}

/// The handles of the sessions: the same each time, and known to nobody without this gate's secret.
struct Handles(Key);

impl Handles {
    fn of(config: &Config) -> Self {
        Self(Key::derive(config.secret_key.expose_secret(), "dev-seed"))
    }

    fn handle(&self, i: u32) -> String {
        secret::from_random(self.0.sign(&i.to_be_bytes()))
    }

    fn fingerprint(&self, i: u32) -> String {
        secret::fingerprint(self.handle(i))
    }
}

/// The hash of the password in the file, or of one that is forgotten at once.
fn password_hash(config: &Config, path: Option<&Path>) -> Result<String> {
    let password: SecretString = match path {
        None => secret::from_random(rand::random()).into(),
        Some(path) => {
            let text = file::read(path)?;
            let line = text.lines().next().unwrap_or_default().to_owned();
            let checked = config.password_rules().check(&line, DOMAIN);
            checked.map_err(|error| Failure::yours(format_args!("the password {error}")))?;
            line.into()
        }
    };
    Ok(password::hash(config, &password)?)
}

/// Writes lines into a file that nobody else can read.
fn write_private(path: &Path, lines: impl Iterator<Item = Result<String>>) -> Result {
    let cannot = |error| Failure::yours(format_args!("cannot write `{}`: {error}", path.display()));
    let mut options = OpenOptions::new();
    let file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(cannot)?;
    // One that was there already keeps its mode.
    file.set_permissions(Permissions::from_mode(0o600))
        .map_err(cannot)?;
    let mut file = BufWriter::new(file);
    for line in lines {
        writeln!(file, "{}", line?).map_err(cannot)?;
    }
    file.flush().map_err(cannot)
}
