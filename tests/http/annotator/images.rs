//! Images for a consumer's users: the header at images, info.json and manifests.

use iiif_gate::access::rule::Kind;
use iiif_gate::identity::consumer::NewConsumer;

use super::*;
use crate::support::consumers::{SITE, prefixes, usual};

pub(super) const PIXELS: &str = "/iiif/images/docland%2Fa/full/max/0/default.jpg";
pub(super) const INFO: &str = "/iiif/images/docland%2Fa/info.json";
const NEXT_DOOR: &str = "/iiif/images/other%2Fa/full/max/0/default.jpg";

/// A consumer whose users hold the role `docland-readers`, which opens `docland/*` and `other/*`.
pub(super) async fn app() -> TestApp {
    let app = TestApp::usual().await;
    let new = NewConsumer {
        prefixes: prefixes(&[
            "/annotator/",
            "/iiif/images/docland/",
            "/iiif/manifests/docland/",
        ]),
        roles: vec![app.consumer_role("docland-readers", true, false)],
        ..usual()
    };
    app.consumer(KEY, SECRET, &new).await;
    app.rule("docland/*", "docland-readers");
    app.rule("other/*", "docland-readers");
    app.rule_of(Kind::Manifest, "docland/*", "docland-readers");
    app.catch_up().await;
    app
}

#[actix_web::test]
async fn the_header_opens_what_the_site_may_reach_and_nothing_next_door() {
    let app = app().await;
    for target in [
        PIXELS,
        INFO,
        "/iiif/preview/docland%2Fa/info.json",
        "/iiif/manifests/docland/m.json",
    ] {
        let answer = asked(&app, &alice(), "GET", target).await;
        if !target.contains("preview") {
            assert_answer(&answer, 204, "role-held");
            assert_eq!(answer.header("x-auth-user"), "docland/alice");
            assert_eq!(answer.header("x-auth-roles"), "docland-readers");
        }
    }
    assert_answer(
        &asked(&app, &alice(), "GET", NEXT_DOOR).await,
        403,
        "path_not_allowed",
    );
    assert_answer(
        &asked(&app, &Browser::default(), "GET", PIXELS).await,
        401,
        "sign-in-needed",
    );
    let from_site = alice().with("Origin", SITE);
    assert_answer(
        &asked(&app, &from_site, "GET", PIXELS).await,
        204,
        "role-held",
    );
    let elsewhere = alice().with("Origin", "https://elsewhere.example");
    assert_answer(
        &asked(&app, &elsewhere, "GET", PIXELS).await,
        403,
        "origin_not_allowed",
    );
}

#[actix_web::test]
async fn a_bad_token_is_refused_even_where_everybody_may_look() {
    let app = app().await;
    app.rule("docland/open", "public");
    app.catch_up().await;
    let target = "/iiif/images/docland%2Fopen/info.json";
    assert_answer(
        &asked(&app, &Browser::default(), "GET", target).await,
        204,
        "public",
    );
    assert_answer(
        &asked(&app, &with_token("foo"), "GET", target).await,
        401,
        "malformed",
    );
    let reply = app.describe(&with_token("foo"), target).await;
    assert_eq!(
        (reply.status, reply.json()),
        (401, serde_json::json!({ "error": "malformed" }))
    );
    assert!(
        reply
            .header("www-authenticate")
            .starts_with("AnnotatorToken ")
    );
}

#[actix_web::test]
async fn credentials_do_not_add_up() {
    let app = app().await;
    app.user("bob", &["special"]);
    app.rule("docland/special", "special");
    app.catch_up().await;
    let target = "/iiif/images/docland%2Fspecial/info.json";
    let bob = app.viewer("bob").await;
    assert_answer(&asked(&app, &bob, "GET", target).await, 204, "role-held");
    // The token was sent on purpose, so it counts, and the cookie that came by itself does not.
    let both = bob.with(HEADER, &token("alice"));
    let reply = asked(&app, &both, "GET", target).await;
    assert_eq!(reply.status, 401, "{}", reply.header("x-auth-reason"));
    assert_eq!(reply.header("x-auth-user"), "");
    let two = alice().with("Authorization", "Bearer something");
    assert_answer(
        &asked(&app, &two, "GET", PIXELS).await,
        401,
        "conflicting-credentials",
    );
}

#[actix_web::test]
async fn a_consumers_user_is_never_one_of_ours() {
    let app = app().await;
    app.user("admin@example.org", &["admin"]);
    app.rule("docland/users", "user");
    app.catch_up().await;
    let admin = with_token(&token("admin@example.org"));
    let target = "/iiif/images/docland%2Fusers/info.json";
    assert_answer(
        &asked(&app, &admin, "GET", target).await,
        401,
        "sign-in-needed",
    );
    let page = app.send(admin.request(Method::GET, "/admin/")).await;
    assert_eq!(page.status, 303);
}
