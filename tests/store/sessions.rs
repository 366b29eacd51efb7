//! Sessions.

use chrono::Duration;
use iiif_gate::identity::principal::Grant;
use iiif_gate::store::StoreError;
use iiif_gate::store::page::Paging;
use iiif_gate::store::sessions::{self, Session, SessionQuery};
use iiif_gate::store::users::{self, UserState};

use crate::sample::{admin, at, kept, new_role, new_session, new_user, session};
use crate::support::database::on_both;

#[test]
fn a_session_comes_back_as_it_was_stored_until_it_ends() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        let stored = session("one", Some(alice));
        db.run(|conn| sessions::insert(conn, &stored));
        assert_eq!(
            db.run(|conn| sessions::load(conn, "one", at(999))),
            Some(stored)
        );
        assert_eq!(db.run(|conn| sessions::load(conn, "one", kept(1000))), None);
        assert_eq!(db.run(|conn| sessions::load(conn, "two", at(1))), None);
    });
}

#[test]
fn what_a_session_opens_is_read_with_its_user_in_one_statement() {
    on_both(|db| {
        let roles = ["staff", "reader", "guest"].map(|name| new_role(db, name));
        let [staff, reader, guest] = roles;
        let grant = |role, version| Grant { role, version };
        let alice = new_user(db, "alice", &[staff, guest]);
        for (id, user, grants) in [
            ("plain", Some(alice), vec![]),
            ("nobody", None, vec![grant(reader, 2)]),
            ("all", Some(alice), vec![grant(reader, 2), grant(guest, 1)]),
        ] {
            let session = Session {
                grants,
                ..session(id, user)
            };
            db.run(|conn| sessions::insert(conn, &session));
            let statements = db.listen();
            let opened = db.run(|conn| sessions::opened(conn, id, at(9))).unwrap();
            assert_eq!(statements.try_iter().count(), 1);
            assert_eq!(opened.grants, session.grants, "{id}");
            let identity = user.and_then(|user| db.run(|conn| users::identity_of(conn, user)));
            assert_eq!(opened.user, identity, "{id}");
            assert_eq!(
                (opened.door, opened.last_seen_at, opened.expires_at),
                (session.door, kept(0), kept(1000))
            );
        }
        assert_eq!(db.run(|conn| sessions::opened(conn, "one", at(9))), None);
        assert_eq!(
            db.run(|conn| sessions::opened(conn, "all", kept(1000))),
            None
        );
        db.run(|conn| users::set_state(conn, &admin(), at(9), alice, UserState::Disabled));
        let opens = |id: &str| db.run(|conn| sessions::opened(conn, id, at(9))).is_some();
        assert_eq!(["plain", "nobody", "all"].map(opens), [false, true, false]);
    });
}

#[test]
fn a_session_is_changed_touched_and_ended() {
    on_both(|db| {
        db.run(|conn| sessions::insert(conn, &session("one", None)));
        assert!(db.run(|conn| sessions::update_state(conn, at(1), "one", "{\"a\":1}", &[])));
        let seen = [("one".to_owned(), at(50)), ("gone".to_owned(), at(50))];
        db.run(|conn| sessions::touch(conn, &seen));
        db.run(|conn| sessions::touch(conn, &[("one".to_owned(), at(20))]));
        let loaded = db.run(|conn| sessions::load(conn, "one", at(60))).unwrap();
        assert_eq!(
            (loaded.state.as_str(), loaded.last_seen_at),
            ("{\"a\":1}", kept(50))
        );
        assert!(db.run(|conn| sessions::delete(conn, "one")));
        assert!(!db.run(|conn| sessions::delete(conn, "one")));
        assert!(!db.run(|conn| sessions::update_state(conn, at(1), "one", "{}", &[])));
    });
}

#[test]
fn a_session_of_a_user_who_is_gone_cannot_be_opened() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        new_session(db, "one", alice);
        db.run(|conn| users::delete(conn, &admin(), at(1), alice));
        assert_eq!(db.run(|conn| sessions::load(conn, "one", at(1))), None);
        let late = session("two", Some(alice));
        let error = db.fail(|conn| sessions::insert(conn, &late));
        assert!(matches!(error, StoreError::NotFound), "{error}");
    });
}

#[test]
fn sweeping_ends_what_is_old_or_idle() {
    on_both(|db| {
        for id in ["old", "idle", "live"] {
            db.run(|conn| sessions::insert(conn, &session(id, None)));
        }
        db.sql("UPDATE sessions SET expires_at = '2020-01-01 00:00:00' WHERE id = 'old'");
        db.run(|conn| sessions::touch(conn, &[("live".to_owned(), at(60))]));
        let idle = Duration::seconds(60);
        assert_eq!(db.run(|conn| sessions::sweep(conn, at(61), idle)), 2);
        let lives = |id: &str| db.run(|conn| sessions::load(conn, id, at(61))).is_some();
        assert_eq!(["old", "idle", "live"].map(lives), [false, false, true]);
        // What ran out lately can be told from what never was.
        let ended = |id: &str, at| db.run(|conn| sessions::ended(conn, id, at, idle));
        assert_eq!(
            ["old", "idle", "live", "never"].map(|id| ended(id, at(61))),
            [false, true, false, false]
        );
        assert!(ended("live", at(121)));
        db.run(|conn| sessions::sweep(conn, at(61 + 3600), idle));
        assert!(!ended("idle", at(61 + 3600)));
        let page = db.run(|conn| sessions::page(conn, &SessionQuery::default(), at(3700)));
        assert_eq!(page.total, 0);
    });
}

#[test]
fn sessions_are_listed_with_their_users() {
    on_both(|db| {
        let (alice, bob) = (new_user(db, "alice", &[]), new_user(db, "bob", &[]));
        new_session(db, "one", alice);
        new_session(db, "two", bob);
        db.run(|conn| sessions::insert(conn, &session("nobody", None)));
        db.run(|conn| sessions::touch(conn, &[("two".to_owned(), at(9))]));
        let find = |query: SessionQuery| {
            let page = db.run(|conn| sessions::page(conn, &query, at(20)));
            page.items
                .into_iter()
                .map(|listed| (listed.session.id, listed.user_name))
                .collect::<Vec<_>>()
        };
        let (one, two) = (
            ("one".to_owned(), Some("alice".to_owned())),
            ("two".to_owned(), Some("bob".to_owned())),
        );
        let nobody = ("nobody".to_owned(), None);
        let all = SessionQuery::default();
        assert_eq!(
            find(all.clone()),
            [two.clone(), nobody.clone(), one.clone()]
        );
        assert_eq!(
            find(SessionQuery {
                user: Some(bob),
                ..all.clone()
            }),
            std::slice::from_ref(&two)
        );
        let signed_in = true;
        assert_eq!(
            find(SessionQuery {
                signed_in,
                ..all.clone()
            }),
            [two, one.clone()]
        );
        assert_eq!(db.run(|conn| sessions::count_signed_in(conn, at(1))), 2);
        let search = "ALI".to_owned();
        assert_eq!(
            find(SessionQuery {
                search,
                ..all.clone()
            }),
            std::slice::from_ref(&one)
        );
        let search = "firefox".to_owned();
        assert_eq!(
            find(SessionQuery {
                search,
                ..all.clone()
            })
            .len(),
            3
        );
        let paging = Paging {
            page: 3,
            per_page: 1,
        };
        assert_eq!(find(SessionQuery { paging, ..all }), [one]);
        assert_eq!(
            db.run(|conn| sessions::revoke_of_user(conn, &admin(), at(2), alice)),
            1
        );
    });
}
