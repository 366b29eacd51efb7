//! Who may open what: every route of the administration and the account, for everybody.

use actix_web::http::Method;

use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::{Browser, form};

/// Every route below `/admin`; `1` is the first user, role or rule, and `99` a consumer that is not there.
const ADMIN: [(&str, &str); 74] = [
    ("GET", "/admin"),
    ("GET", "/admin/"),
    ("GET", "/admin/users"),
    ("POST", "/admin/users"),
    ("GET", "/admin/users/new"),
    ("GET", "/admin/users/1"),
    ("POST", "/admin/users/1"),
    ("POST", "/admin/users/1/state"),
    ("POST", "/admin/users/1/password"),
    ("POST", "/admin/users/1/sign-out"),
    ("POST", "/admin/users/1/second-factor"),
    ("GET", "/admin/users/1/delete"),
    ("POST", "/admin/users/1/delete"),
    ("GET", "/admin/users/import"),
    ("POST", "/admin/users/import"),
    ("GET", "/admin/users/export"),
    ("GET", "/admin/roles"),
    ("POST", "/admin/roles"),
    ("GET", "/admin/roles/new"),
    ("GET", "/admin/roles/1"),
    ("POST", "/admin/roles/1"),
    ("GET", "/admin/roles/1/delete"),
    ("POST", "/admin/roles/1/delete"),
    ("GET", "/admin/roles/1/terms"),
    ("POST", "/admin/roles/1/terms"),
    ("GET", "/admin/networks"),
    ("POST", "/admin/networks"),
    ("GET", "/admin/networks/new"),
    ("GET", "/admin/networks/1"),
    ("POST", "/admin/networks/1"),
    ("GET", "/admin/networks/1/delete"),
    ("POST", "/admin/networks/1/delete"),
    ("GET", "/admin/rules/lint"),
    ("GET", "/admin/explain"),
    ("GET", "/admin/explain?what=maps/a"),
    ("GET", "/admin/draft"),
    ("POST", "/admin/draft"),
    ("POST", "/admin/draft/recording"),
    ("GET", "/admin/rules"),
    ("POST", "/admin/rules"),
    ("GET", "/admin/rules/new"),
    ("GET", "/admin/rules/1"),
    ("POST", "/admin/rules/1"),
    ("GET", "/admin/rules/1/delete"),
    ("POST", "/admin/rules/1/delete"),
    ("GET", "/admin/rules/import"),
    ("POST", "/admin/rules/import"),
    ("GET", "/admin/rules/export"),
    ("GET", "/admin/consumers"),
    ("POST", "/admin/consumers"),
    ("GET", "/admin/consumers/new"),
    ("GET", "/admin/consumers/check"),
    ("POST", "/admin/consumers/check"),
    ("GET", "/admin/consumers/99"),
    ("GET", "/admin/consumers/99/edit"),
    ("POST", "/admin/consumers/99/edit"),
    ("GET", "/admin/consumers/99/site"),
    ("GET", "/admin/consumers/99/rotate"),
    ("POST", "/admin/consumers/99/rotate"),
    ("POST", "/admin/consumers/99/state"),
    ("GET", "/admin/consumers/99/sign-out"),
    ("POST", "/admin/consumers/99/sign-out"),
    ("POST", "/admin/consumers/99/block"),
    ("POST", "/admin/consumers/99/unblock"),
    ("GET", "/admin/consumers/99/delete"),
    ("POST", "/admin/consumers/99/delete"),
    ("GET", "/admin/sessions"),
    ("POST", "/admin/sessions/end"),
    ("GET", "/admin/limits"),
    ("POST", "/admin/limits/lift"),
    ("GET", "/admin/audit"),
    ("GET", "/admin/users?search=a&page=2"),
    ("GET", "/admin/rules?kind=image&test=a"),
    ("GET", "/admin/audit?outcome=refused"),
];

const ACCOUNT: [(&str, &str); 13] = [
    ("GET", "/"),
    ("GET", "/password"),
    ("POST", "/password"),
    ("GET", "/second-factor"),
    ("POST", "/second-factor"),
    ("POST", "/second-factor/codes"),
    ("POST", "/second-factor/remove"),
    ("GET", "/keys"),
    ("POST", "/keys"),
    ("POST", "/keys/revoke"),
    ("POST", "/sessions/end"),
    ("POST", "/sessions/end-all"),
    ("POST", "/sign-out"),
];

/// Fields that every form can be read with.
const FIELDS: [(&str, &str); 15] = [
    ("name", "x"),
    ("state", "disabled"),
    ("new_password", "another password"),
    ("text", "name\nx\n"),
    ("kind", "image"),
    ("pattern", "x"),
    ("session", "x"),
    ("current", "x"),
    ("password", "x"),
    ("repeat", "x"),
    ("key", "1"),
    ("record", "on"),
    ("code", "000000"),
    ("sealed", "x"),
    ("who", "account x"),
];

async fn status(app: &TestApp, browser: &Browser, method: &str, path: &str) -> (u16, String) {
    let request = browser.request(Method::from_bytes(method.as_bytes()).unwrap(), path);
    let request = match method {
        "POST" => {
            let token = app.get(&mut browser.clone(), "/login").await.field("csrf");
            let fields = [
                FIELDS.as_slice(),
                &[("days", "30"), ("csrf", token.as_str())],
            ]
            .concat();
            request
                .append_header(("Origin", ORIGIN))
                .append_header(("Content-Type", "application/x-www-form-urlencoded"))
                .set_payload(form(&fields))
        }
        _ => request,
    };
    let reply = app.send(request).await;
    let location = reply.location().to_owned();
    (reply.status, location)
}

/// Somebody who has been to a page of ours, and so has the cookie behind our forms.
async fn with_form(app: &TestApp, mut browser: Browser) -> Browser {
    app.get(&mut browser, "/login").await;
    browser
}

#[actix_web::test]
async fn only_administrators_get_into_the_administration() {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin"]);
    app.user("ada@example.org", &["staff"]);
    let nobody = with_form(&app, Browser::default()).await;
    let image_cookie = with_form(&app, app.viewer("admin@example.org").await).await;
    let bearer = nobody.clone().with("Authorization", "Bearer undefined");
    let plain = app.account("ada@example.org").await;
    for (method, path) in ADMIN {
        for stranger in [&nobody, &image_cookie, &bearer] {
            let (status, location) = status(&app, stranger, method, path).await;
            assert_eq!(status, 303, "{method} {path}");
            assert!(
                location.starts_with("/auth/login?next="),
                "{method} {path}: {location}"
            );
        }
        assert_eq!(
            status(&app, &plain, method, path).await.0,
            403,
            "{method} {path}"
        );
    }
}

#[actix_web::test]
async fn administrators_get_in_everywhere() {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin"]);
    let admin = app.account("admin@example.org").await;
    for (method, path) in ADMIN.into_iter().filter(|(method, _)| *method == "GET") {
        let (status, _) = status(&app, &admin, method, path).await;
        // There is no rule, no network and no such consumer, and the first role has no terms.
        let is_missing = [
            "/admin/rules/1",
            "/admin/networks/1",
            "/admin/consumers/99",
            "/admin/roles/1/terms",
        ]
        .iter()
        .any(|missing| path.starts_with(missing));
        let expected = if is_missing { 404 } else { 200 };
        assert_eq!(status, expected, "{method} {path}");
    }
}

#[actix_web::test]
async fn other_spellings_of_the_paths_lead_nowhere() {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin"]);
    let plain = with_form(&app, Browser::default()).await;
    for path in [
        "//admin",
        "/Admin",
        "/admin%2f",
        "/admin%2Fusers",
        "/admin/../admin/users",
        "/admin/users/",
    ] {
        let (status, _) = status(&app, &plain, "GET", path).await;
        assert!(matches!(status, 303 | 404), "{path}: {status}");
    }
    for path in [
        "/nothing",
        "/admin/nothing",
        "/admin/users/x",
        "/admin/users/1/nothing",
    ] {
        let reply = app.get(&mut plain.clone(), path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert!(
            reply.body.contains("Page not found"),
            "{path}: {}",
            reply.body
        );
    }
}

#[actix_web::test]
async fn the_account_page_wants_its_own_cookie() {
    let app = TestApp::usual().await;
    app.user("ada@example.org", &[]);
    let nobody = with_form(&app, Browser::default()).await;
    let image_cookie = with_form(&app, app.viewer("ada@example.org").await).await;
    for (method, path) in ACCOUNT {
        for stranger in [&nobody, &image_cookie] {
            assert_eq!(
                status(&app, stranger, method, path).await.0,
                303,
                "{method} {path}"
            );
        }
    }
}

#[actix_web::test]
async fn a_form_without_its_token_or_from_elsewhere_does_nothing() {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin"]);
    let admin = app.account("admin@example.org").await;
    let posts = ADMIN
        .iter()
        .chain(&ACCOUNT)
        .filter(|(method, _)| *method == "POST");
    for (_, path) in posts {
        let reply = app.post(&admin, path, &FIELDS).await;
        assert_eq!(reply.status, 403, "without a token: {path}");
        let token = app.get(&mut admin.clone(), "/keys").await.field("csrf");
        let fields = [FIELDS.as_slice(), &[("csrf", token.as_str())]].concat();
        for (name, value) in [
            ("Origin", "https://evil.example"),
            ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"),
            ("Sec-Fetch-Site", "same-site"),
        ] {
            let request = admin
                .request(Method::POST, path)
                .append_header((name, value))
                .append_header(("Content-Type", "application/x-www-form-urlencoded"))
                .set_payload(form(&fields));
            assert_eq!(
                app.send(request).await.status,
                403,
                "{name}: {value}: {path}"
            );
        }
    }
    assert_eq!(app.get(&mut admin.clone(), "/admin/").await.status, 200);
}

#[actix_web::test]
async fn losing_the_role_closes_the_administration_at_once() {
    let app = TestApp::usual().await;
    app.user("admin@example.org", &["admin"]);
    let id = app.user("other@example.org", &["admin"]);
    let mut admin = app.account("admin@example.org").await;
    let mut other = app.account("other@example.org").await;
    assert_eq!(app.get(&mut other, "/admin/").await.status, 200);
    let path = format!("/admin/users/{}", id.0);
    let reply = app
        .submit(&mut admin, &path, &path, &[("name", "other@example.org")])
        .await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    assert_eq!(app.get(&mut other, "/admin/").await.status, 403);
    assert_eq!(app.get(&mut other, "/").await.status, 200);
}
