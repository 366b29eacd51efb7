//! `iiif-gate import-flask`: takes over the users of the Flask original.

use clap::Args;
use serde::Serialize;

use super::failure::{Failure, Result};
use super::{database, file, output, password};
use crate::config::DatabaseUrl;
use crate::identity::admin::Admin;
use crate::store::flask::{self, Report};
use crate::store::import::Mode;
use crate::store::{Conn, StoreError};
use crate::web::state::now;

/// Take over users, roles and passwords from robcast/iiif-image-auth, all or nothing
///
/// `AUTH_PASSWORD_SALT` must be what the original has: then people sign in with their old passwords.
/// The original's database is only read. Users who are here already stay as they are.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The original's database, such as `sqlite:////tmp/test.db` or `postgresql://...`
    ///
    /// A URL with a password can be read by other users of this machine while the command runs; `-`
    /// reads it from stdin.
    url: String,
    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Print a JSON document
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Document<'a> {
    dry_run: bool,
    users: &'a [String],
    roles: &'a [String],
    notices: &'a [String],
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let url = if self.url == "-" {
            password::line()?
        } else {
            self.url.into()
        };
        let original = flask::read(&parse(&url)?)?;
        let (config, store) = database::open()?;
        let hash = |plain: &str| {
            password::hash(&config, &plain.into())
                .map_err(|error| StoreError::Invalid(error.to_string()))
        };
        let mode = file::mode(self.dry_run);
        let admin = Admin::console();
        let report = store.blocking(|conn: &mut Conn| {
            flask::take_over(conn, &admin, now(), &original, hash, mode)
        })?;
        if self.json {
            let Report {
                users,
                roles,
                notices,
            } = &report;
            return output::json(&Document {
                dry_run: self.dry_run,
                users,
                roles,
                notices,
            });
        }
        print(&report, mode)
    }
}

fn parse(url: &secrecy::SecretString) -> Result<DatabaseUrl> {
    use secrecy::ExposeSecret as _;
    DatabaseUrl::parse(url.expose_secret())
        .map_err(|error| Failure::yours(format_args!("the URL {error}")))
}

fn print(report: &Report, mode: Mode) -> Result {
    for role in &report.roles {
        output::data(format_args!("role: {role}"))?;
    }
    for user in &report.users {
        output::data(format_args!("user: {user}"))?;
    }
    for notice in &report.notices {
        output::say(format_args!("note: {notice}"));
    }
    let (users, roles) = (report.users.len(), report.roles.len());
    match mode {
        Mode::Apply => output::say(format_args!("{users} users and {roles} roles taken over")),
        Mode::DryRun => {
            output::say(format_args!(
                "{users} users and {roles} roles would be taken over"
            ));
        }
    }
    output::say("passwords go on working if AUTH_PASSWORD_SALT is what the original has");
    Ok(())
}
