//! Every variant of the templates is taken by nginx, and none uses what must not be used.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::stack::{root, words};

/// Fills in the templates and lets nginx check them.
fn check(settings: &[(&str, &str)], http: &str) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().display().to_string();
    let mut render = Command::new(root().join("nginx/render"));
    render
        .arg(folder.path().join("conf.d"))
        .env_clear()
        .env("PATH", env!("PATH"));
    render.env("TLS_CERTIFICATE", format!("{path}/cert.pem"));
    render.env("TLS_CERTIFICATE_KEY", format!("{path}/key.pem"));
    render.env("ACCESS_LOG", format!("{path}/access.log"));
    let output = render.envs(settings.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}", words(&output));
    certificate(folder.path());
    let conf = format!("pid {path}/pid; error_log {path}/error.log; events {{}} http {{ {http} }}");
    std::fs::write(folder.path().join("nginx.conf"), conf).unwrap();
    let mut nginx = Command::new("nginx");
    nginx
        .args(["-t", "-e", "stderr", "-c", "nginx.conf", "-p"])
        .arg(folder.path());
    let output = nginx.output().expect("nginx is missing (package nginx)");
    assert!(output.status.success(), "{settings:?}: {}", words(&output));
    assert!(
        !words(&output).contains("[warn]"),
        "{settings:?}: {}",
        words(&output)
    );
}

pub(crate) fn certificate(folder: &Path) {
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]);
    openssl
        .args(["-subj", "/CN=localhost", "-keyout"])
        .arg(folder.join("key.pem"));
    let output = openssl
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", words(&output));
}

#[test]
fn nginx_takes_every_variant() {
    for (server, url) in [
        ("iipimage", ""),
        ("digilib", "http://127.0.0.1:8080/digilib/Scaler/IIIF/"),
        ("cantaloupe", "http://127.0.0.1:8182/iiif/3/"),
        ("other", "https://127.0.0.1/iiif"),
    ] {
        for protocol in ["http", "https"] {
            for gate in [
                "127.0.0.1:9780",
                "unix:/run/iiif-gate/gate.sock",
                "127.0.0.1:9780, unix:/run/iiif-gate/gate.sock [::1]:9780",
            ] {
                for (store, open) in [("", "false"), ("https://127.0.0.1/api", "true")] {
                    let settings = [
                        ("IMAGE_SERVER", server),
                        ("IMAGE_SERVER_URL", url),
                        ("VIRTUAL_HOST_PROTO", protocol),
                        ("GATE_ADDRESS", gate),
                        ("ANNOTATION_STORE_URL", store),
                        ("ANNOTATOR_OPEN", open),
                    ];
                    check(&settings, "include conf.d/*.conf;");
                }
            }
        }
    }
}

#[test]
fn what_is_more_than_the_address_of_a_gate_is_refused() {
    for address in ["127.0.0.1:1;", "127.0.0.1:1 $x", "a{}", "127.0.0.1:1, '"] {
        let folder = TempDir::new().unwrap();
        let mut render = Command::new(root().join("nginx/render"));
        render.arg(folder.path()).env_clear();
        render
            .env("PATH", env!("PATH"))
            .env("GATE_ADDRESS", address);
        let output = render.output().unwrap();
        assert!(!output.status.success(), "{address}");
        assert!(
            words(&output).contains("is no address of a gate"),
            "{address}"
        );
    }
}

/// The example of the guide, just as it stands there but for the files of the certificate.
#[test]
fn the_guide_for_a_server_of_ones_own_works() {
    let guide = std::fs::read_to_string(root().join("docs/guides/nginx.md")).unwrap();
    let (_, example) = guide.split_once("```nginx\n").unwrap();
    let (example, _) = example.split_once("```").unwrap();
    assert!(example.contains("ssl_certificate /etc/ssl/images.pem"));
    let example = example
        .replace("/etc/ssl/images.pem", "cert.pem")
        .replace("/etc/ssl/images.key", "key.pem")
        .replace("/var/log/nginx/images.log", "images.log")
        .replace(
            "location / {",
            "location ~ \\.jpg$ { return 200; } location / {",
        );
    check(&[("VIRTUAL_HOST", "images.example.org")], &example);
}

/// The templates' names and texts.
fn templates() -> Vec<(String, String)> {
    let folder = root().join("nginx/templates");
    let mut all = Vec::new();
    for folder in [folder.clone(), folder.join("iiif-gate")] {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                all.push((name, std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(all.len() > 15);
    all
}

#[test]
fn no_decoded_text_is_sent_on() {
    let sends = [
        "proxy_pass",
        "proxy_set_header",
        "fastcgi_param",
        "fastcgi_pass",
        "add_header",
        "return",
        "rewrite",
    ];
    let decoded = [
        "$uri",
        "$document_uri",
        "$1",
        "$2",
        "$args",
        "$query_string",
        "$arg_",
        "$fastcgi_script_name",
    ];
    for (name, text) in templates() {
        for line in text
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with('#'))
        {
            if sends.iter().any(|directive| line.starts_with(directive)) {
                assert!(
                    !decoded.iter().any(|variable| line.contains(variable)),
                    "{name}: {line}"
                );
            }
            assert!(!line.starts_with("location ~"), "{name}: {line}");
        }
    }
}

/// A map whose pattern PCRE gives up on takes its default.
#[test]
fn a_second_opinion_that_fails_refuses() {
    let all = templates();
    let maps = all
        .iter()
        .flat_map(|(_, text)| text.split("\nmap ").skip(1));
    let mut seen = 0;
    for map in maps {
        let (head, body) = map.split_once('{').unwrap();
        let (body, _) = body.split_once("\n}").unwrap_or((body, ""));
        let default = if head.trim_end().ends_with("_refuses") {
            "default yes;"
        } else if head.trim_end().ends_with("$iiif_gate_target") {
            "default refused;"
        } else {
            continue;
        };
        seen += 1;
        assert!(body.contains(default), "{head}");
    }
    assert_eq!(seen, 3);
}

#[test]
fn every_variable_has_a_default() {
    let defaults = std::fs::read_to_string(root().join("nginx/15-iiif-gate.envsh")).unwrap();
    let (_, exported) = defaults.split_once("\nexport ").unwrap();
    let exported: BTreeSet<&str> = exported
        .split([' ', '\n', '\\'])
        .filter(|name| !name.is_empty())
        .collect();
    let mut used = BTreeSet::new();
    let templates = templates();
    for (name, text) in &templates {
        for part in text.split("${").skip(1) {
            let variable = part.split('}').next().unwrap();
            assert!(
                exported.contains(variable),
                "{name} uses {variable}, which has no default"
            );
            used.insert(variable);
        }
    }
    // The nginx image fills in what this pattern of beginnings admits.
    let compose = std::fs::read_to_string(root().join("docker-compose.yml")).unwrap();
    let (_, filter) = compose.split_once("NGINX_ENVSUBST_FILTER: \"^(").unwrap();
    let (filter, _) = filter.split_once(")\"").unwrap();
    for variable in &used {
        let admitted = filter.split('|').any(|start| variable.starts_with(start));
        assert!(
            admitted,
            "{variable} is not filled in by docker-compose.yml"
        );
    }
    let unused: Vec<_> = exported.difference(&used).collect();
    assert_eq!(
        unused,
        [&"IMAGE_SERVER_URL"],
        "exported but used by no template"
    );
}
