//! One's own account.

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

async fn reader() -> (TestApp, Browser) {
    let app = TestApp::usual().await;
    app.user("ada@example.org", &["staff"]);
    let ada = app.account("ada@example.org").await;
    (app, ada)
}

const NEW: &str = "quite another password";

#[actix_web::test]
async fn a_new_password_ends_the_other_sessions() {
    let (app, mut ada) = reader().await;
    let (mut other, viewer) = (
        app.account("ada@example.org").await,
        app.viewer("ada@example.org").await,
    );
    let target = "/iiif/images/a/info.json";
    assert_eq!(app.ask(&viewer, target).await.status, 204);
    let fields = [("current", PASSWORD), ("password", NEW), ("repeat", NEW)];
    let reply = app
        .submit(&mut ada, "/password", "/password", &fields)
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert!(
        app.get(&mut ada, "/password")
            .await
            .body
            .contains("Your password is changed")
    );
    assert_eq!(app.get(&mut other, "/").await.status, 303);
    assert_eq!(app.ask(&viewer, target).await.status, 401);
    let fields = [("username", "ada@example.org"), ("password", PASSWORD)];
    let reply = app
        .submit(&mut Browser::default(), "/login", "/login", &fields)
        .await;
    assert_eq!(reply.status, 401);
}

#[actix_web::test]
async fn changing_the_password_asks_for_the_current_one_and_counts_the_attempts() {
    let (app, mut ada) = reader().await;
    let fields = [("current", "wrong"), ("password", NEW), ("repeat", NEW)];
    let mut limited = false;
    for _ in 0..12 {
        let reply = app
            .submit(&mut ada, "/password", "/password", &fields)
            .await;
        assert_eq!(reply.status, 422);
        limited |= reply.body.contains("Too many attempts");
    }
    assert!(limited);
    let right = [("current", PASSWORD), ("password", NEW), ("repeat", NEW)];
    let reply = app.submit(&mut ada, "/password", "/password", &right).await;
    assert_eq!(
        reply.status, 422,
        "the right one is not told from a wrong one while it is limited"
    );
}

#[actix_web::test]
async fn a_weak_or_mistyped_password_is_refused() {
    let (app, mut ada) = reader().await;
    for (new, repeat, message) in [
        ("short", "short", "at least 10 characters"),
        (NEW, "something else", "Is not the same."),
        ("ADA@example.org", "ADA@example.org", "your name"),
    ] {
        let fields = [("current", PASSWORD), ("password", new), ("repeat", repeat)];
        let reply = app
            .submit(&mut ada, "/password", "/password", &fields)
            .await;
        assert_eq!(reply.status, 422, "{new}");
        assert!(reply.body.contains(message), "{message}: {}", reply.body);
        assert!(!reply.body.contains(new), "{new} is shown again");
    }
}

#[actix_web::test]
async fn a_key_is_shown_once_and_opens_images_until_it_is_revoked() {
    let (app, mut ada) = reader().await;
    let fields = [("name", "nightly"), ("days", "30")];
    let page = app.submit(&mut ada, "/keys", "/keys", &fields).await;
    let start = page.body.find("iiifgate_").unwrap();
    let key = &page.body[start..start + "iiifgate_".len() + 43];
    let script = Browser::default().with("Authorization", &format!("Bearer {key}"));
    let target = "/iiif/images/a/full/max/0/default.jpg";
    assert_eq!(app.ask(&script, target).await.status, 204);
    let list = app.get(&mut ada, "/keys").await;
    assert!(!list.body.contains(key), "shown twice");
    let number = list.field("key");

    app.user("eve@example.org", &[]);
    let mut eve = app.account("eve@example.org").await;
    let revoke = [("key", number.as_str())];
    assert_eq!(
        app.submit(&mut eve, "/keys", "/keys/revoke", &revoke)
            .await
            .status,
        404
    );
    assert_eq!(app.ask(&script, target).await.status, 204);
    assert_eq!(
        app.submit(&mut ada, "/keys", "/keys/revoke", &revoke)
            .await
            .status,
        303
    );
    assert_eq!(app.ask(&script, target).await.status, 401);
}

#[actix_web::test]
async fn nobody_ends_the_session_of_another() {
    let (app, mut ada) = reader().await;
    let mut second = app.account("ada@example.org").await;
    let session = app.get(&mut ada, "/").await.field("session");
    app.user("eve@example.org", &[]);
    let mut eve = app.account("eve@example.org").await;
    let fields = [("session", session.as_str())];
    assert_eq!(
        app.submit(&mut eve, "/keys", "/sessions/end", &fields)
            .await
            .status,
        404
    );
    assert_eq!(app.get(&mut second, "/").await.status, 200);
    assert_eq!(
        app.submit(&mut ada, "/keys", "/sessions/end", &fields)
            .await
            .status,
        303
    );
    assert_eq!(app.get(&mut second, "/").await.status, 303);
    assert_eq!(app.get(&mut ada, "/").await.status, 200);
}

#[actix_web::test]
async fn signing_out_everywhere_ends_every_session() {
    let (app, mut ada) = reader().await;
    let mut second = app.account("ada@example.org").await;
    let viewer = app.viewer("ada@example.org").await;
    let before = ada.clone();
    let reply = app.submit(&mut ada, "/", "/sessions/end-all", &[]).await;
    assert_eq!(
        (reply.status, reply.location()),
        (303, "/auth/logout?from=account")
    );
    assert_eq!(app.get(&mut second, "/").await.status, 303);
    assert_eq!(
        app.get(&mut before.clone(), "/").await.status,
        303,
        "the old cookie is dead"
    );
    assert_eq!(
        app.ask(&viewer, "/iiif/images/a/info.json").await.status,
        401
    );
}

#[actix_web::test]
async fn signing_out_ends_this_session_alone() {
    let (app, mut ada) = reader().await;
    let mut second = app.account("ada@example.org").await;
    let mut before = ada.clone();
    let reply = app.submit(&mut ada, "/keys", "/sign-out", &[]).await;
    assert_eq!(
        (reply.status, reply.location()),
        (303, "/auth/logout?from=account")
    );
    assert_eq!(app.get(&mut before, "/").await.status, 303);
    assert_eq!(app.get(&mut second, "/").await.status, 200);
}

#[actix_web::test]
async fn looking_at_a_page_sends_no_session_cookie() {
    let (app, mut ada) = reader().await;
    for path in ["/", "/password", "/keys"] {
        let reply = app.get(&mut ada, path).await;
        assert_eq!(reply.header("set-cookie"), "", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
    }
}
