//! Faults that viewers meet before anybody has signed in.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::Ask;

use super::{broken, drop_header, edit, is_info, set, wrong};

/// What is replaced in the description, and what is found.
const DESCRIPTIONS: [(&str, &str, &str); 12] = [
    (
        "\"@id\":\"https://images.example/iiif",
        "\"@id\":\"http://images.example/iiif",
        "id",
    ),
    ("maps%2Fa.tif\"", "maps/a.tif\"", "id"),
    ("\"width\":6000", "\"width\":\"6000\"", "size"),
    ("auth/login\"", "auth/login?x\"", "service-address"),
    (
        "https://images.example/auth/token\"",
        "http://images.example/auth/token\"",
        "service-address",
    ),
    (
        "\"profile\":\"https://iiif.io/api/auth/2.0/#probe-service\",",
        "",
        "service-entries",
    ),
    ("auth/1/login\"", "auth/1/login/\"", "services-1"),
    ("\"label\":\"Sign in\",", "", "services-1"),
    ("{\"en\":[\"Sign in\"]}", "\"Sign in\"", "services-2"),
    (
        "\"service\":[{\"@context\"",
        "\"services\":[{\"@context\"",
        "no-services",
    ),
    (
        "http://iiif.io/api/image/2/context.json",
        "http://iiif.io/api/image/9/context.json",
        "context",
    ),
    ("AuthProbeService2", "AuthProbeService9", "one-version"),
];

#[test]
fn faults_of_the_description_are_found() {
    for (from, to, name) in DESCRIPTIONS {
        let site = broken(move |ask, answer| {
            if is_info(ask) {
                edit(answer, from, to);
            }
        });
        let found = wrong(site);
        assert!(
            found.contains(&name),
            "{from} -> {to}: {found:?} lacks {name}"
        );
    }
}

#[test]
fn the_description_with_another_status_or_none_is_found() {
    let is_first = |ask: &Ask| is_info(ask) && ask.header("Authorization").is_none();
    let found = wrong(broken(move |ask, answer| {
        if is_first(ask) {
            answer.status = 403;
        }
    }));
    assert!(found.contains(&"description-status"), "{found:?}");
    let found = wrong(broken(move |ask, answer| {
        if is_info(ask) {
            answer.status = 302;
            set(answer, "Location", "/auth/login");
            answer.body.clear();
        }
    }));
    assert!(
        found.contains(&"description-status") && found.contains(&"no-services"),
        "{found:?}"
    );
}

const ALLOW: &str = "Access-Control-Allow-Origin";

/// In which answers, which header, with which value (or missing), and what is found.
const HEADERS: [(&str, &str, &str, &str); 21] = [
    ("info.json", ALLOW, "", "cors-missing"),
    ("no-such", ALLOW, "", "cors-missing"),
    ("info.json", ALLOW, "*, *", "cors-double"),
    ("/auth/login", ALLOW, "*", "cors-pages"),
    (
        "default.jpg",
        "Cross-Origin-Resource-Policy",
        "same-site",
        "cross-origin-resource-policy",
    ),
    (
        "default.jpg",
        "Cache-Control",
        "public, max-age=60",
        "shared-cache",
    ),
    ("default.jpg", "Cache-Control", "", "shared-cache"),
    ("info.json", "Cache-Control", "max-age=60", "kept-refusals"),
    ("default.jpg", "Vary", "Accept", "vary"),
    (
        "/auth/login",
        "Cross-Origin-Opener-Policy",
        "same-origin",
        "login-opener",
    ),
    (
        "/auth/login",
        "Content-Security-Policy",
        "default-src 'none'",
        "login-framed",
    ),
    (
        "/auth/login",
        "Content-Security-Policy",
        "frame-ancestors 'none'",
        "login-policy",
    ),
    ("/auth/login", "Cache-Control", "", "login-stored"),
    (
        "/auth/token",
        "X-Frame-Options",
        "SAMEORIGIN",
        "token-framing",
    ),
    (
        "/auth/token",
        "Content-Security-Policy",
        "frame-ancestors 'self'",
        "token-framing",
    ),
    ("/auth/token2", "Cache-Control", "max-age=5", "token-stored"),
    ("/auth/probe", "Cache-Control", "max-age=5", "probe-stored"),
    ("info.json", "Strict-Transport-Security", "", "hsts"),
    (
        "info.json",
        "Date",
        "Sun, 22 Nov 2026 11:50:00 GMT",
        "clock",
    ),
    ("x", "Server", "nginx/1.22.1", "versions-shown"),
    ("x", "X-Powered-By", "PHP/5.6", "versions-shown"),
];

#[test]
fn each_fault_of_a_header_is_found() {
    let on = |part: &'static str, name: &'static str, value: &'static str| {
        broken(move |ask, answer| {
            if ask.target.contains(part) && ask.method == "GET" {
                if value.is_empty() {
                    drop_header(answer, name);
                } else {
                    set(answer, name, value);
                }
            }
        })
    };
    for (part, name, value, finding) in HEADERS {
        let found = wrong(on(part, name, value));
        // What may be kept is found with and without a sign-in.
        let is_found = found.contains(&finding) && found.len() <= 2;
        assert!(is_found, "{part} {name}: {value}: {found:?}");
    }
}

#[test]
fn a_site_that_repeats_the_origin_with_credentials_is_found() {
    let found = wrong(broken(|ask, answer| {
        if let Some(origin) = ask
            .header("Origin")
            .filter(|_| ask.target.contains("/iiif/"))
        {
            set(answer, "Access-Control-Allow-Origin", origin);
            set(answer, "Access-Control-Allow-Credentials", "true");
        }
    }));
    assert_eq!(found, ["cors-credentials"]);
}

#[test]
fn refused_preflights_are_found() {
    for change in [
        |answer: &mut Answer| answer.status = 401,
        |answer: &mut Answer| set(answer, "Access-Control-Allow-Headers", "*"),
    ] {
        let found = wrong(broken(move |ask, answer| {
            if ask.method == "OPTIONS" {
                change(answer);
            }
        }));
        assert_eq!(found, ["preflight"]);
    }
}
