//! The number of a request: in the log and on pages, if it is nginx's.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;

const ID: &str = "5f0c1e9a7b3d42688c1fa0e6d9b27344";

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Everything that this thread logs.
    fn begin() -> (Self, tracing::subscriber::DefaultGuard) {
        let log = Self::default();
        let lines = tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_span_list(false);
        let guard = tracing::subscriber::set_default(lines.with_writer(log.clone()).finish());
        (log, guard)
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[actix_web::test]
async fn a_page_that_fails_shows_the_number_under_which_the_log_says_why() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut browser = Browser::default().with("X-Request-ID", ID);
    let token = app.get(&mut browser, "/login").await.field("csrf");
    app.database.sql("DROP TABLE audit_log");
    let (log, _guard) = Log::begin();
    let fields = [
        ("username", "alice"),
        ("password", PASSWORD),
        ("csrf", &token),
    ];
    let reply = app.post(&browser, "/login", &fields).await;
    assert_eq!(reply.status, 500);
    assert!(
        reply
            .body
            .contains(&format!("name this number: <code>{ID}</code>")),
        "{}",
        reply.body
    );
    let log = log.text();
    let line: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(line["message"], "a page failed");
    assert_eq!(line["span"]["id"], ID);
}

#[actix_web::test]
async fn a_question_that_cannot_be_decided_is_logged_under_its_number() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let alice = app.viewer("alice").await.with("X-Request-ID", ID);
    app.database.sql("ALTER TABLE sessions RENAME TO lost");
    let (log, _guard) = Log::begin();
    let reply = app
        .ask(&alice, "/iiif/images/a/full/max/0/default.jpg")
        .await;
    assert_eq!(
        (reply.status, reply.header("x-auth-reason")),
        (403, "unavailable")
    );
    let log = log.text();
    let line: serde_json::Value = serde_json::from_str(log.lines().next().unwrap()).unwrap();
    assert_eq!(line["message"], "a request cannot be decided");
    assert_eq!(line["span"]["id"], ID);
}

#[actix_web::test]
async fn whoever_opens_a_closed_picture_may_name_the_number_where_nothing_else_helps() {
    let app = TestApp::usual().await;
    app.rule("never", "nobody");
    app.catch_up().await;
    let reader = Browser::default()
        .with("X-Request-ID", ID)
        .with("Accept", "text/html");
    let refused = app
        .describe(&reader, "/iiif/images/never/full/max/0/default.jpg")
        .await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains(ID), "{}", refused.body);
    let challenged = app
        .describe(&reader, "/iiif/images/a/full/max/0/default.jpg")
        .await;
    assert_eq!(challenged.status, 401);
    assert!(!challenged.body.contains(ID));
}

#[actix_web::test]
async fn what_nginx_did_not_make_is_neither_logged_nor_shown() {
    let app = TestApp::usual().await;
    app.database.sql("DROP TABLE audit_log");
    for id in [
        "<script>alert(1)</script>",
        "mine",
        "5F0C1E9A7B3D42688C1FA0E6D9B27344",
    ] {
        let browser = Browser::default().with("X-Request-ID", id);
        let (log, _guard) = Log::begin();
        let reply = app.get(&mut browser.clone(), "/nothing-here").await;
        assert_eq!(reply.status, 404);
        assert!(
            !reply.body.contains("number") && !reply.body.contains(id),
            "{}",
            reply.body
        );
        assert!(!log.text().contains(id));
    }
}
