//! The sign-in page that a viewer opens.

use crate::support::app::{ORIGIN, PASSWORD, TestApp};
use crate::support::browser::Browser;

const PAGE: &str = "/iiif-login?origin=https://viewer.example";

fn fields(name: &'static str) -> [(&'static str, &'static str); 3] {
    [
        ("username", name),
        ("password", PASSWORD),
        ("origin", "https://viewer.example"),
    ]
}

#[actix_web::test]
async fn two_pages_each_with_a_click() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut browser = Browser::default();
    let page = app.get(&mut browser, PAGE).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Example Archive") && page.body.contains("viewer.example"));
    assert!(!page.body.contains("window.close"));

    let reply = app
        .submit(&mut browser, PAGE, "/iiif-login", &fields("Alice"))
        .await;
    assert_eq!(reply.status, 303);
    assert_eq!(
        reply.location(),
        "/auth/iiif-login?origin=https%3A%2F%2Fviewer.example"
    );
    let done = app.get(&mut browser, PAGE).await;
    assert!(done.body.contains("<button") && done.body.contains("window.close()"));
    assert!(
        !done.body.contains("  leave();\n})"),
        "nothing closes before the click"
    );
}

#[actix_web::test]
async fn a_viewer_on_our_own_site_needs_no_second_click() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut browser = app.viewer("alice").await;
    let own = app
        .get(&mut browser, &format!("/iiif-login?origin={ORIGIN}"))
        .await
        .body;
    let foreign = app.get(&mut browser, PAGE).await.body;
    assert_eq!(
        own.matches("leave()").count(),
        foreign.matches("leave()").count() + 1
    );
}

#[actix_web::test]
async fn the_origin_may_be_written_in_any_way_or_be_missing() {
    let app = TestApp::usual().await;
    for query in [
        "",
        "?origin=https://viewer.example",
        "?origin=https%3A%2F%2Fviewer.example%2F",
        "?origin=null",
        "?origin=a&origin=b",
        "?origin=javascript:alert(1)",
    ] {
        let reply = app
            .get(&mut Browser::default(), &format!("/iiif-login{query}"))
            .await;
        assert_eq!(reply.status, 200, "{query}");
        assert!(!reply.body.contains("javascript:"), "{query}");
    }
}

#[actix_web::test]
async fn the_access_cookie_is_for_viewers_on_other_sites_and_for_this_host_alone() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut browser = Browser::default();
    let reply = app
        .submit(&mut browser, PAGE, "/iiif-login", &fields("alice"))
        .await;
    let cookies: Vec<_> = reply.headers.get_all("set-cookie").collect();
    assert_eq!(cookies.len(), 1);
    let cookie = cookies[0].to_str().unwrap();
    assert!(cookie.starts_with("__Host-iiif-gate="), "{cookie}");
    for attribute in [
        "; Secure",
        "; HttpOnly",
        "; SameSite=None",
        "; Path=/",
        "; Max-Age=43200",
    ] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Partitioned"));

    let lax = TestApp::new(
        crate::support::database::Database::sqlite(),
        &[("COOKIE_SAME_SITE", "lax")],
    )
    .await;
    lax.user("alice", &[]);
    let reply = lax
        .submit(
            &mut Browser::default(),
            PAGE,
            "/iiif-login",
            &fields("alice"),
        )
        .await;
    assert!(reply.header("set-cookie").contains("SameSite=Lax"));
}

#[actix_web::test]
async fn every_sign_in_has_a_new_handle_and_none_is_adopted() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let first = app.viewer("alice").await;
    let planted = first.cookies["__Host-iiif-gate"].clone();
    let mut victim = first.clone();
    let token = {
        let mut fresh = Browser::default();
        let token = app.get(&mut fresh, PAGE).await.field("csrf");
        victim.cookies.extend(fresh.cookies);
        token
    };
    let mut all = fields("alice").to_vec();
    all.push(("csrf", &token));
    let reply = app.post(&victim, "/iiif-login", &all).await;
    assert_eq!(reply.status, 303);
    assert!(!reply.header("set-cookie").contains(&planted));
    let attacker = Browser::default().with("Cookie", &format!("__Host-iiif-gate={planted}"));
    assert_eq!(
        app.ask(&attacker, "/iiif/images/a").await.status,
        401,
        "the old handle is dead"
    );
}

#[actix_web::test]
async fn wrong_unknown_and_disabled_look_the_same_and_what_was_typed_is_kept() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    app.user("gone", &[]);
    app.database
        .sql("update users set state = 'disabled' where name = 'gone'");
    app.catch_up().await;
    let mut pages = Vec::new();
    for (name, password) in [
        ("alice", "wrong password"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("not a name", PASSWORD),
    ] {
        let mut browser = Browser::default();
        let form = [("username", name), ("password", password)];
        let reply = app
            .submit(&mut browser, "/iiif-login", "/iiif-login", &form)
            .await;
        assert_eq!(reply.status, 401, "{name}");
        assert_eq!(reply.field("username"), name);
        assert!(
            !reply.body.contains(password),
            "the password is not repeated"
        );
        assert!(!browser.cookies.contains_key("__Host-iiif-gate"));
        let csrf = reply.field("csrf");
        pages.push(reply.body.replace(&csrf, "").replace(name, ""));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
}

#[actix_web::test]
async fn guessing_is_stopped_before_hashing_and_the_right_password_does_not_help_then() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    for door in ["/iiif-login", "/login"].iter().cycle().take(6) {
        let form = [("username", "ALICE"), ("password", "wrong")];
        let reply = app.submit(&mut Browser::default(), door, door, &form).await;
        assert_eq!(reply.status, 401);
    }
    for door in ["/iiif-login", "/login"] {
        let form = [("username", "alice"), ("password", PASSWORD)];
        let reply = app.submit(&mut Browser::default(), door, door, &form).await;
        assert_eq!(reply.status, 429);
        assert!(reply.header("retry-after").parse::<u32>().unwrap() <= 61);
    }
}

#[actix_web::test]
async fn sign_ins_and_failures_are_written_down_without_secrets() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let wrong = [("username", "alice"), ("password", "a wrong secret")];
    app.submit(
        &mut Browser::default(),
        "/iiif-login",
        "/iiif-login",
        &wrong,
    )
    .await;
    app.viewer("alice").await;
    let query = iiif_gate::store::audit::AuditQuery::default();
    let log = app
        .database
        .run(|conn| iiif_gate::store::audit::page(conn, &query));
    let text = format!("{log:?}");
    assert!(text.contains("sign-in") && text.contains("Refused") && text.contains("192.0.2.1"));
    assert!(!text.contains("a wrong secret") && !text.contains(PASSWORD) && !text.contains("$2b$"));
}

#[actix_web::test]
async fn pages_are_protected_and_do_not_tell_the_viewer_that_they_closed() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    for path in [
        PAGE,
        "/iiif-login?cancel=1",
        "/login",
        "/logout",
        "/nothing",
    ] {
        let reply = app.get(&mut alice, path).await;
        assert!(
            !reply.headers.contains_key("cross-origin-opener-policy"),
            "{path}"
        );
        assert!(
            !reply.headers.contains_key("access-control-allow-origin"),
            "{path}"
        );
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
        assert!(
            reply
                .header("content-security-policy")
                .contains("frame-ancestors 'none'")
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("referrer-policy"), "same-origin");
        assert!(
            reply.header("content-type").ends_with("charset=utf-8"),
            "{path}"
        );
    }
}

#[actix_web::test]
async fn canceling_ends_on_a_page_that_closes_itself() {
    let app = TestApp::usual().await;
    let reply = app
        .get(&mut Browser::default(), "/iiif-login?cancel=1")
        .await;
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("window.close()"));
}

#[actix_web::test]
async fn only_pages_of_our_own_follow_a_sign_in() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    for (next, expected) in [
        ("/auth/admin/users?page=2", "/auth/admin/users?page=2"),
        ("https://evil.example/", "/auth/"),
        ("//evil.example", "/auth/"),
        ("/auth//evil.example", "/auth/"),
        ("/\\evil.example", "/auth/"),
        ("/auth/login?next=/auth/login", "/auth/"),
        ("javascript:alert(1)", "/auth/"),
    ] {
        let mut browser = Browser::default();
        let form = [
            ("username", "alice"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let reply = app.submit(&mut browser, "/login", "/login", &form).await;
        assert_eq!(reply.location(), expected, "{next}");
    }
}
