//! A database that cannot be read: what is in memory counts for `STALE_LIMIT`, and nothing after that.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use chrono::{DateTime, TimeDelta, Utc};
use iiif_gate::identity::secret::digest;
use iiif_gate::identity::session::Door;
use iiif_gate::store::sessions;
use iiif_gate::web::state::now;

use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::Browser;

const TILE: &str = "/iiif/images/a/full/max/0/default.jpg";
const INFO: &str = "/iiif/images/a/info.json";
const PUBLIC: &str = "/iiif/images/pub/full/max/0/default.jpg";

/// The same database behind a gate that reads the feed when it is told to, and believes what it read for
/// a second.
async fn soon_stale(app: TestApp) -> TestApp {
    TestApp::new(app.database, &[("STALE_LIMIT", "1")]).await
}

/// Asks until the answer has this status.
async fn becomes(app: &TestApp, browser: &Browser, target: &str, status: u16) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while app.ask(browser, target).await.status != status {
        assert!(Instant::now() < deadline, "{target} never becomes {status}");
        if status != 403 {
            app.state.live.refresh(now()).await.unwrap();
        }
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

#[actix_web::test]
async fn once_it_is_too_old_everything_is_refused_until_it_is_read_again() {
    for app in TestApp::both().await {
        app.user("alice", &["staff"]);
        app.rule("a", "staff");
        app.rule("pub", "public");
        app.catch_up().await;
        let alice = app.viewer("alice").await;
        let mut account = app.account("alice").await;
        let token = app.access_token(&alice).await;
        let bearer = Browser::default().with("Authorization", &format!("Bearer {token}"));
        let reply = app.get(&mut alice.clone(), "/token").await;
        let annotator = Browser::default()
            .with("X-Annotator-Auth-Token", &reply.body)
            .with("Origin", ORIGIN);
        let anybody = Browser::default();
        let app = soon_stale(app).await;

        becomes(&app, &alice, TILE, 403).await;
        for (who, target) in [
            (&alice, TILE),
            (&bearer, INFO),
            (&anybody, PUBLIC),
            (&annotator, "/annotator/search?uri=x"),
        ] {
            let reply = app.ask(who, target).await;
            let reason = reply.headers.get("x-auth-reason").unwrap();
            assert_eq!(
                (reply.status, reason.as_bytes()),
                (403, &b"unavailable"[..]),
                "{target}"
            );
            assert_eq!(reply.body, "");
        }
        // Where nginx has another gate to ask, it is told to.
        for (who, target) in [(&alice, TILE), (&annotator, "/annotator/search?uri=x")] {
            let who = who.clone().with("X-If-Undecided", "503");
            let reply = app.ask(&who, target).await;
            assert_eq!((reply.status, &*reply.body), (503, ""), "{target}");
        }
        for path in [
            "/iiif-probe/%2Fiiif%2Fimages%2Fpub",
            "/iiif-token",
            "/iiif-token?messageId=1&origin=https://v.example",
        ] {
            let asked = alice.clone().with("X-If-Undecided", "503");
            let reply = app.send(asked.request(Method::GET, path)).await;
            assert_eq!(reply.status, 503, "{path}");
        }
        assert_eq!(app.describe(&alice, INFO).await.status, 503);
        let probe = anybody.request(Method::GET, "/iiif-probe/%2Fiiif%2Fimages%2Fpub");
        assert_eq!(app.send(probe).await.json()["status"], 503);
        let issued = alice.request(Method::GET, "/iiif-token");
        assert!(app.send(issued).await.json().get("accessToken").is_none());
        assert_eq!(app.get(&mut account, "/").await.status, 503);

        becomes(&app, &alice, TILE, 204).await;
    }
}

#[actix_web::test]
async fn a_clock_that_jumps_ends_no_session_for_good_and_breaks_nothing() {
    let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
    for app in TestApp::both().await {
        let alice = app.user("alice", &[]);
        let (id, start) = (digest([7]), now());
        let session = sessions::Session {
            id: iiif_gate::identity::secret::fingerprint_of(&id),
            user_id: Some(alice),
            door: Door::Images,
            state: "{}".to_owned(),
            grants: Vec::new(),
            address: None,
            user_agent: String::new(),
            created_at: start,
            last_seen_at: start,
            expires_at: start + TimeDelta::hours(12),
        };
        app.database.run(|conn| sessions::insert(conn, &session));
        let live = &app.state.live;
        for (time, lives) in [
            (start, true),
            (start - TimeDelta::days(1), true),
            (at("1970-01-01T00:00:00Z"), true),
            (start + TimeDelta::hours(3), false),
            (start + TimeDelta::days(400), false),
            (at("9999-12-31T23:59:59Z"), false),
            (start + TimeDelta::minutes(1), true),
        ] {
            let current = live.session(&id, Door::Images, time).await.unwrap();
            assert_eq!(current.is_some(), lives, "{time}");
            assert_eq!(
                live.is_fresh(time),
                time < start + TimeDelta::minutes(14),
                "{time}"
            );
            live.write_seen().await.unwrap();
        }
        for time in [
            at("9999-12-31T23:59:59Z"),
            at("1970-01-01T00:00:00Z"),
            start,
        ] {
            live.refresh(time).await.unwrap();
            assert!(live.is_fresh(time));
        }
    }
}
