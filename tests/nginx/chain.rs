//! nginx and the real gate together: what is served, the visitor may see, however it is asked for.

use std::process::Command;

use iiif_gate::image::target::nginx_uri;

use crate::http::get;
use crate::normalization::Random;
use crate::site::Site;
use crate::stack::words;

const TILE: &str = "/iiif/images/sec1/full/max/0/default.jpg";
const INFO: &str = "/iiif/images/sec1/info.json";

#[test]
fn everybody_gets_what_the_rules_say() {
    let site = Site::start();
    let (alice, mallory) = (site.sign_in("alice"), site.sign_in("mallory"));
    site.pictures();
    for (target, statuses) in [
        ("/iiif/images/pub1/info.json", [200, 200, 200]),
        ("/iiif/images/pub1/full/max/0/default.jpg", [200, 200, 200]),
        (
            "/iiif/images/%70%75%62%31/full/max/0/default.jpg",
            [200, 200, 200],
        ),
        ("/iiif/images/pub1", [303, 303, 303]),
        (INFO, [401, 403, 200]),
        (
            "/iiif/images/sec1/info.json?/iiif/images/pub1/info.json",
            [401, 403, 200],
        ),
        (TILE, [401, 403, 200]),
        ("/iiif/images/sec1/full/max/0/default.jpg?", [401, 403, 200]),
        (
            "/iiif/images/sec1/square/,100/!90/gray.png",
            [401, 403, 200],
        ),
        (
            "/iiif/images/dir%2Fsec2/full/max/0/default.jpg",
            [401, 403, 200],
        ),
        (
            "/iiif/images/dir/sec2/full/max/0/default.jpg",
            [401, 403, 200],
        ),
        ("/iiif/images/SEC1/full/max/0/default.jpg", [403, 403, 403]),
        ("/iiif/images/other/full/max/0/default.jpg", [403, 403, 403]),
        (
            "/iiif/images/http%3A%2F%2Fex.org%2Fa.jp2/full/max/0/default.jpg",
            [403, 403, 403],
        ),
        (
            "/iiif/images/pub1/sec1/full/max/0/default.jpg",
            [403, 403, 403],
        ),
        (
            "/iiif/images/sec1%20/full/max/0/default.jpg",
            [403, 403, 403],
        ),
        (
            "/iiif/images/sec1%3fx=/iiif/images/pub1/full/max/0/default.jpg",
            [403, 403, 403],
        ),
    ] {
        for (cookie, status) in ["X: y", &mallory, &alice].into_iter().zip(statuses) {
            let answer = site.get(target, &[cookie]);
            assert_eq!(answer.status, status, "{target} {cookie}");
            assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"], "{target}");
            let served = status == 200 && !target.contains("/info.json");
            assert_eq!(
                site.pictures().len(),
                usize::from(served),
                "{target} {cookie}"
            );
        }
    }
}

#[test]
fn nothing_that_a_client_sends_stands_for_a_sign_in() {
    let site = Site::start();
    let alice = site.sign_in("alice");
    let alice_value = alice.trim_start_matches("Cookie: iiif-gate=");
    for header in [
        "X-Original-URI: /iiif/images/pub1/info.json".to_owned(),
        "X_Original_URI: /iiif/images/pub1/info.json".to_owned(),
        "X-Original-Method: OPTIONS".to_owned(),
        "X-Real-IP: 127.0.0.1".to_owned(),
        "X-Forwarded-For: 127.0.0.1".to_owned(),
        "X-Auth-User: alice".to_owned(),
        "X-Auth-Reason: public".to_owned(),
        "User-Agent: ELB-HealthChecker/2.0".to_owned(),
        "Authorization: Basic YWxpY2U6Y29ycmVjdCBob3JzZSBiYXR0ZXJ5".to_owned(),
        format!("Authorization: Bearer {alice_value}"),
        "Cookie: iiif-gate=garbage".to_owned(),
        format!("Cookie: iiif-gate=garbage; iiif-gate={alice_value}"),
        format!("Cookie: iiif-gate={alice_value}; iiif-gate=garbage"),
        format!("Cookie: iiif-gate-account={alice_value}"),
        format!("Cookie: __Host-iiif-gate={alice_value}"),
        format!("Cookie: IIIF-GATE={alice_value}"),
    ] {
        assert_eq!(site.get(TILE, &[&header]).status, 401, "{header}");
    }
    assert_eq!(site.pictures().len(), 0);
    assert_eq!(site.get(TILE, &[&alice]).status, 200);
}

#[test]
fn a_session_ends_with_its_logout_and_its_token_opens_descriptions_only() {
    let site = Site::start();
    let alice = site.sign_in("alice");
    let token = site.get("/auth/iiif-token", &[&alice]).text();
    let (_, token) = token.split_once("\"accessToken\":\"").unwrap();
    let bearer = format!("Authorization: Bearer {}", token.split('"').next().unwrap());
    assert_eq!(site.get(INFO, &[&bearer]).status, 200);
    assert_eq!(site.get(TILE, &[&bearer]).status, 401);
    assert_eq!(
        site.get(INFO, &["Authorization: Bearer undefined"]).status,
        401
    );
    let tile = site.get(TILE, &[&alice]);
    assert_eq!(tile.status, 200);
    assert_eq!(
        tile.header("Cache-Control").as_deref(),
        Some("private, no-cache")
    );
    assert_eq!(tile.header("Set-Cookie"), None);

    assert_eq!(site.get("/auth/logout", &[&alice]).status, 200);
    assert_eq!(site.get(TILE, &[&alice]).status, 401);
    assert_eq!(site.get(INFO, &[&bearer]).status, 401);
}

#[test]
fn a_gate_that_is_killed_opens_nothing_and_is_back_without_a_reload() {
    let site = Site::start();
    let public = "/iiif/images/pub1/full/max/0/default.jpg";
    assert_eq!(site.get(public, &[]).status, 200);
    let gate = site.stack.file("run/gate.pid");
    assert!(
        Command::new("kill")
            .args(["-9", gate.trim()])
            .status()
            .unwrap()
            .success()
    );
    site.pictures();
    // The socket stays behind, and a connection may still be open for a moment.
    for target in [public, TILE, INFO, "/auth/login"] {
        let answer = site.get(target, &[]);
        assert_eq!(answer.status, 503, "{target}");
        assert!(answer.header("Retry-After").is_some());
    }
    assert_eq!(site.pictures().len(), 0);
    let up = site.stack.run("up");
    assert!(up.status.success(), "{}", words(&up));
    assert_eq!(site.get(public, &[]).status, 200);
}

/// For every target that is served, the visitor may see what it names in every reading.
#[test]
fn whatever_reaches_the_image_server_is_public_in_every_reading() {
    let site = Site::start();
    site.pictures();
    let tokens = [
        "pub1",
        "pub1",
        "sec1",
        "/",
        "/",
        "%2f",
        "%2F",
        "..",
        ".",
        "%2e",
        "%252e",
        "%252f",
        "%25",
        ";",
        "%3b",
        "%23",
        "#",
        "?",
        "%3f",
        "\\",
        "%5c",
        "//",
        "%20",
        "%0a",
        "%70ub1",
        "&",
        "+",
        "!",
        "info.json",
        "full/max/0/",
    ];
    let mut random = Random::new(11);
    let mut served = 0;
    for _ in 0..3000 {
        let mut target = "/iiif/images/".to_owned();
        for _ in 0..=random.below(6) {
            target.push_str(tokens[random.below(tokens.len())]);
        }
        target.push_str("/full/max/0/default.jpg");
        get(site.stack.port, &target, &[]);
        let Some(seen) = site.pictures().pop() else {
            continue;
        };
        served += 1;
        let raw = seen.trim_start_matches("/base/");
        let once = nginx_uri(format!("/{raw}").as_bytes()).unwrap().0;
        let twice = nginx_uri(&once).unwrap().0;
        for reading in [once, twice] {
            let reading = String::from_utf8(reading).unwrap();
            assert!(
                reading.starts_with("/pub1/full/max/0/"),
                "{target}: {reading}"
            );
        }
    }
    assert!(served > 5, "{served}");
}
