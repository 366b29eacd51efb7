//! What protects every page in a browser: headers, and markup that needs no exception from them.

use scraper::{Html, Selector};

use crate::crawl::{furnished, pages};
use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

/// Headers, and what must stand in each.
const PAGE: [(&str, &[&str]); 6] = [
    (
        "content-security-policy",
        &[
            "default-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ],
    ),
    ("x-frame-options", &["DENY"]),
    ("x-content-type-options", &["nosniff"]),
    ("referrer-policy", &["same-origin"]),
    (
        "permissions-policy",
        &[
            "camera=()",
            "geolocation=()",
            "microphone=()",
            "payment=()",
            "usb=()",
        ],
    ),
    ("cache-control", &["no-store"]),
];

fn assert_protected(path: &str, reply: &Reply) {
    for (name, parts) in PAGE {
        // What is embedded in the program never changes under its address.
        if name == "cache-control" && path.starts_with("/static/") {
            continue;
        }
        let values: Vec<_> = reply.headers.get_all(name).collect();
        assert_eq!(values.len(), 1, "{path}: {name}");
        let value = reply.header(name);
        for part in parts {
            assert!(value.contains(part), "{path}: {name}: {value}");
        }
    }
    let policy = reply.header("content-security-policy");
    assert!(
        !policy.contains("unsafe") && !policy.contains('*'),
        "{path}: {policy}"
    );
    // It would tell the viewer that its sign-in window is closed.
    assert_eq!(reply.header("cross-origin-opener-policy"), "", "{path}");
    // Nobody learns what runs here, or in which version.
    for name in ["server", "x-powered-by"] {
        assert_eq!(reply.header(name), "", "{path}");
    }
    assert_no_inline(path, reply);
}

/// Nothing that the policy would forbid: no script but the one with the nonce, no style, no handler in an attribute.
fn assert_no_inline(path: &str, reply: &Reply) {
    if !reply.header("content-type").starts_with("text/html") {
        return;
    }
    let policy = reply.header("content-security-policy");
    let page = Html::parse_document(&reply.body);
    let all = Selector::parse("*").unwrap();
    for element in page.select(&all) {
        let name = element.value().name();
        let attributes: Vec<_> = element.value().attrs().collect();
        for (attribute, value) in &attributes {
            assert!(
                !attribute.starts_with("on") && *attribute != "style",
                "{path}: <{name} {attribute}>"
            );
            let is_script = value.trim().to_ascii_lowercase().starts_with("javascript:");
            assert!(!is_script, "{path}: {attribute}={value}");
        }
        assert!(
            !matches!(name, "style" | "iframe" | "object" | "embed" | "base"),
            "{path}: <{name}>"
        );
        if name == "script" {
            let nonce = element.attr("nonce").unwrap_or_default();
            assert!(
                !nonce.is_empty() && policy.contains(&format!("'nonce-{nonce}'")),
                "{path}: {policy}"
            );
        }
    }
}

#[actix_web::test]
async fn every_page_that_a_link_leads_to_is_protected() {
    let (app, mut admin) = furnished(Database::sqlite()).await;
    let seen = pages(
        &app,
        &mut admin,
        &[
            "/",
            "/admin/",
            "/login",
            "/register",
            "/iiif-login",
            "/iiif-terms/press",
        ],
    )
    .await;
    assert!(
        seen.len() > 40,
        "only {} pages: {:?}",
        seen.len(),
        seen.keys()
    );
    for (path, reply) in &seen {
        assert_protected(path, reply);
    }
}

#[actix_web::test]
async fn every_refusal_is_protected_as_pages_are() {
    let (app, mut admin) = furnished(Database::sqlite()).await;
    let mut nobody = Browser::default();
    for path in [
        "/nothing",
        "/admin/users/99",
        "/admin/nothing",
        "/iiif-login?origin=null",
        "/static/nothing.css",
        "/logout",
    ] {
        for browser in [&mut admin, &mut nobody] {
            let reply = app.get(browser, path).await;
            if reply.status != 303 {
                assert_protected(path, &reply);
            }
        }
    }
    for path in ["/login", "/register", "/admin/users", "/iiif-login"] {
        let reply = app
            .post(&nobody, path, &[("username", "x"), ("password", "y")])
            .await;
        assert_protected(path, &reply);
    }
}

/// The token page is framed by viewers, so it has a policy of its own: its script alone runs, and nothing else.
#[actix_web::test]
async fn the_token_page_lets_viewers_frame_it_and_nothing_more() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    for path in ["/iiif-token", "/iiif-token2"] {
        let page = format!("{path}?messageId=1&origin=https://viewer.example");
        let reply = app.get(&mut alice, &page).await;
        assert_eq!(reply.status, 200);
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("script-src 'nonce-"),
            "{policy}"
        );
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            (
                "permissions-policy",
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
            ("x-frame-options", ""),
            ("cross-origin-opener-policy", ""),
        ] {
            assert_eq!(reply.header(name), value, "{path}: {name}");
        }
        assert_no_inline(path, &reply);
        let other = app.get(&mut alice, &page).await;
        assert_ne!(
            other.header("content-security-policy"),
            policy,
            "a nonce is used once"
        );
    }
}
