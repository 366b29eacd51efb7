//! What is said of somebody who is let in, and of somebody who is not.

use iiif_gate::identity::annotator::{Checks, read};
use iiif_gate::identity::consumer::{ConsumerSecret, Secrets};
use iiif_gate::web::state::now;
use serde_json::json;

use super::*;
use crate::support::authtoken::with_claims;
use crate::support::consumers::usual;
use crate::support::database::Database;

#[actix_web::test]
async fn a_token_grants_only_the_roles_that_its_site_may_grant() {
    let app = TestApp::usual().await;
    let mut new = usual();
    new.roles = vec![
        app.consumer_role("reader", true, true),
        app.consumer_role("editor", false, false),
    ];
    app.consumer(KEY, SECRET, &new).await;
    let named = |groups| {
        with_token(&with_claims(
            KEY,
            SECRET,
            &json!({ "userGroups": groups }),
            now(),
        ))
    };
    let reply = asked(&app, &named(json!(["editor", "admin"])), "POST", SEARCH).await;
    assert_answer(&reply, 204, "annotator");
    assert_eq!(reply.header("x-annotator-roles"), "editor,reader");
    let reader = named(json!(["admin"]));
    assert_answer(
        &asked(&app, &reader, "POST", SEARCH).await,
        403,
        "method_not_allowed",
    );
    assert_answer(
        &asked(&app, &reader, "DELETE", SEARCH).await,
        403,
        "method_not_allowed",
    );
    assert_answer(
        &asked(&app, &reader, "HEAD", SEARCH).await,
        204,
        "annotator",
    );
    assert_answer(
        &asked(&app, &reader, "TRACE", SEARCH).await,
        403,
        "method_not_allowed",
    );
}

#[actix_web::test]
async fn administrators_are_those_of_sites_that_may_name_them() {
    let app = TestApp::usual().await;
    app.docland().await;
    let mut trusted = usual();
    trusted.names_admins = true;
    app.consumer("trusted", SECRET, &trusted).await;
    for (key, flag) in [(KEY, ""), ("trusted", "true")] {
        let token = with_claims(key, SECRET, &json!({ "admin": true }), now());
        let reply = asked(&app, &with_token(&token), "GET", SEARCH).await;
        assert_eq!(reply.header("x-annotator-admin"), flag);
    }
}

#[actix_web::test]
async fn the_store_gets_a_short_token_of_ours_the_original_or_none() {
    for setting in ["internal", "original", "none"] {
        let settings = [("ANNOTATOR_HAND_ON", setting)];
        let app = TestApp::new(Database::sqlite(), &settings).await;
        app.docland().await;
        let original = with_claims(KEY, SECRET, &json!({ "ttl": 100 }), now());
        let reply = asked(&app, &with_token(&original), "GET", SEARCH).await;
        let handed_on = reply.header("x-annotator-token");
        match setting {
            "none" => assert_eq!(handed_on, ""),
            "original" => assert_eq!(handed_on, original),
            _ => {
                let mut consumer = app
                    .state
                    .live
                    .consumers()
                    .find(KEY)
                    .unwrap()
                    .as_ref()
                    .clone();
                consumer.secrets = Some(Secrets {
                    current: ConsumerSecret::new(crate::support::app::STORE_SECRET.as_bytes())
                        .unwrap(),
                    previous: None,
                });
                let checks = Checks {
                    clock_skew: chrono::TimeDelta::zero(),
                    audience: None,
                };
                let token = read(handed_on.as_bytes()).unwrap();
                let token = token.verify(&consumer, &checks, now()).unwrap();
                assert_eq!(token.user, "alice");
                let left = (token.expires_at - now()).num_seconds();
                assert!((90..=100).contains(&left), "{left}");
            }
        }
    }
}

#[actix_web::test]
async fn reasons_may_be_kept_from_outsiders() {
    let settings = [("ANNOTATOR_REASONS", "false")];
    let app = TestApp::new(Database::sqlite(), &settings).await;
    app.docland().await;
    let unknown = authtoken::good("nobody", SECRET, "alice", now());
    let forged = authtoken::good(KEY, "another secret, as long", "alice", now());
    for token in [unknown, forged, "foo".to_owned()] {
        let reply = asked(&app, &with_token(&token), "GET", SEARCH).await;
        assert_answer(&reply, 401, "invalid_token");
        let challenge = "AnnotatorToken realm=\"annotator\", error=\"invalid_token\"";
        assert_eq!(reply.header("www-authenticate"), challenge);
    }
}
