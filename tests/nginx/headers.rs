//! Which headers reach whom (attack vectors B): lists of what is passed on, so nothing else is.

use crate::http::{get, raw, request, values};
use crate::stack::Stack;

const TILE: &str = "/iiif/images/sec1/full/max/0/default.jpg";

/// What clients may try, and what no part behind nginx may see or believe.
const SPOOFED: &[&str] = &[
    "X-Original-URI: /iiif/images/pub1/info.json",
    "X_Original_URI: /iiif/images/pub1/info.json",
    "X-Original-Method: OPTIONS",
    "X-Forwarded-Uri: /iiif/images/pub1/info.json",
    "X-Original-URL: /iiif/images/pub1/info.json",
    "X-Rewrite-URL: /iiif/images/pub1/info.json",
    "X-Replaced-Path: /iiif/images/pub1/info.json",
    "X-Forwarded-Prefix: /open",
    "X-Envoy-Original-Path: /iiif/images/pub1/info.json",
    "X-HTTP-Method-Override: OPTIONS",
    "X-Forwarded-For: 10.0.0.1, 10.0.0.1",
    "X-Forwarded-Host: evil.example",
    "X-Forwarded-Proto: gopher",
    "Forwarded: for=10.0.0.1;host=evil.example",
    "X-Real-IP: 10.0.0.1",
    "X-Request-ID: 0123456789abcdef0123456789abcdef",
    "X_Request_ID: 0123456789abcdef0123456789abcdef",
    "X-Client-IP: 10.0.0.1",
    "CF-Connecting-IP: 10.0.0.1",
    "True-Client-IP: 10.0.0.1",
    "X-Auth-User: root",
    "X-Auth-Reason: public",
    "X-Auth-Request-User: root",
    "X_Auth_Request_User: root",
    "X-Remote-User: root",
    "X-IIIF-ID: https://evil.example/x",
    "X-Accel-Redirect: /viewer-secret",
    "X-Auth-Request-Redirect: https://evil.example",
    "User-Agent: kube-probe/1.30",
];

#[test]
fn a_client_cannot_speak_in_the_name_of_nginx() {
    let (stack, gate, images) = Stack::with_stubs();
    // With an authToken the gate gets the client's headers, too, and still nginx's own in place of the same.
    for token in ["X: y", "X-Annotator-Auth-Token: a"] {
        for header in SPOOFED {
            assert_eq!(get(stack.port, TILE, &[header, token]).status, 401);
            for seen in gate.take() {
                let list = |name| values(&seen.headers, name);
                assert_eq!(list("X-Original-URI"), [TILE], "{header}");
                assert_eq!(list("X-Original-Method"), ["GET"], "{header}");
                assert_eq!(list("X-Real-IP"), ["127.0.0.1"], "{header}");
                let ids = list("X-Request-ID");
                assert!(
                    ids.len() == 1 && !ids[0].starts_with("0123456789abcdef0"),
                    "{header}"
                );
                assert_eq!(
                    list("X-Annotator-Auth-Token").len(),
                    usize::from(token != "X: y")
                );
            }
        }
    }
    assert_eq!(images.take().len(), 0);
}

#[test]
fn the_gate_is_asked_with_the_agreed_headers_alone() {
    let (stack, gate, _images) = Stack::with_stubs();
    let mut all = SPOOFED.to_vec();
    all.extend([
        "Cookie: gate=bob",
        "Authorization: Bearer t",
        "Origin: https://viewer.example",
        "Accept: image/*",
        "Accept-Language: de",
        "Sec-Fetch-Dest: image",
        "Sec-Fetch-Mode: cors",
        "Sec-Fetch-Site: cross-site",
        "Range: bytes=0-1",
        "If-None-Match: *",
        "If-Match: \"a\"",
        "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT",
        "Referer: https://viewer.example/",
    ]);
    assert_eq!(get(stack.port, TILE, &all).status, 401);
    let seen = gate.take();
    let agreed = [
        "authorization",
        "cookie",
        "host",
        "origin",
        "x-original-method",
        "x-original-uri",
        "x-real-ip",
        "x-request-id",
    ];
    assert_eq!(seen[0].target, "/query_auth");
    assert_eq!(seen[0].method, "GET");
    assert_eq!(seen[0].header_names(), agreed);
    assert_eq!(seen[1].target, "/describe");
    let mut described = [
        &agreed[..],
        &["accept", "accept-language", "if-none-match"],
        &["sec-fetch-dest", "sec-fetch-mode"],
    ]
    .concat();
    described.sort_unstable();
    assert_eq!(seen[1].header_names(), described);
    assert_eq!(seen[1].header("Cookie").as_deref(), Some("gate=bob"));
}

#[test]
fn nginx_and_the_gate_give_a_request_the_same_number() {
    let (stack, gate, _images) = Stack::with_stubs();
    let mut ids = Vec::new();
    for _ in 0..2 {
        assert_eq!(get(stack.port, TILE, &[]).status, 401);
        let seen = gate.take();
        assert_eq!(seen.len(), 2, "it is asked, and asked for words");
        let [asked, described] =
            [&seen[0], &seen[1]].map(|seen| values(&seen.headers, "X-Request-ID"));
        assert_eq!(asked, described);
        assert!(asked[0].len() == 32 && asked[0].bytes().all(|b| b.is_ascii_hexdigit()));
        ids.push(asked[0].clone());
    }
    assert_ne!(ids[0], ids[1]);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    let is_logged = |id: &String| stack.file("log/access.log").contains(&format!(" id={id} "));
    while !ids.iter().all(is_logged) {
        assert!(
            std::time::Instant::now() < deadline,
            "{}",
            stack.file("log/access.log")
        );
        std::thread::yield_now();
    }
}

#[test]
fn the_image_server_learns_nothing_about_who_asks() {
    let (stack, _gate, images) = Stack::with_stubs();
    let mut all = SPOOFED.to_vec();
    all.extend([
        "Cookie: gate=alice",
        "Authorization: Bearer t",
        "X-Annotator-Auth-Token: a",
        "Origin: https://viewer.example",
        "Referer: https://viewer.example/",
        "Accept: image/webp",
        "Range: bytes=0-1",
        "If-Modified-Since: Fri, 20 Nov 2026 10:00:00 GMT",
    ]);
    assert_eq!(get(stack.port, TILE, &all).status, 206);
    let seen = images.take();
    assert_eq!(
        seen[0].header_names(),
        ["accept", "host", "if-modified-since", "range"]
    );
    assert_eq!(
        seen[0].header("Host"),
        Some(format!("127.0.0.1:{}", images.port))
    );
}

#[test]
fn two_credentials_of_a_kind_are_never_one() {
    let (stack, gate, images) = Stack::with_stubs();
    let two = ["Authorization: Bearer a", "Authorization: Bearer b"];
    assert_eq!(get(stack.port, TILE, &two).status, 400);
    assert_eq!(gate.take().len(), 0);
    // Cookie lines are one list (RFC 9113, section 8.2.3); what is in it twice is for the gate to refuse.
    get(stack.port, TILE, &["Cookie: gate=a", "Cookie: gate=b"]);
    assert_eq!(
        gate.take()[0].header("Cookie").as_deref(),
        Some("gate=a; gate=b")
    );
    assert_eq!(images.take().len(), 0);
}

#[test]
fn a_hundred_headers_change_nothing() {
    let (stack, gate, _images) = Stack::with_stubs();
    let many: Vec<String> = (0..100).map(|n| format!("X-Filler-{n}: {n}")).collect();
    let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(get(stack.port, TILE, &many).status, 401);
    many.push("Cookie: gate=alice");
    assert_eq!(get(stack.port, TILE, &many).status, 200);
    assert!(gate.take().iter().all(|seen| seen.headers.len() < 12));
}

#[test]
fn questions_share_connections_to_the_gate() {
    let (stack, gate, _images) = Stack::with_stubs();
    for _ in 0..20 {
        assert_eq!(get(stack.port, TILE, &["Cookie: gate=alice"]).status, 200);
    }
    let seen = gate.take();
    assert_eq!(seen.len(), 20);
    assert!(seen.iter().all(|seen| seen.header("Connection").is_none()));
    // One for each worker of nginx, at most.
    assert!(
        gate.connections() <= 2,
        "{} connections",
        gate.connections()
    );
}

#[test]
fn malformed_messages_are_refused_before_anybody_is_asked() {
    let (stack, gate, images) = Stack::with_stubs();
    for bytes in [
        "GET {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "GET {} HTTP/1.1\r\nHost: localhost\r\nCookie : gate=alice\r\n\r\n",
        "GET {} HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n",
        "GET {} HTTP/1.1\r\nCookie: gate=alice\r\n\r\n",
        "get {} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET iiif/images/sec1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ] {
        let answer = raw(stack.port, bytes.replace("{}", TILE).as_bytes());
        assert_eq!(answer.status, 400, "{bytes}");
    }
    let long = format!("/iiif/images/{}/info.json", "a".repeat(9000));
    assert_eq!(get(stack.port, &long, &[]).status, 414);
    let fits = format!("/iiif/images/{}/info.json", "a%C3%A9".repeat(1100));
    assert_eq!(get(stack.port, &fits, &[]).status, 401);
    assert_eq!(gate.take().len(), 1);
    let bytes = request("GET", TILE.as_bytes(), &["X-Nul: a\0b"]);
    assert_eq!(raw(stack.port, &bytes).status, 400);
    assert_eq!(images.take().len(), 0);
}
