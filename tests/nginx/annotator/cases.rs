//! Every token of `tests/data/annotator`, minted against the clock and sent through nginx.

use std::net::TcpStream;
use std::process::Command;

use chrono::{DateTime, Duration, SubsecRound as _, TimeDelta, Utc};
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::annotator::{Checks, Fault, read};
use iiif_gate::identity::consumer::{Consumers, MAX_TTL, MIN_SECRET, NewConsumer};
use iiif_gate::store::{Conn, StoreError, consumers};
use iiif_gate::web::state::now;

use super::readers::{Readers, keys, refusal, sealed, with_pages};
use crate::authtoken_cases::{Case, Site, cases};
use crate::stack::words;

/// Fewer than are refused for being too many.
const AT_ONCE: usize = 50;

#[test]
fn every_case_is_decided_as_it_should_be_by_way_of_nginx() {
    let cases = cases();
    let clock = now().trunc_subsecs(0);
    let shift = clock - cases.now;
    let readers = Readers::start_filled(&[], |conn| {
        for (key, site) in cases
            .consumers
            .iter()
            .filter(|(_, site)| can_be_registered(site))
        {
            register(conn, key, site, shift)?;
        }
        Ok(())
    });
    let registered = readers.site.change(|conn| consumers::all(conn, &keys()));
    let registered: Consumers = registered.into_iter().collect();
    let tried: Vec<&Case> = cases
        .all
        .iter()
        .filter(|case| {
            cases
                .consumers
                .get(&case.consumer)
                .is_none_or(can_be_registered)
        })
        .collect();
    assert!(tried.len() > 150, "{}", tried.len());
    let mut let_in = 0;
    for some in tried.chunks(AT_ONCE) {
        restart_gate(&readers);
        for case in some {
            let token = cases.token(case, clock);
            // One that no client can put into a header, or that ends or begins while this test runs.
            if token.bytes().any(|byte| byte.is_ascii_control())
                || !is_steady(&registered, &token, clock)
            {
                continue;
            }
            let (target, headers) = sent(case, &token);
            let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
            let answer = readers.get(&target, &headers);
            let reached = readers.store.take();
            let title = case.title();
            match &case.refused {
                None => {
                    assert_eq!(answer.status, 200, "{title}: {}", answer.text());
                    let name = reached[0].header("X-Annotator-User").unwrap();
                    let name = percent_encoding::percent_decode_str(&name)
                        .decode_utf8()
                        .unwrap();
                    assert_eq!(Some(&*name), case.user.as_deref(), "{title}");
                    let admin = reached[0].header("X-Annotator-Admin");
                    assert_eq!(admin.is_some(), case.admin, "{title}");
                    let_in += 1;
                }
                Some(reason) => {
                    assert_eq!(
                        (answer.status, answer.text()),
                        (401, refusal(reason)),
                        "{title}"
                    );
                    assert!(reached.is_empty(), "{title}");
                }
            }
        }
    }
    assert!(let_in > 40, "{let_in}");
}

/// The request with which a case is sent.
fn sent(case: &Case, token: &str) -> (String, Vec<String>) {
    let header = format!("X-Annotator-Auth-Token: {token}");
    let search = "/annotator/search".to_owned();
    match case.sent.as_deref() {
        None => (search, vec![header]),
        Some("upper") => (search, vec![format!("X-ANNOTATOR-AUTH-TOKEN: {token}")]),
        Some("empty") => (search, vec!["X-Annotator-Auth-Token:".to_owned()]),
        Some("twice") => (
            search,
            vec![header, "X-Annotator-Auth-Token: other".to_owned()],
        ),
        Some("cookie") => (
            search,
            vec![format!("Cookie: x-annotator-auth-token={token}")],
        ),
        Some(query) if query.starts_with("query") => (
            format!("{search}?x-annotator-auth-token={token}"),
            Vec::new(),
        ),
        Some(_) => (search, vec![format!("Authorization: Bearer {token}")]),
    }
}

/// The budgets for refused tokens are in memory.
fn restart_gate(readers: &Readers) {
    let gate = readers.site.stack.file("run/gate.pid");
    let killed = Command::new("kill").args(["-9", gate.trim()]).status();
    assert!(killed.unwrap().success());
    let health = readers
        .site
        .stack
        .setting("HEALTH_PORT")
        .parse::<u16>()
        .unwrap();
    while TcpStream::connect(("127.0.0.1", health)).is_ok() {
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    let up = readers.site.stack.run("up");
    assert!(up.status.success(), "{}", words(&up));
}

/// Whether it makes no difference that some seconds pass until the token is looked at.
fn is_steady(consumers: &Consumers, token: &str, clock: DateTime<Utc>) -> bool {
    let checks = Checks {
        clock_skew: TimeDelta::seconds(60),
        audience: None,
    };
    let outcome = |now| {
        let unverified = read(token.as_bytes())?;
        let consumer = consumers.find(unverified.consumer_key());
        let consumer = consumer.ok_or(Fault::UnknownConsumer)?;
        unverified.verify(consumer, &checks, now).map(drop)
    };
    outcome(clock) == outcome(now() + Duration::seconds(10))
}

/// Not those with an empty secret, or a life longer than a browser can count.
fn can_be_registered(site: &Site) -> bool {
    site.secret.len() >= MIN_SECRET && site.max_ttl <= MAX_TTL
}

fn register(conn: &mut Conn, key: &str, site: &Site, shift: TimeDelta) -> Result<(), StoreError> {
    let new = NewConsumer {
        max_ttl: site.max_ttl,
        names_admins: site.may_grant_admin,
        allows_server_side: true,
        ..with_pages(key, "https://docland.example")
    };
    let (admin, clock) = (Admin::console(), now());
    let first = site.previous_secret.as_ref().unwrap_or(&site.secret);
    let id = consumers::create(conn, &admin, clock, &new, &sealed(key, first))?;
    let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap() + shift;
    if let Some(until) = site.previous_until {
        let overlap = (at(until) - clock).max(Duration::zero());
        consumers::rotate(conn, &admin, clock, id, &sealed(key, &site.secret), overlap)?;
    }
    if let Some(moment) = site.not_before {
        consumers::revoke_all(conn, &admin, at(moment), id)?;
    }
    consumers::set_enabled(conn, &admin, clock, id, site.enabled)
}
