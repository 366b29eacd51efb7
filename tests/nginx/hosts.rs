//! Host names, HTTPS, and the log.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use crate::http::{get, raw};
use crate::server::{self, Server};
use crate::stack::Stack;

const TILE: &str = "/iiif/images/pub1/full/max/0/default.jpg";

/// One request over TLS, by `openssl s_client`: the status line and the headers of the answer.
fn over_tls(port: u16, request: &str) -> String {
    let mut client = Command::new("openssl")
        .args(["s_client", "-quiet", "-servername", "localhost", "-connect"])
        .arg(format!("127.0.0.1:{port}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = client.stdin.take().unwrap();
    stdin.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    client
        .stdout
        .take()
        .unwrap()
        .read_to_end(&mut answer)
        .unwrap();
    client.wait().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_host_that_is_not_ours_gets_nothing() {
    let (stack, gate, images) = Stack::with_stubs();
    let asked = |host: &str| {
        let bytes = format!("GET {TILE} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        raw(stack.port, bytes.as_bytes())
    };
    for host in [
        "evil.example",
        "user@localhost",
        "localhost,evil",
        ".localhost",
        "a.localhost",
        "localhost.evil",
    ] {
        let status = asked(host).status;
        assert!(matches!(status, 400 | 421), "{host}: {status}");
    }
    assert_eq!(gate.take().len(), 0);
    assert_eq!(images.take().len(), 0);
    for host in ["localhost", "LOCALHOST", "localhost.", "localhost:1"] {
        assert_eq!(asked(host).status, 200, "{host}");
    }
    let loopback = asked("127.0.0.1");
    let location = format!("http://localhost:{}{TILE}", stack.port);
    assert_eq!(
        (loopback.status, loopback.header("Location")),
        (307, Some(location))
    );
}

#[test]
fn https_is_spoken_and_plain_http_is_sent_there() {
    let (gate, images) = (Server::start(server::gate), Server::start(server::images));
    let stack = Stack::start(&[
        ("TLS", "1"),
        ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
        ("IMAGE_SERVER", "other"),
        (
            "IMAGE_SERVER_URL",
            &format!("http://127.0.0.1:{}/", images.port),
        ),
    ]);
    let ask = |host: &str, target: &str| {
        over_tls(
            stack.port,
            &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        )
    };
    for target in [
        TILE,
        "/iiif/images/sec1/info.json",
        "/iiif/images/a//b",
        "/auth/",
    ] {
        let answer = ask("localhost", target);
        assert!(
            answer.contains("\r\nStrict-Transport-Security: max-age="),
            "{target}: {answer}"
        );
    }
    assert!(ask("localhost", TILE).starts_with("HTTP/1.1 200"));
    assert!(ask("evil.example", TILE).starts_with("HTTP/1.1 421"));
    let url = format!("https://localhost:{}{TILE}", stack.port);
    let mut curl = Command::new("curl");
    curl.args([
        "-sk",
        "--http2",
        "-o",
        "/dev/null",
        "-w",
        "%{http_version} %{http_code}",
    ]);
    let said = curl.arg(url).output().unwrap().stdout;
    assert_eq!(String::from_utf8_lossy(&said), "2 200");
    let location = Some(format!("https://localhost:{}{TILE}?x=1", stack.port));
    let http_port = stack.setting("HTTP_PORT").parse().unwrap();
    for port in [http_port, stack.port] {
        let plain = get(port, &format!("{TILE}?x=1"), &[]);
        assert_eq!(
            (plain.status, plain.header("Location")),
            (308, location.clone()),
            "{port}"
        );
    }
}

#[test]
fn the_log_says_why_and_holds_no_secret() {
    let (stack, _gate, _images) = Stack::with_stubs();
    get(
        stack.port,
        TILE,
        &["Cookie: gate=hush1", "Referer: https://v/?hush2"],
    );
    get(
        stack.port,
        &TILE.replace("pub1", "sec1"),
        &["Authorization: Bearer hush3"],
    );
    get(
        stack.port,
        "/auth/iiif-token?messageId=hush4&origin=hush5",
        &[],
    );
    let stack_log = stack.folder.path().join("log/access.log");
    // nginx writes a line when the request is over, which may be a moment after the answer.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    let log = loop {
        let log = std::fs::read_to_string(&stack_log).unwrap();
        if log.lines().count() >= 4 || std::time::Instant::now() > deadline {
            break log;
        }
        std::thread::yield_now();
    };
    assert!(
        log.contains("/pub1/full/max/0/default.jpg HTTP/1.1\" 200 7 reason=\"public\""),
        "{log}"
    );
    assert!(
        log.contains("/sec1/full/max/0/default.jpg HTTP/1.1\" 401 2 reason=\"anonymous\""),
        "{log}"
    );
    assert!(!log.contains("hush"), "{log}");
}
