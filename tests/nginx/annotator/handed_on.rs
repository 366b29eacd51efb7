//! The token that the store gets, and where tokens are written down.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use iiif_gate::web::state::now;
use serde_json::{Value, json};

use super::readers::{DOCLAND, MAPLAND, Readers, SECRET, token, token_with};
use crate::authtoken::sign;
use crate::site::STORE_SECRET;

const SEARCH: &str = "/annotator/search";

/// The claims of a token that is rightly signed with this secret.
fn claims(token: &str, secret: &str) -> Value {
    let mut parts = token
        .split('.')
        .map(|part| URL_SAFE_NO_PAD.decode(part).unwrap());
    let (header, payload) = (parts.next().unwrap(), parts.next().unwrap());
    assert_eq!(sign(&header, &payload, secret.as_bytes()), token);
    // The store of that time reads no other text.
    assert!(payload.is_ascii());
    serde_json::from_slice(&payload).unwrap()
}

#[test]
fn the_store_gets_a_short_token_of_the_gates_own() {
    let readers = Readers::start();
    let claimed =
        json!({ "userId": "jürgen", "admin": true, "ttl": 80_000, "email": "x@example.org" });
    for (consumer, origin, admin) in [
        ("mapland", MAPLAND, json!(true)),
        ("docland", DOCLAND, Value::Null),
    ] {
        let sent = token_with(consumer, &claimed);
        assert_eq!(readers.get(SEARCH, &[&sent, origin]).status, 200);
        let seen = readers.seen();
        let handed = claims(
            &seen.header("X-Annotator-Auth-Token").unwrap(),
            STORE_SECRET,
        );
        assert_eq!(handed["consumerKey"], consumer);
        assert_eq!(handed["userId"], "jürgen");
        assert_eq!(handed["admin"], admin);
        assert_eq!(handed["ttl"], 300);
        let issued = handed["issuedAt"].as_str().unwrap();
        let issued = chrono::DateTime::parse_from_rfc3339(issued).unwrap();
        let age = (now() - issued.to_utc()).num_seconds();
        assert!((1..=20).contains(&age), "{age}");
        assert_eq!(handed["email"], Value::Null);
        // Nothing of the browser's own token is in what the store got.
        let signature = sent.rsplit('.').next().unwrap();
        assert!(!format!("{seen:?}").contains(signature));
    }
    let short = token_with("mapland", &json!({ "ttl": 30 }));
    assert_eq!(readers.get(SEARCH, &[&short]).status, 200);
    let handed = readers.seen().header("X-Annotator-Auth-Token").unwrap();
    assert!(claims(&handed, STORE_SECRET)["ttl"].as_u64().unwrap() <= 30);
}

#[test]
fn the_browsers_token_is_handed_on_only_where_that_is_set() {
    for mode in ["none", "original"] {
        let readers = Readers::start_with(&[("ANNOTATOR_HAND_ON", mode)]);
        let sent = token("mapland", "alice");
        assert_eq!(readers.get(SEARCH, &[&sent]).status, 200);
        let seen = readers.seen();
        assert_eq!(seen.header("X-Annotator-User").as_deref(), Some("alice"));
        let handed = seen.header("X-Annotator-Auth-Token");
        match mode {
            "none" => assert_eq!(handed, None),
            _ => assert_eq!(
                handed.as_deref(),
                sent.split_once(": ").map(|(_, token)| token)
            ),
        }
        assert_eq!(readers.get("/annotator-open/search", &[]).status, 200);
        assert_eq!(readers.seen().header("X-Annotator-Auth-Token"), None);
    }
}

#[test]
fn the_longest_token_passes_and_a_longer_one_is_refused() {
    let readers = Readers::start_with(&[("ANNOTATOR_HAND_ON", "original")]);
    let padded = |length: usize| {
        let pad = "x".repeat(length);
        token_with("mapland", &json!({ "pad": pad, "userId": "ü".repeat(127) }))
    };
    let length = |header: &str| header.len() - "X-Annotator-Auth-Token: ".len();
    let longest = (0..4000)
        .rev()
        .map(padded)
        .find(|header| length(header) <= 4096)
        .unwrap();
    assert!(length(&longest) > 4090);
    assert_eq!(readers.get(SEARCH, &[&longest]).status, 200);
    assert_eq!(readers.get(SEARCH, &[&padded(4000)]).status, 401);
    // What is longer than a header may be is no business of the gate's.
    let huge = format!("X-Annotator-Auth-Token: {}", "a".repeat(9000));
    assert_eq!(readers.get(SEARCH, &[&huge]).status, 400);
    assert_eq!(readers.store.take().len(), 1);
}

/// With a token the gate is asked with all the client's headers, and takes no more than 96.
#[test]
fn a_hundred_headers_beside_a_token_are_an_error_and_let_nobody_in() {
    let readers = Readers::start();
    let token = token("mapland", "alice");
    let with = |count: usize| {
        let fillers: Vec<String> = (0..count).map(|n| format!("X-Filler-{n}: {n}")).collect();
        let mut all: Vec<&str> = fillers.iter().map(String::as_str).collect();
        all.push(&token);
        readers.get(SEARCH, &all).status
    };
    assert_eq!(with(70), 200);
    assert_eq!(readers.store.take().len(), 1);
    assert_eq!(with(100), 503);
    assert!(readers.is_untouched());
}

#[test]
fn tokens_and_secrets_are_written_down_nowhere() {
    let readers = Readers::start_with(&[("LOG_LEVEL", "debug")]);
    let good = token("docland", "alice");
    let expired = token_with("docland", &json!({ "issuedAt": "2020-01-01T00:00:00Z" }));
    let unknown = token("nobody", "alice");
    let mut written = vec![SECRET.to_owned(), STORE_SECRET.to_owned()];
    for header in [&good, &expired, &unknown] {
        for target in [
            SEARCH,
            "/annotator-open/a",
            "/iiif/images/dir%2Fa/info.json",
            "/auth/login",
        ] {
            readers.get(target, &[header, DOCLAND]);
        }
        readers.ask(
            "POST",
            "/auth/annotator/session",
            &[header, DOCLAND, "Content-Length: 0"],
        );
        written.extend(header.rsplit('.').next().map(ToOwned::to_owned));
    }
    for seen in readers.store.take() {
        let handed = seen.header("X-Annotator-Auth-Token");
        written.extend(handed.and_then(|token| token.rsplit('.').next().map(ToOwned::to_owned)));
    }
    assert!(written.len() > 5);
    // The gate is stopped, so that everything is on the disk.
    readers.site.stack.run("down");
    let folder = readers.site.stack.folder.path();
    let mut read = 0;
    for place in ["log", "data"] {
        for file in std::fs::read_dir(folder.join(place)).unwrap().flatten() {
            let bytes = std::fs::read(file.path()).unwrap_or_default();
            read += bytes.len();
            for secret in &written {
                let found = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                assert!(!found, "{} holds {secret}", file.path().display());
            }
        }
    }
    assert!(read > 10_000, "{read}");
    let log = readers.site.stack.file("log/gate.log");
    assert!(log.contains("expired") && log.contains("docland"), "{log}");
    let log = readers.site.stack.file("log/access.log");
    assert!(
        log.contains("reason=\"annotator\" annotator=\"docland/alice\""),
        "{log}"
    );
}
