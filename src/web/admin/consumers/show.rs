//! The page of one consumer.

use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, Utc};

use super::super::super::error::Error;
use super::super::super::pages::admin::audit::AuditRow;
use super::super::super::pages::admin::consumers::Fact;
use super::super::super::pages::admin::consumers::consumer::{BlockRow, ConsumerPage, ReasonRow};
use super::super::super::pages::lists::Count;
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::{AdminVisit, address, audit as log};
use super::{PATH, named, words};
use crate::config::Annotator;
use crate::identity::consumer::Consumer;
use crate::store::audit::{self, AuditQuery};
use crate::store::consumers::{self, ACCEPTED, BlockedUser, Details};
use crate::store::page::Paging;

/// How many entries of the log are shown.
const RECENT: Paging = Paging {
    page: 1,
    per_page: 10,
};
/// How much of a secret is shown, to tell it from another.
const SHOWN: usize = 4;

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    // What was counted up to now is to be on it.
    visit.state.live.write_counts().await?;
    let found = named(&visit, &id).await?;
    let page = page(&visit, &found).await?;
    visit.page(&page)
}

pub(super) async fn page(visit: &AdminVisit, found: &Details) -> Result<ConsumerPage, Error> {
    let Details {
        consumer, blocked, ..
    } = found;
    let key = consumer.key.as_str();
    let now = now();
    Ok(ConsumerPage {
        frame: visit.frame(PATH),
        id: consumer.id.0,
        name: consumer.name.clone(),
        state: words::state(consumer),
        is_built_in: consumer.is_built_in,
        warnings: words::warnings(consumer),
        facts: facts(found, &visit.state.config.annotator, now),
        accepted: Count(found.accepted()),
        refused: Count(found.refused()),
        reasons: found
            .counts
            .iter()
            .filter(|count| count.reason != ACCEPTED)
            .map(reason)
            .collect(),
        blocks: blocked.iter().map(|blocked| block(blocked, now)).collect(),
        time_zone: visit.state.config.time_zone.to_string(),
        events: events(visit, key).await?,
        events_url: address(&visit.state, "/admin/audit", &[("search", key)]),
        errors: Errors::default(),
        ..ConsumerPage::default()
    })
}

async fn events(visit: &AdminVisit, key: &str) -> Result<Vec<AuditRow>, Error> {
    let query = AuditQuery {
        subject: Some(key.to_owned()),
        paging: RECENT,
        ..AuditQuery::default()
    };
    let load = move |conn: &mut _| audit::page(conn, &query);
    let found = visit.state.store.run(load).await?;
    // Whom it concerns is the page's own title.
    let row = |record| AuditRow {
        subject: String::new(),
        ..log::row(record)
    };
    Ok(found.items.into_iter().map(row).collect())
}

fn reason(count: &consumers::Count) -> ReasonRow {
    let (words, advice) = words::reason(&count.reason);
    ReasonRow {
        reason: count.reason.clone(),
        words,
        advice,
        count: Count(count.times),
        last: Some(count.last_at.into()),
    }
}

fn block(blocked: &BlockedUser, now: DateTime<Utc>) -> BlockRow {
    let until = blocked.block.until;
    BlockRow {
        user: blocked.user.clone(),
        note: blocked.note.clone(),
        since: blocked.block.since.into(),
        until: (now < until).then(|| until.into()),
    }
}

fn facts(found: &Details, settings: &Annotator, now: DateTime<Utc>) -> Vec<Fact> {
    let consumer = &found.consumer;
    let mut facts = vec![
        Fact::code("Key", vec![consumer.key.to_string()]),
        Fact::new("Secret", secret(found)),
    ];
    let previous = consumer.secrets.as_ref().and_then(|s| s.previous.as_ref());
    if let Some((_, until)) = previous.filter(|(_, until)| now < *until) {
        facts.push(Fact::new(
            "Secret before",
            format!("good until {}", words::moment(*until)),
        ));
    }
    facts.extend(limits(consumer));
    if consumer.is_built_in && !settings.token_origins.is_empty() {
        let origins = settings.token_origins.clone();
        facts.push(Fact::list("Pages by the settings", origins));
    }
    if let Some(moment) = consumer.revoked_before {
        let text = format!("{}: older tokens are refused", words::moment(moment));
        facts.push(Fact::new("Everybody signed out", text));
    }
    facts.push(Fact::new("Made", words::moment(found.created_at)));
    facts.push(Fact::new("Changed", words::moment(found.updated_at)));
    let last_use = found.last_use().map(words::moment);
    let last_use = last_use.unwrap_or_else(|| "never".to_owned());
    facts.push(Fact::new("Last use", last_use));
    facts
}

/// The beginning of the secret, and since when it is in force.
fn secret(found: &Details) -> String {
    let since = words::moment(found.rotated_at);
    let Some(secrets) = &found.consumer.secrets else {
        return "cannot be read".to_owned();
    };
    if found.consumer.is_built_in {
        return format!("known to the gate alone, made {since}");
    }
    let text = String::from_utf8_lossy(secrets.current.as_bytes());
    let begin: String = text.chars().take(SHOWN).collect();
    format!("begins with {begin}, since {since}")
}

/// What it may.
pub(super) fn limits(consumer: &Consumer) -> Vec<Fact> {
    let or = |lines: Vec<String>, none: &str| {
        if lines.is_empty() {
            vec![none.to_owned()]
        } else {
            lines
        }
    };
    let none = if consumer.is_built_in {
        "our own"
    } else {
        "none"
    };
    let prefixes = consumer.prefixes.iter().map(ToString::to_string);
    let roles = consumer.roles.iter().map(words::role);
    let admins = if consumer.names_admins {
        "may be named by tokens"
    } else {
        "none"
    };
    vec![
        Fact::list("Pages", or(words::origins(consumer), none)),
        Fact::code("Paths", prefixes.collect()),
        Fact::list("Roles", or(roles.collect(), "none")),
        Fact::new("Its administrators", admins),
        Fact::new("Longest life of a token", words::lifetime(consumer.max_ttl)),
    ]
}
