//! Forms: only our own pages can send them, and they must be whole.

use actix_web::http::Method;

use crate::support::app::{ORIGIN, PASSWORD, SECRET_KEY, TestApp};
use crate::support::browser::{Browser, form};

const FIELDS: [(&str, &str); 2] = [("username", "alice"), ("password", PASSWORD)];

#[actix_web::test]
async fn forms_from_elsewhere_are_refused() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut browser = Browser::default();
    let token = app.get(&mut browser, "/iiif-login").await.field("csrf");
    let send = |browser: &Browser, token: &str, headers: &[(&'static str, &'static str)]| {
        let mut all = FIELDS.to_vec();
        all.push(("csrf", token));
        let mut request = browser
            .request(Method::POST, "/iiif-login")
            .append_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(form(&all));
        for header in headers {
            request = request.append_header(*header);
        }
        app.send(request)
    };
    for headers in [
        &[("Origin", "https://evil.example")][..],
        &[("Origin", "null")],
        &[("Origin", ORIGIN), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", ORIGIN), ("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Origin", ORIGIN), ("Origin", "https://evil.example")],
    ] {
        assert_eq!(
            send(&browser, &token, headers).await.status,
            403,
            "{headers:?}"
        );
    }
    let ours = [("Origin", ORIGIN), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(send(&browser, "", &ours).await.status, 403);
    assert_eq!(send(&browser, &token[1..], &ours).await.status, 403);
    assert_eq!(
        send(&Browser::default(), &token, &ours).await.status,
        403,
        "another browser's token"
    );
    assert_eq!(send(&browser, &token, &ours).await.status, 303);
    // A script has no cookies that somebody else could make it use.
    assert_eq!(send(&Browser::default(), "", &[]).await.status, 303);
}

#[actix_web::test]
async fn an_incomplete_or_doubled_form_is_a_bad_request() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    for body in [
        "",
        "username=alice",
        "password=x",
        "username=alice&password=a&password=correct+horse+battery",
        "username=%ff&password=x",
    ] {
        let request = Browser::default()
            .request(Method::POST, "/iiif-login")
            .append_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(body);
        let reply = app.send(request).await;
        assert!(
            matches!(reply.status, 400 | 401),
            "{body}: {}",
            reply.status
        );
    }
}

#[actix_web::test]
async fn only_an_import_may_be_large() {
    let app = TestApp::usual().await;
    app.user("root", &["admin"]);
    let large = "a".repeat(1024 * 1024);
    let fields = [("username", large.as_str()), ("password", "x")];
    let reply = app.post(&Browser::default(), "/login", &fields).await;
    assert_eq!(reply.status, 400);
    let mut browser = app.account("root").await;
    let table = format!("name,display_name\nx,{}", " ".repeat(1024 * 1024));
    let page = "/admin/users/import";
    let fields = [("text", table.as_str())];
    let reply = app.submit(&mut browser, page, page, &fields).await;
    assert_eq!(reply.status, 200);
}

#[actix_web::test]
async fn a_form_that_was_fetched_before_the_key_was_replaced_can_be_sent_after_it() {
    let old = TestApp::usual().await;
    old.user("alice", &[]);
    let mut browser = Browser::default();
    let token = old.get(&mut browser, "/iiif-login").await.field("csrf");
    let settings = [
        ("AUTH_SECRET_KEY", "u4WnE8rT2yI6oP0aS5dF9gH3jK7lZ1xC"),
        ("AUTH_SECRET_KEY_PREVIOUS", SECRET_KEY),
    ];
    let mut fields = FIELDS.to_vec();
    fields.push(("csrf", &token));
    let new = TestApp::new(old.database, &settings).await;
    let reply = new.post(&browser, "/iiif-login", &fields).await;
    assert_eq!(reply.status, 303, "{}", reply.body);
    let later = TestApp::new(new.database, &settings[..1]).await;
    let reply = later.post(&browser, "/iiif-login", &fields).await;
    assert_eq!(reply.status, 403);
}
