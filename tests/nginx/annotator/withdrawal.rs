//! What ends: tokens by their time, consumers by an administrator's hand, and all of it without a gate.

use std::process::Command;
use std::time::{Duration, Instant};

use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::consumer::ConsumerId;
use iiif_gate::store::{Conn, StoreError, consumers};
use iiif_gate::web::state::now;
use serde_json::json;

use super::readers::{DOCLAND, MAPLAND, Readers, keys, refusal, sealed, token, token_with};
use crate::stack::words;

const SEARCH: &str = "/annotator/search";

fn id_of(conn: &mut Conn, key: &str) -> Result<ConsumerId, StoreError> {
    let found = consumers::find_by_key(conn, &keys(), key)?;
    Ok(found.unwrap().consumer.id)
}

/// Asks until the answer is this one; it has to be within five seconds.
fn becomes(readers: &Readers, headers: &[&str], status: u16, reason: Option<&str>) {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let answer = readers.get(SEARCH, headers);
        if answer.status == status {
            if let Some(reason) = reason {
                assert_eq!(answer.text(), refusal(reason));
            }
            return;
        }
        assert!(
            Instant::now() < deadline,
            "{}: {}",
            answer.status,
            answer.text()
        );
        // Not at once, for every refusal counts.
        std::thread::park_timeout(Duration::from_millis(100));
    }
}

#[test]
fn a_token_is_good_for_its_seconds_and_then_never_again() {
    let readers = Readers::start();
    let token = token_with("mapland", &json!({ "ttl": 2 }));
    assert_eq!(readers.get(SEARCH, &[&token]).status, 200);
    becomes(&readers, &[&token], 401, Some("expired"));
    readers.store.take();
    for _ in 0..5 {
        assert_eq!(readers.get(SEARCH, &[&token]).status, 401);
        assert_eq!(readers.get("/annotator-open/search", &[&token]).status, 401);
    }
    assert!(readers.is_untouched());
}

#[test]
fn a_consumer_that_is_disabled_is_out_and_comes_back() {
    let readers = Readers::start();
    let (doc, map) = (token("docland", "alice"), token("mapland", "alice"));
    let set = |is_enabled| {
        readers.site.change(|conn| {
            let id = id_of(conn, "docland")?;
            consumers::set_enabled(conn, &Admin::console(), now(), id, is_enabled)
        });
    };
    becomes(&readers, &[&doc, DOCLAND], 200, None);
    set(false);
    becomes(&readers, &[&doc, DOCLAND], 401, Some("consumer_disabled"));
    assert_eq!(readers.get(SEARCH, &[&map, MAPLAND]).status, 200);
    set(true);
    becomes(&readers, &[&doc, DOCLAND], 200, None);
    readers.site.change(|conn| {
        let id = id_of(conn, "docland")?;
        consumers::delete(conn, &Admin::console(), now(), id)
    });
    becomes(&readers, &[&doc, MAPLAND], 401, Some("unknown_consumer"));
}

#[test]
fn users_are_signed_out_one_by_one_and_all_together() {
    let readers = Readers::start();
    let (alice, bob) = (token("mapland", "alice"), token("mapland", "bob"));
    let until = now() + chrono::Duration::hours(1);
    readers.site.change(|conn| {
        let id = id_of(conn, "mapland")?;
        consumers::block_user(conn, &Admin::console(), now(), id, "alice", until, "")
    });
    becomes(&readers, &[&alice], 401, Some("revoked"));
    assert_eq!(readers.get(SEARCH, &[&bob]).status, 200);
    // Also with a new token, for she is blocked for an hour.
    let again = token("mapland", "alice");
    assert_eq!(readers.get(SEARCH, &[&again]).status, 401);
    readers.site.change(|conn| {
        let id = id_of(conn, "mapland")?;
        let soon = now() + chrono::Duration::seconds(1);
        consumers::revoke_all(conn, &Admin::console(), soon, id)
    });
    becomes(&readers, &[&bob], 401, Some("revoked"));
    let later = (now() + chrono::Duration::seconds(3)).format("%Y-%m-%dT%H:%M:%SZ");
    let new = token_with(
        "mapland",
        &json!({ "userId": "bob", "issuedAt": later.to_string() }),
    );
    assert_eq!(readers.get(SEARCH, &[&new]).status, 200);
}

#[test]
fn a_new_secret_takes_the_place_of_the_old_one_at_once_or_after_a_while() {
    let readers = Readers::start();
    let old = token("mapland", "alice");
    let rotate = |secret: &str, overlap| {
        readers.site.change(|conn| {
            let id = id_of(conn, "mapland")?;
            let sealed = sealed("mapland", secret);
            consumers::rotate(conn, &Admin::console(), now(), id, &sealed, overlap)
        });
    };
    let new = |secret: &str| {
        let token = crate::authtoken::good("mapland", secret, "alice", now());
        format!("X-Annotator-Auth-Token: {token}")
    };
    rotate("the second secret of it", chrono::Duration::hours(1));
    becomes(&readers, &[&new("the second secret of it")], 200, None);
    assert_eq!(readers.get(SEARCH, &[&old]).status, 200);
    rotate("the third secret of it all", chrono::Duration::zero());
    becomes(&readers, &[&new("the third secret of it all")], 200, None);
    for gone in [&old, &new("the second secret of it")] {
        assert_eq!(
            readers.get(SEARCH, &[gone]).text(),
            refusal("bad_signature")
        );
    }
}

#[test]
fn too_many_bad_tokens_are_cut_short_and_good_ones_are_not() {
    let readers = Readers::start();
    let bad = format!("{}x", token("mapland", "alice"));
    let statuses: Vec<u16> = (0..80)
        .map(|_| readers.get(SEARCH, &[&bad]).status)
        .collect();
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 60);
    assert_eq!(readers.get(SEARCH, &[&bad]).text(), refusal("rate_limited"));
    assert!(readers.is_untouched());
    let good = token("mapland", "alice");
    for _ in 0..60 {
        assert_eq!(readers.get(SEARCH, &[&good]).status, 200);
    }
}

#[test]
fn a_gate_that_is_killed_lets_nobody_in_and_is_back_without_a_reload() {
    let readers = Readers::start();
    let token = token("mapland", "alice");
    assert_eq!(readers.get(SEARCH, &[&token]).status, 200);
    let gate = readers.site.stack.file("run/gate.pid");
    let killed = Command::new("kill").args(["-9", gate.trim()]).status();
    assert!(killed.unwrap().success());
    readers.store.take();
    for target in [SEARCH, "/annotator-open/search"] {
        for header in [token.as_str(), "X: y"] {
            let answer = readers.get(target, &[header]);
            assert_eq!(
                (answer.status, answer.text()),
                (503, refusal("unavailable"))
            );
        }
        assert_eq!(readers.ask("OPTIONS", target, &[MAPLAND]).status, 503);
    }
    assert!(readers.is_untouched());
    let up = readers.site.stack.run("up");
    assert!(up.status.success(), "{}", words(&up));
    assert_eq!(readers.get(SEARCH, &[&token]).status, 200);
}
