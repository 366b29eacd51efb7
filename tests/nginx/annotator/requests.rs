//! What reaches the gate and the store of a request at an annotation location.

use super::standin::{Annotations, GOOD, HANDED_ON, SITE};
use crate::http::{Connection, raw, request, values};

/// Everything that a client may send along to be taken for somebody else.
const SPOOFED: &[&str] = &[
    "X-Annotator-User: root",
    "X-Annotator-User: toor",
    "x-annotator-consumer: other",
    "X-Annotator-Admin: true",
    "X-Annotator-Roles: admin",
    "X-Annotator-Token: forged",
    "X_Annotator_User: root",
    "X_Annotator_Auth_Token: good.browser.token",
    "X-Auth-User: root",
    "X-Auth-Reason: annotator",
    "X-Auth-Origin: https://evil.example",
    "X-Original-URI: /annotator-open/search",
    "X-Original-Method: GET",
    "X-Forwarded-For: 10.0.0.1",
    "X-Forwarded-Host: evil.example",
    "X-Real-IP: 10.0.0.1",
    "X-Accel-Redirect: /viewer-secret",
    "Cookie: iiif-gate=abc; session=def",
    "Authorization: Token abc",
    "Referer: https://docland.example/page",
    "Upgrade: websocket",
];

#[test]
fn the_store_gets_who_asks_from_the_gate_and_little_else() {
    let site = Annotations::start();
    let mut all = SPOOFED.to_vec();
    all.extend([
        GOOD,
        "Origin: https://docland.example",
        "Accept: application/json",
        "Accept-Language: de",
        "X-Requested-With: XMLHttpRequest",
        "X-HTTP-Method-Override: DELETE",
        "If-None-Match: \"a\"",
    ]);
    let answer = site.get("/annotator/search?uri=a", &all);
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (200, "\"of the store\"")
    );
    let seen = site.store.take().remove(0);
    assert_eq!(
        seen.header_names(),
        [
            "accept",
            "accept-language",
            "connection",
            "host",
            "x-annotator-auth-token",
            "x-annotator-consumer",
            "x-annotator-roles",
            "x-annotator-user",
            "x-requested-with"
        ]
    );
    for (name, value) in [
        ("X-Annotator-Consumer", "docland"),
        ("X-Annotator-User", "j%C3%BCrgen"),
        ("X-Annotator-Roles", "reader,editor"),
        ("X-Annotator-Auth-Token", HANDED_ON),
    ] {
        assert_eq!(values(&seen.headers, name), [value]);
    }
    // The gate is told the truth, whatever else the client says.
    let asked = site.gate.take().remove(0);
    for (name, value) in [
        ("X-Original-URI", "/annotator/search?uri=a"),
        ("X-Original-Method", "GET"),
        ("X-Real-IP", "127.0.0.1"),
        ("Origin", SITE),
    ] {
        assert_eq!(values(&asked.headers, name), [value]);
    }
    assert_eq!((asked.method.as_str(), asked.body.len()), ("GET", 0));
    for hop in [
        "Connection",
        "Upgrade",
        "Transfer-Encoding",
        "Content-Length",
    ] {
        assert_eq!(asked.header(hop), None, "{hop}");
    }
}

#[test]
fn a_request_without_a_token_reaches_an_open_location_without_a_name() {
    let site = Annotations::start();
    let answer = site.get("/annotator-open/search", SPOOFED);
    assert_eq!(answer.status, 200);
    let seen = site.store.take().remove(0);
    assert_eq!(seen.target, "/api/search");
    assert_eq!(seen.header_names(), ["connection", "host"]);
    assert_eq!(site.get("/annotator/search", SPOOFED).status, 401);
    assert_eq!(site.store.take().len(), 0);
}

#[test]
fn path_query_and_body_arrive_as_they_were_sent() {
    let site = Annotations::start();
    for (target, reached) in [
        ("/annotator/", "/api/"),
        ("/annotator/annotations", "/api/annotations"),
        (
            "/annotator/annotations/a%2Fb%20c",
            "/api/annotations/a%2Fb%20c",
        ),
        ("/annotator-open/annotations/1", "/api/annotations/1"),
        (
            "/annotator/search?uri=https%3A%2F%2Fex.org%2F%252e%252e%2F&limit=20",
            "/api/search?uri=https%3A%2F%2Fex.org%2F%252e%252e%2F&limit=20",
        ),
        (
            "/annotator/search?uri=a;b&x=../..//",
            "/api/search?uri=a;b&x=../..//",
        ),
        ("/annotator/search?", "/api/search?"),
        ("/annotator/search?a#b", "/api/search?a"),
    ] {
        assert_eq!(site.get(target, &[GOOD]).status, 200, "{target}");
        assert_eq!(site.store.take().remove(0).target, reached);
        assert_eq!(
            site.gate
                .take()
                .remove(0)
                .header("X-Original-URI")
                .as_deref(),
            Some(target)
        );
    }
    let body = format!("{{\"text\":\"{}\"}}", "ü".repeat(200_000));
    for method in ["POST", "PUT"] {
        let json = ["Content-Type: application/json", GOOD];
        site.send(method, "/annotator/annotations", &json, body.as_bytes());
        let seen = site.store.take().remove(0);
        assert_eq!(
            (seen.method.as_str(), seen.body.len()),
            (method, body.len())
        );
        assert_eq!(
            seen.header("Content-Type").as_deref(),
            Some("application/json")
        );
        assert!(site.gate.take().iter().all(|asked| asked.body.is_empty()));
    }
    let chunked = ["Transfer-Encoding: chunked", GOOD];
    let mut bytes = request("POST", b"/annotator/annotations", &chunked);
    bytes.extend_from_slice(b"5\r\n{\"a\":\r\n2\r\n1}\r\n0\r\n\r\n");
    assert_eq!(raw(site.stack.port, &bytes).status, 201);
    assert_eq!(site.store.take().remove(0).body, b"{\"a\":1}");
    let asked = site.gate.take().remove(0);
    assert_eq!(
        (asked.header("Transfer-Encoding"), asked.body.len()),
        (None, 0)
    );
}

#[test]
fn a_refused_body_goes_nowhere_and_nothing_is_left_of_it_on_the_connection() {
    let site = Annotations::start();
    let mut connection = Connection::open(site.stack.port);
    let keep = |method: &str, token: &str, body: &str| {
        format!(
            "{method} /annotator/annotations HTTP/1.1\r\nHost: localhost\r\n{token}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let smuggled = keep("DELETE", GOOD, "");
    let bad = "X-Annotator-Auth-Token: bad";
    for (token, body, status) in [
        (GOOD, "{}", 201),
        (bad, smuggled.as_str(), 401),
        ("X: y", &smuggled, 401),
        (GOOD, "{}", 201),
    ] {
        connection.send(keep("POST", token, body).as_bytes());
        assert_eq!(connection.read(true).unwrap().status, status);
    }
    let seen = site.store.take();
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter()
            .all(|seen| seen.method == "POST" && seen.body == b"{}")
    );
}

#[test]
fn targets_that_can_be_read_in_two_ways_reach_nobody() {
    let site = Annotations::start();
    for target in [
        "/annotator/../iiif/images/x",
        "/annotator/%2e%2e/iiif/x",
        "/annotator/..%2fiiif/x",
        "/annotator/a/../../annotator-open/search",
        "/annotator/annotations/./1",
        "/annotator//search",
        "//annotator/search",
        "/annotator/search;jsessionid=1",
        "/annotator/search%3Bx",
        "/annotator/a%5Cb",
        "/annotator/%252e%252e/x",
        "/annotator/a%0d%0aX-Annotator-User:%20root",
        "/annotator/%ff",
        "/annotator/search#/annotator-open/",
        "/%61nnotator/search",
        "/annotator%2Fsearch",
        "/annotator-open/..%2fannotator/search",
    ] {
        let answer = site.get(target, &[GOOD]);
        assert!(
            matches!(answer.status, 400 | 404),
            "{target}: {}",
            answer.status
        );
    }
    for target in [
        "/annotatorx",
        "/annotator",
        "/annotator-open",
        "/Annotator/search",
    ] {
        assert_eq!(site.get(target, &[GOOD]).status, 404, "{target}");
    }
    assert_eq!(site.gate.take().len(), 0);
    assert_eq!(site.store.take().len(), 0);
}

#[test]
fn two_tokens_are_refused_whichever_is_good() {
    let site = Annotations::start();
    let bad = "x-annotator-auth-token: bad";
    let (zero, empty) = ("x-annotator-auth-token: 0", "x-annotator-auth-token:");
    let more = [[zero, "x: y"], [zero, GOOD], [empty, GOOD]];
    for two in more.iter().chain(&[[GOOD, bad], [bad, GOOD], [GOOD, GOOD]]) {
        for target in ["/annotator/search", "/annotator-open/search"] {
            let answer = site.get(target, two);
            assert_eq!(answer.status, 401, "{two:?}");
        }
    }
    assert_eq!(site.store.take().len(), 0);
    for header in [
        "x-annotator-auth-token: good.browser.token",
        "X-ANNOTATOR-AUTH-TOKEN:   good.browser.token  ",
    ] {
        assert_eq!(site.get("/annotator/search", &[header]).status, 200);
    }
}

#[test]
fn the_token_is_read_from_its_header_alone() {
    let site = Annotations::start();
    for header in [
        "Cookie: x-annotator-auth-token=good.browser.token",
        "Authorization: Bearer good.browser.token",
        "Authorization: Token good.browser.token",
        "X-Annotator-Auth-Token:",
    ] {
        let answer = site.get(
            "/annotator/a?x-annotator-auth-token=good.browser.token",
            &[header],
        );
        assert_eq!(answer.text(), "{\"error\":\"missing_token\"}\n", "{header}");
    }
    assert_eq!(site.store.take().len(), 0);
}

#[test]
fn only_a_post_may_stand_for_another_method() {
    let site = Annotations::start();
    for (method, overridden, arrives) in [
        ("POST", "PUT", Some("PUT")),
        ("POST", "delete", Some("DELETE")),
        ("POST", "GET", None),
        ("POST", "PATCH", None),
        ("POST", "PUT, DELETE", None),
        ("GET", "DELETE", None),
        ("HEAD", "DELETE", None),
        ("PUT", "DELETE", None),
    ] {
        let header = format!("X-HTTP-Method-Override: {overridden}");
        site.send(method, "/annotator/annotations/1", &[GOOD, &header], b"");
        let seen = site.store.take().remove(0);
        assert_eq!(seen.method, method);
        let seen = seen.header("X-HTTP-Method-Override");
        assert_eq!(seen.as_deref(), arrives, "{method} {overridden}");
    }
}
