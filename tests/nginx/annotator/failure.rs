//! Whatever fails: nothing passes, and the site's script reads what it is.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::standin::{self, Annotations, GOOD, SITE};
use crate::http::{ask, get};
use crate::server::Server;
use crate::stack::{Stack, free_port};

const BODY: &str = "{\"error\":\"unavailable\"}\n";

#[test]
fn without_a_gate_nothing_reaches_the_store() {
    let store = Server::start(standin::store);
    let stack = Stack::start(&[
        ("GATE_ADDRESS", &format!("127.0.0.1:{}", free_port())),
        ("IMAGE_SERVER", "other"),
        ("IMAGE_SERVER_URL", "http://127.0.0.1:9/"),
        (
            "ANNOTATION_STORE_URL",
            &format!("http://127.0.0.1:{}", store.port),
        ),
        ("ANNOTATOR_OPEN", "true"),
    ]);
    for target in ["/annotator/search", "/annotator-open/search"] {
        for header in [GOOD, "X: y"] {
            for method in ["GET", "POST", "OPTIONS"] {
                let answer = ask(stack.port, method, target, &[header, "Content-Length: 0"]);
                assert_eq!(
                    (answer.status, answer.text().as_str()),
                    (503, BODY),
                    "{method}"
                );
                assert_eq!(answer.header("Retry-After").as_deref(), Some("5"));
                assert_eq!(answer.all("Cache-Control"), ["no-store"]);
                assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
            }
        }
    }
    assert_eq!(store.take().len(), 0);
}

#[test]
fn a_gate_that_hangs_costs_seconds() {
    let lock = Arc::new(Mutex::new(()));
    let held = Arc::clone(&lock);
    let site = Annotations::with(
        move |request| {
            drop(held.lock());
            standin::gate(request)
        },
        standin::store,
    );
    let guard = lock.lock().unwrap();
    let start = Instant::now();
    assert_eq!(site.get("/annotator/search", &[GOOD]).text(), BODY);
    assert!(start.elapsed() < Duration::from_secs(15));
    assert_eq!(site.store.take().len(), 0);
    drop(guard);
    assert_eq!(site.get("/annotator/search", &[GOOD]).status, 200);
}

#[test]
fn a_gate_that_cannot_know_is_said_to_be_unavailable_for_now() {
    let site = Annotations::start();
    let origin = format!("Origin: {SITE}");
    let away = "X-Annotator-Auth-Token: away";
    for target in ["/annotator/search", "/annotator-open/search"] {
        let answer = site.get(target, &[away, &origin]);
        assert_eq!((answer.status, answer.text().as_str()), (503, BODY));
        assert_eq!(answer.header("Retry-After").as_deref(), Some("5"));
        assert_eq!(answer.all("Access-Control-Allow-Origin"), [SITE]);
    }
    assert_eq!(site.store.take().len(), 0);
}

#[test]
fn only_a_gate_that_knows_annotation_locations_opens_them() {
    for reason in [
        "",
        "public",
        "session",
        "role-held",
        "annotatorx",
        "annotator anonymous",
    ] {
        let site = Annotations::with(
            move |_| (204, vec![format!("X-Auth-Reason: {reason}")], Vec::new()),
            standin::store,
        );
        for target in ["/annotator/search", "/annotator-open/search"] {
            let answer = site.get(target, &[GOOD]);
            assert_eq!(
                (answer.status, answer.text().as_str()),
                (502, BODY),
                "{reason}"
            );
        }
        assert_eq!(site.store.take().len(), 0, "{reason}");
    }
}

#[test]
fn a_store_that_is_down_is_said_to_be_unavailable() {
    let gate = Server::start(standin::gate);
    let stack = Stack::start(&[
        ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
        ("IMAGE_SERVER", "other"),
        ("IMAGE_SERVER_URL", "http://127.0.0.1:9/"),
        (
            "ANNOTATION_STORE_URL",
            &format!("http://127.0.0.1:{}", free_port()),
        ),
    ]);
    let origin = format!("Origin: {SITE}");
    let answer = get(stack.port, "/annotator/search", &[GOOD, &origin]);
    assert_eq!((answer.status, answer.text().as_str()), (502, BODY));
    // The site's script reads that it is not its fault.
    assert_eq!(answer.all("Access-Control-Allow-Origin"), [SITE]);
    let answer = get(stack.port, "/annotator/search", &[]);
    assert_eq!(answer.status, 401);
    // There is no open location unless it was asked for.
    assert_eq!(
        get(stack.port, "/annotator-open/search", &[GOOD]).status,
        404
    );
}

#[test]
fn without_a_store_there_are_no_annotation_locations() {
    let (stack, gate, _images) = Stack::with_stubs();
    for target in ["/annotator/search", "/annotator-open/search", "/annotator/"] {
        assert_eq!(get(stack.port, target, &[GOOD]).status, 404);
    }
    assert_eq!(gate.take().len(), 0);
}
