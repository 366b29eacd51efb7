//! `/metrics`: what was counted is there, with bounded labels and nobody's name.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::App;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use iiif_gate::web::health_routes;
use iiif_gate::web::metrics::ALL;
use iiif_gate::web::state::now;

use crate::support::app::TestApp;
use crate::support::browser::Browser;

const PIXELS: &str = "/iiif/images/secret-name.tif/full/max/0/default.jpg";

/// The page as it is served.
async fn text(app: &TestApp) -> String {
    let service = init_service(App::new().configure(health_routes(app.state.clone()))).await;
    let request = TestRequest::get().uri("/metrics").to_request();
    let response = call_service(&service, request).await;
    assert_eq!(response.status().as_u16(), 200);
    let kind = response.headers().get("content-type").unwrap();
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    String::from_utf8(read_body(response).await.to_vec()).unwrap()
}

/// The samples, by name and labels.
async fn samples(app: &TestApp) -> BTreeMap<String, f64> {
    let text = text(app).await;
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').unwrap();
            (name.to_owned(), value.parse().unwrap())
        })
        .collect()
}

fn is(samples: &BTreeMap<String, f64>, name: &str, expected: f64) {
    let value = samples.get(name).unwrap_or_else(|| panic!("no {name}"));
    assert!(
        (value - expected).abs() < 1e-9,
        "{name} is {value}, not {expected}"
    );
}

#[actix_web::test]
async fn every_metric_that_is_declared_is_there_and_no_other() {
    for app in TestApp::both().await {
        let text = text(&app).await;
        let declared: BTreeSet<String> = ALL
            .iter()
            .map(|family| format!("# TYPE {} {}", family.name, family.kind.as_str()))
            .collect();
        let lines: Vec<&str> = text.lines().collect();
        let shown: Vec<&str> = lines
            .iter()
            .copied()
            .filter(|line| line.starts_with("# TYPE "))
            .collect();
        assert_eq!(shown.len(), declared.len(), "each stands there once");
        for line in shown {
            assert!(declared.contains(line), "{line}");
        }
        for family in ALL {
            let is_sample = |line: &&&str| {
                line.strip_prefix(family.name)
                    .is_some_and(|rest| rest.starts_with([' ', '{', '_']))
            };
            assert!(
                lines.iter().any(|line| is_sample(&line)),
                "{} has no value",
                family.name
            );
        }
    }
}

#[actix_web::test]
async fn decisions_are_counted_by_what_was_said_and_why() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    app.rule("open/*", "public");
    app.catch_up().await;
    let alice = app.viewer("alice").await;
    app.ask(&Browser::default(), PIXELS).await;
    for _ in 0..3 {
        app.ask(&alice, PIXELS).await;
    }
    app.ask(
        &Browser::default(),
        "/iiif/images/open%2Fa/full/max/0/default.jpg",
    )
    .await;
    app.ask(&Browser::default(), "/iiif/images/../a").await;
    let samples = samples(&app).await;
    let decisions = |result: &str, reason: &str, count: f64| {
        is(
            &samples,
            &format!("iiif_gate_decisions_total{{result=\"{result}\",reason=\"{reason}\"}}"),
            count,
        );
    };
    decisions("challenge", "sign-in-needed", 1.0);
    decisions("allow", "role-held", 3.0);
    decisions("allow", "public", 1.0);
    decisions("refuse", "malformed", 1.0);
    decisions("refuse", "nobody", 0.0);
    is(&samples, "iiif_gate_query_auth_seconds_count", 6.0);
    is(
        &samples,
        "iiif_gate_query_auth_seconds_bucket{le=\"+Inf\"}",
        6.0,
    );
    is(
        &samples,
        "iiif_gate_cache_lookups_total{cache=\"sessions\",result=\"miss\"}",
        1.0,
    );
    is(
        &samples,
        "iiif_gate_cache_lookups_total{cache=\"sessions\",result=\"hit\"}",
        2.0,
    );
    is(&samples, "iiif_gate_cache_entries{cache=\"sessions\"}", 1.0);
    is(&samples, "iiif_gate_rules", 1.0);
}

#[actix_web::test]
async fn sign_ins_passwords_and_pages_are_counted() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    app.viewer("alice").await;
    let mut stranger = Browser::default();
    let wrong = [("username", "alice"), ("password", "wrong")];
    app.submit(&mut stranger, "/iiif-login", "/iiif-login", &wrong)
        .await;
    let samples = samples(&app).await;
    is(&samples, "iiif_gate_sign_ins_total{result=\"done\"}", 1.0);
    is(&samples, "iiif_gate_sign_ins_total{result=\"wrong\"}", 1.0);
    is(
        &samples,
        "iiif_gate_sign_ins_total{result=\"pending\"}",
        0.0,
    );
    is(&samples, "iiif_gate_password_seconds_count", 2.0);
    is(&samples, "iiif_gate_passwords_waiting", 0.0);
    assert!(samples["iiif_gate_pages_total{status=\"4xx\"}"] >= 1.0);
}

#[actix_web::test]
async fn auth_tokens_are_counted_by_what_became_of_them() {
    let app = TestApp::usual().await;
    for token in ["garbage", "a.b.c"] {
        let request = Browser::default()
            .request(actix_web::http::Method::GET, "/query_auth")
            .append_header(("X-Original-URI", PIXELS))
            .append_header(("X-Original-Method", "GET"))
            .append_header(("X-Annotator-Auth-Token", token));
        app.send(request).await;
    }
    let samples = samples(&app).await;
    is(
        &samples,
        "iiif_gate_auth_tokens_total{result=\"malformed\"}",
        2.0,
    );
    is(
        &samples,
        "iiif_gate_auth_tokens_total{result=\"accepted\"}",
        0.0,
    );
    is(
        &samples,
        "iiif_gate_decisions_total{result=\"challenge\",reason=\"auth-token\"}",
        2.0,
    );
}

#[actix_web::test]
async fn people_are_counted_in_the_database_and_the_feed_says_how_far_it_is() {
    for app in TestApp::both().await {
        app.user("alice", &[]);
        app.user("bob", &[]);
        app.viewer("alice").await;
        app.catch_up().await;
        app.state.live.count_people(now()).await.unwrap();
        let samples = samples(&app).await;
        is(&samples, "iiif_gate_sessions", 1.0);
        is(&samples, "iiif_gate_users{state=\"active\"}", 2.0);
        is(&samples, "iiif_gate_users{state=\"pending\"}", 0.0);
        is(&samples, "iiif_gate_database_up", 1.0);
        is(&samples, "iiif_gate_feed_behind_entries", 0.0);
        assert!(samples["iiif_gate_feed_position"] > 0.0);
        assert!(samples["iiif_gate_feed_age_seconds"] < 600.0);
        assert!(samples["iiif_gate_database_seconds_count"] > 0.0);
        is(
            &samples,
            "iiif_gate_database_errors_total{kind=\"unavailable\"}",
            0.0,
        );
        assert!(samples["process_resident_memory_bytes"] > 1e6);
        assert!(samples["process_open_fds"] > 3.0);
    }
}

#[actix_web::test]
async fn people_are_counted_while_somebody_asks_how_many_there_are() {
    let app = TestApp::usual().await;
    let count = async || app.state.live.count_people(now()).await.unwrap();
    let active = async || samples(&app).await["iiif_gate_users{state=\"active\"}"];
    app.user("alice", &[]);
    count().await;
    app.user("bob", &[]);
    count().await;
    assert!((active().await - 1.0).abs() < 0.1);
    count().await;
    assert!((active().await - 2.0).abs() < 0.1);
}

#[actix_web::test]
async fn the_image_server_is_counted_by_what_it_says() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let alice = app.viewer("alice").await;
    for _ in 0..2 {
        app.describe(&alice, "/iiif/images/a/info.json").await;
    }
    app.describe(&alice, "/iiif/images/missing/info.json").await;
    let samples = samples(&app).await;
    is(
        &samples,
        "iiif_gate_image_server_requests_total{result=\"found\"}",
        1.0,
    );
    is(
        &samples,
        "iiif_gate_image_server_requests_total{result=\"missing\"}",
        1.0,
    );
    is(&samples, "iiif_gate_image_server_seconds_count", 2.0);
    is(
        &samples,
        "iiif_gate_cache_lookups_total{cache=\"descriptions\",result=\"miss\"}",
        2.0,
    );
}

#[actix_web::test]
async fn no_name_of_a_user_an_image_or_an_address_is_in_a_label() {
    let app = TestApp::usual().await;
    app.user("alice", &["staff"]);
    app.rule("secret-name.tif", "staff");
    app.catch_up().await;
    let alice = app.viewer("alice").await;
    app.ask(&alice, PIXELS).await;
    app.ask(&Browser::default(), PIXELS).await;
    let text = text(&app).await;
    for name in ["alice", "staff", "secret-name", "127.0.0.1", "192.0.2."] {
        assert!(!text.contains(name), "{name}");
    }
}

#[actix_web::test]
async fn the_main_listener_knows_no_metrics_and_no_health() {
    let app = TestApp::usual().await;
    for path in ["/metrics", "/healthz", "/readyz", "/metrics/"] {
        let reply = app
            .send(Browser::default().request(actix_web::http::Method::GET, path))
            .await;
        assert_eq!(reply.status, 404, "{path}");
    }
}

#[actix_web::test]
async fn limits_are_counted_by_their_kind_when_they_are_reached() {
    let app = TestApp::usual().await;
    app.user("alice", &[]);
    let mut stranger = Browser::default();
    let wrong = [("username", "alice"), ("password", "wrong")];
    for _ in 0..8 {
        app.submit(&mut stranger, "/login", "/login", &wrong).await;
    }
    let samples = samples(&app).await;
    let hit = |kind: &str| samples[&format!("iiif_gate_limits_hit_total{{kind=\"{kind}\"}}")];
    assert!((hit("sign-in-account-from-address") - 2.0).abs() < 1e-9);
    assert!(hit("issued-tokens").abs() < 1e-9);
    is(
        &samples,
        "iiif_gate_sign_ins_total{result=\"limited\"}",
        2.0,
    );
}
