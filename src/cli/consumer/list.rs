//! `iiif-gate consumer list` and `show`.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::failure::Result;
use crate::cli::{output, table};
use crate::identity::consumer::{Consumer, ConsumerRole};
use crate::store::consumers::Details;

/// A consumer in `--json`.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "as a consumer has")]
struct Listed<'a> {
    key: &'a str,
    name: &'a str,
    enabled: bool,
    built_in: bool,
    /// The first characters of the secret; nothing if it cannot be read with our keys.
    secret: Option<String>,
    previous_secret_until: Option<DateTime<Utc>>,
    max_ttl: u32,
    origins: Vec<&'a str>,
    any_origin: bool,
    server_side: bool,
    names_admins: bool,
    prefixes: Vec<&'a str>,
    roles: Vec<ListedRole<'a>>,
    revoked_before: Option<DateTime<Utc>>,
    blocked: Vec<ListedUser<'a>>,
    accepted: u64,
    refused: u64,
    counts: Vec<ListedCount<'a>>,
    last_use: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    rotated_at: DateTime<Utc>,
}

#[derive(Debug, Serialize)]
struct ListedRole<'a> {
    name: &'a str,
    base: bool,
    read_only: bool,
}

#[derive(Debug, Serialize)]
struct ListedUser<'a> {
    user: &'a str,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    note: &'a str,
}

#[derive(Debug, Serialize)]
struct ListedCount<'a> {
    reason: &'a str,
    times: u64,
    last_at: DateTime<Utc>,
}

impl<'a> From<&'a Details> for Listed<'a> {
    fn from(details: &'a Details) -> Self {
        let consumer = &details.consumer;
        let secrets = consumer.secrets.as_ref();
        Self {
            key: consumer.key.as_str(),
            name: &consumer.name,
            enabled: consumer.is_enabled,
            built_in: consumer.is_built_in,
            secret: secrets.map(|secrets| secrets.current.hint()),
            previous_secret_until: previous_until(consumer),
            max_ttl: consumer.max_ttl,
            origins: origins(consumer),
            any_origin: consumer.origins.any,
            server_side: consumer.allows_server_side,
            names_admins: consumer.names_admins,
            prefixes: prefixes(consumer),
            roles: consumer.roles.iter().map(role).collect(),
            revoked_before: consumer.revoked_before,
            blocked: blocked(details),
            accepted: details.accepted(),
            refused: details.refused(),
            counts: counts(details),
            last_use: details.last_use(),
            created_at: details.created_at,
            updated_at: details.updated_at,
            rotated_at: details.rotated_at,
        }
    }
}

fn previous_until(consumer: &Consumer) -> Option<DateTime<Utc>> {
    let previous = consumer.secrets.as_ref()?.previous.as_ref();
    previous.map(|(_, until)| *until)
}

fn origins(consumer: &Consumer) -> Vec<&str> {
    let listed = consumer.origins.listed.iter();
    listed
        .map(crate::identity::origin::Origin::as_str)
        .collect()
}

fn prefixes(consumer: &Consumer) -> Vec<&str> {
    let prefixes = consumer.prefixes.iter();
    prefixes
        .map(crate::identity::consumer::PathPrefix::as_str)
        .collect()
}

fn role(role: &ConsumerRole) -> ListedRole<'_> {
    ListedRole {
        name: role.name.as_str(),
        base: role.is_base,
        read_only: role.is_read_only,
    }
}

fn blocked(details: &Details) -> Vec<ListedUser<'_>> {
    let users = details.blocked.iter().map(|blocked| ListedUser {
        user: &blocked.user,
        since: blocked.block.since,
        until: blocked.block.until,
        note: &blocked.note,
    });
    users.collect()
}

fn counts(details: &Details) -> Vec<ListedCount<'_>> {
    let counts = details.counts.iter().map(|count| ListedCount {
        reason: &count.reason,
        times: count.times,
        last_at: count.last_at,
    });
    counts.collect()
}

/// Prints all consumers.
pub(super) fn print(all: &[Details], json: bool) -> Result {
    let listed: Vec<Listed<'_>> = all.iter().map(Listed::from).collect();
    if json {
        return output::json(&listed);
    }
    let rows: Vec<[String; 7]> = listed
        .iter()
        .map(|listed| {
            [
                listed.key.to_owned(),
                listed.name.to_owned(),
                state(listed).to_owned(),
                from(listed),
                listed.accepted.to_string(),
                listed.refused.to_string(),
                listed.last_use.map_or_else(|| "-".to_owned(), minute),
            ]
        })
        .collect();
    let headings = [
        "KEY",
        "NAME",
        "STATE",
        "ORIGINS",
        "ACCEPTED",
        "REFUSED",
        "LAST USED",
    ];
    table::print(headings, &rows)
}

/// Prints one consumer.
pub(super) fn show(details: &Details, json: bool) -> Result {
    let listed = Listed::from(details);
    if json {
        return output::json(&listed);
    }
    for (word, value) in lines(&listed) {
        if !value.is_empty() {
            output::data(format_args!("{word:<10}{value}"))?;
        }
    }
    Ok(())
}

fn lines(listed: &Listed<'_>) -> Vec<(&'static str, String)> {
    let seconds = listed.max_ttl;
    let mut lines = vec![
        ("key", listed.key.to_owned()),
        ("name", listed.name.to_owned()),
        ("state", state(listed).to_owned()),
        ("secret", secret(listed)),
        ("lifetime", format!("at most {seconds} seconds")),
        ("origins", from(listed)),
        ("paths", listed.prefixes.join(" ")),
    ];
    lines.extend(listed.roles.iter().map(|role| ("role", role_words(role))));
    if listed.names_admins {
        let words = "may name administrators of its annotations";
        lines.push(("admins", words.to_owned()));
    }
    lines.extend(listed.revoked_before.map(|at| {
        let words = format!("everybody, with tokens from before {}", minute(at));
        ("out", words)
    }));
    lines.extend(listed.blocked.iter().map(|user| ("out", user_words(user))));
    lines.extend(listed.counts.iter().map(|count| {
        let last = minute(count.last_at);
        let words = format!("{} {}, last {last}", count.times, count.reason);
        ("tokens", words)
    }));
    lines
}

fn secret(listed: &Listed<'_>) -> String {
    let words = match &listed.secret {
        Some(hint) => format!("{hint} since {}", minute(listed.rotated_at)),
        None => {
            "cannot be read with AUTH_SECRET_KEY: give it a new one (`consumer rotate`)".to_owned()
        }
    };
    match listed.previous_secret_until {
        Some(until) => format!("{words}, the one before until {}", minute(until)),
        None => words,
    }
}

fn role_words(role: &ListedRole<'_>) -> String {
    let way = if role.base {
        "held by all"
    } else {
        "if the token names it"
    };
    let read_only = if role.read_only { ", read only" } else { "" };
    format!("{}: {way}{read_only}", role.name)
}

fn user_words(user: &ListedUser<'_>) -> String {
    let mut words = format!(
        "`{}`, with tokens from before {}",
        user.user,
        minute(user.since)
    );
    if user.since < user.until {
        words = format!("`{}`, until {}", user.user, minute(user.until));
    }
    if !user.note.is_empty() {
        words = format!("{words}: {}", user.note);
    }
    words
}

fn state(listed: &Listed<'_>) -> &'static str {
    match (listed.enabled, &listed.secret, listed.built_in) {
        (false, ..) => "disabled",
        (true, None, _) => "no secret",
        (true, Some(_), true) => "built in",
        (true, Some(_), false) => "enabled",
    }
}

/// From where its tokens are taken.
fn from(listed: &Listed<'_>) -> String {
    let mut words = Vec::new();
    if listed.any_origin {
        words.push("any site");
    } else {
        words.extend(&listed.origins);
    }
    if listed.server_side {
        words.push("programs");
    }
    if words.is_empty() {
        words.push("our own pages");
    }
    words.join(" ")
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M UTC").to_string()
}
