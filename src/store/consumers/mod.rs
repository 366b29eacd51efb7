//! Consumers: sites whose authTokens identify their users.
//!
//! Their secrets are sealed before they come here; reading takes the keys that open them.

mod block;
mod counts;
mod row;
mod secret;
mod write;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

pub use self::block::{BlockedUser, block_user, revoke_all, unblock_user};
pub use self::counts::{ACCEPTED, Count, Counted, count};
pub use self::secret::{BuiltIn, ensure_built_in, reseal, rotate, rotate_from, sweep};
pub use self::write::{create, delete, set_enabled, update};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::consumers;
use crate::config::{ANNOTATION_PATH, OPEN_ANNOTATION_PATH};
use crate::identity::consumer::{
    Consumer, ConsumerId, NewConsumer, NewConsumerRole, Origins, PathPrefix,
};
use crate::identity::seal::SealingKeys;

/// A consumer, as it is administered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The consumer.
    pub consumer: Consumer,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When its secret was made.
    pub rotated_at: DateTime<Utc>,
    /// Users who were signed out, by `userId`.
    pub blocked: Vec<BlockedUser>,
    /// How often its tokens were accepted, or refused and why; the most frequent first.
    pub counts: Vec<Count>,
}

impl Details {
    /// How many requests were let in.
    pub fn accepted(&self) -> u64 {
        self.times(|count| count.reason == ACCEPTED)
    }

    /// How many requests were refused.
    pub fn refused(&self) -> u64 {
        self.times(|count| count.reason != ACCEPTED)
    }

    /// When a token was last accepted.
    pub fn last_use(&self) -> Option<DateTime<Utc>> {
        let accepted = self.counts.iter().find(|count| count.reason == ACCEPTED);
        accepted.map(|count| count.last_at)
    }

    fn times(&self, which: impl Fn(&Count) -> bool) -> u64 {
        let counts = self.counts.iter().filter(|count| which(count));
        counts.map(|count| count.times).sum()
    }
}

impl From<&Consumer> for NewConsumer {
    fn from(consumer: &Consumer) -> Self {
        let role = |role: &crate::identity::consumer::ConsumerRole| NewConsumerRole {
            id: role.id,
            is_base: role.is_base,
            is_read_only: role.is_read_only,
        };
        Self {
            name: consumer.name.clone(),
            max_ttl: consumer.max_ttl,
            origins: consumer.origins.clone(),
            allows_server_side: consumer.allows_server_side,
            names_admins: consumer.names_admins,
            prefixes: consumer.prefixes.clone(),
            roles: consumer.roles.iter().map(role).collect(),
        }
    }
}

/// A consumer of which nothing was said but its name: it is for annotations, from our own pages alone.
pub fn usual(name: String, max_ttl: u32) -> NewConsumer {
    let prefixes = [ANNOTATION_PATH, OPEN_ANNOTATION_PATH].map(PathPrefix::parse);
    NewConsumer {
        name,
        max_ttl,
        origins: Origins::default(),
        allows_server_side: false,
        names_admins: false,
        prefixes: prefixes.into_iter().flatten().collect(),
        roles: Vec::new(),
    }
}

/// All consumers, with what verifies their tokens; what cannot be opened with these keys is left out.
pub fn all(conn: &mut Conn, keys: &SealingKeys) -> Result<Vec<Consumer>, StoreError> {
    let rows = consumers::table.load(conn)?;
    Ok(row::consumers(conn, keys, rows)?
        .into_iter()
        .map(|(consumer, _)| consumer)
        .collect())
}

/// All consumers as they are administered, by name; the one for our own users comes last.
pub fn list(conn: &mut Conn, keys: &SealingKeys) -> Result<Vec<Details>, StoreError> {
    let rows = consumers::table
        .order((consumers::is_built_in, consumers::name, consumers::key))
        .load(conn)?;
    row::details(conn, keys, rows)
}

/// The consumer with this number.
pub fn find(
    conn: &mut Conn,
    keys: &SealingKeys,
    id: ConsumerId,
) -> Result<Option<Details>, StoreError> {
    let rows = consumers::table.find(id.0).load(conn)?;
    Ok(row::details(conn, keys, rows)?.pop())
}

/// The consumer with this key, byte for byte.
pub fn find_by_key(
    conn: &mut Conn,
    keys: &SealingKeys,
    key: &str,
) -> Result<Option<Details>, StoreError> {
    let rows = consumers::table.filter(consumers::key.eq(key)).load(conn)?;
    Ok(row::details(conn, keys, rows)?.pop())
}
