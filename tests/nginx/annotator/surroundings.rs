//! Annotation locations in a server that has habits of its own: none of them opens anything.

use super::standin::{self, GOOD, SITE};
use crate::http::{ask, get};
use crate::program::Nginx;
use crate::server::Server;
use crate::surroundings::HABITS;

/// What a server may have besides, and what would be of interest for annotations.
const MORE: &[(&str, &str)] = &[
    (
        "",
        "location ~ search { proxy_pass http://127.0.0.1:STORE; }",
    ),
    ("proxy_set_header X-Annotator-User root;", ""),
    (
        "",
        "proxy_set_header X-Annotator-Auth-Token $http_x_annotator_auth_token;",
    ),
    (
        "proxy_pass_header X-Accel-Redirect; proxy_pass_header Server;",
        "",
    ),
    ("proxy_redirect off;", "proxy_request_buffering off;"),
    (
        "error_page 401 403 =200 /open;",
        "location = /open { return 200 open; }",
    ),
    (
        "if_modified_since off; etag off;",
        "client_max_body_size 1k;",
    ),
];

/// Only the parts for annotations, as the guide has it for a server without our images.
fn surrounded(http: &str, server: &str) -> (Nginx, Server, Server) {
    let (gate, store) = (Server::start(standin::gate), Server::start(standin::store));
    let (gate_address, url) = (
        format!("127.0.0.1:{}", gate.port),
        format!("http://127.0.0.1:{}/api/", store.port),
    );
    let settings = [
        ("GATE_ADDRESS", &*gate_address),
        ("ANNOTATION_STORE_URL", &*url),
        ("ANNOTATOR_OPEN", "true"),
    ];
    let nginx = Nginx::start_with(&settings, |port| {
        format!(
            "{http} include conf.d/iiif-gate/http.conf; server {{ listen 127.0.0.1:{port}; {server}
             include conf.d/iiif-gate/auth.conf; include conf.d/iiif-gate/pages.conf;
             include conf.d/iiif-gate/annotator-store.conf; }}"
        )
        .replace("IMAGES", &store.port.to_string())
        .replace("STORE", &store.port.to_string())
    });
    (nginx, gate, store)
}

#[test]
fn no_habit_of_the_server_opens_the_store_or_changes_a_refusal() {
    let origin = format!("Origin: {SITE}");
    for (http, server) in HABITS.iter().chain(MORE) {
        let (nginx, _gate, store) = surrounded(http, server);
        let what = format!("{http} {server}");
        for _ in 0..2 {
            let allowed = get(nginx.port, "/annotator/search", &[GOOD, &origin]);
            let said = (allowed.status, allowed.text());
            assert_eq!(said, (200, "\"of the store\"".to_owned()), "{what}");
            assert_eq!(allowed.all("Access-Control-Allow-Origin"), [SITE]);
            assert_eq!(allowed.all("Cache-Control"), ["no-store"], "{what}");
            assert_eq!(allowed.header("Set-Cookie"), None, "{what}");
            let seen = store.take().remove(0);
            assert_eq!(
                seen.header("X-Annotator-User").as_deref(),
                Some("j%C3%BCrgen")
            );
            assert_eq!(
                seen.header("X-Annotator-Auth-Token").as_deref(),
                Some(standin::HANDED_ON)
            );
            let anonymous = get(nginx.port, "/annotator-open/search", &[]);
            assert_eq!(anonymous.status, 200, "{what}");
            assert_eq!(store.take().remove(0).header("X-Annotator-User"), None);

            for (header, status, reason) in [
                ("X_Annotator_User: root", 401, "missing_token"),
                (
                    "X_Annotator_Auth_Token: good.browser.token",
                    401,
                    "missing_token",
                ),
                ("X-Annotator-Auth-Token: bad", 401, "expired"),
                (
                    "X-Annotator-Auth-Token: elsewhere",
                    403,
                    "origin_not_allowed",
                ),
            ] {
                let denied = get(nginx.port, "/annotator/search", &[header, &origin]);
                let words = format!("{{\"error\":\"{reason}\"}}\n");
                assert_eq!((denied.status, denied.text()), (status, words), "{what}");
                assert_eq!(denied.all("Access-Control-Allow-Origin"), [SITE]);
            }
            let preflight = ask(nginx.port, "OPTIONS", "/annotator/search", &[&origin]);
            assert_eq!(preflight.status, 204, "{what}");
            assert_eq!(
                preflight.all("Access-Control-Allow-Origin"),
                [SITE],
                "{what}"
            );
            assert_eq!(store.take().len(), 0, "{what}");
        }
    }
}
