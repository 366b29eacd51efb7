//! “Check a token”: what it is worth, and why, in words.

use chrono::Duration;
use iiif_gate::web::state::now;
use serde_json::json;

use crate::consumers::{USUAL, only, path, register};
use crate::support::app::TestApp;
use crate::support::authtoken::{good, with_claims};
use crate::support::browser::{Browser, Reply};
use crate::ways::{office, role};

const KEY: &str = "602368a0e905492fae87697edad14c3a";
const SECRET: &str = "3f1d7f2c-9a64-4f0c-8f9f-2f6f1f8a51c7-docland";

async fn docland() -> (TestApp, Browser) {
    let (app, mut admin) = office().await;
    let staff = format!("role.{}", role(&app, "staff").unwrap().id.0);
    let more = [("key", KEY), ("secret", SECRET), (staff.as_str(), "named")];
    let reply = register(&app, &mut admin, &[&USUAL[..], &more].concat()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    (app, admin)
}

async fn check(app: &TestApp, admin: &mut Browser, token: &str) -> Reply {
    let page = "/admin/consumers/check";
    app.submit(admin, page, page, &[("token", token)]).await
}

#[actix_web::test]
async fn a_good_token_is_told_with_whom_it_identifies_and_for_how_long() {
    let (app, mut admin) = docland().await;
    let claims = json!({ "userId": "jürgen <b>", "userGroups": ["staff", "admin"] });
    let token = with_claims(KEY, SECRET, &claims, now());
    let page = check(&app, &mut admin, &format!("  {token}\n")).await.body;
    for words in [
        "The token is good.",
        "DocLand",
        "jürgen &lt;b&gt;",
        "staff<br>admin: named by the token, but not to be given",
        "https://doc.land",
        "/annotator/",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(
        !page.contains(&token),
        "the token is not shown again: {page}"
    );
    let signature = token.rsplit('.').next().unwrap();
    let log = app.get(&mut admin, "/admin/audit").await.body;
    assert!(!page.contains(signature) && !log.contains(signature));
}

#[actix_web::test]
async fn a_bad_token_is_told_with_its_reason_and_what_it_says() {
    let (app, mut admin) = docland().await;
    let claimed = |claims| with_claims(KEY, SECRET, &claims, now());
    let old = now() - Duration::hours(2);
    for (token, reason, words) in [
        ("nonsense".to_owned(), "malformed", "not one token"),
        (
            format!("\"{}\"", good(KEY, SECRET, "alice", now())),
            "malformed",
            "no quotes",
        ),
        (
            good(KEY, "another secret of 16 bytes", "alice", now()),
            "bad_signature",
            "another secret",
        ),
        (
            good("unknown", SECRET, "alice", now()),
            "unknown_consumer",
            "none that is registered",
        ),
        (good(KEY, SECRET, "alice", old), "expired", "has expired"),
        (claimed(json!({ "ttl": "3600" })), "bad_ttl", "3600, not"),
        (
            claimed(json!({ "issuedAt": "yesterday" })),
            "bad_issued_at",
            "yesterday",
        ),
        (
            claimed(json!({ "userId": null })),
            "missing_user_id",
            "counts as nobody",
        ),
    ] {
        let reply = check(&app, &mut admin, &token).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        for words in [&format!("<code>{reason}</code>"), words] {
            assert!(
                reply.body.contains(words),
                "{reason}, {words}: {}",
                reply.body
            );
        }
        assert!(!reply.body.contains("The token is good."), "{}", reply.body);
    }
}

#[actix_web::test]
async fn what_was_done_to_the_consumer_counts() {
    let (app, mut admin) = docland().await;
    let made = only(&app);
    let token = good(KEY, SECRET, "alice", now() - Duration::seconds(30));
    let (page, block) = (path(&made, ""), path(&made, "/block"));
    app.submit(&mut admin, &page, &block, &[("user", "alice")])
        .await;
    let reply = check(&app, &mut admin, &token).await;
    assert!(
        reply.body.contains("<code>revoked</code>"),
        "{}",
        reply.body
    );
    let state = path(&made, "/state");
    app.submit(&mut admin, &page, &state, &[("state", "disabled")])
        .await;
    let reply = check(&app, &mut admin, &token).await;
    assert!(
        reply.body.contains("<code>consumer_disabled</code>"),
        "{}",
        reply.body
    );
}

#[actix_web::test]
async fn a_token_of_the_secret_before_is_told_as_such() {
    let (app, mut admin) = docland().await;
    let rotate = path(&only(&app), "/rotate");
    let replaces = app.get(&mut admin, &rotate).await.field("replaces");
    let fields = [("hours", "24"), ("replaces", replaces.as_str())];
    app.submit(&mut admin, &rotate, &rotate, &fields).await;
    let token = good(KEY, SECRET, "alice", now());
    let page = check(&app, &mut admin, &token).await.body;
    assert!(page.contains("does not use the new one yet"), "{page}");
}

#[actix_web::test]
async fn a_token_of_our_own_is_good_for_who_still_has_an_account() {
    let (app, mut admin) = docland().await;
    let built_in = app.state.live.consumers().built_in().cloned().unwrap();
    let secret = built_in.secrets.as_ref().unwrap().current.as_bytes();
    let secret = std::str::from_utf8(secret).unwrap();
    for (user, words) in [
        ("admin@example.org", "The token is good."),
        ("nobody@example.org", "<code>revoked</code>"),
    ] {
        let token = good(built_in.key.as_str(), secret, user, now());
        let page = check(&app, &mut admin, &token).await.body;
        assert!(page.contains(words), "{user}: {page}");
        assert!(!page.contains(secret), "{page}");
    }
}

#[actix_web::test]
async fn nothing_is_no_token() {
    let (app, mut admin) = docland().await;
    let reply = check(&app, &mut admin, " \n").await;
    assert_eq!(reply.status, 422);
    assert!(
        reply.body.contains("id=\"f-token-error\""),
        "{}",
        reply.body
    );
}

#[actix_web::test]
async fn a_token_of_our_own_users_is_worth_nothing_without_the_account() {
    let (app, mut admin) = office().await;
    app.user("alice", &[]);
    let token = app.get(&mut app.viewer("alice").await, "/token").await.body;
    let page = check(&app, &mut admin, &token).await.body;
    assert!(page.contains("The token is good."), "{page}");
    app.database
        .sql("update users set state = 'disabled' where name = 'alice'");
    app.catch_up().await;
    let page = check(&app, &mut admin, &token).await.body;
    assert!(page.contains("revoked"), "{page}");
}
