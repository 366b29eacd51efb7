//! `iiif-gate serve`: checks the settings, brings the database up to date, and serves.

use actix_web::web::Data;
use anyhow::Context as _;
use chrono::TimeDelta;
use clap::Args;
use rustix::process::{Resource, getrlimit, setrlimit};
use secrecy::{ExposeSecret as _, SecretString};

use super::failure::Result;
use super::{logging, output, password};
use crate::config::{Config, DatabaseUrl, KeyFile, Supervisor, first_password::first_password};
use crate::schedule;
use crate::store::{Store, StoreError, users};
use crate::web::panics::log_panics;
use crate::web::server;
use crate::web::state::{AppState, now};

/// Serve: answer nginx, and show the pages
///
/// Brings the database up to date first. Stops on SIGTERM after the requests under way, and on SIGINT at once. Where systemd passes sockets, it listens on those.
#[derive(Debug, Args)]
pub(super) struct Options {}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let Self {} = self;
        let config = Config::from_env()?;
        logging::start(config.log.format, config.log.level);
        log_panics();
        for warning in &config.warnings {
            tracing::warn!("{warning}");
        }
        Ok(serve(config)?)
    }
}

fn serve(config: Config) -> anyhow::Result<()> {
    schedule::in_batches();
    open_many_files();
    let store = Store::open(&config.database).map_err(|error| with_hint(error, &config))?;
    for migration in store.migrate()? {
        tracing::info!(migration, "the database was brought up to date");
    }
    first_admin(&store, &config)?;
    actix_web::rt::System::new().block_on(async move {
        let (listen, public) = (config.listen.clone(), config.public.base.clone());
        let longest = longest_signed(&config);
        let state = AppState::new(config, store).await?;
        settle_keys(longest);
        tracing::info!(%listen, %public, rules = state.live.policy().rule_count(), "ready");
        server::serve(Data::new(state), Supervisor::from_env())
            .await
            .context("cannot serve")
    })
}

/// The unit that we ship lets the gate reach this machine alone, and no error of the network says so.
fn with_hint(error: StoreError, config: &Config) -> anyhow::Error {
    let is_elsewhere = matches!(config.database, DatabaseUrl::Postgres(_));
    let is_service = Supervisor::from_env().notify.is_some();
    if is_elsewhere && is_service {
        return anyhow::anyhow!(
            "{error}\n\nhint: the unit of systemd lets the gate reach this machine alone; a database on another one \
             needs `IPAddressAllow=ADDRESS` (docs/guides/systemd.md)"
        );
    }
    error.into()
}

/// How long something that a key signed counts at most.
fn longest_signed(config: &Config) -> TimeDelta {
    let longest = config.session_max.max(config.token_lifetime);
    // Passes to images are good for an hour at most.
    TimeDelta::from_std(longest).unwrap_or(TimeDelta::MAX / 2) + TimeDelta::hours(1)
}

/// From now on the present key signs, and what others sealed was sealed anew: their days are counted.
fn settle_keys(longest: TimeDelta) {
    let Ok(Some(file)) = KeyFile::from_env() else {
        return;
    };
    if let Err(error) = file.settle(now(), longest) {
        tracing::warn!(%error, "until when former keys count cannot be noted");
    }
}

/// Opens as many files as the system lets it: every connection is one.
fn open_many_files() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where that is refused, connections beyond the limit wait.
    let _ = setrlimit(Resource::Nofile, limit);
}

/// Makes the administrator of the first start. A password that was made up is shown once.
fn first_admin(store: &Store, config: &Config) -> anyhow::Result<()> {
    if store.blocking(users::has_admin)? {
        return Ok(());
    }
    let name = &config.admin_userid;
    let set = config.admin_password.clone();
    let made_up = set.is_none();
    let chosen: SecretString = set.unwrap_or_else(|| first_password(rand::random::<[u8; 20]>()));
    let checked = config
        .password_rules()
        .check(chosen.expose_secret(), name.as_str());
    checked.map_err(|error| anyhow::anyhow!("AUTH_ADMIN_PASSWORD {error}"))?;
    let hash = password::hash(config, &chosen)?;
    if !store.blocking(|conn| users::ensure_admin(conn, now(), name, &hash))? {
        return Ok(());
    }
    if made_up {
        let words = format!(
            "the first administrator is `{name}` with the password `{}`; \
             this is shown only once, change it at {}",
            chosen.expose_secret(),
            config.public.page("/")
        );
        // Nobody may miss it, however quiet the log is.
        if config.log.level >= tracing::Level::WARN {
            tracing::warn!("{words}");
        } else {
            output::say(words);
        }
    } else {
        tracing::info!("the first administrator is `{name}` with the password that was set");
    }
    Ok(())
}
