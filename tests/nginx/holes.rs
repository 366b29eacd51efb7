//! The holes that `check-nginx` names are holes: with the broken configurations, a real nginx gives out what it must not,
//! and with the mended one it does not.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::configuration::certificate;
use crate::http::{Answer, raw};
use crate::program::Nginx;
use crate::server::{self, Server};
use crate::stack::{root, words};

/// An image that is for alice alone.
const TILE: &str = "/iiif/images/sec1/full/max/0/default.jpg";
/// A broken configuration, the host that is asked, the target, and a header line besides.
const HOLES: &[(&str, &str, &str, &str)] = &[
    ("L01-regex-sibling", "images", TILE, ""),
    (
        "L01-regex-beside-caret",
        "images",
        "/iiif/2/sec1/full/max/0/default.jpg",
        "",
    ),
    (
        "L02-rewrite-around",
        "images",
        "/iiif/images/sec1/full/max/0/default.jpg?raw=1",
        "",
    ),
    ("L10-other-server", "wiki", TILE, ""),
    (
        "L13-skip-by-map",
        "images",
        "/iiif/images/sec1/full/max/0/default.jpg?/thumbnail/",
        "",
    ),
    (
        "L22-nested-off",
        "images",
        "/iiif/images/open/sec1/full/max/0/default.jpg",
        "",
    ),
    (
        "way-around-uri",
        "images",
        "/iiif/images/sec1/full/max/0/default.jpg?raw=1",
        "",
    ),
    ("excused-refusal", "images", TILE, ""),
    ("greeted-question", "images", TILE, ""),
    (
        "rewrite-break",
        "images",
        "/old/sec1/full/max/0/default.jpg",
        "",
    ),
    (
        "address-spelled-otherwise",
        "images",
        "/raw/sec1/full/max/0/default.jpg",
        "",
    ),
    ("rewritten", "images", "/iiif/files/pub/secret.html", ""),
    (
        "Q-other-path",
        "images",
        "/fcgi-bin/iipsrv.fcgi?FIF=sec1",
        "",
    ),
    (
        "Q-other-server",
        "wiki",
        "/iiif/sec1/full/max/0/default.jpg",
        "",
    ),
    ("Q-folder-elsewhere", "wiki", "/scans/secret.html", ""),
    ("Q-folder-above", "wiki", "/files/secret.html", ""),
    (
        "Q-if",
        "images",
        "/iiif/sec1/full/max/0/default.jpg",
        "User-Agent: Viewer",
    ),
    ("way-around-refusal", "images", TILE, ""),
    (
        "try-files-around",
        "images",
        "/thumbnails/sec1/full/max/0/default.jpg",
        "",
    ),
    (
        "alias-traversal",
        "images",
        "/themes../files/secret.html",
        "",
    ),
    (
        "alias-without-slash",
        "images",
        "/themes/-private/secret.html",
        "",
    ),
    (
        "chosen-backend",
        "wiki",
        "/fetch?server=127.0.0.1:IMAGES",
        "",
    ),
];

/// An nginx with a configuration of tests/data, on a port of its own, beside servers that stand for the gate and for images.
struct Broken {
    nginx: Nginx,
    images: Server,
    _folder: TempDir,
}

impl Broken {
    fn start(path: &str) -> Self {
        let gate = Server::start(server::gate);
        let images = Server::start(|_| (200, Vec::new(), b"picture".to_vec()));
        let folder = TempDir::new().unwrap();
        fill(folder.path());
        let text = std::fs::read_to_string(root().join("tests/data").join(path)).unwrap();
        let (_, http) = text.split_once("http {").unwrap();
        let http = http.trim_end().strip_suffix('}').unwrap();
        let plain = |line: &&str| {
            !["ssl_", "access_log"]
                .iter()
                .any(|name| line.trim().starts_with(name))
        };
        let http = http.lines().filter(plain).collect::<Vec<_>>().join("\n");
        let http = http
            .replace(":9780", &format!(":{}", gate.port))
            .replace(":8182", &format!(":{}", images.port))
            // The wiki answers everything, as many do.
            .replace(":3000", &format!(":{}", images.port))
            .replace("/srv/", &format!("{}/", folder.path().display()))
            .replace("/srv;", &format!("{};", folder.path().display()));
        let nginx = Nginx::start(|port| {
            let here = format!("listen 127.0.0.1:{port}");
            let http = http
                .replace("listen 443 ssl", &here)
                .replace("listen 80", &here);
            format!("default_type text/html; {http}")
        });
        Self {
            nginx,
            images,
            _folder: folder,
        }
    }

    fn ask(&self, host: &str, target: &str, header: &str) -> Answer {
        let target = target.replace("IMAGES", &self.images.port.to_string());
        let header = if header.is_empty() {
            String::new()
        } else {
            format!("{header}\r\n")
        };
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {host}.example.org\r\nConnection: close\r\n{header}\r\n"
        );
        raw(self.nginx.port, request.as_bytes())
    }
}

/// What lies below /srv.
fn fill(folder: &Path) {
    for (name, text) in [
        ("files/secret.html", "secret"),
        ("files/scans/secret.html", "secret"),
        ("themes/style.css", "style"),
        ("themes-private/secret.html", "secret"),
        ("www/index.html", "welcome"),
    ] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Whether something came that only those with a right may have.
fn is_given_away(answer: &Answer) -> bool {
    let text = answer.text();
    text.contains("picture") || text.contains("secret")
}

#[test]
fn what_is_called_a_hole_is_one() {
    let clean = Broken::start("nginx-clean/by-hand.conf");
    for (name, host, target, header) in HOLES {
        let broken = Broken::start(&format!("nginx-broken/{name}.conf"));
        let answer = broken.ask(host, target, header);
        assert!(
            is_given_away(&answer),
            "{name}: {} {}",
            answer.status,
            answer.text()
        );
        // The wiki is a stand-in that answers everything with a picture, so it proves nothing.
        if *host == "images" {
            let answer = clean.ask(host, target, header);
            assert!(
                !is_given_away(&answer),
                "{name}: {} {}",
                answer.status,
                answer.text()
            );
        }
    }
    assert_eq!(clean.images.take().len(), 0);
}

#[test]
fn a_decoded_line_end_becomes_a_header() {
    let target = "/iiif/images/pub1/x%20HTTP/1.1%0d%0aX-Evil:%201%0d%0aX-Rest:%20/default.jpg";
    let broken = Broken::start("nginx-broken/decoded-proxy-pass.conf");
    broken.ask("images", target, "");
    let seen = broken.images.take();
    assert!(
        seen.iter()
            .any(|request| request.header("X-Evil").is_some()),
        "{seen:?}"
    );
    let clean = Broken::start("nginx-clean/by-hand.conf");
    clean.ask("images", target, "");
    let seen = clean.images.take();
    assert!(
        seen.len() == 1
            && seen
                .iter()
                .all(|request| request.header("X-Evil").is_none()),
        "{seen:?}"
    );
}

/// What the check reads are configurations that nginx takes, but for modules that are not everywhere.
#[test]
fn nginx_takes_all_configurations_that_are_tried() {
    let mut taken = 0;
    let keys = TempDir::new().unwrap();
    certificate(keys.path());
    for folder in ["nginx-clean", "nginx-broken"] {
        for entry in std::fs::read_dir(root().join("tests/data").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            // Several files in one are as `nginx -T` prints them, which is no file for nginx.
            if text.contains("# configuration file ") {
                continue;
            }
            let said = tried(&text, keys.path());
            let unknown = said.contains("unknown directive");
            assert!(said.is_empty() || unknown, "{}: {said}", path.display());
            taken += usize::from(said.is_empty());
        }
    }
    assert!(taken > 90, "{taken}");
}

/// What nginx has against a configuration.
fn tried(text: &str, keys: &Path) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().display().to_string();
    let text = text
        .replace(
            "/etc/ssl/images.pem",
            &format!("{}/cert.pem", keys.display()),
        )
        .replace(
            "/etc/ssl/images.key",
            &format!("{}/key.pem", keys.display()),
        )
        .replace("/var/log/nginx/", &format!("{path}/"))
        .replace("/var/cache/nginx/", &format!("{path}/"));
    let conf = format!("pid {path}/pid; error_log {path}/log;\n{text}");
    std::fs::write(folder.path().join("nginx.conf"), conf).unwrap();
    let mut nginx = Command::new("nginx");
    nginx.args(["-t", "-q", "-e", "stderr", "-c", "nginx.conf", "-p"]);
    words(&nginx.arg(folder.path()).output().unwrap())
}
