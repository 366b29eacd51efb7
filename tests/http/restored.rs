//! A database that was put back: whatever its feed says, everything is read anew.

use iiif_gate::store::changes;

use crate::support::app::TestApp;

const TARGET: &str = "/iiif/images/a/info.json";

#[actix_web::test]
async fn a_restored_backup_counts_at_once() {
    for app in TestApp::both().await {
        app.user("alice", &["staff"]);
        let alice = app.viewer("alice").await;
        app.catch_up().await;
        assert_eq!(app.ask(&alice, TARGET).await.status, 204);
        app.database.sql("delete from sessions");
        app.database.sql("delete from changes");
        app.catch_up().await;
        assert_eq!(app.ask(&alice, TARGET).await.status, 401);
    }
}

/// As after a backup that was restored and worked with: the feed ends where it did, or further on, but it is
/// another one.
#[actix_web::test]
async fn a_restored_feed_is_not_taken_for_the_one_that_was_read() {
    let times =
        "UPDATE changes SET at = '2026-01-01 00:00:00' WHERE id = (SELECT max(id) FROM changes)";
    let other = times.replace("2026", "2025");
    let longer =
        "INSERT INTO changes (id, resource, key) SELECT max(id) + 1, 'user', '0' FROM changes";
    for app in TestApp::both().await {
        app.user("alice", &["staff"]);
        for restored in [vec![times], vec![other.as_str(), longer]] {
            let alice = app.viewer("alice").await;
            app.catch_up().await;
            assert_eq!(app.ask(&alice, TARGET).await.status, 204);
            let end = app.database.run(changes::latest);
            app.database.sql("DELETE FROM sessions");
            app.database
                .sql(&format!("DELETE FROM changes WHERE id > {end}"));
            app.catch_up().await;
            assert_eq!(app.ask(&alice, TARGET).await.status, 204, "nobody can know");
            for sql in restored {
                app.database.sql(sql);
            }
            app.catch_up().await;
            assert_eq!(app.ask(&alice, TARGET).await.status, 401);
        }
    }
}

#[actix_web::test]
async fn a_table_or_file_that_was_put_in_the_place_of_another_is_noticed() {
    let [sqlite, postgres] = TestApp::both().await;
    let folder = sqlite.database.folder.path().to_owned();
    let (backup, file) = (folder.join("backup"), folder.join("test.db"));
    sqlite.user("alice", &[]);
    postgres.user("alice", &[]);
    for app in [&sqlite, &postgres] {
        app.rule("a", "public");
        app.catch_up().await;
    }
    sqlite
        .database
        .sql(&format!("VACUUM INTO '{}'", backup.display()));
    let restore = || {
        for old in ["test.db", "test.db-wal", "test.db-shm"] {
            let _ = std::fs::remove_file(folder.join(old));
        }
        std::fs::rename(&backup, &file).unwrap();
    };
    let recreate = || {
        postgres.database.sql(
            "DELETE FROM sessions; DELETE FROM changes WHERE resource = 'session';
             CREATE TABLE restored (LIKE changes); INSERT INTO restored SELECT * FROM changes;
             DROP TABLE changes; ALTER TABLE restored RENAME TO changes",
        );
    };
    let cases: [(&TestApp, &dyn Fn()); 2] = [(&sqlite, &restore), (&postgres, &recreate)];
    for (app, replace) in cases {
        let alice = app.viewer("alice").await;
        assert_eq!(
            app.ask(&alice, "/iiif/images/b/info.json").await.status,
            204
        );
        replace();
        app.catch_up().await;
        assert_eq!(
            app.ask(&alice, "/iiif/images/b/info.json").await.status,
            401
        );
    }
}

#[actix_web::test]
async fn a_feed_that_is_emptied_twice_is_noticed_twice() {
    for app in TestApp::both().await {
        app.user("alice", &["staff"]);
        for _ in 0..2 {
            let alice = app.viewer("alice").await;
            assert_eq!(app.ask(&alice, TARGET).await.status, 204);
            app.database
                .sql("DELETE FROM sessions; DELETE FROM changes");
            app.catch_up().await;
            assert_eq!(app.ask(&alice, TARGET).await.status, 401);
        }
    }
}
