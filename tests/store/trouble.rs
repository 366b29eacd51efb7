//! A database that cannot be used.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use diesel::connection::SimpleConnection as _;
use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::{Store, StoreError, users};

use crate::sample::{at, name};
use crate::support::database::{Database, on_both};

#[test]
fn a_database_that_became_read_only_is_told_so() {
    on_both(|db| {
        let read_only = match db.url {
            DatabaseUrl::Sqlite(_) => "PRAGMA query_only = ON",
            DatabaseUrl::Postgres(_) => "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        };
        let error = db.fail(|conn| {
            conn.batch_execute(read_only)?;
            users::ensure_admin(conn, at(0), &name("admin"), "$2b$")
        });
        assert!(matches!(error, StoreError::ReadOnly), "{error}");
        assert!(error.to_string().contains("must be able to write it"));
    });
}

#[test]
fn a_file_that_is_gone_is_noticed() {
    let db = Database::sqlite();
    db.store.check().unwrap();
    std::fs::remove_file(db.folder.path().join("test.db")).unwrap();
    let error = db.store.check().unwrap_err().to_string();
    assert!(error.ends_with("test.db is gone"), "{error}");
}

#[test]
fn the_file_is_nobody_elses() {
    use std::os::unix::fs::PermissionsExt as _;
    let db = Database::sqlite();
    for entry in std::fs::read_dir(db.folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_restored_file_is_used_at_once() {
    let db = Database::sqlite();
    let file = db.folder.path().join("test.db");
    let backup = Database::sqlite();
    backup.run(|conn| users::ensure_admin(conn, at(0), &name("restored"), "$2b$"));
    assert!(!db.run(users::has_admin));
    let copy = db.folder.path().join("copy.db");
    backup.sql(&format!("VACUUM INTO '{}'", copy.display()));
    for old in ["test.db", "test.db-wal", "test.db-shm"] {
        let _ = std::fs::remove_file(db.folder.path().join(old));
    }
    std::fs::rename(copy, file).unwrap();
    assert!(db.run(users::has_admin));
}

#[test]
fn a_server_that_drops_us_is_told_so_and_used_again_when_it_is_back() {
    let db = Database::postgres();
    let drop_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database()";
    let error = db.fail(|conn| {
        let _ = conn.batch_execute(drop_all);
        users::has_admin(conn)
    });
    assert!(matches!(error, StoreError::Unavailable { .. }), "{error:?}");
    db.store.check().unwrap();
}

#[test]
fn a_program_that_holds_the_file_is_waited_for() {
    let db = Database::sqlite();
    let other = Store::open(&db.url).unwrap();
    let (holds, held) = channel();
    let (release, released) = channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            let hold = |conn: &mut _| {
                users::ensure_admin(conn, at(0), &name("admin"), "$2b$")?;
                holds.send(()).unwrap();
                released.recv().unwrap();
                Ok(())
            };
            other
                .blocking(|conn| iiif_gate::store::write(conn, hold))
                .unwrap();
        });
        held.recv().unwrap();
        let waiting =
            scope.spawn(|| db.run(|conn| users::ensure_admin(conn, at(1), &name("other"), "$2b$")));
        assert!(!db_is_free(&db.url), "the other holds it");
        release.send(()).unwrap();
        assert!(
            !waiting.join().unwrap(),
            "the other made the first administrator"
        );
    });
}

/// Whether the file can be written without waiting.
fn db_is_free(url: &DatabaseUrl) -> bool {
    use diesel::Connection as _;
    let path = url.file().unwrap().to_str().unwrap();
    let mut conn = diesel::SqliteConnection::establish(path).unwrap();
    conn.batch_execute("BEGIN IMMEDIATE; ROLLBACK").is_ok()
}

#[test]
fn those_who_wait_for_the_database_take_no_threads_from_others() {
    on_both(|db| {
        let threads = 10;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .max_blocking_threads(threads)
            .build()
            .unwrap();
        runtime.block_on(async {
            let (door, opens) = channel::<()>();
            let opens = Arc::new(Mutex::new(opens));
            // More than there are connections and threads, and none of them can end.
            let asked = (0..50).map(|_| {
                let (store, opens) = (db.store.clone(), Arc::clone(&opens));
                let work = move |_: &mut _| Ok(opens.lock().unwrap().recv().is_err());
                tokio::spawn(async move { store.run(work).await })
            });
            let asked: Vec<_> = asked.collect();
            tokio::task::yield_now().await;
            tokio::task::spawn_blocking(|| ()).await.unwrap();
            drop(door);
            for one in asked {
                assert!(one.await.unwrap().unwrap());
            }
        });
    });
}
