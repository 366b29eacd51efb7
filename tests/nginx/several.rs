//! Several gates on one PostgreSQL behind one nginx.

use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use iiif_gate::config::DatabaseUrl;
use iiif_gate::identity::name::UserName;
use iiif_gate::store::{Store, sessions, users};

use crate::gates::{Gate, is_nightly, pause};
use crate::http::get;
use crate::postgres;
use crate::server::Server;
use crate::site::{answer, fill, make_user};
use crate::stack::{Stack, words};
use crate::viewer::{Over, TILE, Viewer};

/// Revoked at one gate, it is in force at the others after this time.
const SOON: Duration = Duration::from_secs(1);

/// Two gates behind one nginx, and what they share.
pub(crate) struct Fleet {
    pub(crate) stack: Stack,
    pub(crate) gates: [Gate; 2],
    store: Store,
    _images: Server,
}

impl Fleet {
    fn start() -> Self {
        Self::start_with(&[], |_, database| database.to_owned())
    }

    /// With these settings of the gates besides, and a database URL for each.
    pub(crate) fn start_with(
        settings: &[(&str, &str)],
        database_of: impl Fn(&str, &str) -> String,
    ) -> Self {
        let besides = settings;
        let database = postgres::new_database();
        let store = Store::open(&DatabaseUrl::parse(&database).unwrap()).unwrap();
        store.migrate().unwrap();
        store.blocking(fill).unwrap();
        let images = Server::start(answer);
        let url = format!("http://127.0.0.1:{}/base/", images.port);
        let settings = [("IMAGE_SERVER", "other"), ("IMAGE_SERVER_URL", &*url)];
        let mut stack = Stack::prepare(&settings);
        let gates = ["one", "other"].map(|name| {
            let database = database_of(name, &database);
            let settings = [
                ("AUTH_DB_CONNECTION", &*database),
                ("AUTH_SECRET_KEY", "one key for all of them, of 32 bytes"),
                ("ANNOTATOR_STORE_SECRET", "a secret of the store, for tests"),
                ("IMAGE_SERVER_URL", &*url),
            ];
            let settings = [&settings, besides].concat();
            let mut gate = Gate::new(stack.port, &settings);
            gate.start();
            gate
        });
        let addresses = gates
            .each_ref()
            .map(|gate| format!("127.0.0.1:{}", gate.port));
        stack.set("GATE_ADDRESS", &addresses.join(", "));
        let output = stack.run("up");
        assert!(output.status.success(), "{}", words(&output));
        Self {
            stack,
            gates,
            store,
            _images: images,
        }
    }

    /// Ends all sessions of a user beside the gates, as another gate or the command line does.
    fn revoke(&self, user: &str) {
        let name = UserName::parse(user).unwrap();
        let revoke = |conn: &mut _| {
            let user = users::find_by_name(conn, &name)?.unwrap();
            sessions::delete_of_user(conn, user.id, None)
        };
        self.store.blocking(revoke).unwrap();
    }

    fn reload_nginx(&self) {
        let id = self.stack.file("run/nginx.pid");
        let hup = Command::new("kill").args(["-HUP", id.trim()]).status();
        assert!(hup.unwrap().success());
    }
}

#[expect(clippy::print_stderr, reason = "a figure that is worth knowing")]
fn tell(figure: &str) {
    eprintln!("{figure}");
}

#[test]
fn gates_that_start_at_once_on_an_empty_database_bring_it_up_to_date_once() {
    let database = postgres::new_database();
    let mut gates = [(); 3].map(|()| {
        let mut gate = Gate::new(1, &[("AUTH_DB_CONNECTION", &database)]);
        gate.spawn();
        gate
    });
    for gate in &mut gates {
        gate.wait_until_ready();
    }
    let brought = |gate: &&Gate| gate.log().contains("the database was brought up to date");
    assert_eq!(gates.iter().filter(brought).count(), 1);
    let first = |gate: &&Gate| gate.log().contains("the first administrator is");
    assert_eq!(gates.iter().filter(first).count(), 1);
}

#[test]
fn who_is_signed_out_at_one_gate_is_out_at_the_other_within_a_second() {
    let fleet = Fleet::start();
    let [one, other] = &fleet.gates;
    let mut longest = Duration::ZERO;
    for _ in 0..10 {
        let cookie = one.sign_in("alice").unwrap();
        assert_eq!(other.ask(&cookie, "sec1"), Some(204));
        assert!(one.sign_out(&cookie));
        let start = Instant::now();
        assert_eq!(one.ask(&cookie, "sec1"), Some(401), "at once here");
        while other.ask(&cookie, "sec1") != Some(401) {
            assert!(start.elapsed() < SOON, "still in after a second");
            pause();
        }
        longest = longest.max(start.elapsed());
    }
    tell(&format!("out at the other gate after {longest:?} at most"));
}

#[test]
fn a_gate_that_hangs_is_passed_by_and_allows_nothing_that_was_revoked_meanwhile() {
    let fleet = Fleet::start();
    let [one, other] = &fleet.gates;
    let (alice, mallory) = (
        one.sign_in("alice").unwrap(),
        one.sign_in("mallory").unwrap(),
    );
    for gate in [one, other] {
        assert_eq!(gate.ask(&alice, "sec1"), Some(204));
        assert_eq!(gate.ask(&mallory, "sec1"), Some(403));
    }
    one.freeze();
    for _ in 0..8 {
        let start = Instant::now();
        assert_eq!(get(fleet.stack.port, TILE, &[&alice]).status, 200);
        assert!(start.elapsed() < Duration::from_secs(15));
    }
    fleet.revoke("alice");
    one.signal("CONT");
    let start = Instant::now();
    for gate in [one, other] {
        while gate.ask(&alice, "sec1") != Some(401) {
            assert!(start.elapsed() < SOON, "it still allows what was revoked");
            pause();
        }
    }
    assert_eq!(get(fleet.stack.port, TILE, &[&alice]).status, 401);
}

/// Kills, stops and starts the gates one after the other, and reloads nginx.
fn disturb(fleet: &mut Fleet, round: usize) {
    let [one, other] = &mut fleet.gates;
    let (gate, other) = if round % 4 < 2 {
        (one, other)
    } else {
        (other, one)
    };
    assert!(other.is_ready());
    match round % 5 {
        4 => fleet.reload_nginx(),
        0 | 2 => {
            gate.kill();
            gate.start();
        }
        _ => {
            gate.stop();
            gate.start();
        }
    }
}

#[test]
fn whatever_becomes_of_the_gates_no_tile_fails_and_nothing_opens_that_should_not() {
    let mut fleet = Fleet::start();
    let people: Vec<String> = (0..8).map(|number| format!("reader{number}")).collect();
    let make = |conn: &mut _| {
        let staff = iiif_gate::identity::name::RoleName::parse("staff").unwrap();
        let staff = iiif_gate::store::roles::find_by_name(conn, &staff)?
            .unwrap()
            .id;
        people
            .iter()
            .try_for_each(|name| make_user(conn, name, vec![staff]))
    };
    fleet.store.blocking(make).unwrap();
    let signed_in = |name: &str| fleet.gates[0].sign_in(name).unwrap();
    let (alice, mallory) = (signed_in("alice"), signed_in("mallory"));
    let cookies: Vec<String> = people.iter().map(|name| signed_in(name)).collect();

    let (port, asked, is_over) = (
        fleet.stack.port,
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    let revoked: Mutex<Vec<(String, Instant)>> = Mutex::default();
    let lasts = Duration::from_secs(if is_nightly() { 600 } else { 10 });
    std::thread::scope(|scope| {
        let over = Over(&is_over);
        for (cookie, status) in [(&alice, 200), (&alice, 200), (&mallory, 403)] {
            let viewer = Viewer::new(port, cookie, &asked);
            let is_over = &is_over;
            scope.spawn(move || viewer.expect(status, is_over));
        }
        scope.spawn(|| {
            let nobody = Viewer::new(port, "Cookie: none=1", &asked);
            nobody.expect(401, &is_over);
        });
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let old = |(_, at): &&(String, Instant)| at.elapsed() > SOON;
                let out: Vec<_> = revoked
                    .lock()
                    .unwrap()
                    .iter()
                    .filter(old)
                    .cloned()
                    .collect();
                for (cookie, at) in out {
                    let status = get(port, TILE, &[&cookie]).status;
                    assert_eq!(status, 401, "{:?} after it was revoked", at.elapsed());
                }
                pause();
            }
        });
        let start = Instant::now();
        for round in 0.. {
            if start.elapsed() > lasts {
                break;
            }
            if let (Some(name), Some(cookie)) = (people.get(round), cookies.get(round)) {
                assert_eq!(get(port, TILE, &[cookie]).status, 200);
                fleet.revoke(name);
                revoked
                    .lock()
                    .unwrap()
                    .push((cookie.clone(), Instant::now()));
            }
            disturb(&mut fleet, round);
        }
        drop(over);
    });
    let (asked, out) = (asked.into_inner(), revoked.into_inner().unwrap().len());
    tell(&format!("{asked} requests, {out} revoked"));
    assert!(asked > 200 && out > 2, "{asked} requests, {out} revoked");
}
