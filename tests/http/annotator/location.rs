//! The annotation locations: who is let in, and what the store is told.

use iiif_gate::web::state::now;
use serde_json::json;

use super::*;
use crate::support::authtoken::with_claims;
use crate::support::consumers::{SITE, usual};

#[actix_web::test]
async fn a_token_of_a_registered_site_says_who_asks() {
    for app in TestApp::both().await {
        app.docland().await;
        let reply = asked(&app, &with_token(&token("jürgen 山")), "GET", SEARCH).await;
        assert_answer(&reply, 204, "annotator");
        assert_eq!(
            reply.header("x-auth-user"),
            "docland/j%C3%BCrgen%20%E5%B1%B1"
        );
        assert_eq!(reply.header("x-annotator-consumer"), "docland");
        assert_eq!(reply.header("x-annotator-user"), "j%C3%BCrgen%20%E5%B1%B1");
        assert_eq!(reply.header("x-annotator-admin"), "");
        assert_eq!(reply.header("x-auth-origin"), "", "no page asked");
    }
}

#[actix_web::test]
async fn without_a_token_only_reading_at_the_open_location_is_allowed() {
    let app = TestApp::usual().await;
    app.docland().await;
    let nobody = Browser::default();
    let reply = asked(&app, &nobody, "GET", SEARCH).await;
    assert_answer(&reply, 401, "missing_token");
    assert_eq!(
        reply.header("www-authenticate"),
        "AnnotatorToken realm=\"annotator\""
    );
    let reply = asked(&app, &nobody, "GET", OPEN).await;
    assert_answer(&reply, 204, "annotator-anonymous");
    for header in [
        "x-annotator-user",
        "x-annotator-consumer",
        "x-annotator-token",
        "x-auth-user",
    ] {
        assert_eq!(reply.header(header), "");
    }
    assert_answer(
        &asked(&app, &nobody, "POST", OPEN).await,
        401,
        "missing_token",
    );
    assert_answer(
        &asked(&app, &with_token("foo"), "GET", OPEN).await,
        401,
        "malformed",
    );
}

#[actix_web::test]
async fn the_search_engine_behind_the_store_is_open_to_nobody() {
    let app = TestApp::usual().await;
    app.docland().await;
    for target in [
        "/annotator/search_raw",
        "/annotator/search%5Fraw?source={}",
        "/annotator-open/search_raw?source={}",
    ] {
        for (browser, method) in [
            (alice(), "POST"),
            (alice(), "GET"),
            (Browser::default(), "GET"),
        ] {
            let reply = asked(&app, &browser, method, target).await;
            assert_answer(&reply, 403, "path_not_allowed");
        }
    }
}

#[actix_web::test]
async fn a_token_that_names_nobody_is_nobody_where_nobody_is_needed() {
    let app = TestApp::usual().await;
    app.docland().await;
    let minted = |claims| with_claims(KEY, SECRET, &claims, now());
    let unnamed = with_token(&minted(json!({ "userId": null })));
    assert_answer(
        &asked(&app, &unnamed, "GET", OPEN).await,
        204,
        "annotator-anonymous",
    );
    assert_answer(
        &asked(&app, &unnamed, "POST", OPEN).await,
        401,
        "missing_user_id",
    );
    assert_answer(
        &asked(&app, &unnamed, "GET", SEARCH).await,
        401,
        "missing_user_id",
    );
    let expired = with_token(&minted(
        json!({ "userId": null, "issuedAt": "2020-01-01T00:00:00Z" }),
    ));
    assert_answer(&asked(&app, &expired, "GET", OPEN).await, 401, "expired");
}

#[actix_web::test]
async fn only_the_header_is_looked_at() {
    let app = TestApp::usual().await;
    app.docland().await;
    app.user("alice", &[]);
    let token = token("alice");
    let in_query = format!("/annotator/search?x-annotator-auth-token={token}");
    assert_answer(
        &asked(&app, &Browser::default(), "GET", &in_query).await,
        401,
        "missing_token",
    );
    for (name, value) in [
        ("Authorization", format!("Bearer {token}")),
        ("Authorization", format!("Token {token}")),
        ("Cookie", format!("x-annotator-auth-token={token}")),
        ("X-Annotator-User", "root".to_owned()),
    ] {
        let browser = Browser::default().with(name, &value);
        assert_answer(
            &asked(&app, &browser, "GET", SEARCH).await,
            401,
            "missing_token",
        );
    }
    let signed_in = app.viewer("alice").await;
    assert_answer(
        &asked(&app, &signed_in, "GET", SEARCH).await,
        401,
        "missing_token",
    );
    let twice = with_token(&token).with(HEADER, &token);
    assert_answer(&asked(&app, &twice, "GET", SEARCH).await, 401, "malformed");
}

#[actix_web::test]
async fn pages_of_listed_sites_and_programs_may_use_a_token() {
    let app = TestApp::usual().await;
    let browsers_only = usual_without_programs();
    app.consumer(KEY, SECRET, &browsers_only).await;
    for (name, value, status, reason, reader) in [
        ("Origin", SITE, 204, "annotator", SITE),
        (
            "Origin",
            "https://images.example",
            204,
            "annotator",
            "https://images.example",
        ),
        (
            "Origin",
            "https://doc.land.evil.example",
            403,
            "origin_not_allowed",
            "",
        ),
        ("Origin", "http://doc.land", 403, "origin_not_allowed", ""),
        ("Origin", "null", 403, "origin_not_allowed", ""),
        ("Sec-Fetch-Site", "same-origin", 204, "annotator", ""),
        (
            "Sec-Fetch-Site",
            "cross-site",
            403,
            "origin_not_allowed",
            "",
        ),
        ("X-Nothing", "", 403, "origin_not_allowed", ""),
    ] {
        let reply = asked(&app, &alice().with(name, value), "GET", SEARCH).await;
        assert_answer(&reply, status, reason);
        assert_eq!(reply.header("x-auth-origin"), reader, "{name}: {value}");
    }
    let reply = asked(&app, &with_token("foo").with("Origin", SITE), "GET", SEARCH).await;
    assert_answer(&reply, 401, "malformed");
    assert_eq!(reply.header("x-auth-origin"), SITE, "the page may read why");
}

fn usual_without_programs() -> iiif_gate::identity::consumer::NewConsumer {
    iiif_gate::identity::consumer::NewConsumer {
        allows_server_side: false,
        ..usual()
    }
}

#[actix_web::test]
async fn a_preflight_is_answered_for_listed_sites_alone() {
    let app = TestApp::usual().await;
    app.docland().await;
    let preflight = async |origin: &str| {
        let browser = Browser::default().with("Origin", origin);
        app.send(browser.request(Method::GET, "/annotator-preflight"))
            .await
    };
    let reply = preflight(SITE).await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    assert_eq!(reply.header("access-control-allow-origin"), SITE);
    assert_eq!(reply.header("vary"), "Origin");
    assert_eq!(reply.header("access-control-allow-credentials"), "");
    assert!(
        reply
            .header("access-control-allow-headers")
            .contains(HEADER)
    );
    let reply = preflight("https://elsewhere.example").await;
    assert_eq!(reply.status, 204);
    assert_eq!(reply.header("access-control-allow-origin"), "");
    assert_eq!(reply.header("vary"), "Origin");
}

#[actix_web::test]
async fn paths_end_at_segment_borders_after_normalization() {
    let app = TestApp::usual().await;
    let mut new = usual();
    new.prefixes = crate::support::consumers::prefixes(&["/annotator/maps"]);
    app.consumer(KEY, SECRET, &new).await;
    for (target, status, reason) in [
        ("/annotator/maps/x", 204, "annotator"),
        ("/annotator/maps", 204, "annotator"),
        ("/annotator/mapsx", 403, "path_not_allowed"),
        ("/annotator/x", 403, "path_not_allowed"),
        ("/annotator/maps%2Fx", 204, "annotator"),
        ("/annotator/maps/../x", 403, "malformed"),
        ("/annotator/maps/%2e%2e/x", 403, "malformed"),
        ("/annotator/maps//x", 403, "malformed"),
        ("/annotator/%252e%252e/x", 403, "malformed"),
    ] {
        assert_answer(&asked(&app, &alice(), "GET", target).await, status, reason);
    }
}
