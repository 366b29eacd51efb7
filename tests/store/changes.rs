//! The change feed.

use iiif_gate::identity::principal::UserId;
use iiif_gate::store::changes::{self, Change};
use iiif_gate::store::{sessions, users};

use crate::sample::{at, new_role, new_session, new_user, session};
use crate::support::database::{Database, on_both};

/// What some hand-made SQL puts into the feed, each entry once.
fn fed(db: &Database, sql: &str) -> Vec<(String, String)> {
    let before = db.run(changes::latest);
    db.sql(sql);
    let new = db.run(|conn| changes::after(conn, before));
    let mut new: Vec<_> = new
        .into_iter()
        .map(|Change { resource, key, .. }| (resource, key))
        .collect();
    new.sort();
    new.dedup();
    new
}

fn check(db: &Database, sql: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(resource, key)| ((*resource).to_owned(), (*key).to_owned()))
        .collect();
    assert_eq!(fed(db, sql), expected, "{sql}");
}

#[test]
fn hand_made_sql_is_in_the_feed() {
    on_both(|db| {
        let UserId(user) = new_user(db, "alice", &[]);
        let role = new_role(db, "staff").0;
        new_session(db, "one", UserId(user));
        let id = user.to_string();
        let alice = ("user", id.as_str());
        check(db, "UPDATE users SET state = 'disabled'", &[alice]);
        check(db, "UPDATE users SET password_hash = NULL", &[alice]);
        check(db, "UPDATE users SET name = 'alicia'", &[alice]);
        check(
            db,
            "UPDATE users SET name = 'alicia', sign_in_count = 9",
            &[],
        );
        check(
            db,
            &format!("INSERT INTO user_roles VALUES ({user}, {role})"),
            &[alice],
        );
        check(
            db,
            "UPDATE sessions SET last_seen_at = '2030-01-01 00:00:00'",
            &[],
        );
        check(
            db,
            "UPDATE sessions SET expires_at = '2030-01-01 00:00:00'",
            &[("session", "one")],
        );
        check(
            db,
            "UPDATE sessions SET user_id = NULL",
            &[("session", "one")],
        );
        check(db, "DELETE FROM sessions", &[("session", "one")]);
        let key = format!(
            "INSERT INTO api_keys (user_id, name, fingerprint, created_at)
             VALUES ({user}, 'k', 'print', '2030-01-01 00:00:00')"
        );
        check(db, &key, &[]);
        check(
            db,
            "UPDATE api_keys SET last_used_at = '2030-01-01 00:00:00'",
            &[],
        );
        let expire = "UPDATE api_keys SET expires_at = '2030-01-01 00:00:00'";
        check(db, expire, &[("api_key", "print")]);
        let delete = format!("DELETE FROM roles WHERE id = {role}");
        check(db, &delete, &[("policy", "roles"), alice]);
    });
}

#[test]
fn what_happens_to_consumers_is_in_the_feed_but_not_what_they_do() {
    on_both(|db| {
        let id = crate::consumers::create(db, "site").0;
        let role = new_role(db, "staff").0;
        let consumer = [("consumer", "")];
        let others = [("consumer", ""), ("policy", "roles")];
        let role = format!("INSERT INTO consumer_roles VALUES ({id}, {role}, TRUE, FALSE)");
        let block = format!(
            "INSERT INTO consumer_blocks (consumer_id, user_id, since, until)
             VALUES ({id}, 'bob', '2030-01-01 00:00:00', '2030-01-01 00:00:00')"
        );
        let count = format!(
            "INSERT INTO consumer_counts VALUES ({id}, 'accepted', 1, '2030-01-01 00:00:00')"
        );
        for (sql, expected) in [
            ("UPDATE consumers SET is_enabled = FALSE", &consumer[..]),
            (&role, &consumer),
            ("UPDATE consumer_roles SET is_read_only = TRUE", &consumer),
            (
                "UPDATE roles SET title = 'x' WHERE name = 'staff'",
                &others[1..],
            ),
            (
                "UPDATE roles SET name = 'team' WHERE name = 'staff'",
                &others,
            ),
            ("DELETE FROM roles WHERE name = 'team'", &others),
            (&block, &consumer),
            ("UPDATE consumer_blocks SET note = 'x'", &consumer),
            ("DELETE FROM consumer_blocks", &consumer),
            (&count, &[]),
            ("UPDATE consumer_counts SET times = 2", &[]),
            ("DELETE FROM consumers WHERE key = 'nobody'", &[]),
            ("DELETE FROM consumers", &consumer),
        ] {
            check(db, sql, expected);
        }
    });
}

#[test]
fn a_rule_is_in_the_feed_by_its_number() {
    on_both(|db| {
        let role = new_role(db, "staff").0;
        let rule = |id: i32, pattern: &str| {
            format!(
                "INSERT INTO rules (id, kind, pattern, requirement, created_at, updated_at) VALUES
                 ({id}, 'image', '{pattern}', 'roles', '2030-01-01 00:00:00', '2030-01-01 00:00:00')"
            )
        };
        let (one, two, three) = (("policy", "1"), ("policy", "2"), ("policy", "3"));
        for (sql, expected) in [
            (rule(1, "a"), &[one][..]),
            (rule(2, "b"), &[two]),
            (
                "UPDATE rules SET requirement = 'public'".into(),
                &[one, two],
            ),
            ("UPDATE rules SET id = 3 WHERE id = 2".into(), &[two, three]),
            (
                format!("INSERT INTO rule_roles (rule_id, role_id) VALUES (1, {role})"),
                &[one],
            ),
            ("UPDATE rule_roles SET max_size = 7".into(), &[one]),
            ("UPDATE rule_roles SET rule_id = 3".into(), &[one, three]),
            (
                format!("DELETE FROM roles WHERE id = {role}"),
                &[three, ("policy", "roles")],
            ),
            ("DELETE FROM rules WHERE id = 1".into(), &[one]),
        ] {
            check(db, &sql, expected);
        }
    });
}

#[test]
fn what_roles_and_sessions_refer_to_is_in_the_feed() {
    on_both(|db| {
        let role = new_role(db, "reader").0;
        db.run(|conn| sessions::insert(conn, &session("one", None)));
        let (roles, one) = ([("policy", "roles")], [("session", "one")]);
        let network = "INSERT INTO networks (id, name, ranges) VALUES (7, 'Room', '10.0.0.0/8')";
        check(db, network, &roles);
        check(db, "UPDATE networks SET ranges = '10.1.0.0/16'", &roles);
        check(
            db,
            &format!("INSERT INTO role_networks VALUES ({role}, 7)"),
            &roles,
        );
        check(db, "DELETE FROM role_networks", &roles);
        check(db, "DELETE FROM networks", &roles);
        let terms = format!(
            "INSERT INTO terms VALUES ({role}, 1, '{{}}', '{{}}', '2030-01-01 00:00:00', 'me')"
        );
        check(db, &terms, &[("policy", "roles")]);
        check(db, "DELETE FROM terms", &[("policy", "roles")]);
        let grant =
            format!("INSERT INTO session_roles VALUES ('one', {role}, 1, '2030-01-01 00:00:00')");
        check(db, &grant, &one);
        check(db, "UPDATE session_roles SET version = 2", &one);
        check(db, "DELETE FROM session_roles", &one);
        db.sql(&grant);
        check(
            db,
            &format!("DELETE FROM roles WHERE id = {role}"),
            &[("policy", "roles"), ("session", "one")],
        );
    });
}

#[test]
fn deleting_a_user_by_hand_ends_what_was_the_users() {
    on_both(|db| {
        let UserId(user) = new_user(db, "alice", &[new_role(db, "staff")]);
        new_session(db, "one", UserId(user));
        let id = user.to_string();
        check(
            db,
            "DELETE FROM users",
            &[("session", "one"), ("user", &id)],
        );
        let again = new_user(db, "alice", &[]);
        assert!(again.0 > user, "a number is never given twice");
    });
}

#[test]
fn truncating_a_table_by_hand_is_in_the_feed() {
    let db = Database::postgres();
    check(&db, "TRUNCATE session_roles", &[("all", "")]);
    check(&db, "TRUNCATE sessions CASCADE", &[("all", "")]);
    check(&db, "TRUNCATE terms", &[("policy", "roles")]);
    check(&db, "TRUNCATE networks CASCADE", &[("policy", "roles")]);
    check(&db, "TRUNCATE rules CASCADE", &[("policy", "")]);
    check(&db, "TRUNCATE users CASCADE", &[("all", "")]);
}

#[test]
fn entries_are_undone_with_what_they_tell_about() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        let before = db.run(changes::latest);
        db.fail(|conn| {
            iiif_gate::store::write(conn, |conn| {
                users::rehash(conn, alice, "$2b$other")?;
                Err::<(), _>(iiif_gate::store::StoreError::NotFound)
            })
        });
        assert_eq!(db.run(|conn| changes::after(conn, before)), []);
    });
}

#[test]
fn the_feed_becomes_visible_in_order_however_many_write() {
    let db = Database::postgres();
    let ids: Vec<UserId> = (0..4)
        .map(|i| new_user(&db, &format!("user{i}"), &[]))
        .collect();
    let mut seen = db.run(changes::latest);
    std::thread::scope(|scope| {
        let writers: Vec<_> = ids
            .iter()
            .map(|id| {
                let store = db.store.clone();
                scope.spawn(move || {
                    for turn in 0..50 {
                        let hash = format!("$2b${turn}");
                        store
                            .blocking(|conn| users::rehash(conn, *id, &hash))
                            .unwrap();
                    }
                })
            })
            .collect();
        let mut count = 0;
        while count < 200 {
            for change in db.run(|conn| changes::after(conn, seen)) {
                assert!(change.id > seen);
                seen = change.id;
                count += 1;
            }
            let over = writers
                .iter()
                .all(std::thread::ScopedJoinHandle::is_finished);
            let left = db.run(|conn| changes::after(conn, seen)).len();
            assert!(!over || count + left == 200, "{count} of 200 were seen");
        }
    });
}

#[test]
fn old_entries_go_and_the_newest_stays() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        for id in ["one", "two", "three"] {
            new_session(db, id, alice);
        }
        db.run(|conn| sessions::delete_of_user(conn, alice, None));
        let latest = db.run(changes::latest);
        db.run(|conn| changes::sweep(conn, at(1_000_000_000)));
        assert_eq!(db.run(changes::oldest), Some(latest));
        assert_eq!(db.run(changes::latest), latest);
    });
}
