//! `iiif-gate doctor`, from outside: the shipped configuration is clean, and each broken one is found.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::program::Nginx;
use crate::server::Server;
use crate::site::{PASSWORD, Site};
use crate::stack::{free_port, root};

/// What the program said, and how it ended.
struct Said {
    code: Option<i32>,
    data: String,
    words: String,
}

/// Runs it with alice's password on stdin.
fn doctor(url: &str, arguments: &[&str], ca: Option<&str>) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iiif-gate"));
    command.arg("doctor").arg(url).args(arguments).env_clear();
    // Where OpenSSL looks for certificates to trust.
    command.envs(ca.map(|file| ("SSL_CERT_FILE", file)));
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = writeln!(child.stdin.take().unwrap(), "{PASSWORD}");
    let output = child.wait_with_output().unwrap();
    Said {
        code: output.status.code(),
        data: String::from_utf8(output.stdout).unwrap(),
        words: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The report in JSON.
fn parsed(said: &Said) -> Value {
    serde_json::from_str(&said.data).unwrap_or_else(|_| panic!("{}", said.words))
}

/// The names of all findings of these severities.
fn names(report: &Value, severities: &[&str]) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| severities.contains(&finding["severity"].as_str().unwrap()))
        .map(|finding| finding["name"].as_str().unwrap().to_owned())
        .collect()
}

const WRONG: [&str; 4] = ["hole", "broken", "weak", "advice"];

#[test]
fn the_shipped_configuration_is_clean_over_http_on_this_machine() {
    let site = Site::start();
    site.pictures();
    let url = format!(
        "http://localhost:{}/iiif/images/dir%2Fsec2",
        site.stack.port
    );
    let said = doctor(&url, &["--user", "alice", "--json"], None);
    let report = parsed(&said);
    assert_eq!(names(&report, &WRONG), [""; 0], "{}", said.data);
    assert_eq!(said.code, Some(0), "{}", said.words);
    assert!(
        report["requests"].as_u64().unwrap() < 160,
        "{}",
        report["requests"]
    );
    let unknown = [
        "no-https",
        "plain-http",
        "hsts",
        "image-server-open",
        "open-port",
        "address",
    ];
    for name in names(&report, &["not-examined"]) {
        assert!(
            unknown.contains(&name.as_str()),
            "{name} was not examined: {}",
            said.data
        );
    }
    // Whatever was tried, the image server was asked on behalf of alice alone.
    for seen in site.pictures() {
        assert!(seen.starts_with("/base/dir%2Fsec2/"), "{seen}");
    }
}

#[test]
fn the_shipped_configuration_is_clean_over_https() {
    let site = Site::start_with(&[("TLS", "1")]);
    let certificate = site.stack.folder.path().join("tls/cert.pem");
    let certificate = certificate.to_str().unwrap();
    let url = format!("https://localhost:{}/iiif/images/sec1", site.stack.port);
    let http_port = site.stack.setting("HTTP_PORT");
    let arguments = [
        "--user",
        "alice",
        "--http-port",
        http_port,
        "--image-port",
        "9",
        "--json",
    ];
    let said = doctor(&url, &arguments, Some(certificate));
    let report = parsed(&said);
    assert_eq!(names(&report, &WRONG), [""; 0], "{}", said.data);
    assert_eq!(said.code, Some(0), "{}", said.words);
    assert_eq!(
        names(&report, &["not-examined"]),
        ["address"],
        "{}",
        said.data
    );

    let said = doctor(&url, &[], None);
    assert_eq!(said.code, Some(2), "{}", said.words);
    assert!(said.words.contains("--insecure"), "{}", said.words);
    let said = doctor(&url, &["--insecure", "--json"], None);
    let report = parsed(&said);
    assert_eq!(
        (said.code, names(&report, &WRONG)),
        (Some(1), vec!["certificate".to_owned()])
    );
}

#[test]
fn each_broken_site_is_found() {
    let port = free_port();
    let host = format!("localhost:{port}");
    let site = Site::start_with(&[("VIRTUAL_HOST", &host)]);
    let picture = vec!["Content-Type: image/jpeg".to_owned()];
    let images = Server::start(move |_| (200, picture.clone(), b"picture".to_vec()));
    let url = format!("http://{host}/iiif/images/dir%2Fsec2");
    let (mut tried, mut missed) = (0, Vec::new());
    for entry in std::fs::read_dir(root().join("tests/data/doctor-broken")).unwrap() {
        let path = entry.unwrap().path();
        let conf = std::fs::read_to_string(&path).unwrap();
        let first = conf.lines().next().unwrap();
        let expected = first.trim_start_matches("# ").to_owned();
        let folder = tempfile::TempDir::new().unwrap();
        let conf = conf
            .replace("{port}", &port.to_string())
            .replace("{site}", &format!("127.0.0.1:{}", site.stack.port))
            .replace("{images}", &format!("127.0.0.1:{}", images.port))
            .replace("{folder}", folder.path().to_str().unwrap());
        let _nginx = Nginx::start_at(port, &conf);
        let said = doctor(&url, &["--user", "alice", "--json"], None);
        let report = parsed(&said);
        let found = names(&report, &WRONG);
        if !found.contains(&expected) {
            missed.push(format!("{}: {found:?}", path.display()));
        }
        let is_wrong = !names(&report, &["hole", "broken"]).is_empty();
        assert_eq!(said.code, Some(i32::from(is_wrong)), "{}", path.display());
        tried += 1;
    }
    assert_eq!(missed, [""; 0]);
    assert!(tried > 20, "{tried}");
}

#[test]
fn what_cannot_be_examined_is_said_in_words() {
    let site = Site::start();
    let port = site.stack.port;
    let free = free_port();
    for (url, words) in [
        (
            "images.example/iiif/images/a".to_owned(),
            "begin with https://",
        ),
        (
            format!("http://localhost:{port}/iiif/images/sec1?x"),
            "`?` or `#`",
        ),
        (format!("http://localhost:{port}"), "names no image"),
        (
            format!("http://localhost:{free}/iiif/images/a"),
            "the connection was refused",
        ),
        (
            "http://no-such-host.invalid/iiif/images/a".to_owned(),
            "there is no host",
        ),
        (
            format!("https://localhost:{port}/iiif/images/a"),
            "no TLS connection",
        ),
        (format!("http://localhost:{port}/auth/"), "no such image"),
    ] {
        let said = doctor(&url, &[], None);
        assert_eq!(said.code, Some(2), "{url}: {}", said.words);
        assert!(said.words.contains(words), "{url}: {}", said.words);
        assert_eq!(said.data, "");
    }
    let said = doctor("https://images.example/iiif/images/a", &["--dry-run"], None);
    assert_eq!(said.code, Some(0), "{}", said.words);
    assert!(
        said.data
            .contains("GET /iiif/images/x/../a/full/64,/0/default.jpg"),
        "{}",
        said.data
    );
    let public = format!("http://localhost:{port}/iiif/images/pub1/info.json");
    let said = doctor(&public, &[], None);
    assert_eq!(said.code, Some(0), "{}{}", said.data, said.words);
    assert!(said.data.contains("open to everybody"), "{}", said.data);
}
