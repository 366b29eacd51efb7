//! `/auth/token`: the authToken of whoever is signed in here.

mod accepted;
mod digilib;
mod holders;
mod visitors;

use actix_web::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use iiif_gate::web::state::now;
use serde_json::{Value, json};

use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

/// A site whose pages may ask.
const DOCLAND: &str = "https://doc.land";

async fn app(settings: &[(&str, &str)]) -> TestApp {
    let mut all = vec![("ANNOTATOR_TOKEN_ORIGINS", DOCLAND)];
    all.extend(settings);
    TestApp::new(Database::sqlite(), &all).await
}

/// What a token says, in the letters in which it says it.
fn payload(reply: &Reply) -> String {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let parts: Vec<&str> = reply.body.split('.').collect();
    assert_eq!(parts.len(), 3, "{}", reply.body);
    String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap()
}

fn claims(reply: &Reply) -> Value {
    serde_json::from_str(&payload(reply)).unwrap()
}

/// What a page of this origin gets.
async fn asked_by(app: &TestApp, browser: &Browser, method: Method, origin: &str) -> Reply {
    let request = browser.request(method, "/token");
    app.send(request.append_header(("Origin", origin))).await
}

/// A sentence that annotator.js can show: no markup, and nothing that it would take for a token.
fn assert_sentence(reply: &Reply) {
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    assert!((1..200).contains(&reply.body.len()), "{}", reply.body);
    assert!(!reply.body.contains(['<', '\n']), "{}", reply.body);
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.location(), "");
}

fn cors(reply: &Reply) -> [&str; 2] {
    ["origin", "credentials"].map(|name| reply.header(&format!("access-control-allow-{name}")))
}

#[actix_web::test]
async fn whoever_is_signed_in_gets_a_bare_token_at_both_addresses() {
    for app in TestApp::both().await {
        app.user("alice@example.org", &["editors"]);
        app.catch_up().await;
        let mut alice = app.viewer("alice@example.org").await;
        for path in ["/token", "/api/token"] {
            let reply = app.get(&mut alice, path).await;
            let claims = claims(&reply);
            assert_eq!(claims["userId"], "alice@example.org");
            assert_eq!(claims["ttl"], json!(3600));
            assert_eq!(claims["userGroups"], json!(["editors", "user"]));
            assert!(claims.get("admin").is_none() && claims.get("anonymous").is_none());
            assert!(claims["consumerKey"].is_string());
            let issued_at = claims["issuedAt"].as_str().unwrap();
            assert_eq!(issued_at.len(), "2026-03-23T12:00:00Z".len());
            assert!(issued_at.parse::<DateTime<Utc>>().unwrap() <= now());
            for (name, value) in [
                ("content-type", "text/plain; charset=utf-8"),
                ("cache-control", "no-store"),
                ("x-content-type-options", "nosniff"),
                ("vary", "Origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("set-cookie", ""),
                ("access-control-allow-origin", ""),
            ] {
                assert_eq!(reply.header(name), value, "{name}");
            }
        }
    }
}

#[actix_web::test]
async fn either_door_will_do_and_the_access_cookie_counts_where_both_are_there() {
    let app = app(&[]).await;
    app.user("alice", &[]);
    app.user("bob", &[]);
    let mut account = app.account("alice").await;
    assert_eq!(
        claims(&app.get(&mut account, "/token").await)["userId"],
        "alice"
    );
    let mut both = app.viewer("bob").await;
    both.cookies.extend(account.cookies);
    assert_eq!(claims(&app.get(&mut both, "/token").await)["userId"], "bob");
    app.get(&mut both, "/logout").await;
    assert_eq!(
        claims(&app.get(&mut both, "/token").await)["userId"],
        "alice"
    );
}

#[actix_web::test]
async fn a_name_in_any_script_is_the_same_in_annotator_js_which_reads_bytes() {
    let app = app(&[]).await;
    app.user("jürgen", &[]);
    let reply = app.get(&mut app.viewer("jürgen").await, "/token").await;
    let payload = payload(&reply);
    assert!(
        payload.is_ascii() && payload.contains("j\\u00fcrgen"),
        "{payload}"
    );
    assert_eq!(claims(&reply)["userId"], "jürgen");
}

#[actix_web::test]
async fn nobody_signed_in_is_a_sentence_in_the_language_of_the_browser() {
    let app = app(&[("LANGUAGES", "en de")]).await;
    for (language, begins) in [("en", "Please sign in"), ("de", "Bitte melden Sie sich")] {
        let browser = Browser::default().with("Accept-Language", language);
        let reply = asked_by(&app, &browser, Method::GET, DOCLAND).await;
        assert_eq!(reply.status, 401);
        assert_sentence(&reply);
        assert!(reply.body.starts_with(begins), "{}", reply.body);
        assert!(
            reply
                .body
                .ends_with("https://images.example/auth/iiif-login")
        );
        assert_eq!(cors(&reply), [DOCLAND, "true"], "the page can show it");
        assert!(!reply.headers.contains_key("set-cookie"));
    }
    let mut junk = Browser::default().with("Cookie", "__Host-iiif-gate=junk");
    assert_eq!(app.get(&mut junk, "/token").await.status, 401);
}

#[actix_web::test]
async fn only_pages_of_listed_sites_and_our_own_may_ask() {
    let app = app(&[]).await;
    app.user("alice", &[]);
    let alice = app.viewer("alice").await;
    for origin in [DOCLAND, ORIGIN] {
        let reply = asked_by(&app, &alice, Method::GET, origin).await;
        assert_eq!(claims(&reply)["userId"], "alice");
        assert_eq!(cors(&reply), [origin, "true"]);
        assert_eq!(reply.header("vary"), "Origin");
        let reply = asked_by(&app, &alice, Method::OPTIONS, origin).await;
        assert_eq!((reply.status, &*reply.body), (204, ""));
        assert_eq!(cors(&reply), [origin, "true"]);
        assert_eq!(reply.header("access-control-allow-methods"), "GET, OPTIONS");
        assert_eq!(reply.header("access-control-max-age"), "600");
    }
    for origin in [
        "https://evil.example",
        "http://doc.land",
        "https://doc.land:8443",
        "https://doc.land.evil.example",
        "https://DOC.land",
        "null",
        "*",
        "",
    ] {
        for method in [Method::GET, Method::OPTIONS, Method::POST] {
            let reply = asked_by(&app, &alice, method, origin).await;
            assert_eq!(reply.status, 403, "{origin}");
            assert_sentence(&reply);
            assert_eq!(cors(&reply), ["", ""], "{origin}");
            assert_eq!(reply.header("vary"), "Origin");
        }
    }
    let embedded = alice.clone().with("Sec-Fetch-Mode", "no-cors");
    assert_eq!(app.get(&mut embedded.clone(), "/token").await.status, 403);
    let two = alice.with("Origin", DOCLAND);
    assert_eq!(asked_by(&app, &two, Method::GET, DOCLAND).await.status, 403);
}

#[actix_web::test]
async fn other_methods_are_not_answered() {
    let app = app(&[]).await;
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let reply = asked_by(&app, &Browser::default(), method, DOCLAND).await;
        assert_eq!(
            (reply.status, reply.header("allow")),
            (405, "GET, HEAD, OPTIONS")
        );
        assert_sentence(&reply);
    }
    let reply = asked_by(&app, &Browser::default(), Method::HEAD, DOCLAND).await;
    assert_eq!(reply.status, 401);
}
