//! The listener as nginx meets it: a connection at a time, byte by byte.

use std::path::{Path, PathBuf};

use actix_web::App;
use actix_web::rt::spawn;
use actix_web::test::{TestRequest, call_service, init_service};
use iiif_gate::config::Supervisor;
use iiif_gate::web::{routes, server};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

use crate::support::app::TestApp;
use crate::support::database::Database;

/// An application behind a socket of its own.
pub(crate) struct Listening {
    pub(crate) app: TestApp,
    pub(crate) socket: PathBuf,
    _folder: tempfile::TempDir,
}

impl Listening {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("gate");
        let listen = format!("unix:{}", socket.display());
        let health = format!("unix:{}", folder.path().join("health").display());
        let settings = [
            ("LISTEN", listen.as_str()),
            ("LISTEN_HEALTH", &health),
            ("WORKERS", "1"),
        ];
        let app = TestApp::new(Database::sqlite(), &settings).await;
        app.rule("open/*", "public");
        app.rule("*", "user");
        app.state.live.catch_up().await.unwrap();
        spawn(server::serve(app.state.clone(), Supervisor::default()));
        while UnixStream::connect(&socket).await.is_err() {
            tokio::task::yield_now().await;
        }
        Self {
            app,
            socket,
            _folder: folder,
        }
    }
}

/// What is answered to these pieces of a conversation.
async fn said(socket: &Path, pieces: &[&[u8]]) -> String {
    let mut stream = UnixStream::connect(socket).await.unwrap();
    for piece in pieces {
        stream.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    stream.shutdown().await.unwrap();
    let mut answers = Vec::new();
    stream.read_to_end(&mut answers).await.unwrap();
    String::from_utf8(answers).unwrap()
}

fn question(lines: &[(String, String)]) -> String {
    let lines = lines
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let lines: String = lines.collect();
    format!("GET /query_auth HTTP/1.1\r\n{lines}\r\n")
}

const OPEN: &str = "GET /query_auth HTTP/1.1\r\nHost: h\r\nX-Original-URI: /iiif/images/open%2Fa/info.json\r\n\
                    X-Original-Method: GET\r\n\r\n";

#[actix_web::test]
async fn questions_and_pages_come_over_one_connection_in_any_order_and_pieces() {
    let listening = Listening::start().await;
    let page = "GET /iiif-login HTTP/1.1\r\nHost: h\r\n\r\n";
    let talk = [OPEN, OPEN, page, OPEN, page].concat();
    let statuses = |answers: &str| {
        let lines = answers
            .lines()
            .filter_map(|line| line.strip_prefix("HTTP/1.1 "));
        lines.map(|line| line[..3].to_owned()).collect::<Vec<_>>()
    };
    for at in (1..talk.len()).step_by(17) {
        let (one, other) = talk.as_bytes().split_at(at);
        let answers = said(&listening.socket, &[one, other]).await;
        assert_eq!(
            statuses(&answers),
            ["204", "204", "200", "204", "200"],
            "{at}"
        );
    }
}

#[actix_web::test]
async fn a_body_is_never_taken_for_a_question() {
    let listening = Listening::start().await;
    for head in [
        format!("Content-Length: {}\r\n", OPEN.len()),
        format!("content-length:{}\r\n", OPEN.len()),
    ] {
        let asked = OPEN.replacen("\r\n\r\n", &format!("\r\n{head}\r\n{OPEN}"), 1);
        let answers = said(&listening.socket, &[asked.as_bytes()]).await;
        assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
    }
    let chunked = format!(
        "\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{OPEN}\r\n0\r\n\r\n",
        OPEN.len()
    );
    let asked = OPEN.replacen("\r\n\r\n", &chunked, 1);
    let answers = said(&listening.socket, &[asked.as_bytes()]).await;
    assert_eq!(answers.matches("HTTP/1.1").count(), 1, "{answers}");
}

#[actix_web::test]
async fn a_question_is_answered_here_as_by_the_routes() {
    let listening = Listening::start().await;
    let app = App::new().configure(routes(listening.app.state.clone()));
    let app = init_service(app).await;
    let names = prop_oneof![
        Just("X-Original-URI"),
        Just("x-original-uri"),
        Just("X-Original-Method"),
        Just("X-Real-IP"),
        Just("Cookie"),
        Just("Authorization"),
        Just("Origin"),
        Just("X-Annotator-Auth-Token"),
    ];
    let values = prop_oneof![
        Just("/iiif/images/open%2Fa/info.json"),
        Just("/iiif/images/a/full/max/0/default.jpg"),
        Just("/annotator/search"),
        Just("GET"),
        Just("POST"),
        Just("192.0.2.1"),
        Just("x"),
        Just("Bearer x"),
        Just("__Host-iiif-gate=x; a=b"),
        Just("https://images.example"),
        Just("\u{e9}"),
    ];
    let line = (names, values).prop_map(|(name, value)| (name.to_owned(), value.to_owned()));
    let asked = proptest::collection::vec(line, 0..6).prop_map(|mut lines| {
        lines.push(("X-Original-Method".to_owned(), "GET".to_owned()));
        lines.push(("Host".to_owned(), "images.example".to_owned()));
        lines
    });
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..300 {
        let lines = asked.new_tree(&mut runner).unwrap().current();
        let here = said(&listening.socket, &[question(&lines).as_bytes()]).await;
        let mut request = TestRequest::get().uri("/query_auth");
        for (name, value) in &lines {
            request = request.append_header((name.as_str(), value.as_bytes()));
        }
        let there = call_service(&app, request.to_request()).await;
        let status = format!("HTTP/1.1 {} ", there.status().as_u16());
        assert!(here.starts_with(&status), "{lines:?}: {here}");
        for (name, value) in there.headers() {
            let line = format!("\r\n{name}: {}\r\n", value.to_str().unwrap());
            assert!(here.contains(&line), "{lines:?}: {line} {here}");
        }
    }
}
