//! The parts in a server that has habits of its own (attack vectors L): none of them opens anything.

use crate::http::{ask, get};
use crate::program::Nginx;
use crate::server::{self, Server};

const TILE: &str = "/iiif/images/sec1/full/max/0/default.jpg";
const ALICE: &str = "Cookie: gate=alice";

/// Directives of an http block and of a server beside ours.
pub(crate) const HABITS: &[(&str, &str)] = &[
    (
        "",
        "location ~ \\.jpg$ { proxy_pass http://127.0.0.1:IMAGES; }",
    ),
    (
        "",
        "location ~* ^/IIIF { proxy_pass http://127.0.0.1:IMAGES; }",
    ),
    ("", "satisfy any; allow all;"),
    ("satisfy any; allow 127.0.0.1; deny all;", ""),
    ("", "merge_slashes off;"),
    ("underscores_in_headers on; ignore_invalid_headers off;", ""),
    (
        "proxy_intercept_errors on;",
        "error_page 401 403 404 =200 /open; location = /open { return 200 open; }",
    ),
    (
        "recursive_error_pages on;",
        "error_page 400 401 403 405 503 = /open; location = /open { return 200 open; }",
    ),
    ("", "auth_request /yes; location = /yes { return 204; }"),
    ("", "auth_request off;"),
    (
        "",
        "proxy_set_header X-Original-URI /iiif/images/pub1/info.json; proxy_set_header Cookie gate=alice;",
    ),
    (
        "",
        "add_header Access-Control-Allow-Origin https://evil.example always; add_header Cache-Control public always;",
    ),
    (
        "",
        "rewrite ^/x/(.*)$ /iiif/images/$1; rewrite ^/iiif/images/never /y;",
    ),
    (
        "proxy_cache_path cache keys_zone=all:1m; proxy_cache all; proxy_cache_valid any 1h; proxy_ignore_headers Cache-Control Set-Cookie Vary Expires;",
        "",
    ),
];

/// Starts an nginx whose server has these directives beside ours.
fn surrounded(http: &str, server: &str) -> (Nginx, Server, Server) {
    let (gate, images) = (Server::start(server::gate), Server::start(server::images));
    let settings = [
        ("GATE_ADDRESS", format!("127.0.0.1:{}", gate.port)),
        ("IMAGE_SERVER", "other".to_owned()),
        (
            "IMAGE_SERVER_URL",
            format!("http://127.0.0.1:{}/", images.port),
        ),
        ("MANIFEST_DIR", "/nowhere".to_owned()),
    ];
    let settings = settings
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let nginx = Nginx::start_with(&settings, |port| {
        format!(
            "{http} include conf.d/iiif-gate/http.conf; server {{ listen 127.0.0.1:{port};
             {server} include conf.d/iiif-gate/server.conf; }}"
        )
        .replace("IMAGES", &images.port.to_string())
    });
    (nginx, gate, images)
}

#[test]
fn no_habit_of_the_server_opens_an_image_or_changes_a_refusal() {
    for (http, server) in HABITS {
        let (nginx, gate, images) = surrounded(http, server);
        let what = format!("{http} {server}");
        // The second time, a cache would know the answer to the first.
        for _ in 0..2 {
            let allowed = get(nginx.port, TILE, &[ALICE]);
            assert_eq!(
                (allowed.status, allowed.text().as_str()),
                (200, "picture"),
                "{what}"
            );
            assert_eq!(allowed.all("Access-Control-Allow-Origin"), ["*"], "{what}");
            assert_eq!(
                allowed.all("Cache-Control"),
                ["private, no-cache"],
                "{what}"
            );
            images.take();
            let spoofed = [
                "X_Original_URI: /iiif/images/pub1/info.json",
                "X_Auth_Reason: public",
            ];
            let denied = get(nginx.port, TILE, &spoofed);
            assert_eq!(
                (denied.status, denied.text().as_str()),
                (401, "{}"),
                "{what}"
            );
            assert_eq!(denied.all("Access-Control-Allow-Origin"), ["*"], "{what}");
            let forbidden = get(nginx.port, &TILE.replace("sec1", "forbidden"), &[ALICE]);
            assert_eq!(forbidden.status, 403, "{what}");
            for target in [
                "//iiif/images/sec1/full/max/0/default.jpg",
                "/iiif//images/sec1/x.gif",
                "/x/sec1/full/max/0/default.png",
            ] {
                let answer = get(nginx.port, target, &[]);
                assert!(!answer.text().contains("picture"), "{what} {target}");
            }
            assert_eq!(ask(nginx.port, "OPTIONS", TILE, &[]).status, 204, "{what}");
            assert_eq!(
                get(nginx.port, "/auth/login", &[]).text(),
                "GET /login",
                "{what}"
            );
            assert_eq!(images.take().len(), 0, "{what}");
        }
        assert!(
            gate.take()
                .iter()
                .all(|seen| seen.header("X-Original-URI").as_deref()
                    != Some("/iiif/images/pub1/info.json"))
        );
    }
}
