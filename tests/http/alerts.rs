//! Alerts by webhook: what people read in their chat, and that nobody waits for it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use iiif_gate::web::alert::outage;
use iiif_gate::web::state::now;

use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;
use crate::support::database::Database;

/// A chat: tells what it was sent, and answers with this status.
fn chat(status: u16) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hooks/a-secret", listener.local_addr().unwrap());
    let (sender, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            let text = loop {
                let read = stream.read(&mut buffer).unwrap();
                request.extend_from_slice(&buffer[..read]);
                let text = String::from_utf8_lossy(&request).into_owned();
                let length = text
                    .split("content-length: ")
                    .nth(1)
                    .and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok());
                let body = text
                    .split_once("\r\n\r\n")
                    .map_or(0, |(_, body)| body.len());
                if read == 0 || length.is_some_and(|length| body >= length) {
                    break text;
                }
            };
            let answer =
                format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(answer.as_bytes());
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    (url, heard)
}

/// What the chat hears next; the gate goes on meanwhile.
async fn next(heard: &Receiver<String>) -> Option<serde_json::Value> {
    for _ in 0..3000 {
        match heard.recv_timeout(Duration::from_millis(1)) {
            Ok(text) => {
                assert!(text.starts_with("POST /hooks/a-secret HTTP/1.1"), "{text}");
                assert!(text.contains("content-type: application/json"), "{text}");
                let (_, body) = text.split_once("\r\n\r\n").unwrap();
                return Some(serde_json::from_str(body).unwrap());
            }
            Err(RecvTimeoutError::Timeout) => {
                actix_web::rt::time::sleep(Duration::from_millis(10)).await;
            }
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
    None
}

async fn guess(app: &TestApp, name: &str, from: &str, times: usize) {
    for _ in 0..times {
        let mut browser = Browser::default().with("X-Real-IP", from);
        let fields = [("username", name), ("password", "a wrong secret")];
        app.submit(&mut browser, "/login", "/login", &fields).await;
    }
}

#[actix_web::test]
async fn people_hear_once_of_somebody_who_guesses_and_what_to_do() {
    let (url, heard) = chat(200);
    let app = TestApp::new(Database::sqlite(), &[("ALERT_WEBHOOK_URL", &url)]).await;
    app.user("alice", &[]);
    guess(&app, "alice", "198.51.100.7", 20).await;
    guess(&app, "bob", "198.51.100.8", 7).await;
    let text = next(&heard).await.unwrap()["text"]
        .as_str()
        .unwrap()
        .to_owned();
    for words in [
        "images.example",
        "`alice`",
        "198.51.100.7",
        "6 or more",
        "https://images.example/auth/admin/limits",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(!text.contains("wrong secret") && !text.contains("a-secret"));
    let text = next(&heard).await.unwrap().to_string();
    assert!(text.contains("`bob`"), "alice was told of once: {text}");
}

#[actix_web::test]
async fn people_hear_that_the_database_is_away_and_that_it_is_back() {
    let (url, heard) = chat(200);
    let settings = [("ALERT_WEBHOOK_URL", url.as_str()), ("STALE_LIMIT", "2")];
    let app = TestApp::new(Database::sqlite(), &settings).await;
    // Here nobody reads the feed unless he is told to, as if the database were away.
    actix_web::rt::spawn(outage::watch(app.state.clone()));
    let text = next(&heard).await.unwrap().to_string();
    assert!(
        text.contains("images.example: the database could not be read for 2"),
        "{text}"
    );
    app.state.live.refresh(now()).await.unwrap();
    let text = next(&heard).await.unwrap().to_string();
    assert!(text.contains("again"), "{text}");
}

#[actix_web::test]
async fn people_hear_of_an_administrator_at_a_new_address() {
    for database in [Database::sqlite(), Database::postgres()] {
        let (url, heard) = chat(200);
        let app = TestApp::new(database, &[("ALERT_WEBHOOK_URL", &url)]).await;
        app.user("admin", &["admin"]);
        app.user("alice", &[]);
        for (name, from) in [
            ("alice", "192.0.2.1"),
            ("admin", "192.0.2.1"),
            ("admin", "192.0.2.1"),
            ("admin", "2001:db8::1"),
            ("admin", "2001:db8::2"),
            ("admin", "192.0.2.9"),
        ] {
            let mut browser = Browser::default().with("X-Real-IP", from);
            let fields = [("username", name), ("password", PASSWORD)];
            let reply = app.submit(&mut browser, "/login", "/login", &fields).await;
            assert_eq!(reply.status, 303);
        }
        for expected in ["192.0.2.1", "2001:db8::1", "192.0.2.9"] {
            let text = next(&heard).await.unwrap().to_string();
            assert!(
                text.contains("`admin`") && text.contains(&format!("{expected},")),
                "{text}"
            );
        }
    }
}

#[actix_web::test]
async fn nobody_waits_for_a_chat_that_is_gone_or_refuses() {
    let (refusing, heard) = chat(500);
    // Nobody listens at port 9.
    for url in [refusing.as_str(), "http://127.0.0.1:9/hooks/a-secret"] {
        let app = TestApp::new(Database::sqlite(), &[("ALERT_WEBHOOK_URL", url)]).await;
        app.user("alice", &[]);
        for n in 0..12 {
            guess(&app, &format!("user{n}"), "198.51.100.7", 1).await;
        }
        guess(&app, "alice", "198.51.100.7", 7).await;
        app.account("alice").await;
    }
    assert!(next(&heard).await.is_some());
}
