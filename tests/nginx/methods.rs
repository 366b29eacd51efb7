//! Methods, bodies and framing (attack vectors C).

use crate::http::{Connection, ask, raw, request};
use crate::stack::Stack;

const TILE: &str = "/iiif/images/sec1/full/max/0/default.jpg";
const INFO: &str = "/iiif/images/sec1/info.json";
const ALICE: &str = "Cookie: gate=alice";

#[test]
fn images_and_descriptions_are_read_only() {
    let (stack, gate, images) = Stack::with_stubs();
    for target in [
        TILE,
        INFO,
        "/iiif/manifests/a.json",
        "/iiif/files/a.mp4",
        "/iiif/preview/sec1/full/max/0/default.jpg",
        "/auth/iiif-probe/%2Fiiif%2Ffiles%2Fa.mp4",
    ] {
        for method in ["POST", "PUT", "DELETE", "PATCH", "PROPFIND", "LOCK"] {
            let answer = ask(stack.port, method, target, &[ALICE, "Content-Length: 0"]);
            assert_eq!(answer.status, 405, "{method} {target}");
            assert_eq!(
                answer.header("Allow").as_deref(),
                Some("GET, HEAD, OPTIONS")
            );
        }
        for method in ["TRACE", "CONNECT"] {
            assert_eq!(ask(stack.port, method, target, &[ALICE]).status, 405);
        }
    }
    assert_eq!(gate.take().len(), 0);
    assert_eq!(images.take().len(), 0);
}

#[test]
fn a_large_body_is_refused_before_it_is_sent() {
    let (stack, gate, _images) = Stack::with_stubs();
    for head in [
        "Content-Length: 10000000",
        "Transfer-Encoding: chunked",
        "Content-Length: 10000000\r\nExpect: 100-continue",
    ] {
        let answer = raw(stack.port, &request("POST", TILE.as_bytes(), &[head]));
        assert!(matches!(answer.status, 405 | 413), "{head}");
    }
    assert_eq!(gate.take().len(), 0);
}

#[test]
fn a_body_on_get_goes_nowhere() {
    let (stack, gate, images) = Stack::with_stubs();
    let mut bytes = request("GET", TILE.as_bytes(), &[ALICE, "Content-Length: 5"]);
    bytes.extend_from_slice(b"hello");
    assert_eq!(raw(stack.port, &bytes).status, 200);
    for seen in gate.take().into_iter().chain(images.take()) {
        assert_eq!(seen.body.len(), 0);
        assert_eq!(seen.header("Transfer-Encoding"), None);
    }
}

#[test]
fn head_is_answered_like_get_without_a_body() {
    let (stack, gate, _images) = Stack::with_stubs();
    for (target, cookie, status) in [(TILE, ALICE, 200), (TILE, "X: y", 401), (INFO, ALICE, 200)] {
        let get = ask(stack.port, "GET", target, &[cookie]);
        let head = ask(stack.port, "HEAD", target, &[cookie]);
        assert_eq!((get.status, head.status), (status, status), "{target}");
        let drop_date = |answer: &crate::http::Answer| {
            let mut headers = answer.headers.clone();
            headers.retain(|(name, _)| name != "Date");
            headers
        };
        assert_eq!(drop_date(&head), drop_date(&get), "{target}");
    }
    let methods: Vec<_> = gate
        .take()
        .iter()
        .filter_map(|seen| seen.header("X-Original-Method"))
        .collect();
    assert!(methods.contains(&"HEAD".to_owned()));
}

#[test]
fn what_one_request_may_says_nothing_about_the_next_on_its_connection() {
    let (stack, _gate, images) = Stack::with_stubs();
    let mut connection = Connection::open(stack.port);
    let keep =
        |cookie: &str| format!("GET {TILE} HTTP/1.1\r\nHost: localhost\r\nX-A: 1\r\n{cookie}\r\n");
    let pipelined = keep("Cookie: gate=alice\r\n") + &keep("") + &keep("Cookie: gate=alice\r\n");
    connection.send(pipelined.as_bytes());
    let statuses: Vec<_> = (0..3)
        .filter_map(|_| connection.read(true))
        .map(|answer| answer.status)
        .collect();
    assert_eq!(statuses, [200, 401, 200]);
    assert_eq!(images.take().len(), 2);
}

#[test]
fn old_protocols_are_decided_alike() {
    let (stack, gate, images) = Stack::with_stubs();
    let old = |cookie: &str| format!("GET {TILE} HTTP/1.0\r\nHost: localhost\r\n{cookie}\r\n");
    assert_eq!(raw(stack.port, old("").as_bytes()).status, 401);
    let answer = raw(stack.port, old("Cookie: gate=alice\r\n").as_bytes());
    assert_eq!(answer.status, 200);
    assert_eq!(images.take().len(), 1);
    gate.take();
    // Without a host it is not a request for this site.
    let no_host = format!("GET {TILE} HTTP/1.0\r\nCookie: gate=alice\r\n\r\n");
    assert_eq!(raw(stack.port, no_host.as_bytes()).status, 421);
    raw(stack.port, format!("GET {TILE}\r\n").as_bytes());
    // A bare LF ends a line for nginx; the decision is the same.
    let bare = format!("GET {TILE} HTTP/1.1\nHost: localhost\nConnection: close\n\n");
    assert_eq!(raw(stack.port, bare.as_bytes()).status, 401);
    assert_eq!(images.take().len(), 0);
}
