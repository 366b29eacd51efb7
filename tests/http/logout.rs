//! The logout service.

use crate::support::app::TestApp;
use crate::support::browser::Browser;

const INFO: &str = "/iiif/images/a/info.json";

#[actix_web::test]
async fn a_plain_get_ends_session_cookie_and_tokens_at_once() {
    for app in TestApp::both().await {
        app.user("alice", &[]);
        let mut alice = app.viewer("alice").await;
        let before = alice.clone();
        let token = app.access_token(&alice).await;
        let bearer = Browser::default().with("Authorization", &format!("Bearer {token}"));
        assert_eq!(app.ask(&bearer, INFO).await.status, 204);

        let reply = app
            .get(&mut alice, "/logout?origin=https://viewer.example")
            .await;
        assert_eq!(reply.status, 200);
        assert!(reply.header("set-cookie").contains("Max-Age=0"));
        assert!(!alice.cookies.contains_key("__Host-iiif-gate"));
        assert_eq!(
            app.ask(&before, INFO).await.status,
            401,
            "the old cookie is dead"
        );
        assert_eq!(
            app.ask(&bearer, INFO).await.status,
            401,
            "and so are its tokens"
        );
    }
}

#[actix_web::test]
async fn an_embedded_logout_signs_nobody_out() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let alice = app.viewer("alice").await;
    for purpose in ["image", "iframe", "empty", "script"] {
        let mut embedded = alice.clone().with("Sec-Fetch-Dest", purpose);
        assert_eq!(app.get(&mut embedded, "/logout").await.status, 403);
        assert_eq!(app.ask(&alice, INFO).await.status, 204, "{purpose}");
    }
    let mut opened = alice.clone().with("Sec-Fetch-Dest", "document");
    assert_eq!(app.get(&mut opened, "/logout").await.status, 200);
    assert_eq!(app.ask(&alice, INFO).await.status, 401);
}

#[actix_web::test]
async fn only_the_session_of_this_browser_ends() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let (mut here, there) = (app.viewer("alice").await, app.viewer("alice").await);
    app.get(&mut here, "/logout").await;
    assert_eq!(app.ask(&there, INFO).await.status, 204);
    assert_eq!(
        app.get(&mut Browser::default(), "/logout").await.status,
        200
    );
}
