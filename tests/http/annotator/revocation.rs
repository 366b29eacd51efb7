//! What ends tokens, and the cookies that were had for them, at once.

use chrono::Duration;
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::consumer::{ConsumerId, ConsumerKey, ConsumerSecret};
use iiif_gate::store::consumers;

use super::exchange::with_cookie;
use super::images::PIXELS;
use super::*;

const NEW_SECRET: &str = "another secret, just as long";

async fn sees(app: &TestApp, browser: &Browser, target: &str) -> (u16, String) {
    let reply = asked(app, browser, "GET", target).await;
    (reply.status, reply.header("x-auth-reason").to_owned())
}

fn id(app: &TestApp) -> ConsumerId {
    app.state.live.consumers().find(KEY).unwrap().id
}

async fn rotate(app: &TestApp, overlap: Duration) {
    let (key, id) = (ConsumerKey::parse(KEY).unwrap(), id(app));
    let secret = ConsumerSecret::new(NEW_SECRET.as_bytes()).unwrap();
    let sealed = app.state.keys.consumer_secrets.seal(&key, &secret, [3; 12]);
    app.state
        .change(move |conn| consumers::rotate(conn, &Admin::console(), now(), id, &sealed, overlap))
        .await
        .unwrap();
}

#[actix_web::test]
async fn disabling_a_consumer_ends_its_tokens_and_cookies() {
    let app = images::app().await;
    let (token, cookie, id) = (alice(), with_cookie(&app).await, id(&app));
    for (is_enabled, expected) in [(false, 401), (true, 204)] {
        app.state
            .change(move |conn| {
                consumers::set_enabled(conn, &Admin::console(), now(), id, is_enabled)
            })
            .await
            .unwrap();
        assert_eq!(sees(&app, &token, SEARCH).await.0, expected);
        assert_eq!(sees(&app, &cookie, PIXELS).await.0, expected);
    }
    app.state
        .change(move |conn| consumers::delete(conn, &Admin::console(), now(), id))
        .await
        .unwrap();
    assert_eq!(
        sees(&app, &token, SEARCH).await,
        (401, "unknown_consumer".to_owned())
    );
    assert_eq!(sees(&app, &cookie, PIXELS).await.0, 401);
}

#[actix_web::test]
async fn rotation_keeps_the_old_secret_for_the_overlap_alone() {
    let app = images::app().await;
    let (old, cookie) = (alice(), with_cookie(&app).await);
    rotate(&app, Duration::hours(1)).await;
    let new = with_token(&authtoken::good(KEY, NEW_SECRET, "alice", now()));
    for browser in [&old, &new] {
        assert_eq!(sees(&app, browser, SEARCH).await.0, 204);
    }
    assert_eq!(sees(&app, &cookie, PIXELS).await.0, 204);
    rotate(&app, Duration::zero()).await;
    assert_eq!(
        sees(&app, &old, SEARCH).await,
        (401, "bad_signature".to_owned())
    );
    assert_eq!(sees(&app, &cookie, PIXELS).await.0, 401);
}

#[actix_web::test]
async fn one_user_can_be_blocked_and_everybody_signed_out() {
    let app = images::app().await;
    let (cookie, id) = (with_cookie(&app).await, id(&app));
    let bob = with_token(&token("bob"));
    let until = now() + Duration::hours(1);
    app.state
        .change(move |conn| {
            consumers::block_user(conn, &Admin::console(), now(), id, "alice", until, "")
        })
        .await
        .unwrap();
    assert_eq!(
        sees(&app, &alice(), SEARCH).await,
        (401, "revoked".to_owned())
    );
    assert_eq!(sees(&app, &cookie, PIXELS).await.0, 401);
    assert_eq!(sees(&app, &bob, SEARCH).await.0, 204);
    let moment = now() + Duration::seconds(1);
    app.state
        .change(move |conn| consumers::revoke_all(conn, &Admin::console(), moment, id))
        .await
        .unwrap();
    assert_eq!(sees(&app, &bob, SEARCH).await, (401, "revoked".to_owned()));
}
