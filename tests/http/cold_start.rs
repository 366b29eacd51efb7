//! A viewer that begins: dozens of tiles at once of somebody who was not there lately.

use std::sync::{Arc, Barrier};

use actix_web::rt::{System, spawn};
use iiif_gate::identity::secret::{API_KEY_PREFIX, fingerprint, from_random};
use iiif_gate::store::api_keys::{self, NewApiKey};
use iiif_gate::store::users::UserState;
use iiif_gate::store::{Conn, StoreError, users};
use iiif_gate::web::state::now;

use crate::support::app::{ORIGIN, TestApp};
use crate::support::browser::Browser;

const TILE: &str = "/iiif/images/maps%2Fworld/0,0,512,512/256,/0/default.jpg";
const INFO: &str = "/iiif/images/maps%2Fworld/info.json";
const ANNOTATIONS: &str = "/annotator/search?uri=x";
const THREADS: usize = 2;
const EACH: usize = 30;

/// The same gate as after a new start: nothing is in memory.
async fn restarted(app: TestApp) -> TestApp {
    TestApp::new(app.database, &[]).await
}

/// What 60 questions at once are answered, by two workers, and what the database is asked meanwhile.
fn ask_at_once(app: &Arc<TestApp>, browser: &Browser, target: &'static str) -> (Vec<u16>, usize) {
    let statements = app.database.listen();
    let start = Barrier::new(THREADS);
    let worker = || {
        let (app, browser) = (Arc::clone(app), browser.clone());
        start.wait();
        System::new().block_on(async move {
            let questions: Vec<_> = (0..EACH)
                .map(|_| {
                    let (app, browser) = (Arc::clone(&app), browser.clone());
                    spawn(async move { app.ask(&browser, target).await.status })
                })
                .collect();
            let mut answers = Vec::new();
            for question in questions {
                answers.push(question.await.unwrap());
            }
            answers
        })
    };
    let answers = std::thread::scope(|scope| {
        let workers = [scope.spawn(worker), scope.spawn(worker)];
        workers.map(|worker| worker.join().unwrap()).concat()
    });
    let asked: Vec<String> = statements.try_iter().collect();
    assert!(
        asked.iter().all(|text| text.starts_with("SELECT")),
        "{asked:?}"
    );
    (answers, asked.len())
}

fn all(status: u16) -> Vec<u16> {
    vec![status; THREADS * EACH]
}

fn bearer(value: &str) -> Browser {
    Browser::default().with("Authorization", &format!("Bearer {value}"))
}

fn api_key(app: &TestApp, user: iiif_gate::identity::principal::UserId) -> String {
    let key = format!("{API_KEY_PREFIX}{}", from_random([9; 32]));
    let new = NewApiKey {
        user_id: user,
        name: "script".to_owned(),
        fingerprint: fingerprint(&key),
        expires_at: None,
    };
    app.database
        .run(|conn| api_keys::create(conn, now(), &new, None));
    key
}

#[actix_web::test]
async fn sixty_tiles_of_a_session_never_seen_before_cost_one_statement() {
    for app in TestApp::both().await {
        let alice = app.user("alice", &["staff", "readers", "editors"]);
        app.rule("maps/*", "staff");
        app.catch_up().await;
        let mut cookie = app.viewer("alice").await;
        let access_token = bearer(&app.access_token(&cookie).await);
        let key = bearer(&api_key(&app, alice));
        let reply = app.get(&mut cookie, "/token").await;
        let auth_token = Browser::default()
            .with("X-Annotator-Auth-Token", &reply.body)
            .with("Origin", ORIGIN);
        let mut app = Arc::new(restarted(app).await);
        for (who, target) in [
            (&cookie, TILE),
            (&access_token, INFO),
            (&key, TILE),
            (&auth_token, ANNOTATIONS),
        ] {
            assert_eq!(ask_at_once(&app, who, target), (all(204), 1));
            assert_eq!(ask_at_once(&app, who, target), (all(204), 0));
            app = Arc::new(restarted(Arc::into_inner(app).unwrap()).await);
        }
    }
}

#[actix_web::test]
async fn who_is_not_there_is_asked_for_anew_but_not_by_all_at_once() {
    for app in TestApp::both().await {
        let alice = app.user("alice", &[]);
        let cookie = app.viewer("alice").await;
        let change = move |conn: &mut Conn| -> Result<(), StoreError> {
            let admin = iiif_gate::identity::admin::Admin::console();
            users::set_state(conn, &admin, now(), alice, UserState::Disabled)
        };
        app.state.change(change).await.unwrap();
        let app = Arc::new(app);
        for _ in 0..2 {
            let (answers, statements) = ask_at_once(&app, &cookie, TILE);
            assert_eq!(answers, all(401));
            assert!((1..10).contains(&statements), "{statements}");
        }
    }
}
