//! Two gates behind one nginx, and the database that one of them cannot reach any more, or both.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use crate::gates::{Gate, pause};
use crate::http::{Answer, get};
use crate::several::Fleet;
use crate::viewer::{Over, TILE, Viewer};

const INFO: &str = "/iiif/images/sec1/info.json";
const PROBE: &str = "/auth/iiif-probe/%2Fiiif%2Fimages%2Fsec1";

/// What each gate believes for so long, without its database.
const STALE_LIMIT: (&str, &str) = ("STALE_LIMIT", "2");

/// Two gates, each with a user of its own at PostgreSQL.
struct Parted {
    fleet: Fleet,
    database: String,
}

impl Parted {
    fn start() -> Self {
        let known = OnceLock::new();
        let fleet = Fleet::start_with(&[STALE_LIMIT], |name, database| {
            let database = known.get_or_init(|| database.to_owned());
            let role = role(database, name);
            run(database, &format!("CREATE ROLE {role} SUPERUSER LOGIN"));
            let (scheme, rest) = database.split_once("://").unwrap();
            let (_, place) = rest.split_once('@').expect("the URL names a user");
            format!("{scheme}://{role}@{place}")
        });
        let database = known.into_inner().unwrap();
        Self { fleet, database }
    }

    /// The gate of this name does not come to the database any more.
    fn shut_out(&self, name: &str) {
        let role = role(&self.database, name);
        let statements = format!(
            "ALTER ROLE {role} NOLOGIN; \
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'"
        );
        run(&self.database, &statements);
    }

    fn let_in(&self, name: &str) {
        let role = role(&self.database, name);
        run(&self.database, &format!("ALTER ROLE {role} LOGIN"));
    }
}

/// Users are those of the whole cluster.
fn role(database: &str, name: &str) -> String {
    let (url, _) = database.split_once('?').unwrap_or((database, ""));
    let (_, own) = url.rsplit_once('/').unwrap();
    format!("{own}_{name}")
}

fn run(database: &str, statements: &str) {
    let mut conn = PgConnection::establish(database).unwrap();
    conn.batch_execute(statements).unwrap();
}

/// Waits until a gate, asked by itself, answers so about the image that everybody may see.
fn wait_for(gate: &Gate, status: u16) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while gate.ask("Cookie: none=1", "pub1") != Some(status) {
        assert!(Instant::now() < deadline, "it never answers {status}");
        pause();
    }
}

fn is_unavailable(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 503, "{what}");
    assert!(answer.header("Retry-After").is_some(), "{what}");
    assert_eq!(answer.all("Cache-Control"), ["no-store"], "{what}");
    assert_eq!(answer.all("Access-Control-Allow-Origin"), ["*"], "{what}");
    assert!(!answer.text().contains("pixels"), "{what}");
}

#[test]
fn a_gate_that_alone_lost_its_database_is_passed_by_and_no_tile_fails() {
    let parted = Parted::start();
    let fleet = &parted.fleet;
    let [one, other] = &fleet.gates;
    let (alice, mallory) = (
        one.sign_in("alice").unwrap(),
        one.sign_in("mallory").unwrap(),
    );
    let (port, asked, is_over) = (
        fleet.stack.port,
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    std::thread::scope(|scope| {
        let over = Over(&is_over);
        for (cookie, status) in [(&*alice, 200), (&*mallory, 403), ("Cookie: none=1", 401)] {
            let viewer = Viewer::new(port, cookie, &asked);
            let is_over = &is_over;
            scope.spawn(move || viewer.expect(status, is_over));
        }
        parted.shut_out("one");
        // Whom the gate does not have in memory, the other one knows.
        let newcomer = other.sign_in("alice").unwrap();
        for _ in 0..4 {
            assert_eq!(get(port, TILE, &[&newcomer]).status, 200);
        }
        wait_for(one, 403);
        let before = asked.load(Ordering::Relaxed);
        while asked.load(Ordering::Relaxed) < before + 200 {
            for target in [TILE, INFO, PROBE] {
                assert_eq!(get(port, target, &[&newcomer]).status, 200, "{target}");
            }
        }
        parted.let_in("one");
        wait_for(one, 204);
        drop(over);
    });
    assert_eq!(one.ask(&alice, "sec1"), Some(204));
}

#[test]
fn gates_that_all_lost_their_database_open_nothing_and_say_so() {
    let parted = Parted::start();
    let fleet = &parted.fleet;
    let alice = fleet.gates[0].sign_in("alice").unwrap();
    assert_eq!(get(fleet.stack.port, TILE, &[&alice]).status, 200);
    for (gate, name) in fleet.gates.iter().zip(["one", "other"]) {
        parted.shut_out(name);
        wait_for(gate, 403);
    }
    let public = TILE.replace("sec1", "pub1");
    for target in [TILE, INFO, PROBE, &public, "/iiif/manifests/a.json"] {
        for cookie in [&*alice, "Cookie: none=1"] {
            let start = Instant::now();
            let answer = get(fleet.stack.port, target, &[cookie]);
            is_unavailable(&answer, target);
            assert!(start.elapsed() < Duration::from_secs(5), "{target}");
        }
    }
    let page = get(fleet.stack.port, "/auth/", &[&alice]);
    assert!(matches!(page.status, 303 | 503), "{}", page.status);
    for (gate, name) in fleet.gates.iter().zip(["one", "other"]) {
        parted.let_in(name);
        wait_for(gate, 204);
    }
    assert_eq!(get(fleet.stack.port, TILE, &[&alice]).status, 200);
}
