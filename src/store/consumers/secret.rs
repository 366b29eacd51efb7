//! Secrets: what was sealed comes in, and nothing but that is stored.

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::usual;
use super::write::{insert, key_of};
use crate::identity::admin::Admin;
use crate::identity::consumer::{ConsumerId, ConsumerKey, ConsumerSecret, NewConsumer};
use crate::identity::seal::{SealNonce, SealedSecret, SealingKeys};
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::consumers;
use crate::store::time::stored;
use crate::store::transaction::write;

/// What the consumer for our own users is called at first.
const OUR_OWN: &str = "Our own users";

/// Gives a consumer a new secret. The one it had stays good for so long; one from before that ends now.
pub fn rotate(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
    secret: &SealedSecret,
    overlap: Duration,
) -> Result<(), StoreError> {
    write(conn, |conn| change(conn, admin, now, id, secret, overlap))
}

/// The same for somebody who saw the secret that was made at this moment, and means to replace that one.
/// Of two who saw it, the second is told that it is taken.
pub fn rotate_from(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
    made_at: DateTime<Utc>,
    secret: &SealedSecret,
    overlap: Duration,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let seen = consumers::table
            .find(id.0)
            .filter(consumers::rotated_at.eq(stored(made_at)));
        // Writing keeps others out until all is done; reading would not.
        let seen = diesel::update(seen).set(consumers::rotated_at.eq(stored(now)));
        if seen.execute(conn)? == 0 {
            let what = "a newer secret";
            return Err(StoreError::Taken { what });
        }
        change(conn, admin, now, id, secret, overlap)
    })
}

fn change(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
    secret: &SealedSecret,
    overlap: Duration,
) -> Result<(), StoreError> {
    let key = key_of(conn, id)?;
    if key != secret.key().as_str() {
        let message = "the secret was sealed for another consumer";
        return Err(StoreError::Invalid(message.to_owned()));
    }
    let until = now.checked_add_signed(overlap).filter(|until| now < *until);
    replace(conn, now, id, secret, until)?;
    let detail = until.map_or_else(
        || "the old secret ended at once".to_owned(),
        |until| format!("the old secret ends {}", until.format("%Y-%m-%d %H:%M UTC")),
    );
    audit::done(conn, admin, now, Action::RotateConsumer, &key, &detail)
}

/// Puts a new secret in force, and keeps the old one until then.
fn replace(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: ConsumerId,
    secret: &SealedSecret,
    until: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let row = consumers::table.find(id.0);
    let old: String = row.select(consumers::secret).first(conn)?;
    diesel::update(row)
        .set((
            consumers::secret.eq(secret.as_str()),
            consumers::previous_secret.eq(until.map(|_| old)),
            consumers::previous_until.eq(until.map(stored)),
            consumers::rotated_at.eq(stored(now)),
            consumers::updated_at.eq(stored(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// What the consumer for our own users is made from; which of it counts, the database decides.
#[derive(Debug)]
pub struct BuiltIn {
    /// Its key, unless it has one.
    pub key: ConsumerKey,
    /// Its secret, unless it has one that can be opened.
    pub secret: ConsumerSecret,
    /// For sealing the secret.
    pub nonce: SealNonce,
    /// The longest that its tokens live, in seconds, unless it was made before.
    pub max_ttl: u32,
}

/// Makes the consumer for our own users if there is none, and gives it a new secret if its own cannot
/// be opened any more. Several instances may do this at once: the first one's key and secret count.
pub fn ensure_built_in(
    conn: &mut Conn,
    now: DateTime<Utc>,
    keys: &SealingKeys,
    built_in: &BuiltIn,
) -> Result<(), StoreError> {
    let seal = |key: &ConsumerKey| keys.seal(key, &built_in.secret, built_in.nonce);
    write(conn, |conn| {
        let row: Option<(i32, String, String)> = consumers::table
            .filter(consumers::is_built_in)
            .select((consumers::id, consumers::key, consumers::secret))
            .first(conn)
            .optional()?;
        let Some((id, key, sealed)) = row else {
            let new = NewConsumer {
                // Our own pages send no `Origin` with what they read, and older browsers no
                // `Sec-Fetch-Site` either.
                allows_server_side: true,
                ..usual(OUR_OWN.to_owned(), built_in.max_ttl)
            };
            return insert(conn, now, &new, &seal(&built_in.key), true).map(drop);
        };
        let key = stored_key(&key)?;
        if keys.open(&key, &sealed).is_some() {
            return Ok(());
        }
        replace(conn, now, ConsumerId(id), &seal(&key), None)
    })
}

/// Seals with the current key what a previous one had sealed, so that the previous one can be taken out
/// of the settings. Says how many consumers that were; those that no key opens stay as they are.
pub fn reseal(
    conn: &mut Conn,
    keys: &SealingKeys,
    mut nonce: impl FnMut() -> SealNonce,
) -> Result<usize, StoreError> {
    write(conn, |conn| {
        let rows: Vec<(i32, String, String, Option<String>)> = consumers::table
            .order(consumers::id)
            .select((
                consumers::id,
                consumers::key,
                consumers::secret,
                consumers::previous_secret,
            ))
            .load(conn)?;
        let mut count = 0;
        for (id, key, secret, previous) in rows {
            let key = stored_key(&key)?;
            let mut anew = |sealed: &str| {
                let opened = keys.open(&key, sealed)?;
                let sealed = || keys.seal(&key, &opened.secret, nonce());
                (!opened.is_current).then(sealed)
            };
            let (secret, previous) = (anew(&secret), previous.as_deref().and_then(&mut anew));
            count += usize::from(secret.is_some() || previous.is_some());
            for (column, sealed) in [(Column::Secret, secret), (Column::Previous, previous)] {
                if let Some(sealed) = sealed {
                    put(conn, id, column, &sealed)?;
                }
            }
        }
        Ok(count)
    })
}

#[derive(Clone, Copy)]
enum Column {
    Secret,
    Previous,
}

fn put(conn: &mut Conn, id: i32, column: Column, sealed: &SealedSecret) -> Result<(), StoreError> {
    let row = diesel::update(consumers::table.find(id));
    match column {
        Column::Secret => row
            .set(consumers::secret.eq(sealed.as_str()))
            .execute(conn)?,
        Column::Previous => row
            .set(consumers::previous_secret.eq(sealed.as_str()))
            .execute(conn)?,
    };
    Ok(())
}

/// Forgets secrets that ended before now, and says how many.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let ended = consumers::table.filter(consumers::previous_until.lt(stored(now)));
    Ok(diesel::update(ended)
        .set((
            consumers::previous_secret.eq(None::<String>),
            consumers::previous_until.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?)
}

fn stored_key(key: &str) -> Result<ConsumerKey, StoreError> {
    let broken = |error| {
        let message = format!("the key of a consumer in the database is broken: `{key}` {error}");
        StoreError::Invalid(message)
    };
    ConsumerKey::parse(key).map_err(broken)
}
