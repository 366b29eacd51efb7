//! `iiif-gate consumer check`: what a token is worth, and why.

use std::fmt;
use std::path::Path;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use super::registry::Registry;
use crate::cli::failure::Result;
use crate::cli::{file, output};
use crate::identity::annotator::{Checks, Fault, SignedWith, Token, read};
use crate::identity::consumer::Consumer;
use crate::identity::name::UserName;
use crate::store::users::{self, UserState};
use crate::store::{Conn, StoreError, consumers};
use crate::web::state::now;

/// Check a token: read it from stdin, and say whether it is good, or why it is not
///
/// It is not counted and not logged. From where it is sent and what it is sent to are not looked at.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The time of asking (RFC 3339); now if this is left out
    #[arg(long)]
    time: Option<DateTime<Utc>>,
    /// Print a JSON document
    #[arg(long)]
    json: bool,
}

/// What a token is worth, and `--json`.
#[derive(Debug, Serialize)]
struct Verdict {
    accepted: bool,
    /// The word in answers, counters and logs.
    reason: Option<&'static str>,
    message: Option<String>,
    consumer: Option<String>,
    name: Option<String>,
    #[serde(flatten)]
    good: Option<Good>,
}

/// What a good token says.
#[derive(Debug, Serialize)]
struct Good {
    user: String,
    principal: String,
    roles: Vec<String>,
    admin: bool,
    visitor: bool,
    previous_secret: bool,
    issued_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl Check {
    /// Runs the command.
    pub(super) fn run(&self, registry: &Registry) -> Result {
        let token = file::read(Path::new("-"))?;
        let verdict = verdict(registry, token.trim(), self.time.unwrap_or_else(now))?;
        if self.json {
            output::json(&verdict)
        } else {
            output::data(verdict)
        }
    }
}

fn verdict(registry: &Registry, token: &str, now: DateTime<Utc>) -> Result<Verdict> {
    let unverified = match token {
        "" => Err(Fault::MissingToken),
        token => read(token.as_bytes()),
    };
    let unverified = match unverified {
        Ok(unverified) => unverified,
        Err(fault) => return Ok(Verdict::refused(fault, None)),
    };
    let key = unverified.consumer_key();
    let find = |conn: &mut _| consumers::find_by_key(conn, &registry.keys, key);
    let Some(found) = registry.store.blocking(find)? else {
        return Ok(Verdict::refused(Fault::UnknownConsumer, None));
    };
    let settings = &registry.config.annotator;
    let checks = Checks {
        clock_skew: settings.clock_skew,
        audience: settings.audience.clone(),
    };
    let consumer = &found.consumer;
    let is_there = |token: &Token| {
        // Of other sites' users we know nothing.
        let is_ours = consumer.is_built_in && !token.is_visitor;
        let store = &registry.store;
        Ok::<_, StoreError>(!is_ours || store.blocking(|conn| has_account(conn, &token.user))?)
    };
    Ok(match unverified.verify(consumer, &checks, now) {
        Ok(token) if !is_there(&token)? => Verdict::refused(Fault::Revoked, Some(consumer)),
        Ok(token) => Verdict::accepted(token, consumer),
        Err(fault) => Verdict::refused(fault, Some(consumer)),
    })
}

/// Whether there is an active account of this very name.
fn has_account(conn: &mut Conn, user: &str) -> Result<bool, StoreError> {
    let Some(name) = UserName::parse(user)
        .ok()
        .filter(|name| name.as_str() == user)
    else {
        return Ok(false);
    };
    let found = users::find_by_name(conn, &name)?;
    Ok(found.is_some_and(|user| user.name == name && user.state == UserState::Active))
}

impl Verdict {
    fn refused(fault: Fault, consumer: Option<&Consumer>) -> Self {
        Self {
            accepted: false,
            reason: Some(fault.as_str()),
            message: Some(fault.to_string()),
            consumer: consumer.map(|consumer| consumer.key.to_string()),
            name: consumer.map(|consumer| consumer.name.clone()),
            good: None,
        }
    }

    fn accepted(token: Token, consumer: &Consumer) -> Self {
        let roles = consumer.roles_of(&token.groups);
        let good = Good {
            principal: format!("{}/{}", consumer.key, token.user),
            roles: roles.map(|role| role.name.to_string()).collect(),
            admin: token.is_admin,
            visitor: token.is_visitor,
            previous_secret: token.secret == SignedWith::Previous,
            issued_at: token.issued_at,
            expires_at: token.expires_at,
            user: token.user,
        };
        Self {
            accepted: true,
            reason: None,
            message: None,
            consumer: Some(consumer.key.to_string()),
            name: Some(consumer.name.clone()),
            good: Some(good),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.reason, &self.message) {
            (Some(reason), Some(message)) => write!(f, "refused: {reason}, {message}")?,
            _ => write!(f, "accepted")?,
        }
        if let (Some(key), Some(name)) = (&self.consumer, &self.name) {
            write!(f, "\n  consumer {key}, {name}")?;
        }
        self.good.as_ref().map_or(Ok(()), |good| good.fmt(f))
    }
}

impl fmt::Display for Good {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n  who      {}", self.principal)?;
        if !self.roles.is_empty() {
            write!(f, "\n  roles    {}", self.roles.join(", "))?;
        }
        for (holds, words) in [
            (self.admin, "an administrator of the consumer's annotations"),
            (self.visitor, "a visitor, who may only read"),
            (self.previous_secret, "signed with the secret before"),
        ] {
            if holds {
                write!(f, "\n  is       {words}")?;
            }
        }
        let second = |at: DateTime<Utc>| at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        write!(f, "\n  issued   {}", second(self.issued_at))?;
        write!(f, "\n  ends     {}", second(self.expires_at))
    }
}
