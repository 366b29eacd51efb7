//! Revocation: at once where it was done, and wherever else the change feed is read.

use std::sync::Arc;

use iiif_gate::access::rule::Rule;
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::principal::Role;
use iiif_gate::live::policy::{DefaultSettings, read_policy};
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

/// The rules and roles of the policy in force, and those of one that is read anew.
async fn in_force_and_stored(app: &TestApp) -> [(Vec<Rule>, Vec<Role>); 2] {
    app.catch_up().await;
    let settings = DefaultSettings::of(&app.state.config);
    let stored = app.database.run(|conn| read_policy(conn, &settings));
    [&*app.state.live.policy(), &Arc::new(stored)].map(|policy| {
        let mut rules: Vec<Rule> = policy.rules().cloned().collect();
        rules.sort_by_key(|rule| rule.id);
        let mut roles: Vec<Role> = policy.roles().cloned().collect();
        roles.sort_by_key(|role| role.id);
        (rules, roles)
    })
}

#[actix_web::test]
async fn whatever_changes_the_policy_in_force_is_the_stored_one() {
    let times = "'2030-01-01 00:00:00', '2030-01-01 00:00:00'";
    let rules = "INSERT INTO rules (kind, pattern, requirement, created_at, updated_at)";
    let many = "SELECT n + 1 FROM m WHERE n < 11000";
    for app in TestApp::both().await {
        app.user("alice", &["staff"]);
        app.rule("a", "staff");
        app.rule("b/*", "staff");
        let [before, _] = in_force_and_stored(&app).await;
        assert_eq!(before.0.len(), 2);
        for sql in [
            format!("{rules} VALUES ('file', 'c', 'public', {times})"),
            "UPDATE rules SET requirement = 'nobody', message = '{\"en\": \"no\"}'".to_owned(),
            "UPDATE rules SET pattern = 'c' WHERE pattern = 'a'; DELETE FROM rules WHERE kind = 'file'".to_owned(),
            "UPDATE rules SET requirement = 'roles'; UPDATE rule_roles SET max_size = 300".to_owned(),
            "UPDATE roles SET title = 'Team' WHERE name = 'staff'".to_owned(),
            "INSERT INTO roles (name, obtained_by) VALUES ('here', 'network');
             INSERT INTO networks (id, name, ranges) VALUES (7, 'Room', '10.0.0.0/8');
             INSERT INTO role_networks SELECT id, 7 FROM roles WHERE name = 'here'".to_owned(),
            "UPDATE networks SET ranges = '10.1.0.0/16'".to_owned(),
            "DELETE FROM roles WHERE name = 'staff'".to_owned(),
            format!(
                "WITH RECURSIVE m (n) AS (SELECT 1 UNION ALL {many}) {rules}
                 SELECT 'image', 'many/' || n, 'public', {times} FROM m"
            ),
            "DELETE FROM rules WHERE pattern LIKE 'many/%'".to_owned(),
            "DELETE FROM changes".to_owned(),
        ] {
            app.database.sql(&sql);
            let [in_force, stored] = in_force_and_stored(&app).await;
            assert!(in_force == stored, "{sql}");
        }
    }
}

#[actix_web::test]
async fn a_rule_that_cannot_be_read_is_an_error_and_keeps_nobody_signed_in() {
    for app in TestApp::both().await {
        app.user("alice", &[]);
        let alice = app.viewer("alice").await;
        assert_eq!(app.ask(&alice, TARGET).await.status, 204);
        app.database.sql(
            "INSERT INTO rules (kind, pattern, requirement, created_at, updated_at) VALUES
             ('image', 'a/../b', 'nobody', '2030-01-01 00:00:00', '2030-01-01 00:00:00');
             DELETE FROM sessions",
        );
        let error = app.state.live.catch_up().await.unwrap_err().to_string();
        assert!(error.contains("is broken: its pattern `a/../b`"), "{error}");
        assert_eq!(app.ask(&alice, TARGET).await.status, 401);
        app.database
            .sql("DELETE FROM rules WHERE pattern = 'a/../b'");
        app.catch_up().await;
    }
}
