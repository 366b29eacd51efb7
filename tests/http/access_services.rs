//! Access services other than signing in, and what both versions of IIIF Auth say of them.

use iiif_gate::access::rule::Kind;
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::name::RoleName;
use iiif_gate::language::LanguageMap;
use iiif_gate::store::{audit, roles, terms};
use iiif_gate::web::state::now;
use serde_json::Value;

use crate::cases::World;
use crate::support::browser::{Browser, Reply};

pub(crate) const VIEWER: &str = "https%3A%2F%2Fviewer.example";
pub(crate) const PIXELS: &str = "/iiif/images/closed/full/max/0/default.jpg";
pub(crate) const INFO: &str = "/iiif/images/closed/info.json";
pub(crate) const PROBE: &str = "/iiif-probe/%2Fiiif%2Fimages%2Fclosed";

pub(crate) async fn world(access: &str) -> World {
    let world = World::new(&[]).await;
    world.rule(Kind::Image, "closed", access);
    world.app.catch_up().await;
    world
}

pub(crate) fn at(address: &str) -> Browser {
    Browser::default().with("X-Real-IP", address)
}

/// The message of version 2 that the page in the viewer's frame posts.
pub(crate) async fn token2(world: &World, browser: &Browser, path: &str) -> Value {
    let path = format!("{path}?messageId=7&origin={VIEWER}");
    let reply = world.app.get(&mut browser.clone(), &path).await;
    assert_eq!(reply.status, 200);
    let (_, call) = reply.body.split_once("postMessage(").unwrap();
    let mut values = serde_json::Deserializer::from_str(call).into_iter::<Value>();
    values.next().unwrap().unwrap()
}

pub(crate) async fn probe(world: &World, browser: &Browser, token: &Value) -> Value {
    let bearer = format!("Bearer {}", token["accessToken"].as_str().unwrap_or("none"));
    let mut browser = browser.clone().with("Authorization", &bearer);
    browser.cookies.clear();
    let reply = world.app.get(&mut browser, PROBE).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.header("cache-control"), "no-store");
    reply.json()
}

pub(crate) fn services(reply: &Reply) -> Vec<Value> {
    let document = reply.json();
    let all = document["service"].as_array().unwrap().iter();
    let is_auth = |service: &&Value| service["profile"].as_str().unwrap().contains("/auth/");
    all.filter(is_auth).cloned().collect()
}

#[actix_web::test]
async fn terms_are_two_pages_with_a_click_each_and_open_the_image_to_that_browser() {
    let world = world("roles agreed").await;
    let path = format!("/iiif-terms/agreed?origin={VIEWER}");
    let mut browser = Browser::default();
    let first = world.app.get(&mut browser, &path).await;
    assert!(first.body.contains("<button") && !first.body.contains("window.close("));
    assert!(
        !browser.cookies.contains_key("__Host-iiif-gate"),
        "looking accepts nothing"
    );
    let fields = [("version", "1"), ("origin", "https://viewer.example")];
    let sent = world
        .app
        .submit(&mut browser, &path, "/iiif-terms/agreed", &fields)
        .await;
    assert_eq!(sent.location(), format!("/auth{path}"));
    let second = world.app.get(&mut browser, &path).await;
    assert!(second.body.contains("window.close("));
    assert_eq!(second.header("cross-origin-opener-policy"), "");
    assert_eq!(world.app.ask(&browser, PIXELS).await.status, 204);
    assert_eq!(world.app.ask(&Browser::default(), PIXELS).await.status, 401);
}

#[actix_web::test]
async fn a_new_version_of_the_terms_asks_everybody_again() {
    let world = world("roles agreed").await;
    let tess = world.visitor("tess", "home").browser;
    assert_eq!(world.app.ask(&tess, PIXELS).await.status, 204);
    let publish = |text: &str| {
        let text = LanguageMap::parse_json(&format!(r#"{{"en":"{text}"}}"#)).unwrap();
        world.app.database.run(|conn| {
            let role = roles::find_by_name(conn, &RoleName::parse("agreed").unwrap())?.unwrap();
            terms::publish(conn, &Admin::console(), now(), role.id, &text, &text)
        })
    };
    publish("Something new.");
    world.app.catch_up().await;
    let refused = world.app.ask(&tess, PIXELS).await;
    assert_eq!(
        (refused.status, refused.header("x-auth-reason")),
        (401, "terms-needed")
    );
    // Whoever had the old page open reads the new one before anything is accepted.
    let page = "/iiif-terms/agreed";
    let mut tess = tess;
    world
        .app
        .submit(&mut tess, page, page, &[("version", "1")])
        .await;
    assert_eq!(world.app.ask(&tess, PIXELS).await.status, 401);
    world
        .app
        .submit(&mut tess, page, page, &[("version", "2")])
        .await;
    assert_eq!(world.app.ask(&tess, PIXELS).await.status, 204);
}

#[actix_web::test]
async fn an_acceptance_is_written_down_with_its_version() {
    let world = world("roles agreed").await;
    let entries = world.app.database.run(|conn| {
        let query = audit::AuditQuery {
            action: Some(audit::Action::AcceptTerms),
            ..audit::AuditQuery::default()
        };
        audit::page(conn, &query)
    });
    let entry = entries.items.first().unwrap();
    assert_eq!(
        (entry.subject.as_str(), entry.detail.as_str()),
        ("agreed", "version 1")
    );
}

#[actix_web::test]
async fn signing_in_keeps_what_was_accepted_and_signing_out_loses_it() {
    let world = world("roles agreed").await;
    let mut browser = world.visitor("tess", "home").browser;
    let before = browser.cookies.clone();
    let fields = [
        ("username", "alice"),
        ("password", crate::support::app::PASSWORD),
    ];
    world
        .app
        .submit(&mut browser, "/iiif-login", "/iiif-login", &fields)
        .await;
    assert_ne!(browser.cookies, before, "the session is a new one");
    assert_eq!(world.app.ask(&browser, PIXELS).await.status, 204);
    world.app.get(&mut browser, "/logout").await;
    assert_eq!(world.app.ask(&browser, PIXELS).await.status, 401);
}

#[actix_web::test]
async fn a_kiosk_opens_without_a_click_in_its_place_and_nowhere_else() {
    let world = world("roles desk").await;
    let mut desk = at("192.0.2.17");
    let opened = world.app.get(&mut desk, "/iiif-kiosk/desk").await;
    assert!(opened.body.contains("window.close(") && !opened.body.contains("<form"));
    assert_eq!(world.app.ask(&desk, PIXELS).await.status, 204);
    let away = Browser {
        headers: Vec::new(),
        ..desk
    };
    assert_eq!(
        world.app.ask(&away, PIXELS).await.status,
        403,
        "the cookie was carried away"
    );
    let mut home = at("203.0.113.9");
    world.app.get(&mut home, "/iiif-kiosk/desk").await;
    assert!(!home.cookies.contains_key("__Host-iiif-gate"));
    // A picture on some page names the address: nothing is opened by that.
    let mut picture = at("192.0.2.17").with("Sec-Fetch-Dest", "image");
    world.app.get(&mut picture, "/iiif-kiosk/desk").await;
    assert!(!picture.cookies.contains_key("__Host-iiif-gate"));
}

#[actix_web::test]
async fn a_kiosk_is_offered_in_its_place_alone() {
    let world = world("roles desk, staff").await;
    for (address, profiles) in [
        ("192.0.2.17", vec!["kiosk", "login"]),
        ("203.0.113.9", vec!["login"]),
    ] {
        let reply = world.app.describe(&at(address), INFO).await;
        let found = services(&reply);
        let v1: Vec<&str> = found
            .iter()
            .filter_map(|service| {
                service["profile"]
                    .as_str()?
                    .strip_prefix("http://iiif.io/api/auth/1/")
            })
            .collect();
        assert_eq!(v1, profiles, "{address}");
    }
}

#[actix_web::test]
async fn the_token_service_of_a_network_looks_at_the_address_alone() {
    let world = world("roles campus").await;
    let offered = services(&world.app.describe(&at("203.0.113.9"), INFO).await);
    assert_eq!(offered[0]["profile"], "http://iiif.io/api/auth/1/external");
    let inside = token2(&world, &at("198.51.100.4"), "/iiif-token2/campus").await;
    assert_eq!(inside["type"], "AuthAccessToken2");
    let outside = token2(&world, &at("203.0.113.9"), "/iiif-token2/campus").await;
    assert_eq!(outside["profile"], "missingAspect");
    // The token opens nothing elsewhere.
    assert_eq!(
        probe(&world, &at("203.0.113.9"), &inside).await["status"],
        401
    );
    assert_eq!(
        probe(&world, &at("198.51.100.4"), &inside).await["status"],
        200
    );
    // Other roles have no such service.
    let other = token2(&world, &at("192.0.2.7"), "/iiif-token2/house").await;
    assert_eq!(other["profile"], "invalidRequest");
}
