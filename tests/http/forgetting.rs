//! What is kept in memory never says anything else than the database, once the change feed was read.

use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::rt::System;
use iiif_gate::identity::secret::{Digest, digest, fingerprint_of};
use iiif_gate::identity::session::Door;
use iiif_gate::live::sessions::Current;
use iiif_gate::store::sessions;
use iiif_gate::web::state::now;
use proptest::prelude::*;

use crate::support::app::TestApp;

/// Who may be changed: users 11 to 13, each with two sessions and an API key, and roles 21 and 22.
const RESET: &str = "
    DELETE FROM users WHERE id > 10; DELETE FROM roles WHERE id > 10; DELETE FROM sessions;
    INSERT INTO roles (id, name, title, obtained_by) VALUES
        (21, 'staff', '', 'assigned'), (22, 'reader', '', 'terms');
    INSERT INTO users (id, name, state, created_at, updated_at) VALUES
        (11, 'ann', 'active', '2030-01-01 00:00:00', '2030-01-01 00:00:00'),
        (12, 'ben', 'active', '2030-01-01 00:00:00', '2030-01-01 00:00:00'),
        (13, 'cid', 'active', '2030-01-01 00:00:00', '2030-01-01 00:00:00');";

/// What may happen to `:user` or `:session`.
const CHANGES: [&str; 16] = [
    "UPDATE users SET state = 'disabled' WHERE id = :user",
    "UPDATE users SET state = 'active' WHERE id = :user",
    "UPDATE users SET name = 'new' || id WHERE id = :user",
    "UPDATE users SET sign_in_count = 7 WHERE id = :user",
    "DELETE FROM users WHERE id = :user",
    "INSERT INTO user_roles SELECT id, 21 FROM users WHERE id = :user AND EXISTS
        (SELECT 1 FROM roles WHERE id = 21) ON CONFLICT DO NOTHING",
    "DELETE FROM user_roles WHERE user_id = :user",
    "DELETE FROM roles WHERE id = 21",
    "DELETE FROM roles WHERE id = 22",
    "DELETE FROM sessions WHERE id = :session",
    "UPDATE sessions SET expires_at = '2020-01-01 00:00:00' WHERE id = :session",
    "UPDATE sessions SET expires_at = '2040-01-01 00:00:00' WHERE id = :session",
    "UPDATE sessions SET user_id = NULL WHERE id = :session",
    "INSERT INTO session_roles SELECT id, 22, 1, '2030-01-01 00:00:00' FROM sessions
        WHERE id = :session AND EXISTS (SELECT 1 FROM roles WHERE id = 22) ON CONFLICT DO NOTHING",
    "UPDATE session_roles SET version = version + 1 WHERE session_id = :session",
    "DELETE FROM changes",
];

fn ids() -> Vec<Digest> {
    (0..6_u8).map(|number| digest([number])).collect()
}

fn reset(app: &TestApp) {
    app.database.sql(RESET);
    for (id, user) in ids().iter().zip([11, 11, 12, 12, 13, 13]) {
        let id = fingerprint_of(id);
        app.database.sql(&format!(
            "INSERT INTO sessions (id, user_id, door, state, created_at, last_seen_at, expires_at)
             VALUES ('{id}', {user}, 'images', '{{}}', '2030-01-01 00:00:00',
                '2039-01-01 00:00:00', '2040-01-01 00:00:00')"
        ));
    }
}

type Opens = Option<(
    Option<iiif_gate::identity::principal::User>,
    Vec<iiif_gate::identity::principal::Grant>,
)>;

fn opens(current: Option<Current>) -> Opens {
    current.map(|current| (current.user, current.grants.to_vec()))
}

fn truth(app: &TestApp, id: &Digest) -> Opens {
    let id = fingerprint_of(id);
    let opened = app.database.run(|conn| sessions::opened(conn, &id, now()));
    opened.map(|opened| (opened.user, opened.grants))
}

async fn look(app: &TestApp) {
    for id in ids() {
        let session = app.state.live.session(&id, Door::Images, now()).await;
        session.unwrap();
    }
}

fn change((change, user): (usize, usize)) -> String {
    let session = format!("'{}'", fingerprint_of(&ids()[user]));
    let user = (11 + user / 2).to_string();
    CHANGES[change]
        .replace(":user", &user)
        .replace(":session", &session)
}

/// Says so when it is dropped, also by a test that fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Makes these changes piece by piece, and holds what is in memory against the database.
async fn compare(app: &TestApp, pieces: &[Vec<(usize, usize)>]) -> Result<(), TestCaseError> {
    look(app).await;
    for piece in pieces {
        for number in piece {
            app.database.sql(&change(*number));
        }
        app.catch_up().await;
        for id in ids() {
            let live = &app.state.live;
            let warm = live.warm_session(&id, Door::Images, now());
            let asked = live.session(&id, Door::Images, now()).await.unwrap();
            let truth = truth(app, &id);
            prop_assert_eq!(opens(asked), truth.clone());
            prop_assert!(warm.is_none() || opens(warm) == truth);
        }
    }
    Ok(())
}

#[test]
fn whatever_changes_while_others_ask_is_forgotten() {
    let system = System::new();
    let apps = system.block_on(TestApp::both());
    let changes = prop::collection::vec((0..CHANGES.len(), 0..6_usize), 1..8);
    let config = ProptestConfig::with_cases(24);
    proptest!(config, |(pieces in prop::collection::vec(changes, 1..4))| {
        for app in &apps {
            reset(app);
            let is_over = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| System::new().block_on(async {
                    while !is_over.load(Ordering::Relaxed) {
                        look(app).await;
                    }
                }));
                let _over = Over(&is_over);
                system.block_on(compare(app, &pieces))
            })?;
        }
    });
}
