//! `/describe`: info.json, base URIs and refusals.

use serde_json::{Value, json};

use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::Browser;
use crate::support::database::Database;
use crate::support::image_server::document;

fn anonymous() -> Browser {
    Browser::default()
}

#[actix_web::test]
async fn the_refused_and_the_admitted_get_the_same_real_document() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let target = "/iiif/images/maps%2Fa%20b.tif/info.json";
    let refused = app.describe(&anonymous(), target).await;
    let admitted = app.describe(&app.viewer("alice").await, target).await;
    assert_eq!((refused.status, admitted.status), (401, 200));
    assert_eq!(refused.body, admitted.body);

    let mut body = refused.json();
    let services = body.as_object_mut().unwrap().remove("service").unwrap();
    let policy = body.as_object_mut().unwrap().remove("crossOriginPolicy");
    assert_eq!(
        policy,
        Some(false.into()),
        "Universal Viewer would send no cookies"
    );
    let mut original: Value = serde_json::from_str(&document("maps%2Fa%20b.tif")).unwrap();
    original.as_object_mut().unwrap().remove("service");
    original["@id"] = format!("{ORIGIN}/iiif/images/maps%2Fa%20b.tif").into();
    assert_eq!(body, original);
    let services = services.as_array().unwrap();
    assert_eq!(
        services[0]["profile"],
        "http://iiif.io/api/annex/services/physdim"
    );
    assert_eq!(services[1]["profile"], "http://iiif.io/api/auth/1/login");
    assert_eq!(services[1]["@id"], format!("{ORIGIN}/auth/iiif-login"));
    assert!(
        services[1]["label"]
            .as_str()
            .unwrap()
            .contains("Example Archive")
    );
}

#[actix_web::test]
async fn a_document_says_what_query_auth_says() {
    let app = TestApp::usual().await;
    app.user("alice", &["staff"]);
    app.user("bob", &[]);
    app.rule("open", "public");
    app.rule("staff", "staff");
    app.rule("never", "nobody");
    app.catch_up().await;
    let browsers = [
        anonymous(),
        app.viewer("alice").await,
        app.viewer("bob").await,
    ];
    for identifier in ["open", "staff", "never", "else"] {
        for browser in &browsers {
            let target = format!("/iiif/images/{identifier}/info.json");
            let asked = app.ask(browser, &target).await.status;
            let pixels = format!("/iiif/images/{identifier}/full/max/0/default.jpg");
            assert_eq!(
                app.ask(browser, &pixels).await.status,
                asked,
                "{identifier}"
            );
            let described = app.describe(browser, &target).await.status;
            assert_eq!(
                described,
                if asked == 204 { 200 } else { asked },
                "{identifier}"
            );
        }
    }
}

#[actix_web::test]
async fn no_sign_in_is_offered_where_none_would_help_or_none_is_needed() {
    let app = TestApp::usual().await;
    app.rule("open", "public");
    app.rule("never", "nobody");
    app.catch_up().await;
    for identifier in ["open", "never"] {
        let target = format!("/iiif/images/{identifier}/info.json");
        assert!(
            !app.describe(&anonymous(), &target)
                .await
                .body
                .contains("iiif-login")
        );
    }
}

#[actix_web::test]
async fn a_document_is_told_the_same_until_a_rule_makes_it_another() {
    let app = TestApp::usual().await;
    let info = "/iiif/images/a/info.json";
    let protected = app.describe(&anonymous(), info).await.body;
    assert_eq!(app.describe(&anonymous(), info).await.body, protected);
    assert!(protected.contains("iiif-login"));
    app.rule("a", "public");
    app.catch_up().await;
    let public = app.describe(&anonymous(), info).await.body;
    assert!(!public.contains("iiif-login"), "{public}");
}

#[actix_web::test]
async fn image_api_3_gets_its_own_form_and_content_type() {
    let app = TestApp::usual().await;
    let reply = app
        .describe(&anonymous(), "/iiif/images/v3a/info.json")
        .await;
    let body = reply.json();
    assert_eq!(body["id"], format!("{ORIGIN}/iiif/images/v3a"));
    assert_eq!(body["service"][1]["@type"], "AuthCookieService1");
    let v3 = r#"application/ld+json;profile="http://iiif.io/api/image/3/context.json""#;
    assert_eq!(reply.header("content-type"), v3);
    for (accept, kind) in [
        ("application/ld+json", "application/ld+json"),
        ("*/*", "application/json"),
    ] {
        let browser = anonymous().with("Accept", accept);
        let reply = app.describe(&browser, "/iiif/images/a/info.json").await;
        assert_eq!(reply.header("content-type"), kind);
    }
}

#[actix_web::test]
async fn what_is_protected_is_kept_by_no_shared_cache() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    app.rule("open", "public");
    app.catch_up().await;
    let alice = app.viewer("alice").await;
    let info = "/iiif/images/a/info.json";
    let refused = app.describe(&anonymous(), info).await;
    assert_eq!(refused.header("cache-control"), "no-store");
    assert!(refused.header("www-authenticate").starts_with("Bearer "));
    assert!(!refused.headers.contains_key("etag"));
    let admitted = app.describe(&alice, info).await;
    assert_eq!(admitted.header("cache-control"), "private, no-cache");
    for reply in [&refused, &admitted] {
        let vary = "Authorization, Cookie, Accept, Accept-Language";
        assert_eq!(reply.header("vary"), vary);
    }
    let etag = admitted.header("etag").to_owned();
    let known = |browser: &Browser| browser.clone().with("If-None-Match", &etag);
    assert_eq!(app.describe(&known(&alice), info).await.status, 304);
    assert_eq!(app.describe(&known(&anonymous()), info).await.status, 401);
    let open = app
        .describe(&anonymous(), "/iiif/images/open/info.json")
        .await;
    assert_eq!(
        (open.header("cache-control"), open.header("vary")),
        ("no-cache", "Accept")
    );
}

#[actix_web::test]
async fn a_base_uri_leads_to_the_description_on_our_own_host() {
    let app = TestApp::usual().await;
    for browser in [anonymous(), anonymous().with("Host", "evil.example")] {
        for (target, raw) in [("/iiif/images/a%2Fb", "a%2Fb"), ("/iiif/images/a/", "a")] {
            let reply = app.describe(&browser, target).await;
            assert_eq!(reply.status, 303);
            assert_eq!(
                reply.location(),
                format!("{ORIGIN}/iiif/images/{raw}/info.json")
            );
        }
    }
}

#[actix_web::test]
async fn an_image_that_does_not_exist_is_not_found_by_either_address() {
    let app = TestApp::usual().await;
    for target in [
        "/iiif/images/missing/info.json",
        "/iiif/images/missing/full/max/0/default.jpg",
    ] {
        assert_eq!(app.describe(&anonymous(), target).await.status, 404);
    }
}

#[actix_web::test]
async fn refused_pixels_and_manifests_get_a_small_readable_answer() {
    let app = TestApp::new(Database::sqlite(), &[("DEFAULT_MANIFEST_ACCESS", "user")]).await;
    for target in [
        "/iiif/images/a/full/max/0/default.jpg",
        "/iiif/manifests/a.json",
    ] {
        let reply = app.describe(&anonymous(), target).await;
        assert_eq!(reply.status, 401);
        assert_eq!(
            reply.json(),
            json!({
                "error": "Sign-in needed",
                "description": "Example Archive shows this to readers who are signed in.",
            })
        );
        assert_eq!(reply.header("cache-control"), "no-store");
    }
}

#[actix_web::test]
async fn an_image_server_that_fails_leaves_the_way_to_sign_in_open() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let alice = app.viewer("alice").await;
    for identifier in ["failing", "broken"] {
        let target = format!("/iiif/images/{identifier}/info.json");
        let refused = app.describe(&anonymous(), &target).await;
        assert_eq!(refused.status, 401);
        let body = refused.json();
        assert_eq!(body["@id"], format!("{ORIGIN}/iiif/images/{identifier}"));
        assert_eq!(
            body["service"][0]["profile"],
            "http://iiif.io/api/auth/1/login"
        );
        let admitted = app.describe(&alice, &target).await;
        assert_eq!(admitted.status, 503);
        assert_eq!(admitted.header("retry-after"), "5");
    }
}

#[actix_web::test]
async fn a_spelling_that_the_image_server_does_not_know_hides_no_image() {
    let app = TestApp::usual().await;
    let target = |identifier| format!("/iiif/images/{identifier}/info.json");
    let unknown = app.describe(&anonymous(), &target("only/encoded")).await;
    assert_eq!(unknown.status, 404);
    let known = app.describe(&anonymous(), &target("only%2Fencoded")).await;
    assert_eq!(known.status, 401);
}
