//! API keys.

use iiif_gate::identity::principal::UserId;
use iiif_gate::store::StoreError;
use iiif_gate::store::api_keys::{self, NewApiKey};
use iiif_gate::store::users::{self, UserState};

use crate::sample::{admin, at, kept, new_user};
use crate::support::database::{Database, on_both};

fn new_key(db: &Database, user: UserId, fingerprint: &str, expires: Option<i64>) -> i32 {
    let key = NewApiKey {
        user_id: user,
        name: format!("for {fingerprint}"),
        fingerprint: fingerprint.to_owned(),
        expires_at: expires.map(at),
    };
    db.run(|conn| api_keys::create(conn, at(0), &key, None))
}

#[test]
fn a_key_is_found_by_its_fingerprint_until_it_ends() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        new_key(db, alice, "one", Some(100));
        new_key(db, alice, "two", None);
        let opened = |key: &str, at| db.run(|conn| api_keys::opened(conn, key, at));
        let key = opened("one", at(99)).unwrap();
        assert_eq!((key.user.id, key.expires_at), (alice, Some(kept(100))));
        assert_eq!(opened("one", kept(100)), None);
        assert!(opened("two", at(1_000_000)).is_some());
        assert_eq!(opened("three", at(1)), None);
        db.run(|conn| users::set_state(conn, &admin(), at(1), alice, UserState::Disabled));
        assert_eq!(opened("two", at(1)), None);
    });
}

#[test]
fn only_its_user_revokes_a_key() {
    on_both(|db| {
        let (alice, bob) = (new_user(db, "alice", &[]), new_user(db, "bob", &[]));
        let id = new_key(db, alice, "one", None);
        let error = db.fail(|conn| api_keys::revoke(conn, at(1), bob, id, None));
        assert!(matches!(error, StoreError::NotFound), "{error}");
        db.run(|conn| api_keys::touch(conn, &[("one".to_owned(), at(5))]));
        assert_eq!(
            db.run(|conn| api_keys::of_user(conn, alice))[0].last_used_at,
            Some(kept(5))
        );
        db.run(|conn| api_keys::revoke(conn, at(1), alice, id, None));
        assert_eq!(db.run(|conn| api_keys::of_user(conn, alice)), []);
    });
}

#[test]
fn nobody_has_keys_without_end() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        for number in 0..api_keys::MAX_PER_USER {
            new_key(db, alice, &number.to_string(), None);
        }
        let key = NewApiKey {
            user_id: alice,
            name: "one more".to_owned(),
            fingerprint: "more".to_owned(),
            expires_at: None,
        };
        let error = db.fail(|conn| api_keys::create(conn, at(1), &key, None));
        assert_eq!(
            error.to_string(),
            "there are 50 API keys already: revoke one first"
        );
    });
}
