//! How much memory a warm session takes. Takes a while, so it is run by hand:
//! `cargo test --release --test http warm -- --ignored --nocapture`.

use std::fmt::Write as _;

use iiif_gate::identity::secret::{Digest, digest, fingerprint_of};
use iiif_gate::identity::session::Door;
use iiif_gate::web::state::now;

use crate::support::app::TestApp;

const SESSIONS: u32 = 100_000;

fn id(number: u32) -> Digest {
    digest(number.to_be_bytes())
}

/// Users and sessions, one of each for every number.
fn fill(app: &TestApp) {
    let time = now() - chrono::Duration::minutes(5);
    let time = time.format("'%Y-%m-%d %H:%M:%S'").to_string();
    for first in (1..=SESSIONS).step_by(1000) {
        let (mut users, mut roles, mut sessions) = (String::new(), String::new(), String::new());
        for number in first..first + 1000 {
            let (user, session) = (number + 100, fingerprint_of(&id(number)));
            let comma = if number == first { ' ' } else { ',' };
            write!(
                users,
                "{comma}({user}, 'user{number}@example.org', 'active', {time}, {time})"
            )
            .unwrap();
            write!(roles, "{comma}({user}, 2)").unwrap();
            write!(
                sessions,
                "{comma}('{session}', {user}, 'images', '{{}}', {time}, {time},
                 '2040-01-01 00:00:00')"
            )
            .unwrap();
        }
        app.database.sql(&format!(
            "BEGIN; INSERT INTO users (id, name, state, created_at, updated_at) VALUES {users};
             INSERT INTO user_roles VALUES {roles};
             INSERT INTO sessions (id, user_id, door, state, created_at, last_seen_at, expires_at)
             VALUES {sessions}; COMMIT"
        ));
    }
}

/// The memory of this process that is in use, in bytes.
fn memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<usize>().unwrap() * 1024
}

#[actix_web::test]
#[ignore = "measures, and takes a while"]
async fn a_hundred_thousand_warm_sessions_take_little_memory() {
    let app = TestApp::usual().await;
    fill(&app);
    let ask = async |number| {
        let id = id(number);
        let session = app.state.live.session(&id, Door::Images, now());
        assert!(session.await.unwrap().is_some());
    };
    for number in 1..=1000 {
        ask(number).await;
    }
    let before = memory();
    for number in 1001..=SESSIONS {
        ask(number).await;
    }
    let each = (memory() - before) / (SESSIONS as usize - 1000);
    eprintln!("{each} bytes for a warm session with its user");
    let start = std::time::Instant::now();
    app.state.live.write_seen().await.unwrap();
    eprintln!("{:?} for writing down that all were seen", start.elapsed());
    assert!(each < 500, "{each}");
}
