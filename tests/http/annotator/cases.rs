//! Every case of `tests/data/annotator` by way of `/query_auth`, minted against the clock.

use chrono::{DateTime, Duration, SubsecRound as _, TimeDelta, Utc};
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::annotator::{Fault, read};
use iiif_gate::identity::consumer::{ConsumerSecret, MAX_TTL, MIN_SECRET, NewConsumer};
use iiif_gate::store::consumers;
use iiif_gate::web::state::now;

use super::*;
use crate::support::authtoken_cases::{Case, Site, cases};
use crate::support::consumers::usual;

#[actix_web::test]
async fn every_case_is_judged_as_it_should_be() {
    let (cases, clock) = (cases(), now().trunc_subsecs(0));
    let is_tried = |case: &&Case| {
        let site = cases.consumers.get(&case.consumer);
        case.sent.is_none() && site.is_none_or(can_be_registered)
    };
    let tried: Vec<&Case> = cases.all.iter().filter(is_tried).collect();
    assert!(tried.len() > 100, "{}", tried.len());
    // Fewer at a time than are refused for being too many.
    for some in tried.chunks(50) {
        let app = TestApp::usual().await;
        for (key, site) in &cases.consumers {
            if can_be_registered(site) {
                register(&app, key, site, clock - cases.now).await;
            }
        }
        for case in some {
            let token = cases.token(case, clock);
            if !is_steady(&app, &token, clock) {
                continue;
            }
            let reply = asked(&app, &with_token(&token), "GET", SEARCH).await;
            let answer = (reply.status, reply.header("x-auth-reason"));
            let refused = case.refused.as_deref();
            let expected = refused.map_or((204, "annotator"), |reason| (401, reason));
            assert_eq!(answer, expected, "{}", case.title());
        }
    }
}

/// Whether it makes no difference that some seconds pass until the token is looked at.
fn is_steady(app: &TestApp, token: &str, clock: DateTime<Utc>) -> bool {
    let consumers = app.state.live.consumers();
    let outcome = |now| {
        let unverified = read(token.as_bytes())?;
        let consumer = consumers.find(unverified.consumer_key());
        let consumer = consumer.ok_or(Fault::UnknownConsumer)?;
        unverified
            .verify(consumer, &app.state.token_checks, now)
            .map(drop)
    };
    outcome(clock) == outcome(clock + Duration::seconds(30))
}

/// Not those with an empty secret, or a life longer than a browser can count.
fn can_be_registered(site: &Site) -> bool {
    site.secret.len() >= MIN_SECRET && site.max_ttl <= MAX_TTL
}

async fn register(app: &TestApp, key: &str, site: &Site, shift: TimeDelta) {
    let new = NewConsumer {
        max_ttl: site.max_ttl,
        names_admins: site.may_grant_admin,
        ..usual()
    };
    let first = site.previous_secret.as_ref().unwrap_or(&site.secret);
    let id = app.consumer(key, first, &new).await;
    let keys = &app.state.keys.consumer_secrets;
    let secret = ConsumerSecret::new(site.secret.as_bytes()).unwrap();
    let consumer_key = app.state.live.consumers().find(key).unwrap().key.clone();
    let sealed = keys.seal(&consumer_key, &secret, [9; 12]);
    let at = |seconds: i64| DateTime::from_timestamp(seconds, 0).unwrap() + shift;
    let (admin, clock) = (Admin::console(), now());
    app.database.run(|conn| {
        if let Some(until) = site.previous_until {
            let overlap = (at(until) - clock).max(Duration::zero());
            consumers::rotate(conn, &admin, clock, id, &sealed, overlap)?;
        }
        if let Some(moment) = site.not_before {
            consumers::revoke_all(conn, &admin, at(moment), id)?;
        }
        consumers::set_enabled(conn, &admin, clock, id, site.enabled)
    });
    app.catch_up().await;
}
