//! `/auth/token` for the annotator of digilib, which sends a name and a password.

use actix_web::http::Method;
use actix_web::http::header::CONTENT_TYPE;

use super::payload;
use crate::support::app::{ORIGIN, PASSWORD, TestApp};
use crate::support::browser::{Browser, Reply, form};
use crate::support::database::Database;

const DIGILIB: &str = "https://digilib.example";

async fn app(more: &[(&str, &str)]) -> TestApp {
    let mut all = vec![
        ("ANNOTATOR_DIGILIB_LOGIN", "true"),
        ("ANNOTATOR_TOKEN_ORIGINS", DIGILIB),
    ];
    all.extend(more);
    let app = TestApp::new(Database::sqlite(), &all).await;
    app.user("alice", &[]);
    app
}

/// What a page of this origin gets for a form.
async fn sent(app: &TestApp, origin: Option<&str>, fields: &[(&str, &str)]) -> Reply {
    let mut request = Browser::default()
        .request(Method::POST, "/token")
        .append_header((
            CONTENT_TYPE,
            "application/x-www-form-urlencoded; charset=UTF-8",
        ))
        .set_payload(form(fields));
    if let Some(origin) = origin {
        request = request.append_header(("Origin", origin));
    }
    app.send(request).await
}

#[actix_web::test]
async fn name_and_password_give_a_token_and_nothing_else() {
    let app = app(&[]).await;
    for origin in [DIGILIB, ORIGIN] {
        let reply = sent(
            &app,
            Some(origin),
            &[("user", "Alice"), ("password", PASSWORD)],
        )
        .await;
        assert!(payload(&reply).contains(r#""userId":"alice""#));
        assert!(!reply.headers.contains_key("set-cookie"));
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert_eq!(reply.header("access-control-allow-credentials"), "true");
    }
    let now = iiif_gate::web::state::now();
    let count = |conn: &mut _| iiif_gate::store::sessions::count_signed_in(conn, now);
    assert_eq!(app.database.run(count), 0, "no session began");
}

#[actix_web::test]
async fn wrong_unknown_and_disabled_look_the_same() {
    let app = app(&[]).await;
    app.user("gone", &[]);
    app.database
        .sql("update users set state = 'disabled' where name = 'gone'");
    app.catch_up().await;
    for (user, password) in [
        ("alice", "wrong password"),
        ("alice", ""),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("not a name", PASSWORD),
        ("", ""),
        ("anonymous", ""),
        ("anonymous", PASSWORD),
    ] {
        let reply = sent(
            &app,
            Some(DIGILIB),
            &[("user", user), ("password", password)],
        )
        .await;
        assert_eq!(reply.status, 401, "{user}");
        assert!(!reply.body.contains(PASSWORD) && !reply.body.contains('<'));
        if (user, password) != ("anonymous", "") {
            assert_eq!(reply.body, "This name and password do not go together.");
        }
    }
}

#[actix_web::test]
async fn guessing_is_stopped_as_at_the_sign_in_form_and_counts_together_with_it() {
    let app = app(&[]).await;
    for _ in 0..3 {
        let wrong = [("user", "ALICE"), ("password", "wrong")];
        assert_eq!(sent(&app, Some(DIGILIB), &wrong).await.status, 401);
        let wrong = [("username", "alice"), ("password", "wrong")];
        let mut browser = Browser::default();
        let reply = app.submit(&mut browser, "/login", "/login", &wrong).await;
        assert_eq!(reply.status, 401);
    }
    let right = [("user", "alice"), ("password", PASSWORD)];
    let reply = sent(&app, Some(DIGILIB), &right).await;
    assert_eq!(reply.status, 429);
    assert!(reply.header("retry-after").parse::<u32>().unwrap() <= 61);
    assert_eq!(reply.header("access-control-expose-headers"), "Retry-After");
}

#[actix_web::test]
async fn only_pages_of_listed_sites_may_send_a_password() {
    let app = app(&[]).await;
    let right = [("user", "alice"), ("password", PASSWORD)];
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let reply = sent(&app, origin, &right).await;
        assert_eq!(reply.status, 403, "{origin:?}");
        assert!(!reply.headers.contains_key("access-control-allow-origin"));
    }
}

#[actix_web::test]
async fn what_is_no_form_is_refused_in_plain_text() {
    let app = app(&[]).await;
    let long = "x".repeat(100_000);
    for fields in [
        &[][..],
        &[("password", PASSWORD)],
        &[("user", "alice"), ("user", "bob"), ("password", PASSWORD)],
        &[("user", "alice"), ("password", &long)],
    ] {
        let reply = sent(&app, Some(DIGILIB), fields).await;
        assert_eq!(reply.status, 400);
        assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    }
    let request = Browser::default()
        .request(Method::POST, "/token")
        .append_header(("Origin", DIGILIB))
        .append_header((CONTENT_TYPE, "application/json"))
        .set_payload(r#"{"user":"alice"}"#);
    assert_eq!(app.send(request).await.status, 400);
}

#[actix_web::test]
async fn anonymous_is_a_visitor_where_visitors_get_tokens() {
    let app = app(&[("ANNOTATOR_VISITORS", "true")]).await;
    let reply = sent(&app, Some(DIGILIB), &[("user", "anonymous")]).await;
    let payload = payload(&reply);
    assert!(payload.contains(r#""userId":"anonymous:"#) && payload.contains(r#""anonymous":true"#));
    assert!(
        reply
            .header("set-cookie")
            .starts_with("__Host-iiif-gate-visitor=")
    );
}

#[actix_web::test]
async fn sign_ins_by_digilib_are_written_down_without_the_password() {
    let app = app(&[]).await;
    sent(
        &app,
        Some(DIGILIB),
        &[("user", "alice"), ("password", "a wrong secret")],
    )
    .await;
    sent(
        &app,
        Some(DIGILIB),
        &[("user", "alice"), ("password", PASSWORD)],
    )
    .await;
    let query = iiif_gate::store::audit::AuditQuery::default();
    let log = app
        .database
        .run(|conn| iiif_gate::store::audit::page(conn, &query));
    let text = format!("{log:?}");
    assert!(text.contains("Refused") && text.contains("Done") && text.contains("192.0.2.1"));
    assert!(!text.contains("a wrong secret") && !text.contains(PASSWORD));
}
