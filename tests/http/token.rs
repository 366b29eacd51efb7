//! The access token service.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::browser::{Browser, Reply};
use crate::support::database::Database;

impl TestApp {
    /// The access token that a script gets for this browser's cookie.
    pub(crate) async fn access_token(&self, browser: &Browser) -> String {
        let reply = self.get(&mut browser.clone(), "/iiif-token").await;
        let token = reply.json().get("accessToken").cloned().unwrap();
        token.as_str().unwrap().to_owned()
    }
}

/// The message that the page posts, and to whom.
fn posted(reply: &Reply) -> (Value, String) {
    assert_eq!(reply.status, 200);
    assert!(reply.header("content-type").starts_with("text/html"));
    let (_, call) = reply.body.split_once("postMessage(").unwrap();
    let mut messages = serde_json::Deserializer::from_str(call).into_iter::<Value>();
    let message = messages.next().unwrap().unwrap();
    let rest = call[messages.byte_offset()..].trim_start_matches([',', ' ']);
    let mut targets = serde_json::Deserializer::from_str(rest).into_iter::<String>();
    (message, targets.next().unwrap().unwrap())
}

fn page(message_id: &str, origin: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("messageId", message_id), ("origin", origin)])
        .finish();
    format!("/iiif-token?{query}")
}

#[actix_web::test]
async fn programs_get_json_and_viewers_a_message_to_their_origin() {
    for app in TestApp::both().await {
        app.user("alice", &[]);
        let mut alice = app.viewer("alice").await;
        let reply = app.get(&mut alice, "/iiif-token").await;
        assert_eq!(
            (reply.status, reply.header("content-type")),
            (200, "application/json")
        );
        let document = reply.json();
        assert_eq!(document["expiresIn"], json!(3600));
        assert!(document.get("messageId").is_none());

        let reply = app
            .get(&mut alice, &page("7", "https://viewer.example/"))
            .await;
        let (message, target) = posted(&reply);
        assert_eq!(target, "https://viewer.example");
        assert_eq!(message["messageId"], "7");
        assert!(message["accessToken"].is_string() && message["expiresIn"].is_u64());
    }
}

#[actix_web::test]
async fn the_message_id_comes_back_as_it_is() {
    let app = TestApp::usual().await;
    let long = "x".repeat(2048);
    for id in [
        "1",
        "https://images.example/auth/iiif-token",
        "</script><script>x",
        "';x//",
        "\u{2028}ü",
        "",
        &long,
    ] {
        let reply = app
            .get(&mut Browser::default(), &page(id, "https://viewer.example"))
            .await;
        assert_eq!(posted(&reply).0["messageId"], id);
        assert_eq!(reply.body.matches("<script").count(), 1);
        assert_eq!(reply.body.matches("</script").count(), 1);
    }
    let raw = "/iiif-token?messageId=https://images.example/auth/iiif-token&origin=https://viewer.example";
    let reply = app.get(&mut Browser::default(), raw).await;
    assert_eq!(
        posted(&reply).0["messageId"],
        "https://images.example/auth/iiif-token"
    );
}

#[actix_web::test]
async fn the_five_errors_are_told_apart() {
    let listed = [("VIEWER_ORIGINS", "https://viewer.example")];
    let app = TestApp::new(Database::sqlite(), &listed).await;
    app.user("alice", &[]);
    let alice = app.viewer("alice").await;
    let junk = Browser::default().with("Cookie", "__Host-iiif-gate=junk");
    let good = "https://viewer.example";
    for (browser, origin, error) in [
        (&Browser::default(), good, "missingCredentials"),
        (&junk, good, "invalidCredentials"),
        (&alice, "https://evil.example", "invalidOrigin"),
        (&alice, "https://viewer.example.evil", "invalidOrigin"),
        (&alice, "https://viewer.example:444", "invalidOrigin"),
        (&alice, "null", "invalidRequest"),
        (&alice, "*", "invalidRequest"),
        (&alice, "", "invalidRequest"),
        (&alice, "javascript:alert(1)", "invalidRequest"),
    ] {
        let reply = app.get(&mut browser.clone(), &page("1", origin)).await;
        let (message, target) = posted(&reply);
        assert_eq!(message["error"], error, "{origin}");
        assert!(message["description"].is_string() && message.get("accessToken").is_none());
        assert_eq!(target == "*", error == "invalidRequest");
    }
    for query in [
        "messageId=1&origin=https://viewer.example&origin=https://viewer.example",
        "messageId=1",
    ] {
        let reply = app
            .get(&mut alice.clone(), &format!("/iiif-token?{query}"))
            .await;
        assert_eq!(posted(&reply).0["error"], "invalidRequest");
    }
    let contradicted = alice.clone().with("Referer", "https://evil.example/page");
    let reply = app.get(&mut contradicted.clone(), &page("1", good)).await;
    assert_eq!(posted(&reply).0["error"], "invalidOrigin");
}

#[actix_web::test]
async fn programs_get_the_error_as_a_status() {
    let app = TestApp::usual().await;
    let reply = app.get(&mut Browser::default(), "/iiif-token").await;
    assert_eq!(
        (reply.status, &reply.json()["error"]),
        (401, &json!("missingCredentials"))
    );
    let mut junk = Browser::default().with("Cookie", "__Host-iiif-gate=junk");
    let reply = app.get(&mut junk, "/iiif-token").await;
    assert_eq!(
        (reply.status, &reply.json()["error"]),
        (401, &json!("invalidCredentials"))
    );
}

#[actix_web::test]
async fn a_database_that_is_away_is_unavailable_and_not_invalid() {
    let app = TestApp::new(Database::postgres(), &[]).await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    app.database
        .sql("alter table sessions rename to sessions_away");
    let reply = app.get(&mut alice, "/iiif-token").await;
    assert_eq!(
        (reply.status, &reply.json()["error"]),
        (503, &json!("unavailable"))
    );
    let reply = app
        .get(&mut alice, &page("1", "https://viewer.example"))
        .await;
    assert_eq!(posted(&reply).0["error"], "unavailable");
    assert_eq!(
        app.ask(&alice, "/iiif/images/a").await.status,
        403,
        "never allowed by an error"
    );
}

#[actix_web::test]
async fn any_page_may_frame_the_token_page_and_nothing_else_runs_in_it() {
    let app = TestApp::usual().await;
    let path = page("1", "https://viewer.example");
    let reply = app.get(&mut Browser::default(), &path).await;
    let policy = reply.header("content-security-policy").to_owned();
    assert!(!reply.headers.contains_key("x-frame-options") && !policy.contains("frame-ancestors"));
    assert!(policy.contains("default-src 'none'") && policy.contains("form-action 'none'"));
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap()
        .to_owned();
    assert!(reply.body.contains(&format!("nonce=\"{nonce}\"")));
    assert!(!reply.body.contains("src=") && !reply.body.contains("href="));
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("cross-origin-embedder-policy", "require-corp"),
        ("cross-origin-resource-policy", "cross-origin"),
    ] {
        assert_eq!(reply.header(name), value);
    }
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
    let again = app.get(&mut Browser::default(), &path).await;
    assert!(!again.body.contains(&nonce), "a fresh nonce every time");
}

#[actix_web::test]
async fn a_token_does_not_outlive_its_session() {
    let settings = [("SESSION_MAX", "600"), ("SESSION_IDLE", "600")];
    let app = TestApp::new(Database::sqlite(), &settings).await;
    app.user("alice", &[]);
    let mut alice = app.viewer("alice").await;
    let expires_in = app.get(&mut alice, "/iiif-token").await.json()["expiresIn"]
        .as_i64()
        .unwrap();
    assert!((1..=600).contains(&expires_in), "{expires_in}");
}

#[actix_web::test]
async fn a_browser_that_withholds_the_cookie_is_asked_to_send_it_if_its_user_allowed_that() {
    let app = TestApp::new(
        Database::sqlite(),
        &[("VIEWER_ORIGINS", "https://viewer.example")],
    )
    .await;
    let activate = |cookie: &'static str, state: &'static str, origin: &'static str| {
        let request = Browser::default()
            .request(Method::GET, &page("1", "https://viewer.example"))
            .append_header(("Sec-Fetch-Storage-Access", state))
            .append_header(("Origin", origin))
            .append_header(("Cookie", cookie));
        let reply = app.send(request);
        async move { reply.await.header("activate-storage-access").to_owned() }
    };
    let viewer = "https://viewer.example";
    let retry = "retry; allowed-origin=\"https://viewer.example\"";
    assert_eq!(activate("other=1", "inactive", viewer).await, retry);
    assert_eq!(activate("other=1", "active", viewer).await, "load");
    assert_eq!(activate("other=1", "none", viewer).await, "");
    assert_eq!(activate("other=1", "inactive", "null").await, "");
    assert_eq!(
        activate("other=1", "inactive", "https://evil.example").await,
        ""
    );
    assert_eq!(activate("__Host-iiif-gate=x", "inactive", viewer).await, "");
}
