//! Revocation: at once where it was done, and wherever else the change feed is read.

use iiif_gate::identity::admin::Admin;
use iiif_gate::store::sessions;
use iiif_gate::store::users::{self, UserState};
use iiif_gate::web::state::now;

use crate::support::app::TestApp;
use crate::support::browser::Browser;

const TARGET: &str = "/iiif/images/a/info.json";

/// Does something to a signed-in user by the store, and expects that cookie and token are dead.
async fn ends_access(
    app: &TestApp,
    act: impl FnOnce(
        &mut iiif_gate::store::Conn,
        users::User,
    ) -> Result<(), iiif_gate::store::StoreError>
    + Send
    + 'static,
) {
    let id = app.user("alice", &[]);
    let cookie = app.viewer("alice").await;
    let bearer = format!("Bearer {}", app.access_token(&cookie).await);
    let bearer = Browser::default().with("Authorization", &bearer);
    assert_eq!(app.ask(&cookie, TARGET).await.status, 204);
    assert_eq!(app.ask(&bearer, TARGET).await.status, 204);
    let change = move |conn: &mut iiif_gate::store::Conn| {
        let user = users::find(conn, id)?.unwrap();
        act(conn, user)
    };
    app.state.change(change).await.unwrap();
    assert_eq!(app.ask(&cookie, TARGET).await.status, 401);
    assert_eq!(app.ask(&bearer, TARGET).await.status, 401);
}

#[actix_web::test]
async fn disabling_a_user() {
    for app in TestApp::both().await {
        ends_access(&app, |conn, user| {
            users::set_state(conn, &Admin::console(), now(), user.id, UserState::Disabled)
        })
        .await;
    }
}

#[actix_web::test]
async fn deleting_a_user_and_making_one_of_the_same_name() {
    for app in TestApp::both().await {
        ends_access(&app, |conn, user| {
            users::delete(conn, &Admin::console(), now(), user.id)?;
            let new = users::NewUser {
                name: user.name,
                display_name: String::new(),
                password_hash: None,
                state: UserState::Active,
                roles: Vec::new(),
            };
            users::create(conn, &Admin::console(), now(), &new).map(drop)
        })
        .await;
    }
}

#[actix_web::test]
async fn setting_a_password() {
    for app in TestApp::both().await {
        ends_access(&app, |conn, user| {
            users::set_password(conn, &Admin::console(), now(), user.id, "$2b$04$nothing").map(drop)
        })
        .await;
    }
}

#[actix_web::test]
async fn ending_sessions() {
    for app in TestApp::both().await {
        ends_access(&app, |conn, user| {
            sessions::delete_of_user(conn, user.id, None).map(drop)
        })
        .await;
    }
}

#[actix_web::test]
async fn changes_by_other_ways_count_once_the_feed_is_read() {
    for app in TestApp::both().await {
        app.user("alice", &["staff"]);
        app.rule("a", "staff");
        app.catch_up().await;
        let alice = app.viewer("alice").await;
        assert_eq!(app.ask(&alice, TARGET).await.status, 204);
        for (sql, status) in [
            ("delete from user_roles", 403),
            ("update rules set requirement = 'public'", 204),
            ("update rules set requirement = 'nobody'", 403),
            ("delete from rules", 204),
            ("update users set state = 'disabled'", 401),
            ("update users set state = 'active'", 204),
            ("delete from sessions", 401),
        ] {
            app.database.sql(sql);
            app.catch_up().await;
            assert_eq!(app.ask(&alice, TARGET).await.status, status, "{sql}");
        }
    }
}

#[actix_web::test]
async fn an_idle_or_old_session_is_over() {
    for app in TestApp::both().await {
        app.user("alice", &[]);
        for column in ["last_seen_at", "expires_at"] {
            let alice = app.viewer("alice").await;
            app.database.sql(&format!(
                "update sessions set {column} = '2020-01-01 00:00:00'"
            ));
            app.catch_up().await;
            assert_eq!(app.ask(&alice, TARGET).await.status, 401, "{column}");
        }
    }
}

#[actix_web::test]
async fn a_new_secret_key_signs_nobody_out_while_the_old_one_is_known() {
    let old = TestApp::usual().await;
    old.user("alice", &[]);
    let viewer = old.viewer("alice").await;
    let mut account = old.account("alice").await;
    let bearer = format!("Bearer {}", old.access_token(&viewer).await);
    let bearer = Browser::default().with("Authorization", &bearer);
    let database = old.database;
    let settings = [
        ("AUTH_SECRET_KEY", "u4WnE8rT2yI6oP0aS5dF9gH3jK7lZ1xC"),
        ("AUTH_SECRET_KEY_PREVIOUS", crate::support::app::SECRET_KEY),
    ];
    let new = TestApp::new(database, &settings).await;
    assert_eq!(new.ask(&viewer, TARGET).await.status, 204);
    assert_eq!(new.ask(&bearer, TARGET).await.status, 204);
    assert_eq!(new.get(&mut account, "/").await.status, 200);
    assert_eq!(
        new.get(&mut account, "/").await.status,
        200,
        "and the page left the session alone"
    );
    assert_eq!(new.get(&mut viewer.clone(), "/logout").await.status, 200);
    assert_eq!(new.ask(&viewer, TARGET).await.status, 401);

    let forgotten = TestApp::new(new.database, &settings[..1]).await;
    assert_eq!(forgotten.get(&mut account, "/").await.status, 303);
}

#[actix_web::test]
async fn a_restored_backup_counts_at_once() {
    for app in TestApp::both().await {
        app.user("alice", &["staff"]);
        let alice = app.viewer("alice").await;
        app.catch_up().await;
        assert_eq!(app.ask(&alice, TARGET).await.status, 204);
        app.database.sql("delete from sessions");
        app.database.sql("delete from changes");
        app.catch_up().await;
        assert_eq!(app.ask(&alice, TARGET).await.status, 401);
    }
}
