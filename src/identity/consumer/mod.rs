//! Consumers: sites that are registered with a key and a secret, and whose authTokens identify their
//! users (the word is Annotator's).

pub mod settings;
mod values;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use self::settings::{NewConsumer, NewConsumerRole};
pub use self::values::{
    ConsumerKey, ConsumerKeyError, ConsumerSecret, ConsumerSecretError, MIN_SECRET, Origins,
    PathPrefix, PathPrefixError,
};
use super::name::RoleName;
use super::principal::{RoleId, RoleSet};

/// A consumer's number in the database; never given to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConsumerId(pub i32);

/// The longest `ttl` in seconds that a consumer may allow: 24 days. A browser's timer overflows at 24.85
/// days, and annotator.js then asks for tokens without end.
pub const MAX_TTL: u32 = 24 * 24 * 60 * 60;
/// The shortest `ttl` in seconds that a consumer may be held to.
pub const MIN_TTL: u32 = 60;
/// The secrets that verify.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The one in force.
    pub current: ConsumerSecret,
    /// The one before, and when it ends.
    pub previous: Option<(ConsumerSecret, DateTime<Utc>)>,
}

/// One user of a consumer who was signed out, and perhaps stays out for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Tokens issued up to this moment are refused for good.
    pub since: DateTime<Utc>,
    /// All tokens are refused before this moment.
    pub until: DateTime<Utc>,
}

/// What a role is to a consumer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerRole {
    /// The role.
    pub id: RoleId,
    /// Its name, as tokens write it.
    pub name: RoleName,
    /// Whether every user of the consumer holds it; otherwise those whose token names it.
    pub is_base: bool,
    /// Whether it lets people read annotations only.
    pub is_read_only: bool,
}

/// A consumer, with everything that a decision needs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a tick in a form")]
pub struct Consumer {
    /// Its number.
    pub id: ConsumerId,
    /// Its key.
    pub key: ConsumerKey,
    /// What people call it.
    pub name: String,
    /// What verifies its tokens; nothing if what is in the database cannot be read with our keys.
    pub secrets: Option<Secrets>,
    /// Whether its tokens are taken.
    pub is_enabled: bool,
    /// Whether it is the one for our own users.
    pub is_built_in: bool,
    /// The longest that a token lives, in seconds.
    pub max_ttl: u32,
    /// From which pages its tokens are taken.
    pub origins: Origins,
    /// Whether they are taken from programs, which send no `Origin`.
    pub allows_server_side: bool,
    /// Whether it may name administrators of its own annotations.
    pub names_admins: bool,
    /// What its users may reach.
    pub prefixes: Vec<PathPrefix>,
    /// The roles of its users.
    pub roles: Vec<ConsumerRole>,
    /// Tokens issued before this moment are refused.
    pub revoked_before: Option<DateTime<Utc>>,
    /// Users who were signed out, by their `userId`.
    pub blocked: HashMap<String, Block>,
}

impl Consumer {
    /// The roles of a user whose token names these: the base roles, and those of the named ones that
    /// the consumer may grant.
    pub fn roles_of<'a>(&'a self, named: &'a [String]) -> impl Iterator<Item = &'a ConsumerRole> {
        self.roles
            .iter()
            .filter(move |role| role.is_base || named.iter().any(|name| name == role.name.as_str()))
    }

    /// Whether tokens of this user, issued then, are refused now.
    pub fn has_revoked(&self, user: &str, issued_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        self.revoked_before.is_some_and(|moment| issued_at < moment)
            || self
                .blocked
                .get(user)
                .is_some_and(|block| issued_at <= block.since || now < block.until)
    }

    /// Whether a decoded path is within what its users may reach.
    pub fn reaches(&self, path: &str) -> bool {
        self.prefixes.iter().any(|prefix| prefix.covers(path))
    }
}

/// Somebody whom a consumer's token, or the cookie that was had for one, identifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotatorUser {
    /// The consumer.
    pub consumer: Arc<Consumer>,
    /// The `userId`: one to 255 bytes, without control characters.
    pub user: String,
    /// Whether the consumer says that this is an administrator of its annotations, and may.
    pub is_admin: bool,
    /// Whether it is a visitor whom nobody knows, and who may only read.
    pub is_visitor: bool,
    /// The roles held.
    pub roles: RoleSet,
}

impl AnnotatorUser {
    /// `consumerKey/userId`: a namespace of its own, that of no user of ours.
    pub fn name(&self) -> String {
        format!("{}/{}", self.consumer.key, self.user)
    }

    /// The roles held, as the consumer has them.
    pub fn roles_held(&self) -> impl Iterator<Item = &ConsumerRole> {
        let roles = self.consumer.roles.iter();
        roles.filter(|role| self.roles.contains(role.id))
    }

    /// Whether annotations may be read only: for visitors, and where every role held says so.
    pub fn may_only_read(&self) -> bool {
        let mut held = self.roles_held().peekable();
        self.is_visitor || (held.peek().is_some() && held.all(|role| role.is_read_only))
    }
}

/// All consumers, by key.
#[derive(Debug, Default)]
pub struct Consumers(HashMap<String, Arc<Consumer>>);

impl Consumers {
    /// The consumer with this key, byte for byte.
    pub fn find(&self, key: &str) -> Option<&Arc<Consumer>> {
        self.0.get(key)
    }

    /// The one for our own users.
    pub fn built_in(&self) -> Option<&Arc<Consumer>> {
        self.0.values().find(|consumer| consumer.is_built_in)
    }

    /// The user of this name, `consumerKey/userId`, with the roles that all users of the consumer hold.
    pub fn user(&self, name: &str) -> Option<AnnotatorUser> {
        let (key, user) = name.split_once('/')?;
        let consumer = self.find(key).filter(|_| !user.is_empty())?;
        Some(AnnotatorUser {
            roles: consumer.roles_of(&[]).map(|role| role.id).collect(),
            consumer: Arc::clone(consumer),
            user: user.to_owned(),
            is_admin: false,
            is_visitor: false,
        })
    }

    /// Whether any consumer that is enabled lists the origin: who asks in a preflight is not known.
    pub fn allow_origin(&self, origin: &str) -> bool {
        self.0
            .values()
            .any(|consumer| consumer.is_enabled && consumer.origins.allow(origin))
    }
}

impl FromIterator<Consumer> for Consumers {
    fn from_iter<I: IntoIterator<Item = Consumer>>(consumers: I) -> Self {
        let by_key = |consumer: Consumer| (consumer.key.to_string(), Arc::new(consumer));
        Self(consumers.into_iter().map(by_key).collect())
    }
}

#[cfg(test)]
pub(super) mod tests;
