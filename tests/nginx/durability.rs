//! What the gate answered for is there after `kill -9`, on both databases.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::Store;

use crate::gates::{Gate, is_nightly, pause};
use crate::postgres;
use crate::site::fill;

const CLIENTS: usize = 3;

/// What the gate answered for.
#[derive(Default)]
struct Acknowledged {
    signed_in: Mutex<Vec<String>>,
    signed_out: Mutex<Vec<String>>,
}

impl Acknowledged {
    /// Signs in and out until the gate is gone.
    fn work(&self, gate: &Gate, is_over: &AtomicBool) {
        for number in 0.. {
            if is_over.load(Ordering::Relaxed) {
                return;
            }
            let Some(cookie) = gate.sign_in("alice") else {
                continue;
            };
            if number % 2 == 0 {
                self.signed_in.lock().unwrap().push(cookie);
            } else if gate.sign_out(&cookie) {
                self.signed_out.lock().unwrap().push(cookie);
            }
        }
    }

    /// Holds what was answered for against the gate that runs now, and says how much it was.
    fn check(&self, gate: &Gate) -> usize {
        let mut count = 0;
        for (cookies, status) in [(&self.signed_in, 204), (&self.signed_out, 401)] {
            for cookie in std::mem::take(&mut *cookies.lock().unwrap()) {
                assert_eq!(gate.ask(&cookie, "sec1"), Some(status), "{}", gate.log());
                count += 1;
            }
        }
        count
    }
}

fn survives(connection: &str) {
    let mut gate = Gate::new(1, &[("AUTH_DB_CONNECTION", connection)]);
    let store = Store::open(&DatabaseUrl::parse(connection).unwrap()).unwrap();
    store.migrate().unwrap();
    store.blocking(fill).unwrap();
    drop(store);
    let (acknowledged, mut count) = (Acknowledged::default(), 0);
    let kills = if is_nightly() { 1500 } else { 16 };
    for kill in 0..kills {
        gate.start();
        count += acknowledged.check(&gate);
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let (gate, is_over, acknowledged) = (&gate, &is_over, &acknowledged);
            for _ in 0..CLIENTS {
                scope.spawn(move || acknowledged.work(gate, is_over));
            }
            // At all sorts of moments.
            let moment = Duration::from_millis(40 + kill * 37 % 160);
            let end = Instant::now() + moment;
            while Instant::now() < end {
                pause();
            }
            gate.signal("KILL");
            is_over.store(true, Ordering::Relaxed);
        });
        gate.kill();
    }
    gate.start();
    count += acknowledged.check(&gate);
    assert!(
        count > usize::try_from(kills).unwrap(),
        "only {count} were acknowledged"
    );
}

#[test]
fn nothing_that_was_acknowledged_is_lost_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    survives(&format!("sqlite://{}/test.db", folder.path().display()));
}

#[test]
fn nothing_that_was_acknowledged_is_lost_on_postgresql() {
    survives(&postgres::new_database());
}
