//! Whatever fails: an error that can be tried again, and never content.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::http::{Answer, get};
use crate::server::{self, Server};
use crate::stack::{Stack, free_port};

const TILE: &str = "/iiif/images/pub1/full/max/0/default.jpg";
const INFO: &str = "/iiif/images/pub1/info.json";

fn is_unavailable(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 503, "{what}");
    assert!(answer.header("Retry-After").is_some(), "{what}");
    assert_eq!(answer.all("Cache-Control"), ["no-store"], "{what}");
    assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"], "{what}");
    assert!(!answer.text().contains("picture"), "{what}");
}

#[test]
fn without_a_gate_nothing_is_served_and_it_is_back_without_a_reload() {
    let images = Server::start(server::images);
    let gate_port = free_port();
    let stack = Stack::start(&[
        ("GATE_ADDRESS", &format!("127.0.0.1:{gate_port}")),
        ("IMAGE_SERVER", "other"),
        (
            "IMAGE_SERVER_URL",
            &format!("http://127.0.0.1:{}/", images.port),
        ),
    ]);
    for target in [
        TILE,
        INFO,
        "/iiif/images/pub1",
        "/iiif/manifests/pub.json",
        "/iiif/files/pub.pdf",
        "/iiif/preview/pub1/full/max/0/default.jpg",
        "/auth/iiif-probe/%2Fiiif%2Ffiles%2Fpub.pdf",
    ] {
        let start = Instant::now();
        is_unavailable(&get(stack.port, target, &["Cookie: gate=alice"]), target);
        assert!(start.elapsed() < Duration::from_millis(300));
    }
    let page = get(stack.port, "/auth/login", &[]);
    assert_eq!(
        (page.status, page.header("Access-Control-Allow-Origin")),
        (503, None)
    );
    assert!(page.header("Retry-After").is_some());
    assert_eq!(images.take().len(), 0);

    let gate = Server::start_at(gate_port, server::gate);
    assert_eq!(get(stack.port, TILE, &[]).status, 200);
    assert_eq!(gate.take().len(), 1);
    assert_eq!(images.take()[0].target, "/pub1/full/max/0/default.jpg");
}

#[test]
fn only_an_answer_of_a_gate_opens_anything() {
    let status = Arc::new(AtomicU16::new(200));
    let of_gate = Arc::clone(&status);
    // Whatever answers there is not a gate: no reason.
    let (stack, _gate, images) = Stack::with(
        move |_| (of_gate.load(Ordering::Relaxed), Vec::new(), b"ok".to_vec()),
        server::images,
    );
    for file in ["manifests/pub.json", "files/pub.pdf"] {
        std::fs::write(stack.folder.path().join(file), "{\"secret\":1}").unwrap();
    }
    for code in [
        200, 204, 206, 301, 302, 304, 400, 404, 407, 429, 500, 502, 503, 0,
    ] {
        status.store(code, Ordering::Relaxed);
        for target in [
            TILE,
            "/iiif/manifests/pub.json",
            "/iiif/files/pub.pdf",
            "/iiif/preview/pub1/full/max/0/default.jpg",
        ] {
            let answer = get(stack.port, target, &["Cookie: gate=alice"]);
            assert!(!answer.text().contains("secret"), "{code} {target}");
            assert!(
                matches!(answer.status, 404 | 503),
                "{code} {target}: {}",
                answer.status
            );
        }
    }
    assert_eq!(images.take().len(), 0);
}

#[test]
fn a_gate_that_hangs_costs_seconds_not_a_minute() {
    // Held by the test: the gate gets no further while it is locked.
    let lock = Arc::new(Mutex::new(()));
    let held = Arc::clone(&lock);
    let (stack, _gate, images) = Stack::with(
        move |request| {
            drop(held.lock());
            server::gate(request)
        },
        server::images,
    );
    let guard = lock.lock().unwrap();
    let start = Instant::now();
    is_unavailable(&get(stack.port, TILE, &[]), "hanging gate");
    assert!(start.elapsed() < Duration::from_secs(15));
    drop(guard);
    assert_eq!(get(stack.port, TILE, &[]).status, 200);
    assert_eq!(images.take().len(), 1);
}

#[test]
fn an_image_server_that_is_down_is_said_to_be_unavailable() {
    let gate = Server::start(server::gate);
    let stack = Stack::start(&[
        ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
        ("IMAGE_SERVER", "cantaloupe"),
        (
            "IMAGE_SERVER_URL",
            &format!("http://127.0.0.1:{}/iiif/3/", free_port()),
        ),
    ]);
    is_unavailable(&get(stack.port, TILE, &[]), "image server down");
    // Who may not see it is not told about the image server.
    assert_eq!(
        get(stack.port, &TILE.replace("pub1", "sec1"), &[]).status,
        401
    );
}
