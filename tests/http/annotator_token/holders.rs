//! Who gets a token, for how long, and who gets none.

use actix_web::http::Method;
use iiif_gate::identity::admin::Admin;
use iiif_gate::store::consumers;
use iiif_gate::web::state::now;
use serde_json::json;

use super::{DOCLAND, app, asked_by, assert_sentence, claims, cors};
use crate::support::app::TestApp;
use crate::support::database::Database;

#[actix_web::test]
async fn a_token_does_not_outlive_its_session_but_lives_a_minute() {
    let settings = [("SESSION_MAX", "600"), ("SESSION_IDLE", "600")];
    let app = app(&settings).await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    let ttl = claims(&app.get(&mut alice, "/token").await)["ttl"]
        .as_i64()
        .unwrap();
    assert!((590..=600).contains(&ttl), "{ttl}");
    let soon = "update sessions set expires_at = datetime('now', '+20 seconds')";
    app.database.sql(soon);
    app.catch_up().await;
    assert_eq!(
        claims(&app.get(&mut alice, "/token").await)["ttl"],
        json!(60)
    );
}

#[actix_web::test]
async fn somebody_disabled_or_signed_out_gets_no_more_tokens() {
    let app = app(&[]).await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    assert_eq!(app.get(&mut alice.clone(), "/token").await.status, 200);
    app.database.sql("update users set state = 'disabled'");
    app.catch_up().await;
    assert_eq!(app.get(&mut alice, "/token").await.status, 401);
}

#[actix_web::test]
async fn a_client_that_asks_without_end_is_told_when_to_come_back_and_others_are_not() {
    let app = app(&[]).await;
    app.user("alice", &[]);
    let (broken, other) = (app.viewer("alice").await, app.viewer("alice").await);
    let mut refused = 0;
    for _ in 0..100 {
        let reply = asked_by(&app, &broken, Method::GET, DOCLAND).await;
        if reply.status == 429 {
            refused += 1;
            assert_sentence(&reply);
            assert!(reply.header("retry-after").parse::<u32>().unwrap() <= 3);
            assert_eq!(cors(&reply), [DOCLAND, "true"]);
        }
    }
    assert!((50..=70).contains(&refused), "{refused}");
    assert_eq!(app.get(&mut other.clone(), "/token").await.status, 200);
}

#[actix_web::test]
async fn a_database_that_is_away_is_no_reason_to_sign_in() {
    let app = TestApp::new(Database::postgres(), &[]).await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    app.database
        .sql("alter table sessions rename to sessions_away");
    let reply = app.get(&mut alice, "/token").await;
    assert_eq!(reply.status, 503);
    assert_sentence(&reply);
}

#[actix_web::test]
async fn a_name_that_would_be_taken_for_a_visitor_or_a_group_gets_no_token() {
    let app = app(&[]).await;
    let long = "é".repeat(200);
    for name in ["anonymous:me", "group:__world__", &long] {
        app.user(name, &[]);
        let reply = app.get(&mut app.viewer(name).await, "/token").await;
        assert_eq!(reply.status, 403, "{name}");
        assert_sentence(&reply);
    }
}

#[actix_web::test]
async fn however_many_roles_there_are_the_token_is_not_too_long_to_be_read() {
    let app = app(&[]).await;
    let names: Vec<String> = (0..60)
        .map(|n| format!("{n:02}{}", "x".repeat(78)))
        .collect();
    let roles: Vec<&str> = names.iter().map(String::as_str).collect();
    app.user("alice", &roles);
    app.catch_up().await;
    let reply = app.get(&mut app.viewer("alice").await, "/token").await;
    assert!(
        (3900..=4096).contains(&reply.body.len()),
        "{}",
        reply.body.len()
    );
    assert_eq!(claims(&reply)["userGroups"][0], json!(names[0]));
}

#[actix_web::test]
async fn a_token_lives_no_longer_than_the_consumer_for_our_own_users_allows() {
    let app = app(&[]).await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    app.database.sql("update consumers set max_ttl = 600");
    app.catch_up().await;
    assert_eq!(
        claims(&app.get(&mut alice, "/token").await)["ttl"],
        json!(600)
    );
}

#[actix_web::test]
async fn an_administrator_is_one_of_annotations_only_where_the_consumer_says_so() {
    let app = app(&[]).await;
    app.user("root", &["admin"]);
    app.user("alice", &[]);
    let (mut root, mut alice) = (app.viewer("root").await, app.viewer("alice").await);
    assert!(
        claims(&app.get(&mut root, "/token").await)
            .get("admin")
            .is_none()
    );
    app.database.sql("update consumers set names_admins = true");
    app.catch_up().await;
    assert_eq!(
        claims(&app.get(&mut root, "/token").await)["admin"],
        json!(true)
    );
    assert!(
        claims(&app.get(&mut alice, "/token").await)
            .get("admin")
            .is_none()
    );
}

#[actix_web::test]
async fn without_the_consumer_for_our_own_users_there_are_no_tokens() {
    for (sql, status) in [
        ("update consumers set is_enabled = false", 403),
        ("update consumers set secret = 'what no key opens'", 503),
    ] {
        let app = app(&[]).await;
        app.user("alice", &[]);
        let mut alice = app.viewer("alice").await;
        app.database.sql(sql);
        app.catch_up().await;
        let reply = app.get(&mut alice, "/token").await;
        assert_eq!(reply.status, status, "{sql}");
        assert_sentence(&reply);
    }
}

#[actix_web::test]
async fn a_user_who_is_blocked_at_the_consumer_gets_none_until_the_block_ends() {
    let app = app(&[]).await;
    app.user("alice", &[]);
    app.user("bob", &[]);
    let [mut alice, mut bob] = [app.viewer("alice").await, app.viewer("bob").await];
    let (blocked, until) = (now(), now() + chrono::Duration::hours(1));
    app.database.run(|conn| {
        let own = app.state.live.consumers().built_in().unwrap().id;
        consumers::block_user(conn, &Admin::console(), blocked, own, "alice", until, "")
    });
    app.catch_up().await;
    let reply = app.get(&mut alice, "/token").await;
    assert_eq!(reply.status, 403);
    assert_sentence(&reply);
    assert_eq!(app.get(&mut bob, "/token").await.status, 200);
}
