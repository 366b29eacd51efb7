//! The gate's pages below `/auth/`.

use crate::http::{ask, get, raw, request};
use crate::site::Site;
use crate::stack::Stack;

#[test]
fn the_raw_remainder_reaches_the_gate() {
    let (stack, gate, _images) = Stack::with_stubs();
    for (target, reached) in [
        ("/auth/", "/"),
        ("/auth/login", "/login"),
        ("/auth/iiif-terms/a%2Fb%252Fc", "/iiif-terms/a%2Fb%252Fc"),
        (
            "/auth/iiif-terms/http%3A%2F%2Fex.org",
            "/iiif-terms/http%3A%2F%2Fex.org",
        ),
        (
            "/auth/iiif-token?messageId=1&origin=https%3A%2F%2Fv",
            "/iiif-token?messageId=1&origin=https%3A%2F%2Fv",
        ),
        (
            "/auth/iiif-login?origin=https://v/../x//y",
            "/iiif-login?origin=https://v/../x//y",
        ),
        ("/auth/?", "/?"),
    ] {
        let answer = get(stack.port, target, &[]);
        assert_eq!(answer.text(), format!("GET {reached}"), "{target}");
        assert_eq!(answer.header("Set-Cookie").as_deref(), Some("a=b"));
        assert_eq!(gate.take()[0].target, reached);
    }
    let answer = get(stack.port, "/auth", &[]);
    assert_eq!(
        (answer.status, answer.header("Location").as_deref()),
        (308, Some("/auth/"))
    );
}

#[test]
fn the_probe_service_is_asked_with_the_path_as_it_was_written() {
    let (stack, gate, _images) = Stack::with_stubs();
    for path in [
        "%2Fiiif%2Fimages%2Fa%252Fb",
        "%2Fiiif%2Fimages%2Fa%252fb%2520c%25C3%25A9%2Finfo.json",
        "%2Fiiif%2Fimages%2Fa%25252Fb",
        "%2Fiiif%2Fpreview%2F100%2525.tif",
        "%2Fiiif%2Ffiles%2Ftalks%2Fa+b&c;d.mp4",
        "%2fiiif%2fmanifests%2fa.json?x=1",
    ] {
        let all = [
            "Authorization: Bearer t",
            "Accept: application/json",
            "Accept-Language: de",
            "Origin: https://viewer.example",
            "X-Original-URI: /iiif/images/pub1/info.json",
            "X-Original-Method: GET",
            "X-Real-IP: 10.0.0.1",
            "Content-Length: 5",
        ];
        let mut bytes = request("GET", format!("/auth/iiif-probe/{path}").as_bytes(), &all);
        bytes.extend_from_slice(b"hello");
        let answer = raw(stack.port, &bytes);
        assert_eq!(answer.text(), format!("GET /iiif-probe/{path}"));
        assert_eq!(answer.header("Set-Cookie"), None);
        assert_eq!(answer.all("Cache-Control"), ["no-store"]);
        let seen = gate.take().remove(0);
        assert_eq!(
            seen.header_names(),
            [
                "accept",
                "accept-language",
                "authorization",
                "host",
                "origin",
                "x-real-ip",
                "x-request-id"
            ]
        );
        assert_eq!(seen.header("Authorization").as_deref(), Some("Bearer t"));
        assert_eq!(seen.body, b"");
    }
    let head = ask(stack.port, "HEAD", "/auth/iiif-probe/%2Fa", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(gate.take()[0].method, "GET");
    for target in [
        "/auth/iiif-probe/",
        "/auth/iiif-pr%6Fbe/%2Fiiif%2Fimages%2Fa",
        "/auth/iiif-probe%2Fa",
        "/auth/iiif-probe/%2Fiiif%2Fimages%2F..%2Fa",
        "/auth/iiif-probe/%2Fiiif%2Fimages%2F%2e%2e%2Fa",
        "/auth/iiif-probe//iiif/images/a",
        "/auth/iiif-probe/%0d%0aX:y",
        "/auth/iiif-probe/%2Fiiif%5Cimages",
        "/auth/iiif-probe/%ff",
    ] {
        assert_eq!(get(stack.port, target, &[]).status, 400, "{target}");
    }
    assert_eq!(gate.take().len(), 0);
}

#[test]
fn what_is_for_nginx_alone_is_not_there_for_others() {
    let (stack, gate, _images) = Stack::with_stubs();
    for target in [
        "/auth/query_auth",
        "/auth/query_auth/",
        "/auth/query_auth?x",
        "/auth/%71uery_auth",
        "/auth/query%5Fauth",
        "/auth/%2Fquery_auth",
        "/auth/describe",
        "/auth/d%65scribe",
        "/auth/describe/x",
        "/_iiif_gate/query_auth",
        "/_iiif_gate/query_auth_annotator",
        "/_iiif_gate/describe_annotator",
    ] {
        let uri = "X-Original-URI: /iiif/images/pub1/info.json";
        assert_eq!(get(stack.port, target, &[uri]).status, 404, "{target}");
    }
    for target in [
        "/auth//query_auth",
        "/auth/x/../query_auth",
        "/auth/./describe",
    ] {
        assert_eq!(get(stack.port, target, &[]).status, 404, "{target}");
    }
    for target in [
        "/auth//login",
        "/auth/x/../login",
        "/%61uth/login",
        "/auth/a%0d%0aX:y",
    ] {
        assert_eq!(get(stack.port, target, &[]).status, 400, "{target}");
    }
    assert_eq!(gate.take().len(), 0);
}

#[test]
fn forms_arrive_and_a_page_is_never_taken_for_a_question() {
    let (stack, gate, _images) = Stack::with_stubs();
    let mut bytes = request(
        "POST",
        b"/auth/login",
        &[
            "X-Original-URI: /iiif/images/pub1/info.json",
            "X-Original-Method: GET",
            "X-Real-IP: 10.0.0.1",
            "X-Forwarded-For: 10.0.0.1",
            "Cookie: session=1",
            "Origin: https://localhost",
            "Referer: https://localhost/auth/login",
            "X-Original-Forwarded-For: 10.0.0.2",
            "Sec-Fetch-Site: same-origin",
            "Content-Type: application/x-www-form-urlencoded",
            "Transfer-Encoding: chunked",
        ],
    );
    bytes.extend_from_slice(b"5\r\nuser=\r\n3\r\nbob\r\n0\r\n\r\n");
    assert_eq!(raw(stack.port, &bytes).text(), "POST /login");
    let seen = gate.take().remove(0);
    assert_eq!(seen.body, b"user=bob");
    assert_eq!(seen.header("X-Real-IP").as_deref(), Some("127.0.0.1"));
    assert_eq!(
        seen.header_names(),
        [
            "content-length",
            "content-type",
            "cookie",
            "host",
            "origin",
            "referer",
            "sec-fetch-site",
            "x-original-forwarded-for",
            "x-real-ip",
            "x-request-id"
        ]
    );
    assert_eq!(
        seen.header("X-Original-Forwarded-For").as_deref(),
        Some("10.0.0.1")
    );
    assert_eq!(ask(stack.port, "TRACE", "/auth/", &[]).status, 405);
}

#[test]
fn metrics_and_health_are_not_there_for_anybody_outside() {
    let site = Site::start();
    let inner: u16 = site.stack.setting("HEALTH_PORT").parse().unwrap();
    let metrics = get(inner, "/metrics", &[]);
    assert_eq!(metrics.status, 200);
    assert!(metrics.text().contains("iiif_gate_decisions_total"));
    for path in ["metrics", "healthz", "readyz"] {
        for target in [
            format!("/{path}"),
            format!("/auth/{path}"),
            format!("/auth/{path}/"),
            format!("/auth/%6Detrics/../{path}"),
            format!("/iiif/{path}"),
            format!("/iiif/images/..%2F..%2F{path}"),
            format!("http://127.0.0.1:{inner}/{path}"),
            format!("/auth/iiif-probe/%2F{path}"),
        ] {
            let answer = get(
                site.stack.port,
                &target,
                &[&format!("Host: 127.0.0.1:{inner}")],
            );
            let text = answer.text();
            assert!(
                !text.contains("iiif_gate_") && !text.contains("ready\n"),
                "{target}: {text}"
            );
            let answer = get(site.stack.port, &target, &[]);
            let text = answer.text();
            // 307 leads somebody who wrote the loopback address to the site's name.
            let is_refused = (300..500).contains(&answer.status);
            assert!(
                is_refused || target.contains("iiif-probe"),
                "{target}: {}",
                answer.status
            );
            assert!(
                !text.contains("iiif_gate_") && !text.contains("ready\n"),
                "{target}: {text}"
            );
        }
    }
}
