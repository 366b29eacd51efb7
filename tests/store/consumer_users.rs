//! What happens to consumers and their users, and what the log says of it.

use chrono::Duration;
use iiif_gate::store::audit::{self, AuditQuery};
use iiif_gate::store::consumers::{self, Counted};
use iiif_gate::store::{StoreError, changes};

use crate::consumers::{SECOND, create, find, held, new_consumer, sealed};
use crate::sample::{admin, at, kept, new_role};
use crate::support::database::{Database, on_both};

/// What the log says was done, oldest first.
fn logged(db: &Database) -> Vec<String> {
    let page = db.run(|conn| audit::page(conn, &AuditQuery::default()));
    let words = page.items.into_iter().rev().map(|record| {
        let (action, subject, detail) = (record.action, record.subject, record.detail);
        format!("{action} {subject}: {detail}")
    });
    words
        .filter(|words| words.starts_with("consumer."))
        .collect()
}

#[test]
fn users_are_signed_out_one_by_one_or_all_at_once() {
    on_both(|db| {
        let id = create(db, "site");
        let block = |now, user: &str, until| {
            db.run(|conn| {
                consumers::block_user(conn, &admin(), at(now), id, user, at(until), "spam")
            });
        };
        let names = || -> Vec<String> {
            let blocked = find(db, id).blocked;
            blocked.into_iter().map(|user| user.user).collect()
        };
        block(10, "jürgen", 100);
        block(11, "bob", 0);
        block(12, "bob", 50);
        let found = find(db, id);
        let (bob, note) = (&found.blocked[0].block, &found.blocked[0].note);
        assert_eq!((bob.since, bob.until), (kept(12), kept(50)));
        assert_eq!(note, "spam");
        assert_eq!(found.consumer.blocked["jürgen"].until, kept(100));
        let blocked =
            |user: &str, issued, now| found.consumer.has_revoked(user, kept(issued), kept(now));
        assert!(blocked("bob", 12, 60) && blocked("bob", 13, 49) && !blocked("bob", 13, 51));
        assert!(!blocked("alice", 1, 20));
        db.run(|conn| consumers::unblock_user(conn, &admin(), at(13), id, "bob"));
        let error = db.fail(|conn| consumers::unblock_user(conn, &admin(), at(13), id, "bob"));
        assert!(matches!(error, StoreError::NotFound), "{error}");
        assert_eq!(names(), ["jürgen"]);
        // By then no token of that user can be left.
        block(40 * 86_400, "carl", 0);
        assert_eq!(names(), ["carl"]);
        for user in ["", "a\nb", &"a".repeat(256)] {
            let error =
                db.fail(|conn| consumers::block_user(conn, &admin(), at(1), id, user, at(2), ""));
            assert!(error.to_string().contains("1 to 255 bytes"), "{error}");
        }
        db.run(|conn| consumers::revoke_all(conn, &admin(), at(20), id));
        assert_eq!(find(db, id).consumer.revoked_before, Some(kept(20)));
    });
}

#[test]
fn counts_add_up_and_go_with_their_consumer() {
    on_both(|db| {
        let (id, gone) = (create(db, "site"), create(db, "gone"));
        db.run(|conn| consumers::delete(conn, &admin(), at(2), gone));
        let counted = |consumer, reason, times, last: i64| Counted {
            consumer,
            reason,
            times,
            last_at: at(last),
        };
        let changes = db.run(changes::latest);
        for last in [50, 40] {
            let news = [
                counted(id, "accepted", 3, last),
                counted(gone, "accepted", 1, last),
                counted(id, "expired", 2, last),
                counted(id, "bad_signature", u64::from(last == 40), last),
            ];
            db.run(|conn| consumers::count(conn, &news));
        }
        let found = find(db, id);
        assert_eq!((found.accepted(), found.refused()), (6, 5));
        assert_eq!(found.last_use(), Some(kept(50)));
        let reasons: Vec<&str> = found
            .counts
            .iter()
            .map(|count| count.reason.as_str())
            .collect();
        assert_eq!(reasons, ["accepted", "expired", "bad_signature"]);
        assert_eq!(
            db.run(changes::latest),
            changes,
            "nobody has to read anything anew"
        );
        db.run(|conn| consumers::delete(conn, &admin(), at(60), id));
        let again = create(db, "site");
        assert_eq!(find(db, again).counts, []);
    });
}

#[test]
fn whatever_happens_to_a_consumer_is_in_the_audit_log() {
    on_both(|db| {
        let id = create(db, "site");
        let guest = new_role(db, "guest");
        let mut new = new_consumer("Maps");
        new.origins.any = true;
        new.roles = vec![held(guest, false, true)];
        db.run(|conn| consumers::update(conn, &admin(), at(2), id, &new));
        let second = sealed("site", SECOND);
        let (hour, none) = (Duration::hours(1), Duration::zero());
        db.run(|conn| consumers::rotate(conn, &admin(), at(3), id, &second, hour));
        db.run(|conn| consumers::rotate(conn, &admin(), at(3), id, &second, none));
        db.run(|conn| consumers::set_enabled(conn, &admin(), at(4), id, false));
        db.run(|conn| consumers::set_enabled(conn, &admin(), at(4), id, true));
        db.run(|conn| consumers::revoke_all(conn, &admin(), at(5), id));
        db.run(|conn| consumers::block_user(conn, &admin(), at(6), id, "bob", at(600), "spam"));
        db.run(|conn| consumers::block_user(conn, &admin(), at(6), id, "bob", at(6), ""));
        db.run(|conn| consumers::unblock_user(conn, &admin(), at(7), id, "bob"));
        db.run(|conn| consumers::delete(conn, &admin(), at(8), id));
        assert_eq!(
            logged(db),
            [
                "consumer.create site: DocLand, from https://doc.land http://localhost:8080, \
                 /annotator/ /iiif/images/maps/, at most 86400 s, may name administrators",
                "consumer.update site: now Maps, from * https://doc.land http://localhost:8080, \
                 /annotator/ /iiif/images/maps/, at most 86400 s, may name guest (read only), \
                 may name administrators",
                "consumer.rotate site: the old secret ends 2027-01-15 09:00 UTC",
                "consumer.rotate site: the old secret ended at once",
                "consumer.set-state site: disabled",
                "consumer.set-state site: enabled",
                "consumer.revoke site: everybody is signed out",
                "consumer.block-user site: bob is kept out until 2027-01-15 08:10 UTC: spam",
                "consumer.block-user site: bob is signed out",
                "consumer.unblock-user site: bob",
                "consumer.delete site: Maps",
            ]
        );
    });
}

#[test]
fn of_two_who_replace_the_same_secret_one_is_told() {
    on_both(|db| {
        let id = create(db, "site");
        let made_at = find(db, id).rotated_at;
        let (second, none) = (sealed("site", SECOND), Duration::zero());
        let rotate = |conn: &mut _, now, made_at| {
            consumers::rotate_from(conn, &admin(), at(now), id, made_at, &second, none)
        };
        db.run(|conn| rotate(conn, 3, made_at));
        let error = db.fail(|conn| rotate(conn, 3, made_at));
        assert!(matches!(error, StoreError::Taken { .. }), "{error}");
        assert_eq!(find(db, id).rotated_at, kept(3));
        db.run(|conn| rotate(conn, 4, kept(3)));
        assert_eq!(logged(db).len(), 3, "made, and given two secrets");
    });
}
