//! Signing users of consumers out: all of them, or one, perhaps for a time.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::write::key_of;
use crate::identity::admin::Admin;
use crate::identity::consumer::{Block, ConsumerId, MAX_TTL};
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{consumer_blocks, consumers};
use crate::store::text::line;
use crate::store::time::stored;
use crate::store::transaction::write;

/// The most bytes of a `userId`.
const MAX_USER: usize = 255;

/// A user who was signed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedUser {
    /// The `userId`.
    pub user: String,
    /// Since when, and until when.
    pub block: Block,
    /// Why.
    pub note: String,
}

/// Refuses all tokens of a consumer that were issued before this moment.
pub fn revoke_all(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let key = key_of(conn, id)?;
        diesel::update(consumers::table.find(id.0))
            .set((
                consumers::revoked_before.eq(stored(now)),
                consumers::updated_at.eq(stored(now)),
            ))
            .execute(conn)?;
        let detail = "everybody is signed out";
        audit::done(conn, admin, now, Action::RevokeConsumer, &key, &detail)
    })
}

/// Refuses all tokens of one user that were issued up to now, and any token until then. What was said
/// about that user before is replaced.
pub fn block_user(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
    user: &str,
    until: DateTime<Utc>,
    note: &str,
) -> Result<(), StoreError> {
    check_user(user)?;
    let note = line("note", note)?;
    write(conn, |conn| {
        let key = key_of(conn, id)?;
        sweep(conn, now, id)?;
        diesel::delete(consumer_blocks::table.find((id.0, user))).execute(conn)?;
        diesel::insert_into(consumer_blocks::table)
            .values((
                consumer_blocks::consumer_id.eq(id.0),
                consumer_blocks::user_id.eq(user),
                consumer_blocks::since.eq(stored(now)),
                consumer_blocks::until.eq(stored(until.max(now))),
                consumer_blocks::note.eq(&note),
            ))
            .execute(conn)?;
        let mut detail = format!("{user} is signed out");
        if now < until {
            detail = format!(
                "{user} is kept out until {}",
                until.format("%Y-%m-%d %H:%M UTC")
            );
        }
        if !note.is_empty() {
            detail = format!("{detail}: {note}");
        }
        audit::done(conn, admin, now, Action::BlockConsumerUser, &key, &detail)
    })
}

/// Lets a user in again, also with tokens from before.
pub fn unblock_user(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
    user: &str,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let key = key_of(conn, id)?;
        let block = consumer_blocks::table.find((id.0, user));
        if diesel::delete(block).execute(conn)? == 0 {
            return Err(StoreError::NotFound);
        }
        audit::done(conn, admin, now, Action::UnblockConsumerUser, &key, &user)
    })
}

/// Forgets what has no effect any more: the longest-lived token from before has ended, too.
fn sweep(conn: &mut Conn, now: DateTime<Utc>, id: ConsumerId) -> Result<(), StoreError> {
    // A day more, for clocks that are ahead.
    let longest = Duration::seconds(i64::from(MAX_TTL)) + Duration::days(1);
    let over = consumer_blocks::table
        .filter(consumer_blocks::consumer_id.eq(id.0))
        .filter(consumer_blocks::until.lt(stored(now)))
        .filter(consumer_blocks::since.lt(stored(now - longest)));
    diesel::delete(over).execute(conn)?;
    Ok(())
}

/// What no token can name cannot be blocked: it would be a slip.
fn check_user(user: &str) -> Result<(), StoreError> {
    let good = (1..=MAX_USER).contains(&user.len()) && !user.chars().any(char::is_control);
    good.then_some(()).ok_or_else(|| {
        let message = format!(
            "a userId has 1 to {MAX_USER} bytes and no control characters: write it as the consumer's \
             tokens do, as in `alice@site.example`"
        );
        StoreError::Invalid(message)
    })
}

/// The users who were signed out, by consumer.
pub(super) fn all(conn: &mut Conn) -> Result<HashMap<i32, Vec<BlockedUser>>, StoreError> {
    let rows: Vec<(i32, String, NaiveDateTime, NaiveDateTime, String)> = consumer_blocks::table
        .order(consumer_blocks::user_id)
        .load(conn)?;
    let mut all: HashMap<i32, Vec<BlockedUser>> = HashMap::new();
    for (consumer, user, since, until, note) in rows {
        let block = Block {
            since: since.and_utc(),
            until: until.and_utc(),
        };
        let blocked = BlockedUser { user, block, note };
        all.entry(consumer).or_default().push(blocked);
    }
    Ok(all)
}
