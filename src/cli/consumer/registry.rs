//! What the commands do to the registered consumers.

use chrono::{DateTime, Duration, NaiveTime, Utc};

use super::list;
use super::nature::Nature;
use super::secret::Given;
use crate::access::check;
use crate::access::zone::Zone;
use crate::cli::failure::{Failure, Result};
use crate::cli::{database, output};
use crate::config::Config;
use crate::identity::admin::Admin;
use crate::identity::consumer::{Consumer, ConsumerKey, NewConsumer};
use crate::identity::seal::SealingKeys;
use crate::live::keys::Keys;
use crate::store::consumers::{self, Details};
use crate::store::{Conn, Store, StoreError};
use crate::web::state::now;

/// What every command works with.
pub(super) struct Registry {
    pub(super) config: Config,
    pub(super) store: Store,
    pub(super) keys: SealingKeys,
}

impl Registry {
    /// Reads the settings and opens the database.
    pub(super) fn open() -> Result<Self> {
        let (config, store) = database::open()?;
        Ok(Self {
            keys: Keys::new(&config).consumer_secrets,
            config,
            store,
        })
    }

    pub(super) fn list(&self, json: bool) -> Result {
        let all = self
            .store
            .blocking(|conn| consumers::list(conn, &self.keys))?;
        list::print(&all, json)
    }

    pub(super) fn show(&self, key: &ConsumerKey, json: bool) -> Result {
        let found = self.store.blocking(|conn| self.find(conn, key))?;
        list::show(&found, json)
    }

    pub(super) fn create(
        &self,
        name: String,
        key: Option<ConsumerKey>,
        given: &Given,
        nature: &Nature,
        json: bool,
    ) -> Result {
        let key = key.unwrap_or_else(|| ConsumerKey::from_random(rand::random()));
        let secret = given.read_or_make()?;
        let sealed = self.keys.seal(&key, secret.get(), rand::random());
        let usual = consumers::usual(name, self.config.annotator.max_ttl);
        self.store.blocking(|conn| {
            let new = nature.over(conn, usual)?;
            consumers::create(conn, &Admin::console(), now(), &new, &sealed)
        })?;
        output::say(format_args!("created the consumer `{key}`"));
        secret.show(&key, json)
    }

    pub(super) fn update(
        &self,
        key: &ConsumerKey,
        name: Option<String>,
        nature: &Nature,
    ) -> Result {
        self.change(key, "changed", |conn, consumer| {
            let mut new = NewConsumer::from(consumer);
            if let Some(name) = name {
                new.name = name;
            }
            let new = nature.over(conn, new)?;
            consumers::update(conn, &Admin::console(), now(), consumer.id, &new)
        })
    }

    pub(super) fn rotate(
        &self,
        key: &ConsumerKey,
        hours: u32,
        given: &Given,
        json: bool,
    ) -> Result {
        let (secret, overlap) = (given.read_or_make()?, Duration::hours(hours.into()));
        let sealed = self.keys.seal(key, secret.get(), rand::random());
        self.change(key, "gave a new secret to", |conn, Consumer { id, .. }| {
            consumers::rotate(conn, &Admin::console(), now(), *id, &sealed, overlap)
        })?;
        secret.show(key, json)
    }

    pub(super) fn set_enabled(&self, key: &ConsumerKey, is_enabled: bool) -> Result {
        let done = if is_enabled { "enabled" } else { "disabled" };
        self.change(key, done, |conn, Consumer { id, .. }| {
            consumers::set_enabled(conn, &Admin::console(), now(), *id, is_enabled)
        })
    }

    pub(super) fn revoke_all(&self, key: &ConsumerKey) -> Result {
        let done = "signed everybody out of";
        self.change(key, done, |conn, Consumer { id, .. }| {
            consumers::revoke_all(conn, &Admin::console(), now(), *id)
        })
    }

    pub(super) fn revoke(
        &self,
        key: &ConsumerKey,
        user: &str,
        until: Option<&str>,
        note: &str,
    ) -> Result {
        let now = now();
        let until = until.map_or(Ok(now), |text| moment(text, &self.config.time_zone))?;
        let done = format!("signed `{user}` out of");
        self.change(key, &done, |conn, Consumer { id, .. }| {
            consumers::block_user(conn, &Admin::console(), now, *id, user, until, note)
        })
    }

    pub(super) fn unblock(&self, key: &ConsumerKey, user: &str) -> Result {
        let done = format!("let `{user}` in again at");
        self.change(key, &done, |conn, Consumer { id, blocked, .. }| {
            if !blocked.contains_key(user) {
                let message =
                    format!("`{user}` was not signed out (`consumer show` tells who was)");
                return Err(StoreError::Invalid(message));
            }
            consumers::unblock_user(conn, &Admin::console(), now(), *id, user)
        })
    }

    pub(super) fn delete(&self, key: &ConsumerKey) -> Result {
        self.change(key, "deleted", |conn, Consumer { id, .. }| {
            consumers::delete(conn, &Admin::console(), now(), *id)
        })
    }

    /// Does something to a consumer, and says so.
    fn change(
        &self,
        key: &ConsumerKey,
        done: &str,
        work: impl FnOnce(&mut Conn, &Consumer) -> Result<(), StoreError>,
    ) -> Result {
        self.store.blocking(|conn| {
            let found = self.find(conn, key)?;
            work(conn, &found.consumer)
        })?;
        output::say(format_args!("{done} the consumer `{key}`"));
        Ok(())
    }

    fn find(&self, conn: &mut Conn, key: &ConsumerKey) -> Result<Details, StoreError> {
        let hint = "`iiif-gate consumer list` shows all, `iiif-gate consumer create` makes one";
        consumers::find_by_key(conn, &self.keys, key.as_str())?
            .ok_or_else(|| StoreError::Invalid(format!("there is no consumer `{key}` ({hint})")))
    }
}

/// A time, or the beginning of a day in the institution's time zone.
fn moment(text: &str, zone: &Zone) -> Result<DateTime<Utc>> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text.trim()) {
        return Ok(moment.to_utc());
    }
    let day = check::day(text).map_err(|fault| {
        let hint = "a time is written as in `2030-01-31T18:00:00+01:00`";
        Failure::yours(format_args!("--until: {fault}; {hint}"))
    })?;
    // Where clocks are put forward at midnight, a day begins an hour later.
    let midnight = day.and_time(NaiveTime::MIN);
    let later = midnight + Duration::hours(1);
    let begin = zone.moment(midnight).or_else(|| zone.moment(later));
    begin.ok_or_else(|| Failure::yours(format_args!("there is no day `{text}`")))
}
