//! What a token is worth, and why. It goes from the form into memory and nowhere else.

use actix_web::HttpResponse;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::consumers::Fact;
use super::super::super::pages::admin::consumers::check::{CheckPage, ConsumerLink, Verdict};
use super::super::super::pages::parts::{Errors, sentence};
use super::super::super::session::unreadable;
use super::super::super::state::now;
use super::super::AdminVisit;
use super::super::fields::Fields;
use super::{PATH, show, words};
use crate::identity::annotator::{self, Fault, MAX_BYTES, SignedWith, Token};
use crate::identity::consumer::{Consumer, ConsumerRole};
use crate::store::consumers;

pub(super) async fn ask(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&page(&visit, None, Errors::default()))
}

fn page(visit: &AdminVisit, verdict: Option<Verdict>, errors: Errors) -> CheckPage {
    CheckPage {
        frame: visit.frame(PATH),
        verdict,
        errors,
    }
}

pub(super) async fn check(
    visit: AdminVisit,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let token = fields.get("token");
    if token.is_empty() {
        let mut errors = Errors::default();
        errors.add("token", "Token", "must not be empty");
        return visit.faulty(&page(&visit, None, errors));
    }
    let verdict = verdict(&visit, token).await?;
    visit.page(&page(&visit, Some(verdict), Errors::default()))
}

async fn verdict(visit: &AdminVisit, token: &str) -> Result<Verdict, Error> {
    let unverified = match annotator::read(token.as_bytes()) {
        Ok(unverified) => unverified,
        Err(fault) => return Ok(refused(fault, None, token)),
    };
    let keys = visit.state.keys.consumer_secrets.clone();
    let key = unverified.consumer_key().to_owned();
    let find = move |conn: &mut _| consumers::find_by_key(conn, &keys, &key);
    let Some(found) = visit.state.store.run(find).await? else {
        return Ok(refused(Fault::UnknownConsumer, None, token));
    };
    let (consumer, now) = (&found.consumer, now());
    let verified = unverified.verify(consumer, &visit.state.token_checks, now);
    Ok(match verified {
        Err(fault) => refused(fault, Some(consumer), token),
        Ok(good) if !has_user(visit, consumer, &good).await? => without_account(consumer, token),
        Ok(good) => accepted(consumer, &good, token, now),
    })
}

async fn has_user(visit: &AdminVisit, consumer: &Consumer, good: &Token) -> Result<bool, Error> {
    let live = &visit.state.live;
    live.has_user(consumer, &good.user, good.is_visitor)
        .await
        .map_err(|failure| unreadable(&failure))
}

fn refused(fault: Fault, consumer: Option<&Consumer>, token: &str) -> Verdict {
    Verdict {
        kind: "refuse",
        headline: sentence(&fault.to_string()),
        reason: Some(fault.as_str()),
        advice: words::advice(fault),
        facts: vec![in_logs(token)],
        ..about(consumer, token)
    }
}

/// One of our own users' ends with the account.
fn without_account(consumer: &Consumer, token: &str) -> Verdict {
    Verdict {
        headline: "The token is of an account of ours that is disabled or deleted.".to_owned(),
        advice: "Enable the account, if its owner is to annotate.",
        ..refused(Fault::Revoked, Some(consumer), token)
    }
}

fn accepted(consumer: &Consumer, good: &Token, token: &str, now: DateTime<Utc>) -> Verdict {
    let mut facts = vec![
        Fact::new("User", good.user.as_str()),
        Fact::new(
            "Who that is here",
            format!("{}/{}", consumer.key, good.user),
        ),
        Fact::list("Roles", roles(consumer, good)),
    ];
    if good.is_admin {
        facts.push(Fact::new(
            "Administrator",
            "of the annotations of this site",
        ));
    }
    if good.is_visitor {
        facts.push(Fact::new("Visitor", "may only read"));
    }
    let left = (good.expires_at - now).num_seconds();
    let left = words::lifetime(u32::try_from(left).unwrap_or_default());
    facts.push(Fact::new("Issued", exactly(good.issued_at)));
    facts.push(Fact::new(
        "Ends",
        format!("{}, in {left}", exactly(good.expires_at)),
    ));
    if good.secret == SignedWith::Previous {
        let text = "the secret before: the site does not use the new one yet";
        facts.push(Fact::new("Signed with", text));
    }
    // Of what the consumer may, what a request with this token needs.
    facts.extend(show::limits(consumer).into_iter().take(2));
    facts.push(in_logs(token));
    Verdict {
        kind: "allow",
        headline: "The token is good.".to_owned(),
        facts,
        ..about(Some(consumer), token)
    }
}

/// The roles that are held, and those that are named in vain.
fn roles(consumer: &Consumer, good: &Token) -> Vec<String> {
    let held: Vec<&ConsumerRole> = consumer.roles_of(&good.groups).collect();
    let words = |role: &&ConsumerRole| {
        let what = if role.is_read_only {
            ", for reading"
        } else {
            ""
        };
        format!("{}{what}", role.name)
    };
    let in_vain = good.groups.iter().filter(|name| {
        let is_it = |role: &&ConsumerRole| role.name.as_str() == name.as_str();
        !held.iter().any(is_it)
    });
    let in_vain = in_vain.map(|name| format!("{name}: named by the token, but not to be given"));
    let all: Vec<String> = held.iter().map(words).chain(in_vain).collect();
    if all.is_empty() {
        return vec!["none".to_owned()];
    }
    all
}

fn exactly(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// By what the log knows it.
fn in_logs(token: &str) -> Fact {
    Fact::code("Name in the log", vec![annotator::tag(token.as_bytes())])
}

/// What it says, whether that is true or not.
fn about(consumer: Option<&Consumer>, token: &str) -> Verdict {
    let link = |consumer: &Consumer| ConsumerLink {
        id: consumer.id.0,
        name: consumer.name.clone(),
    };
    let mut parts = token.split('.').map(readable);
    let is_short = token.len() <= 2 * MAX_BYTES;
    let mut next = || parts.next().flatten().filter(|_| is_short);
    Verdict {
        consumer: consumer.map(link),
        header: next(),
        claims: next(),
        ..Verdict::default()
    }
}

/// A part of a token as people read it. More is read here than is taken elsewhere: what is wrong with a
/// token is best seen.
fn readable(part: &str) -> Option<String> {
    let part = part.trim_matches(|c: char| c == '=' || c.is_whitespace() || c == '"');
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    let value: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    serde_json::to_string_pretty(&value).ok()
}
