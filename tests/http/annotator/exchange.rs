//! `/annotator/session`: a token for a cookie that opens images.

use super::images::{INFO, PIXELS, app};
use super::*;
use crate::support::consumers::SITE;

const SESSION: &str = "/annotator/session";
const COOKIE: &str = "__Secure-iiif-gate-annotator";

async fn exchanged(app: &TestApp, browser: &Browser, method: Method) -> Reply {
    app.send(browser.request(method, SESSION)).await
}

/// A browser with the cookie that Alice got.
pub(super) async fn with_cookie(app: &TestApp) -> Browser {
    let reply = exchanged(app, &alice().with("Origin", SITE), Method::POST).await;
    assert_eq!(reply.status, 204);
    let mut browser = Browser::default();
    browser.keep(&reply);
    browser
}

#[actix_web::test]
async fn the_cookie_is_for_images_alone_and_ends_within_the_hour() {
    let app = app().await;
    let reply = exchanged(&app, &alice().with("Origin", SITE), Method::POST).await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    let cookie = reply.header("set-cookie");
    for word in [
        COOKIE,
        "HttpOnly",
        "Secure",
        "SameSite=None",
        "Path=/iiif/",
        "Partitioned",
        "Expires=",
    ] {
        assert!(cookie.contains(word), "{word}: {cookie}");
    }
    assert_eq!(reply.header("access-control-allow-origin"), SITE);
    assert_eq!(reply.header("access-control-allow-credentials"), "true");
    assert_eq!(reply.header("cache-control"), "no-store");
}

#[actix_web::test]
async fn the_cookie_opens_images_and_nothing_else() {
    let app = app().await;
    let browser = with_cookie(&app).await;
    assert_answer(
        &asked(&app, &browser, "GET", PIXELS).await,
        204,
        "role-held",
    );
    assert_answer(&asked(&app, &browser, "GET", INFO).await, 204, "role-held");
    assert_answer(
        &asked(&app, &browser, "POST", SEARCH).await,
        401,
        "missing_token",
    );
    assert_answer(
        &asked(&app, &browser, "GET", SEARCH).await,
        401,
        "missing_token",
    );
    let next_door = "/iiif/images/other%2Fa/info.json";
    assert_answer(
        &asked(&app, &browser, "GET", next_door).await,
        401,
        "sign-in-needed",
    );
    assert_eq!(
        app.send(browser.request(Method::GET, "/admin/"))
            .await
            .status,
        303
    );
    let file = asked(&app, &browser, "GET", "/iiif/files/docland/a.pdf").await;
    assert_eq!(file.header("x-auth-user"), "");
}

#[actix_web::test]
async fn only_pages_of_listed_sites_get_the_cookie() {
    let app = app().await;
    let browser = |origin: Option<&str>| match origin {
        Some(origin) => alice().with("Origin", origin),
        None => alice(),
    };
    for origin in [None, Some("https://elsewhere.example"), Some("null")] {
        let reply = exchanged(&app, &browser(origin), Method::POST).await;
        assert_eq!((reply.status, reply.header("set-cookie")), (403, ""));
        assert_eq!(reply.header("access-control-allow-origin"), "");
    }
    let forged = with_token("foo").with("Origin", SITE);
    let reply = exchanged(&app, &forged, Method::POST).await;
    assert_eq!((reply.status, reply.header("set-cookie")), (401, ""));
    let preflight = exchanged(
        &app,
        &Browser::default().with("Origin", SITE),
        Method::OPTIONS,
    )
    .await;
    assert_eq!(preflight.status, 204);
    assert!(
        preflight
            .header("access-control-allow-headers")
            .contains(HEADER)
    );
    assert_eq!(exchanged(&app, &alice(), Method::GET).await.status, 405);
}

#[actix_web::test]
async fn programs_that_ask_for_json_get_an_access_token_for_descriptions() {
    let app = app().await;
    let asking = alice()
        .with("Origin", SITE)
        .with("Accept", "application/json");
    let reply = exchanged(&app, &asking, Method::POST).await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    assert!(body["expiresIn"].as_i64().unwrap() > 3500);
    let bearer = format!("Bearer {}", body["accessToken"].as_str().unwrap());
    let viewer = Browser::default().with("Authorization", &bearer);
    assert_answer(&asked(&app, &viewer, "GET", INFO).await, 204, "role-held");
    assert_answer(
        &asked(&app, &viewer, "GET", PIXELS).await,
        401,
        "sign-in-needed",
    );
}

#[actix_web::test]
async fn somebody_who_is_signed_in_counts_before_the_cookie() {
    let app = app().await;
    app.user("bob", &[]);
    let mut bob = app.viewer("bob").await;
    bob.cookies.extend(with_cookie(&app).await.cookies);
    let reply = asked(&app, &bob, "GET", PIXELS).await;
    assert_eq!(reply.header("x-auth-reason"), "role-missing");
    let twice = format!("{COOKIE}=x; {COOKIE}=y");
    let twice = Browser::default().with("Cookie", &twice);
    assert_answer(
        &asked(&app, &twice, "GET", PIXELS).await,
        401,
        "conflicting-credentials",
    );
}

#[actix_web::test]
async fn a_changed_cookie_opens_nothing_and_delete_takes_it_away() {
    let app = app().await;
    let browser = with_cookie(&app).await;
    let (name, value) = browser.cookies.first_key_value().unwrap();
    let mut forged = Browser::default();
    forged
        .cookies
        .insert(name.clone(), format!("A{}", value.get(1..).unwrap()));
    assert_answer(
        &asked(&app, &forged, "GET", PIXELS).await,
        401,
        "sign-in-needed",
    );
    let page = Browser::default().with("Origin", SITE);
    let reply = exchanged(&app, &page, Method::DELETE).await;
    assert_eq!(reply.status, 204);
    assert!(
        reply
            .header("set-cookie")
            .contains("Expires=Thu, 01 Jan 1970")
    );
}

#[actix_web::test]
async fn a_new_secret_key_takes_nothing_from_the_users_of_sites() {
    let old = app().await;
    let cookie = with_cookie(&old).await;
    let settings = [
        ("AUTH_SECRET_KEY", "u4WnE8rT2yI6oP0aS5dF9gH3jK7lZ1xC"),
        ("AUTH_SECRET_KEY_PREVIOUS", crate::support::app::SECRET_KEY),
    ];
    let new = TestApp::new(old.database, &settings).await;
    for browser in [&cookie, &alice()] {
        let answer = asked(&new, browser, "GET", PIXELS).await;
        assert_answer(&answer, 204, "role-held");
    }
    // The start sealed the site's secret anew, so that the former key can go.
    let later = TestApp::new(new.database, &settings[..1]).await;
    let answer = asked(&later, &alice(), "GET", PIXELS).await;
    assert_answer(&answer, 204, "role-held");
    let answer = asked(&later, &cookie, "GET", PIXELS).await;
    assert_answer(&answer, 401, "sign-in-needed");
}
