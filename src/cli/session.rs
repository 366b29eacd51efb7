//! `iiif-gate session`: who is signed in.

use clap::{Args, Subcommand};
use serde::Serialize;

use super::failure::{Failure, Result};
use super::{database, output, table};
use crate::identity::admin::Admin;
use crate::identity::name::UserName;
use crate::store::page::Paging;
use crate::store::sessions::{self, SessionQuery};
use crate::store::{Conn, StoreError};
use crate::web::state::now;

/// List and end sessions
#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List sessions, the last used first
    List {
        /// Only of this user
        #[arg(long, value_parser = UserName::parse)]
        user: Option<UserName>,
        /// How many at most
        #[arg(long, default_value_t = 100)]
        limit: u32,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// End a session, or all sessions of a user; in force within a second
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Revoke {
        /// The session's id, as `session list` prints it
        #[arg(group = "which")]
        session: Option<String>,
        /// All sessions of this user
        #[arg(long, value_parser = UserName::parse, group = "which")]
        user: Option<UserName>,
    },
}

/// A session in `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    user: Option<String>,
    door: &'static str,
    address: Option<std::net::IpAddr>,
    user_agent: String,
    created_at: chrono::DateTime<chrono::Utc>,
    last_seen_at: chrono::DateTime<chrono::Utc>,
    expires_at: chrono::DateTime<chrono::Utc>,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (_, store) = database::open()?;
        let admin = Admin::console();
        match self.command {
            Command::List { user, limit, json } => print(
                &store.blocking(|conn| list(conn, user.as_ref(), limit))?,
                json,
            ),
            Command::Revoke {
                user: Some(name), ..
            } => {
                let ended = store.blocking(|conn| {
                    let id = database::user(conn, &name)?.id;
                    sessions::revoke_of_user(conn, &admin, now(), id)
                })?;
                output::say(format_args!("{ended} sessions of `{name}` ended"));
                Ok(())
            }
            Command::Revoke {
                session,
                user: None,
            } => {
                let id = session.unwrap_or_default();
                match store.blocking(|conn| sessions::revoke(conn, &admin, now(), &id)) {
                    Err(StoreError::NotFound) => {
                        Err(Failure::yours(format_args!("there is no session `{id}`")))
                    }
                    other => Ok(other.map(|()| output::say("the session ended"))?),
                }
            }
        }
    }
}

fn list(conn: &mut Conn, user: Option<&UserName>, limit: u32) -> Result<Vec<Listed>, StoreError> {
    let user = user
        .map(|name| database::user(conn, name))
        .transpose()?
        .map(|user| user.id);
    let paging = Paging {
        page: 1,
        per_page: limit,
    };
    let page = sessions::page(
        conn,
        &SessionQuery {
            user,
            paging,
            ..SessionQuery::default()
        },
        now(),
    )?;
    let listed = page
        .items
        .into_iter()
        .map(|sessions::Listed { session, user_name }| Listed {
            id: session.id,
            user: user_name,
            door: session.door.as_str(),
            address: session.address,
            user_agent: session.user_agent,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
        });
    Ok(listed.collect())
}

fn print(sessions: &[Listed], json: bool) -> Result {
    if json {
        return output::json(&sessions);
    }
    let rows: Vec<[String; 5]> = sessions
        .iter()
        .map(|session| {
            [
                session.id.clone(),
                session.user.clone().unwrap_or_else(|| "-".to_owned()),
                session.door.to_owned(),
                session
                    .address
                    .map_or_else(|| "-".to_owned(), |address| address.to_string()),
                session.last_seen_at.format("%Y-%m-%d %H:%M").to_string(),
            ]
        })
        .collect();
    table::print(["ID", "USER", "DOOR", "ADDRESS", "LAST USED (UTC)"], &rows)
}
