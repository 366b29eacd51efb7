//! `/query_auth`: who asks, for what, may they.

use actix_web::http::Method;
use iiif_gate::access::rule::Kind;
use iiif_gate::identity::secret::{API_KEY_PREFIX, fingerprint, from_random};
use iiif_gate::store::api_keys::{self, NewApiKey};
use iiif_gate::web::state::now;

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

const INFO: &str = "/iiif/images/a/info.json";
const GET: (&str, &str) = ("X-Original-Method", "GET");
const PIXELS: &str = "/iiif/images/a/full/max/0/default.jpg";

fn anonymous() -> Browser {
    Browser::default()
}

fn assert_answer(reply: &Reply, status: u16, reason: &str) {
    assert_eq!(
        (reply.status, reply.header("x-auth-reason")),
        (status, reason)
    );
    assert_eq!(reply.body, "");
    assert!(
        !reply.headers.contains_key("set-cookie"),
        "the tile path sets no cookie"
    );
}

#[actix_web::test]
async fn nobody_is_challenged_and_a_signed_in_user_is_let_in() {
    for app in TestApp::both().await {
        app.user("alice", &[]);
        assert_answer(&app.ask(&anonymous(), PIXELS).await, 401, "sign-in-needed");
        let alice = app.viewer("alice").await;
        let reply = app.ask(&alice, PIXELS).await;
        assert_answer(&reply, 204, "role-held");
        assert_eq!(
            (reply.header("x-auth-user"), reply.header("x-auth-roles")),
            ("alice", "user")
        );
    }
}

#[actix_web::test]
async fn rules_open_and_close_images_manifests_and_files() {
    let app = TestApp::usual().await;
    app.user("alice", &["staff"]);
    app.user("bob", &[]);
    app.rule("open/*", "public");
    app.rule("open/staff.tif", "staff");
    app.rule("never/*", "nobody");
    app.rule_of(Kind::Manifest, "staff/*", "staff");
    app.catch_up().await;
    let (alice, bob) = (app.viewer("alice").await, app.viewer("bob").await);
    for (target, expected) in [
        ("/iiif/images/open/a/info.json", [204, 204, 204]),
        (
            "/iiif/images/open%2Fa/full/max/0/default.jpg",
            [204, 204, 204],
        ),
        ("/iiif/images/%6Fpen/a/info.json", [204, 204, 204]),
        ("/iiif/images/open/staff.tif/info.json", [401, 403, 204]),
        (
            "/iiif/images/open%2Fstaff.tif/full/max/0/default.jpg",
            [401, 403, 204],
        ),
        ("/iiif/images/never/a/info.json", [403, 403, 403]),
        ("/iiif/images/else", [401, 204, 204]),
        ("/iiif/manifests/staff/m.json", [401, 403, 204]),
        ("/iiif/manifests/open.json", [204, 204, 204]),
        ("/files/report.pdf", [401, 204, 204]),
    ] {
        for (browser, status) in [
            (&anonymous(), expected[0]),
            (&bob, expected[1]),
            (&alice, expected[2]),
        ] {
            assert_eq!(app.ask(browser, target).await.status, status, "{target}");
        }
    }
}

#[actix_web::test]
async fn the_default_can_be_public_or_deny() {
    for (setting, expected) in [("public", 204), ("deny", 403)] {
        let app = TestApp::new(Database::sqlite(), &[("DEFAULT_ACCESS", setting)]).await;
        assert_eq!(app.ask(&anonymous(), PIXELS).await.status, expected);
    }
}

#[actix_web::test]
async fn a_question_that_nginx_does_not_ask_is_refused() {
    let app = TestApp::new(Database::sqlite(), &[("DEFAULT_ACCESS", "public")]).await;
    let ask = |headers: &'static [(&'static str, &'static str)]| {
        let mut request = anonymous().request(Method::GET, "/query_auth");
        for header in headers {
            request = request.append_header(*header);
        }
        app.send(request)
    };
    assert_answer(&ask(&[GET, ("X-Original-URI", INFO)]).await, 204, "public");
    for headers in [
        &[][..],
        &[GET],
        &[("X-Original-URI", INFO)],
        &[GET, ("X-Original-URI", "")],
        &[GET, ("X-Original-URI", "*")],
        &[GET, ("X-Original-URI", "iiif/images/a")],
        &[GET, ("X-Original-URI", "//evil/iiif/images/a")],
        &[GET, ("X-Original-URI", "http://x/iiif/images/a")],
        &[GET, ("X-Original-URI", INFO), ("X-Original-URI", INFO)],
        &[GET, ("X-Original-URI", "/iiif/images/a/../b/info.json")],
        &[GET, ("X-Original-URI", "/iiif/images/%252e%252e/info.json")],
        &[GET, ("X-Original-URI", "/iiif/images/")],
        &[GET, GET, ("X-Original-URI", INFO)],
        &[("X-Original-Method", "POST"), ("X-Original-URI", INFO)],
        &[("X-Forwarded-Uri", INFO), ("X-Original-URL", INFO), GET],
    ] {
        assert_answer(&ask(headers).await, 403, "malformed");
    }
}

#[actix_web::test]
async fn credentials_never_add_up() {
    let app = TestApp::usual().await;
    app.user("alice", &["staff"]);
    app.user("bob", &[]);
    app.rule("a", "staff");
    app.catch_up().await;
    let alice = app.viewer("alice").await;
    let cookie = alice.cookies["__Host-iiif-gate"].clone();
    for line in [
        format!("__Host-iiif-gate=garbage; __Host-iiif-gate={cookie}"),
        format!("__Host-iiif-gate={cookie}; __Host-iiif-gate=garbage"),
        format!("__host-iiif-gate=garbage; __Host-iiif-gate={cookie}"),
        format!("x=\"a; __Host-iiif-gate=evil\"; __Host-iiif-gate={cookie}"),
    ] {
        let reply = app.ask(&anonymous().with("Cookie", &line), PIXELS).await;
        assert_answer(&reply, 401, "conflicting-credentials");
    }
    let two_lines = anonymous()
        .with("Cookie", "__Host-iiif-gate=garbage")
        .with("Cookie", &format!("__Host-iiif-gate={cookie}"));
    assert_eq!(app.ask(&two_lines, PIXELS).await.status, 401);
    let two_bearers = alice
        .clone()
        .with("Authorization", "Bearer a")
        .with("Authorization", "Bearer b");
    assert_eq!(app.ask(&two_bearers, INFO).await.status, 401);
    let others = format!(
        "Bearer {}",
        app.access_token(&app.viewer("bob").await).await
    );
    assert_eq!(
        app.ask(&alice.clone().with("Authorization", &others), INFO)
            .await
            .status,
        401
    );
    let own = format!("Bearer {}", app.access_token(&alice).await);
    assert_eq!(
        app.ask(&alice.with("Authorization", &own), INFO)
            .await
            .status,
        204
    );
}

#[actix_web::test]
async fn what_is_no_good_counts_as_nothing() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let alice = app.viewer("alice").await;
    let cookie = alice.cookies["__Host-iiif-gate"].clone();
    let long = "a".repeat(4097);
    for value in [
        "",
        "garbage",
        &long,
        "%41",
        &cookie[1..],
        &format!("\"{cookie}\""),
        &format!("{cookie}x"),
    ] {
        let browser = anonymous().with("Cookie", &format!("__Host-iiif-gate={value}"));
        assert_answer(&app.ask(&browser, PIXELS).await, 401, "sign-in-needed");
    }
    let old_name = anonymous().with("Cookie", &format!("iiif-gate={cookie}"));
    assert_eq!(app.ask(&old_name, PIXELS).await.status, 401);
    for value in [
        "Bearer undefined",
        "Bearer null",
        "Bearer ",
        "Basic YTpi",
        "Bearer a.b.c",
        "Bearer x y",
        &format!("Bearer {cookie}"),
    ] {
        let browser = anonymous().with("Authorization", value);
        assert_answer(&app.ask(&browser, INFO).await, 401, "sign-in-needed");
        assert_eq!(
            app.ask(&alice.clone().with("Authorization", value), INFO)
                .await
                .status,
            204
        );
    }
}

#[actix_web::test]
async fn an_access_token_opens_descriptions_and_no_pixels() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let token = app.access_token(&app.viewer("alice").await).await;
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let browser = anonymous().with("Authorization", &format!("{scheme} {token}"));
        assert_eq!(app.ask(&browser, INFO).await.status, 204);
        assert_eq!(app.ask(&browser, "/iiif/images/a").await.status, 204);
        assert_answer(&app.ask(&browser, PIXELS).await, 401, "sign-in-needed");
    }
    let as_cookie = anonymous().with("Cookie", &format!("__Host-iiif-gate={token}"));
    assert_eq!(app.ask(&as_cookie, PIXELS).await.status, 401);
    let in_query = format!("{INFO}?access_token={token}");
    assert_eq!(app.ask(&anonymous(), &in_query).await.status, 401);

    let as_before = TestApp::new(Database::sqlite(), &[("BEARER_OPENS_IMAGES", "true")]).await;
    as_before.user("alice", &[]);
    let token = as_before
        .access_token(&as_before.viewer("alice").await)
        .await;
    let browser = anonymous().with("Authorization", &format!("Bearer {token}"));
    assert_eq!(as_before.ask(&browser, PIXELS).await.status, 204);
}

#[actix_web::test]
async fn an_api_key_opens_pixels_until_it_ends_or_is_revoked() {
    for app in TestApp::both().await {
        let user = app.user("alice", &[]);
        let key = format!("{API_KEY_PREFIX}{}", from_random([9; 32]));
        let browser = anonymous().with("Authorization", &format!("Bearer {key}"));
        assert_eq!(app.ask(&browser, PIXELS).await.status, 401);
        let new = NewApiKey {
            user_id: user,
            name: "script".to_owned(),
            fingerprint: fingerprint(&key),
            expires_at: None,
        };
        let id = app
            .database
            .run(|conn| api_keys::create(conn, now(), &new, None));
        assert_eq!(app.ask(&browser, PIXELS).await.status, 204);
        assert_eq!(app.ask(&browser, INFO).await.status, 204);
        app.database.sql(&format!(
            "update api_keys set expires_at = '2020-01-01 00:00:00' where id = {id}"
        ));
        app.catch_up().await;
        assert_eq!(app.ask(&browser, PIXELS).await.status, 401);
    }
}

#[actix_web::test]
async fn the_account_cookie_opens_no_image_and_the_access_cookie_no_account() {
    let app = TestApp::usual().await;
    app.user("alice", &["admin"]);
    let mut account = app.account("alice").await;
    assert_eq!(app.get(&mut account, "/").await.status, 200);
    assert_eq!(app.ask(&account, PIXELS).await.status, 401);
    let value = account.cookies["__Host-iiif-gate-account"].clone();
    let swapped = anonymous().with("Cookie", &format!("__Host-iiif-gate={value}"));
    assert_eq!(app.ask(&swapped, PIXELS).await.status, 401);

    let viewer = app.viewer("alice").await;
    let value = viewer.cookies["__Host-iiif-gate"].clone();
    for cookie in [
        viewer.cookie_header(),
        format!("__Host-iiif-gate-account={value}"),
    ] {
        let mut browser = anonymous().with("Cookie", &cookie);
        for path in ["/", "/admin/", "/admin/users"] {
            let reply = app.get(&mut browser, path).await;
            assert_eq!(reply.status, 303, "{path}");
            assert!(
                reply.location().starts_with("/auth/login"),
                "{}",
                reply.location()
            );
        }
    }
}
