//! One gate that is stopped, restarted and starved.

use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::Store;
use iiif_gate::store::audit::{self, Action, AuditQuery};

use crate::gates::{Gate, pause};
use crate::http::get;
use crate::server::Server;
use crate::site::{answer, fill};
use crate::stack::{Stack, words};
use crate::viewer::{Over, TILE, Viewer};

/// One gate behind nginx, in front of an image server.
pub(crate) struct One {
    pub(crate) gate: Gate,
    pub(crate) stack: Stack,
    _images: Server,
}

impl One {
    fn prepare(make: impl FnOnce(Gate) -> Gate) -> Self {
        Self::with(&[], |gate| {
            let store = store_of(&gate);
            (make(gate), store)
        })
    }

    /// On this database.
    pub(crate) fn on(database: &str) -> Self {
        Self::with(&[("AUTH_DB_CONNECTION", database)], |gate| {
            let database = DatabaseUrl::parse(database).unwrap();
            (gate, Store::open(&database).unwrap())
        })
    }

    fn with(settings: &[(&str, &str)], make: impl FnOnce(Gate) -> (Gate, Store)) -> Self {
        let images = Server::start(answer);
        let url = format!("http://127.0.0.1:{}/base/", images.port);
        let mut stack = Stack::prepare(&[("IMAGE_SERVER", "other"), ("IMAGE_SERVER_URL", &url)]);
        let settings = [settings, &[("IMAGE_SERVER_URL", &url)]].concat();
        let (gate, store) = make(Gate::new(stack.port, &settings));
        stack.set("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port));
        store.migrate().unwrap();
        store.blocking(fill).unwrap();
        let output = stack.run("up");
        assert!(output.status.success(), "{}", words(&output));
        Self {
            gate,
            stack,
            _images: images,
        }
    }
}

fn store_of(gate: &Gate) -> Store {
    let file = format!("sqlite://{}/iiif-gate.db", gate.folder.path().display());
    Store::open(&DatabaseUrl::parse(&file).unwrap()).unwrap()
}

#[test]
fn a_gate_whose_sockets_stay_open_restarts_without_a_failed_tile() {
    let mut one = One::prepare(Gate::with_sockets);
    one.gate.start();
    let alice = one.gate.sign_in("alice").unwrap();
    let (port, asked, is_over) = (one.stack.port, AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let over = Over(&is_over);
        for (cookie, status) in [(&*alice, 200), (&*alice, 200), ("Cookie: none=1", 401)] {
            let viewer = Viewer::new(port, cookie, &asked);
            let is_over = &is_over;
            scope.spawn(move || viewer.expect(status, is_over));
        }
        for _ in 0..3 {
            let before = asked.load(Ordering::Relaxed);
            while asked.load(Ordering::Relaxed) < before + 30 {
                pause();
            }
            one.gate.stop();
            one.gate.start();
        }
        drop(over);
    });
}

#[test]
fn a_gate_that_is_frozen_is_unavailable_and_goes_on_when_it_thaws() {
    let mut one = One::prepare(|gate| gate);
    one.gate.start();
    let alice = one.gate.sign_in("alice").unwrap();
    assert_eq!(get(one.stack.port, TILE, &[&alice]).status, 200);
    one.gate.freeze();
    let start = Instant::now();
    assert_eq!(get(one.stack.port, TILE, &[&alice]).status, 503);
    assert!(start.elapsed() < Duration::from_secs(15));
    one.gate.signal("CONT");
    assert_eq!(get(one.stack.port, TILE, &[&alice]).status, 200);
}

/// The processor time of a process, in hundredths of a second.
fn processor_time(id: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let (_, fields) = stat.rsplit_once(") ").unwrap();
    let spent = fields.split(' ').skip(11).take(2);
    spent.map(|time| time.parse::<u64>().unwrap()).sum()
}

#[test]
fn a_gate_without_file_descriptors_waits_quietly_and_recovers() {
    let mut one = One::prepare(|gate| gate);
    let mut command = one.gate.command("prlimit");
    command.args(["--nofile=256", env!("CARGO_BIN_EXE_iiif-gate"), "serve"]);
    one.gate.spawn_by(command);
    one.gate.wait_until_ready();
    let alice = one.gate.sign_in("alice").unwrap();
    assert_eq!(one.gate.ask(&alice, "sec1"), Some(204));
    let open = || TcpStream::connect(("127.0.0.1", one.gate.port)).unwrap();
    let idle: Vec<TcpStream> = (0..400).map(|_| open()).collect();
    let (before, start) = (processor_time(one.gate.id()), Instant::now());
    while start.elapsed() < Duration::from_secs(2) {
        pause();
    }
    let spent = processor_time(one.gate.id()) - before;
    assert!(spent < 100, "{spent} hundredths of a second in two seconds");
    drop(idle);
    let deadline = Instant::now() + Duration::from_secs(20);
    while one.gate.ask(&alice, "sec1") != Some(204) {
        assert!(Instant::now() < deadline, "it does not recover");
        pause();
    }
    assert_eq!(get(one.stack.port, TILE, &[&alice]).status, 200);
}

#[test]
fn a_new_key_signs_nobody_out() {
    let mut one = One::prepare(|gate| gate);
    one.gate.start();
    let alice = one.gate.sign_in("alice").unwrap();
    let rotate = |gate: &Gate, arguments: &[&str]| {
        let mut command = gate.command(env!("CARGO_BIN_EXE_iiif-gate"));
        let output = command.args(["keys", "rotate"]).args(arguments).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{}", words(&output));
    };
    for _ in 0..2 {
        rotate(&one.gate, &[]);
        assert_eq!(
            one.gate.ask(&alice, "sec1"),
            Some(204),
            "before the restart"
        );
        one.gate.stop();
        one.gate.start();
        assert_eq!(one.gate.ask(&alice, "sec1"), Some(204), "after it");
    }
    let bob = one.gate.sign_in("alice").unwrap();
    let former = one.gate.folder.path().join("secret-key.previous");
    let lines = std::fs::read_to_string(&former).unwrap();
    assert_eq!(
        lines.lines().filter(|line| line.contains(" 20")).count(),
        2,
        "both have an end"
    );
    rotate(&one.gate, &["--drop-previous"]);
    assert!(!former.exists());
    let log = AuditQuery {
        action: Some(Action::RotateKey),
        ..AuditQuery::default()
    };
    let log = store_of(&one.gate)
        .blocking(|conn| audit::page(conn, &log))
        .unwrap();
    let written = log
        .items
        .iter()
        .map(|entry| (&*entry.actor, &*entry.detail));
    let (drop, keep) = (
        "the former keys count no more",
        "the former key goes on counting",
    );
    assert_eq!(
        written.collect::<Vec<_>>(),
        [drop, keep, keep].map(|detail| ("console", detail))
    );
    one.gate.stop();
    one.gate.start();
    for cookie in [alice, bob] {
        assert_eq!(one.gate.ask(&cookie, "sec1"), Some(401));
    }
    assert!(one.gate.sign_in("alice").is_some());
}
