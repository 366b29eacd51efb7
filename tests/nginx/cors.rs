//! CORS (requirements CO): one header on every answer about images, none on the pages.

use crate::http::{Answer, ask, get};
use crate::stack::Stack;

const ALICE: &str = "Cookie: gate=alice";
const ORIGIN: &str = "Origin: https://viewer.example";

fn allows_every_origin_once(answer: &Answer, what: &str) {
    assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"], "{what}");
    assert_eq!(answer.header("Access-Control-Allow-Credentials"), None);
    assert_eq!(
        answer.all("Cross-Origin-Resource-Policy"),
        ["cross-origin"],
        "{what}"
    );
    assert_eq!(
        answer.all("Access-Control-Expose-Headers"),
        ["Link, ETag, WWW-Authenticate, Accept-Ranges, Content-Range"],
        "{what}"
    );
}

#[test]
fn every_status_carries_exactly_one_allow_origin() {
    let (stack, _gate, _images) = Stack::with_stubs();
    let tile = |name: &str| format!("/iiif/images/{name}/full/max/0/default.jpg");
    let preview = |name: &str| format!("/iiif/preview/{name}/full/max/0/default.jpg");
    let info = |name: &str| format!("/iiif/images/{name}/info.json");
    for (target, header, status) in [
        (tile("sec1"), ALICE, 200),
        (tile("pub1"), ORIGIN, 200),
        (tile("pub1"), "Range: bytes=0-1", 206),
        (tile("pub1"), "If-None-Match: \"picture\"", 304),
        (tile("sec1"), ORIGIN, 401),
        (tile("forbidden"), ORIGIN, 403),
        (preview("sec1"), ALICE, 200),
        (preview("size1"), ORIGIN, 200),
        (preview("sec1"), ORIGIN, 401),
        (preview("forbidden"), ORIGIN, 403),
        (preview("a//b"), ORIGIN, 400),
        ("/iiif/preview/sec1/info.json".to_owned(), ORIGIN, 401),
        ("/iiif/files/pub.pdf".to_owned(), ORIGIN, 404),
        ("/iiif/files/a.pdf".to_owned(), ORIGIN, 401),
        ("/iiif/files/a//b".to_owned(), ORIGIN, 400),
        (
            "/auth/iiif-probe/%2Fiiif%2Fimages%2Fa".to_owned(),
            ORIGIN,
            200,
        ),
        ("/auth/iiif-probe/%2Fiiif%2F..".to_owned(), ORIGIN, 400),
        (tile("pub-missing"), ORIGIN, 404),
        (tile("a//b"), ORIGIN, 400),
        (info("sec1"), ALICE, 200),
        (info("sec1"), ORIGIN, 401),
        (info("forbidden"), ORIGIN, 403),
        (info("a%5Cb"), ORIGIN, 400),
        ("/iiif/images/pub1".to_owned(), ORIGIN, 303),
        ("/iiif/manifests/pub.json".to_owned(), ORIGIN, 404),
        ("/iiif/manifests/a.json".to_owned(), ORIGIN, 401),
        ("/iiif/manifests/a//b".to_owned(), ORIGIN, 400),
    ] {
        let answer = get(stack.port, &target, &[header]);
        assert_eq!(answer.status, status, "{target} {header}");
        allows_every_origin_once(&answer, &format!("{target} {header}"));
    }
    let answer = ask(stack.port, "POST", &info("sec1"), &["Content-Length: 0"]);
    assert_eq!(answer.status, 405);
    allows_every_origin_once(&answer, "405");
}

#[test]
fn a_preflight_is_answered_without_asking_anybody() {
    let (stack, gate, images) = Stack::with_stubs();
    for target in [
        "/iiif/images/sec1/info.json",
        "/iiif/images/sec1/full/max/0/default.jpg",
        "/iiif/images/forbidden/info.json",
        "/iiif/images/sec1",
        "/iiif/manifests/a.json",
        "/iiif/preview/sec1/info.json",
        "/iiif/full/sec1/info.json",
        "/iiif/full/sec1/full/max/0/default.jpg",
        "/iiif/preview/sec1/full/max/0/default.jpg",
        "/iiif/files/a.pdf",
        "/auth/iiif-probe/%2Fiiif%2Fimages%2Fa",
    ] {
        let answer = ask(
            stack.port,
            "OPTIONS",
            target,
            &[
                ORIGIN,
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: authorization",
            ],
        );
        assert_eq!(answer.status, 204, "{target}");
        allows_every_origin_once(&answer, target);
        let methods = answer.header("Access-Control-Allow-Methods");
        assert_eq!(methods.as_deref(), Some("GET, HEAD, OPTIONS"));
        let headers = answer.header("Access-Control-Allow-Headers").unwrap();
        for name in ["Authorization", "X-Annotator-Auth-Token"] {
            assert!(headers.split(", ").any(|listed| listed == name));
        }
        assert!(!headers.contains('*'));
        assert!(answer.header("Access-Control-Max-Age").is_some());
    }
    assert_eq!(gate.take().len(), 0);
    assert_eq!(images.take().len(), 0);
    let answer = get(stack.port, "/iiif/images/sec1/info.json", &[]);
    assert_eq!(answer.header("Access-Control-Allow-Methods"), None);
}

#[test]
fn other_pages_have_no_cors_headers() {
    let (stack, _gate, _images) = Stack::with_stubs();
    for target in [
        "/auth/",
        "/auth/iiif-token?messageId=1&origin=x",
        "/auth/logout",
        "/auth/iiif-probe",
        "/auth/query_auth",
        "/",
    ] {
        for method in ["GET", "OPTIONS"] {
            let answer = ask(stack.port, method, target, &[ORIGIN]);
            let cors = |name: &str| name.to_ascii_lowercase().starts_with("access-control");
            assert!(
                !answer.headers.iter().any(|(name, _)| cors(name)),
                "{method} {target}"
            );
        }
    }
}
