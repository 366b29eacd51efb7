//! `check-nginx` and real nginx: what is shipped is clean, what somebody breaks in it is found, and the holes that it names are holes.

use std::process::Command;

use iiif_gate::nginx;
use iiif_gate::nginx::report::Report;
use iiif_gate::nginx::site::Known;
use tempfile::TempDir;

use crate::configuration::certificate;
use crate::stack::{root, words};

/// The settings of every variant of the shipped files.
pub(crate) fn variants() -> Vec<Vec<(&'static str, &'static str)>> {
    let servers = [
        ("iipimage", ""),
        ("digilib", "http://127.0.0.1:8080/digilib/Scaler/IIIF/"),
        ("cantaloupe", "http://127.0.0.1:8182/iiif/3/"),
        ("other", "https://127.0.0.1/iiif"),
    ];
    let mut variants = Vec::new();
    for (server, url) in servers {
        for protocol in ["http", "https"] {
            for gate in ["127.0.0.1:9780", "unix:/run/iiif-gate/gate.sock"] {
                for (store, open) in [("", "false"), ("https://127.0.0.1/api", "true")] {
                    variants.push(vec![
                        ("IMAGE_SERVER", server),
                        ("IMAGE_SERVER_URL", url),
                        ("VIRTUAL_HOST_PROTO", protocol),
                        ("GATE_ADDRESS", gate),
                        ("ANNOTATION_STORE_URL", store),
                        ("ANNOTATOR_OPEN", open),
                    ]);
                }
            }
        }
    }
    variants
}

/// What `nginx -v` and `nginx -T` say about rendered templates with this http block.
fn dump(settings: &[(&str, &str)], http: &str) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().display().to_string();
    let mut render = Command::new(root().join("nginx/render"));
    render.arg(folder.path().join("conf.d"));
    render.env_clear().env("PATH", env!("PATH"));
    render.env("TLS_CERTIFICATE", format!("{path}/cert.pem"));
    render.env("TLS_CERTIFICATE_KEY", format!("{path}/key.pem"));
    render.env("ACCESS_LOG", format!("{path}/access.log"));
    let output = render.envs(settings.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
    certificate(folder.path());
    let conf = format!("pid {path}/pid; error_log {path}/log; events {{}} http {{ {http} }}");
    std::fs::write(folder.path().join("nginx.conf"), conf).unwrap();
    said(folder.path())
}

fn said(folder: &std::path::Path) -> String {
    let version = Command::new("nginx").arg("-v").output();
    let version = version.expect("nginx is missing (package nginx)");
    let mut nginx = Command::new("nginx");
    nginx.args(["-T", "-e", "stderr", "-c", "nginx.conf", "-p"]);
    let output = nginx.arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
    words(&version) + &words(&output)
}

fn check(text: &str) -> Report {
    nginx::check(text, None, &Known::default()).unwrap()
}

#[test]
fn nothing_is_found_in_what_is_shipped() {
    for settings in variants() {
        let report = check(&dump(&settings, "include conf.d/*.conf;"));
        assert_eq!(report.findings.len(), 0, "{settings:?}: {report}");
        assert!(report.looked.guarded >= 4 && report.looked.gate_servers == 1);
    }
}

/// With the settings of docker-compose.yml, and the nginx.conf of the official image.
#[test]
fn nothing_is_found_in_what_compose_starts() {
    for (host, protocol) in [("localhost:8080", "http"), ("images.example.org", "https")] {
        let settings = [
            ("VIRTUAL_HOST", host),
            ("VIRTUAL_HOST_PROTO", protocol),
            ("GATE_ADDRESS", "127.0.0.2:9780"),
            ("IMAGE_SERVER_ADDRESS", "127.0.0.3:9000"),
            ("IMAGE_SERVER_URL", "http://127.0.0.4:8183/iiif/images/"),
            ("HTTP_LISTEN", "8080"),
            ("HTTPS_LISTEN", "8443"),
            ("INNER_LISTEN", "8183"),
        ];
        let http = "log_format main '$remote_addr \"$request\" \"$http_referer\"'; access_log log main; include conf.d/*.conf;";
        let report = check(&dump(&settings, http));
        assert_eq!(report.findings.len(), 0, "{report}");
    }
}

#[test]
fn the_guide_for_a_server_of_ones_own_needs_no_mending() {
    let guide = std::fs::read_to_string(root().join("docs/guides/nginx.md")).unwrap();
    let (_, example) = guide.split_once("```nginx\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    let example = example
        .replace("/etc/ssl/images.pem", "cert.pem")
        .replace("/etc/ssl/images.key", "key.pem")
        .replace("/var/log/nginx/images.log", "images.log");
    let report = check(&dump(&[("VIRTUAL_HOST", "images.example.org")], &example));
    assert!(!report.fails(), "{report}");
}

#[test]
fn what_somebody_breaks_in_what_is_shipped_is_found() {
    let breaks = std::fs::read_to_string(root().join("tests/data/nginx-breaks.txt")).unwrap();
    let whole = |server| {
        let settings = [
            ("VIRTUAL_HOST", "images.example.org"),
            ("IMAGE_SERVER", server),
        ];
        dump(&settings, "include conf.d/*.conf;")
    };
    let (iipimage, digilib) = (whole("iipimage"), whole("digilib"));
    let by_hand = root().join("tests/data/nginx-clean/by-hand.conf");
    let by_hand = std::fs::read_to_string(by_hand).unwrap();
    let blocks = breaks.split("\n\n").skip(1);
    assert!(blocks.clone().count() > 40);
    for block in blocks {
        let (head, lines) = block.split_once('\n').unwrap();
        let (server, expected) = head.split_once(": ").unwrap();
        let part = |sign| {
            lines
                .lines()
                .filter_map(|line| line.strip_prefix(sign))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let (old, new) = (part('-'), part('+'));
        let text = match server {
            "digilib" => &digilib,
            "by-hand" => &by_hand,
            _ => &iipimage,
        };
        assert!(text.contains(&old), "{server} has no {old:?}");
        let report = check(&text.replace(&old, &new));
        if expected == "nothing" {
            assert!(!report.fails(), "{block}: {report}");
            continue;
        }
        let found = |id: &str| report.findings.iter().any(|finding| finding.trap.id == id);
        assert!(expected.split(", ").all(found), "{block}: {report}");
    }
}
