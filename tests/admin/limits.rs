//! Who tried too often to sign in: listed, and let in again, at every gate.

use actix_web::web::Data;
use iiif_gate::store::audit::{self, Action, AuditQuery};
use iiif_gate::web::state::AppState;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

async fn guess(app: &TestApp, name: &str, from: &str, password: &str) -> u16 {
    let mut browser = Browser::default().with("X-Real-IP", from);
    let fields = [("username", name), ("password", password)];
    app.submit(&mut browser, "/login", "/login", &fields)
        .await
        .status
}

async fn attacked(app: &TestApp) -> Browser {
    app.user("admin@example.org", &["admin"]);
    app.user("ada@example.org", &[]);
    let admin = app.account("admin@example.org").await;
    for _ in 0..9 {
        guess(app, "ada@example.org", "198.51.100.7", "wrong").await;
    }
    assert_eq!(
        guess(app, "ada@example.org", "198.51.100.7", PASSWORD).await,
        429
    );
    admin
}

#[actix_web::test]
async fn who_is_held_up_is_listed_and_let_in_again_at_once() {
    for app in TestApp::both().await {
        let mut admin = attacked(&app).await;
        let page = app.get(&mut admin, "/admin/limits").await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains("198.51.100.7") && page.body.contains("4 times"),
            "{}",
            page.body
        );
        assert_eq!(
            page.field("who"),
            "account ada@example.org from 198.51.100.7"
        );
        let who = page.field("who");
        let reply = app
            .submit(
                &mut admin,
                "/admin/limits",
                "/admin/limits/lift",
                &[("who", &who)],
            )
            .await;
        assert_eq!(reply.status, 303);
        let page = app.get(&mut admin, "/admin/limits").await;
        assert!(page.body.contains("Nobody was turned away") && page.body.contains("lifted"));
        assert_eq!(
            guess(&app, "ada@example.org", "198.51.100.7", PASSWORD).await,
            303
        );
        let query = AuditQuery {
            action: Some(Action::LiftLimit),
            ..AuditQuery::default()
        };
        let log = app.database.run(|conn| audit::page(conn, &query)).items;
        assert_eq!(log.len(), 1);
        assert_eq!(
            (log[0].actor.as_str(), log[0].subject.as_str()),
            ("admin@example.org", "ada@example.org")
        );
    }
}

#[actix_web::test]
async fn the_page_of_a_user_says_so_and_lets_in_from_everywhere() {
    let app = TestApp::usual().await;
    let mut admin = attacked(&app).await;
    for n in 0..12 {
        guess(&app, "ada@example.org", &format!("203.0.113.{n}"), "wrong").await;
    }
    assert_eq!(
        guess(&app, "ada@example.org", "192.0.2.99", PASSWORD).await,
        429
    );
    let page = app.get(&mut admin, "/admin/users/2").await;
    assert!(page.body.contains("Too many attempts") && page.body.contains("198.51.100.7"));
    let fields = [("who", "account ada@example.org"), ("user", "2")];
    let reply = app
        .submit(&mut admin, "/admin/users/2", "/admin/limits/lift", &fields)
        .await;
    assert_eq!(reply.location(), "/auth/admin/users/2");
    let page = app.get(&mut admin, "/admin/users/2").await;
    assert!(!page.body.contains("Too many attempts"));
    assert_eq!(
        guess(&app, "ada@example.org", "198.51.100.7", PASSWORD).await,
        303
    );
    assert_eq!(
        guess(&app, "ada@example.org", "192.0.2.99", PASSWORD).await,
        303
    );
}

#[actix_web::test]
async fn lifting_reaches_the_other_gates() {
    for app in TestApp::both().await {
        let mut admin = attacked(&app).await;
        let state = AppState::new(app.state.config.clone(), app.database.store.clone()).await;
        let other = Data::new(state.unwrap());
        let name = iiif_gate::identity::name::UserName::parse("ada@example.org").unwrap();
        let from = Some([198, 51, 100, 7].into());
        let now = iiif_gate::web::state::now();
        while other.attempt(&name, from, now).is_ok() {}
        let fields = [("who", "account ada@example.org")];
        let reply = app
            .submit(&mut admin, "/admin/limits", "/admin/limits/lift", &fields)
            .await;
        assert_eq!(reply.status, 303);
        assert!(other.attempt(&name, from, now).is_err());
        other.live.catch_up().await.unwrap();
        assert!(other.attempt(&name, from, now).is_ok());
    }
}

#[actix_web::test]
async fn what_is_no_account_and_no_address_cannot_be_lifted() {
    let app = TestApp::usual().await;
    let mut admin = attacked(&app).await;
    for who in ["", "ada@example.org", "address x", "account a b"] {
        let reply = app
            .submit(
                &mut admin,
                "/admin/limits",
                "/admin/limits/lift",
                &[("who", who)],
            )
            .await;
        assert_eq!(reply.status, 400, "{who}");
    }
}
