//! What the browser reads: answers of the store, refusals, preflights.

use super::standin::{Annotations, GOOD, SITE};
use crate::http::Answer;

const FROM_SITE: &str = "Origin: https://docland.example";
const FROM_ELSEWHERE: &str = "Origin: https://evil.example";
const OTHER_TOKEN: &str = "X-Annotator-Auth-Token: other";

/// CORS for a listed origin, or none at all; never for credentials.
fn allows(answer: &Answer, origin: Option<&str>, what: &str) {
    let list: Vec<&str> = origin.into_iter().collect();
    assert_eq!(answer.all("Access-Control-Allow-Origin"), list, "{what}");
    let exposed = origin.map(|_| "WWW-Authenticate, Location".to_owned());
    assert_eq!(
        answer.header("Access-Control-Expose-Headers"),
        exposed,
        "{what}"
    );
    assert_eq!(answer.header("Access-Control-Allow-Credentials"), None);
    assert_eq!(answer.all("Vary"), ["Origin"], "{what}");
    assert_eq!(answer.all("Cache-Control"), ["no-store"], "{what}");
    assert_eq!(answer.all("X-Content-Type-Options"), ["nosniff"]);
    assert_eq!(answer.all("Content-Security-Policy").len(), 1);
    assert_eq!(answer.header("Set-Cookie"), None);
}

fn refused(answer: &Answer, status: u16, reason: &str) {
    assert_eq!(answer.status, status, "{reason}");
    assert_eq!(answer.text(), format!("{{\"error\":\"{reason}\"}}\n"));
    assert_eq!(answer.all("Content-Type"), ["application/json"]);
}

#[test]
fn a_refusal_says_why_and_can_be_read_by_the_site() {
    let site = Annotations::start();
    for (target, token, status, reason) in [
        ("/annotator/search", "X: y", 401, "missing_token"),
        ("/annotator/search", OTHER_TOKEN, 401, "expired"),
        ("/annotator-open/search", OTHER_TOKEN, 401, "expired"),
        (
            "/annotator/a",
            "X-Annotator-Auth-Token: elsewhere",
            403,
            "origin_not_allowed",
        ),
    ] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let answer = site.send(method, target, &[token, FROM_SITE], b"{}");
            refused(&answer, status, reason);
            allows(&answer, Some(SITE), reason);
            let challenge = answer.all("WWW-Authenticate");
            let expected = match reason {
                "missing_token" => vec!["AnnotatorToken realm=\"annotator\""],
                "expired" => vec![
                    "AnnotatorToken realm=\"annotator\", error=\"invalid_token\", error_description=\"expired\"",
                ],
                _ => vec![],
            };
            assert_eq!(challenge, expected, "{method} {reason}");
            allows(
                &site.send(method, target, &[token, FROM_ELSEWHERE], b""),
                None,
                reason,
            );
        }
        let head = site.ask("HEAD", target, &[token]);
        assert_eq!((head.status, head.body.len()), (status, 0));
    }
    assert_eq!(site.store.take().len(), 0);
}

#[test]
fn nginx_refuses_in_the_same_words() {
    let site = Annotations::start();
    refused(&site.get("/annotator//search", &[GOOD]), 400, "malformed");
    let answer = site.send("PATCH", "/annotator/annotations/1", &[GOOD], b"{}");
    refused(&answer, 405, "method_not_allowed");
    assert_eq!(
        answer.header("Allow").as_deref(),
        Some("GET, HEAD, POST, PUT, DELETE, OPTIONS")
    );
    let large = "Content-Length: 2000000";
    refused(
        &site.ask("POST", "/annotator/annotations", &[GOOD, large]),
        413,
        "too_large",
    );
    for method in ["TRACE", "CONNECT"] {
        assert_eq!(site.ask(method, "/annotator/search", &[GOOD]).status, 405);
    }
    assert_eq!(site.gate.take().len(), 0);
    assert_eq!(site.store.take().len(), 0);
}

#[test]
fn the_stores_own_answers_pass_with_our_cors_alone() {
    let site = Annotations::start();
    for (target, status) in [
        ("/annotator/search", 200),
        ("/annotator-open/search", 200),
        ("/annotator/401", 401),
        ("/annotator/403", 403),
        ("/annotator/404", 404),
        ("/annotator/500", 500),
    ] {
        for (origin, allowed) in [
            (FROM_SITE, Some(SITE)),
            (FROM_ELSEWHERE, None),
            ("X: y", None),
        ] {
            let answer = site.get(target, &[GOOD, origin]);
            assert_eq!(answer.status, status, "{target}");
            assert_eq!(answer.text(), "\"of the store\"", "{target}");
            for header in [
                "WWW-Authenticate",
                "Clear-Site-Data",
                "Refresh",
                "Service-Worker-Allowed",
            ] {
                assert_eq!(answer.header(header), None, "{target}");
            }
            allows(&answer, allowed, target);
        }
    }
    let deleted = site.ask("DELETE", "/annotator/annotations/1", &[GOOD, FROM_SITE]);
    assert_eq!(deleted.status, 204);
    allows(&deleted, Some(SITE), "DELETE");
    assert_eq!(site.get("/annotator/large", &[GOOD]).body.len(), 3_000_000);
}

#[test]
fn a_new_annotation_is_found_at_our_address() {
    let site = Annotations::start();
    let base = format!("http://localhost:{}", site.stack.port);
    for (target, place) in [
        (
            "/annotator/annotations",
            format!("{base}/annotator/annotations/7"),
        ),
        (
            "/annotator/relative",
            format!("{base}/annotator/annotations/7"),
        ),
        (
            "/annotator-open/annotations",
            format!("{base}/annotator-open/annotations/7"),
        ),
        (
            "/annotator/elsewhere",
            "https://other.example/annotations/7".to_owned(),
        ),
    ] {
        let answer = site.send("POST", target, &[GOOD, FROM_SITE], b"{}");
        assert_eq!(answer.status, 201, "{target}");
        assert_eq!(answer.all("Location"), [place]);
    }
}

#[test]
fn a_preflight_is_answered_by_the_gate_and_asks_nobody_else() {
    let site = Annotations::start();
    for target in ["/annotator/annotations", "/annotator-open/annotations/1"] {
        for (origin, allowed) in [
            (FROM_SITE, 1),
            (FROM_ELSEWHERE, 0),
            ("Origin: null", 0),
            ("X: y", 0),
        ] {
            let wanted = [
                origin,
                "Access-Control-Request-Method: PUT",
                "Access-Control-Request-Headers: x-annotator-auth-token",
            ];
            let answer = site.ask("OPTIONS", target, &wanted);
            assert_eq!(answer.status, 204, "{target} {origin}");
            for name in [
                "Access-Control-Allow-Origin",
                "Access-Control-Allow-Methods",
                "Access-Control-Allow-Headers",
                "Access-Control-Max-Age",
            ] {
                assert_eq!(answer.all(name).len(), allowed, "{origin} {name}");
            }
            assert_eq!(answer.all("Vary"), ["Origin"]);
            let seen = site.gate.take();
            assert_eq!(seen.len(), 1);
            let asked = (seen[0].method.as_str(), seen[0].target.as_str());
            assert_eq!(asked, ("GET", "/annotator-preflight"));
            assert_eq!(
                seen[0].header("X-Original-Method").as_deref(),
                Some("OPTIONS")
            );
            assert_eq!(seen[0].header("X-Original-URI").as_deref(), Some(target));
            assert_eq!(
                seen[0].header("Access-Control-Request-Method").as_deref(),
                Some("PUT")
            );
        }
    }
    // From outside there is no such page.
    for target in ["/auth/annotator-preflight", "/auth/annotator%2Dpreflight"] {
        assert_eq!(site.get(target, &[]).status, 404);
    }
    assert_eq!(site.gate.take().len(), 0);
    assert_eq!(site.store.take().len(), 0);
}

#[test]
fn the_log_names_consumer_and_user_and_never_a_token() {
    let site = Annotations::start();
    site.get("/annotator/search?hush=1", &[GOOD, "Cookie: hush=2"]);
    site.get(
        "/annotator/search",
        &["X-Annotator-Auth-Token: hush.hush.hush"],
    );
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    let log = loop {
        let log = site.stack.file("log/access.log");
        if log.lines().count() >= 3 || std::time::Instant::now() > deadline {
            break log + &site.stack.file("log/nginx.log");
        }
        std::thread::yield_now();
    };
    assert!(
        log.contains("reason=\"annotator\" annotator=\"docland/j%C3%BCrgen\""),
        "{log}"
    );
    assert!(
        log.contains("401 20 reason=\"expired\" annotator=\"-\""),
        "{log}"
    );
    for secret in ["hush", "good.browser.token", super::standin::HANDED_ON] {
        assert!(!log.contains(secret), "{log}");
    }
}
