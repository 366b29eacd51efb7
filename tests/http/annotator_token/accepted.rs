//! What our own tokens are good for at the annotation store.

use actix_web::http::Method;

use super::{DOCLAND, app, claims};
use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

/// What nginx is told of a request to the annotation store with this token, by a page of this origin.
async fn annotates(app: &TestApp, method: &str, origin: &str, token: &str) -> Reply {
    let request = Browser::default()
        .request(Method::GET, "/query_auth")
        .append_header(("X-Original-URI", "/annotator/search?uri=x"))
        .append_header(("X-Original-Method", method))
        .append_header(("Origin", origin))
        .append_header(("X-Annotator-Auth-Token", token));
    app.send(request).await
}

#[actix_web::test]
async fn a_token_is_good_at_once_from_the_pages_that_may_ask_for_it() {
    let app = app(&[]).await;
    app.user("jürgen", &[]);
    let reply = app.get(&mut app.viewer("jürgen").await, "/token").await;
    let key = claims(&reply)["consumerKey"].as_str().unwrap().to_owned();
    for origin in [ORIGIN, DOCLAND] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            let answer = annotates(&app, method, origin, &reply.body).await;
            assert_eq!(answer.status, 204, "{}", answer.header("x-auth-reason"));
            assert_eq!(answer.header("x-annotator-user"), "j%C3%BCrgen");
            assert_eq!(answer.header("x-annotator-consumer"), key);
            assert_eq!(answer.header("x-annotator-admin"), "");
        }
    }
    let answer = annotates(&app, "GET", "https://evil.example", &reply.body).await;
    assert_eq!(
        (answer.status, answer.header("x-auth-reason")),
        (403, "origin_not_allowed")
    );
}

#[actix_web::test]
async fn an_audience_of_the_installation_stands_in_its_own_tokens() {
    let app = app(&[("ANNOTATOR_AUDIENCE", "annotations.example.org")]).await;
    app.user("alice", &[]);
    let reply = app.get(&mut app.viewer("alice").await, "/token").await;
    assert_eq!(
        annotates(&app, "POST", ORIGIN, &reply.body).await.status,
        204
    );
}

#[actix_web::test]
async fn roles_count_at_annotations_where_the_consumer_may_grant_them() {
    let app = app(&[]).await;
    app.user("alice", &["editors", "others"]);
    app.database.sql(
        "insert into consumer_roles (consumer_id, role_id, is_base, is_read_only) \
         select consumers.id, roles.id, false, false from consumers, roles where roles.name = 'editors'",
    );
    app.catch_up().await;
    let reply = app.get(&mut app.viewer("alice").await, "/token").await;
    let answer = annotates(&app, "POST", ORIGIN, &reply.body).await;
    assert_eq!(answer.header("x-annotator-roles"), "editors");
}

#[actix_web::test]
async fn visitors_read_and_do_not_write() {
    let app = app(&[("ANNOTATOR_VISITORS", "true")]).await;
    let reply = app.get(&mut Browser::default(), "/token").await;
    assert_eq!(
        annotates(&app, "GET", ORIGIN, &reply.body).await.status,
        204
    );
    for method in ["POST", "PUT", "DELETE"] {
        let answer = annotates(&app, method, ORIGIN, &reply.body).await;
        assert_eq!(
            (answer.status, answer.header("x-auth-reason")),
            (403, "method_not_allowed")
        );
    }
}

#[actix_web::test]
async fn a_token_ends_with_its_account() {
    for sql in [
        "update users set state = 'disabled' where name = 'alice'",
        "update users set name = 'alicia' where name = 'alice'",
        "delete from users where name = 'alice'",
    ] {
        for app in TestApp::both().await {
            app.user("alice", &[]);
            let reply = app.get(&mut app.viewer("alice").await, "/token").await;
            assert_eq!(
                annotates(&app, "GET", ORIGIN, &reply.body).await.status,
                204
            );
            app.database.sql(sql);
            app.catch_up().await;
            let answer = annotates(&app, "GET", ORIGIN, &reply.body).await;
            let said = (answer.status, answer.header("x-auth-reason"));
            assert_eq!(said, (401, "revoked"), "{sql}");
        }
    }
}

#[actix_web::test]
async fn a_database_that_is_away_lets_nobody_in_and_calls_no_token_bad() {
    let app = TestApp::new(Database::postgres(), &[]).await;
    app.user("alice", &[]);
    let reply = app.get(&mut app.viewer("alice").await, "/token").await;
    app.database.sql("alter table users rename to users_away");
    let answer = annotates(&app, "GET", ORIGIN, &reply.body).await;
    assert_eq!(
        (answer.status, answer.header("x-auth-reason")),
        (403, "unavailable")
    );
}

#[actix_web::test]
async fn a_pass_to_images_ends_with_its_account() {
    let app = app(&[]).await;
    app.user("alice", &["editors"]);
    app.rule("maps/*", "editors");
    app.database.sql(
        "insert into consumer_roles (consumer_id, role_id, is_base, is_read_only) \
         select consumers.id, roles.id, true, false from consumers, roles where roles.name = 'editors'",
    );
    app.database
        .sql("update consumers set prefixes = '/iiif/images/maps/'");
    app.catch_up().await;
    let token = app.get(&mut app.viewer("alice").await, "/token").await.body;
    let exchange = Browser::default()
        .request(Method::POST, "/annotator/session")
        .append_header(("Origin", DOCLAND))
        .append_header(("X-Annotator-Auth-Token", token));
    let mut browser = Browser::default();
    browser.keep(&app.send(exchange).await);
    let image = "/iiif/images/maps%2Fa/info.json";
    assert_eq!(app.ask(&browser, image).await.status, 204);
    app.database.sql("update users set state = 'disabled'");
    app.catch_up().await;
    assert_eq!(app.ask(&browser, image).await.status, 401);
}
