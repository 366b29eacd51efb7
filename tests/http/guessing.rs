//! Guessing passwords: the same count and the same answer at every door, whatever the account.

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

/// Every place that takes a name and a password.
const DOORS: [&str; 4] = ["/iiif-login", "/iiif-access", "/login", "/token"];

pub(crate) async fn app() -> TestApp {
    let app = TestApp::new(Database::sqlite(), &[("ANNOTATOR_DIGILIB_LOGIN", "true")]).await;
    app.user("alice@example.org", &[]);
    app
}

/// What an address gets at a door for a name and a password.
pub(crate) async fn tries(
    app: &TestApp,
    from: &str,
    door: &str,
    name: &str,
    password: &str,
) -> Reply {
    let mut browser = Browser::default().with("X-Real-IP", from);
    if door == "/token" {
        let fields = [("user", name), ("password", password)];
        return app.post(&browser, door, &fields).await;
    }
    let fields = [("username", name), ("password", password)];
    app.submit(&mut browser, door, door, &fields).await
}

#[actix_web::test]
async fn all_doors_and_all_spellings_count_together() {
    for first in DOORS {
        let app = app().await;
        let spellings = [
            "alice@example.org",
            "ALICE@example.org",
            " Alice@Example.ORG\t",
        ];
        for name in spellings.iter().cycle().take(6) {
            let reply = tries(&app, "192.0.2.1", first, name, "wrong").await;
            assert_eq!(reply.status, 401, "{first} {name}");
        }
        for door in DOORS {
            for password in ["wrong", PASSWORD] {
                let reply = tries(&app, "192.0.2.1", door, "alice@example.org", password).await;
                assert_eq!(reply.status, 429, "{first}, then {door}");
                assert!(reply.header("retry-after").parse::<u32>().unwrap() <= 61);
                assert!(!reply.headers.contains_key("set-cookie") || door != "/token");
            }
        }
        let mut ada = Browser::default();
        let other = app.get(&mut ada, "/login").await;
        assert_eq!(other.status, 200);
    }
}

#[actix_web::test]
async fn names_that_only_look_like_an_account_are_no_account_and_open_none() {
    let app = app().await;
    for name in [
        "alice@example.org\u{200b}",
        "\u{200b}alice@example.org",
        "alice@example.org\u{ad}",
        "alice@exam\u{0301}ple.org",
        "alice @example.org",
        "alice@example.org\u{202e}",
        "ａlice@example.org",
    ] {
        for door in DOORS {
            let reply = tries(&app, "192.0.2.1", door, name, PASSWORD).await;
            assert_eq!(reply.status, 401, "{door} {name:?}");
        }
    }
    for door in DOORS {
        // No name and no password holds a zero byte: that is no form.
        let reply = tries(&app, "192.0.2.1", door, "alice@example.org\0", PASSWORD).await;
        assert_eq!(reply.status, 400, "{door}");
    }
    // None of this was counted against the account.
    app.account("alice@example.org").await;
}

#[actix_web::test]
async fn an_account_is_guarded_from_everywhere_and_never_closed_for_good() {
    let app = app().await;
    app.account("alice@example.org").await;
    for n in 0..12 {
        let from = format!("198.51.100.{n}");
        tries(&app, &from, "/login", "alice@example.org", "wrong").await;
    }
    let reply = tries(&app, "203.0.113.9", "/login", "alice@example.org", PASSWORD).await;
    assert_eq!(reply.status, 429);
    let wait: u64 = reply.header("retry-after").parse().unwrap();
    assert!(wait <= 31, "{wait}");
    // From where its user has been before, it is open.
    app.account("alice@example.org").await;
    let reply = tries(&app, "203.0.113.9", "/login", "bob@example.org", "wrong").await;
    assert_eq!(reply.status, 401, "others are not concerned");
}

#[actix_web::test]
async fn what_the_client_says_of_its_address_changes_nothing() {
    let app = app().await;
    for n in 0..12 {
        let spoofed = format!("198.51.100.{n}");
        let mut browser = Browser::default();
        for name in [
            "X-Forwarded-For",
            "Forwarded",
            "X-Client-IP",
            "True-Client-IP",
            "CF-Connecting-IP",
        ] {
            browser = browser.with(name, &spoofed);
        }
        let fields = [("username", "alice@example.org"), ("password", "wrong")];
        let reply = app.submit(&mut browser, "/login", "/login", &fields).await;
        assert_eq!(reply.status, if n < 6 { 401 } else { 429 });
    }
    // Within a /64 an address costs nothing.
    for n in 0..12 {
        let from = format!("2001:db8::{n:x}");
        let reply = tries(&app, &from, "/login", "bob@example.org", "wrong").await;
        assert_eq!(reply.status, if n < 6 { 401 } else { 429 });
    }
}

#[actix_web::test]
async fn whatever_is_stored_the_answer_is_the_same() {
    let app = app().await;
    let others = ["disabled", "unset", "blank", "broken", "costly", "foreign"];
    for name in others {
        app.user(name, &[]);
    }
    let set = |what: &str, name: &str| {
        app.database
            .sql(&format!("update users set {what} where name = '{name}'"));
    };
    set("state = 'disabled'", "disabled");
    set("password_hash = NULL", "unset");
    set("password_hash = ''", "blank");
    set("password_hash = '$2b$04$no hash'", "broken");
    // At this cost a hash would take a day.
    set(
        "password_hash = replace(password_hash, '$04$', '$31$')",
        "costly",
    );
    set("password_hash = '$1$md5$x'", "foreign");
    app.catch_up().await;
    for door in DOORS {
        let right = tries(&app, "192.0.2.1", door, "nobody", PASSWORD).await;
        for name in others.iter().chain(&["alice@example.org"]) {
            let password = if *name == "alice@example.org" {
                "wrong"
            } else {
                PASSWORD
            };
            let reply = tries(&app, "192.0.2.2", door, name, password).await;
            assert_eq!(reply.status, 401, "{door} {name}");
            let same = |reply: &Reply, name: &str| {
                let csrf = if door == "/token" {
                    String::new()
                } else {
                    reply.field("csrf")
                };
                let body = reply.body.replace(name, "");
                if csrf.is_empty() {
                    body
                } else {
                    body.replace(&csrf, "")
                }
            };
            assert_eq!(same(&reply, name), same(&right, "nobody"), "{door} {name}");
            let names = |reply: &Reply| -> Vec<String> {
                reply.headers.keys().map(ToString::to_string).collect()
            };
            assert_eq!(names(&reply), names(&right), "{door} {name}");
        }
    }
}
