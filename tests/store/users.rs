//! Users.

use iiif_gate::store::users::{UserChange, UserQuery, UserSort, UserState};
use iiif_gate::store::{StoreError, page::Paging, roles, sessions, users};

use crate::sample::{admin, at, kept, name, new_role, new_session, new_user, role_id};
use crate::support::database::on_both;

#[test]
fn a_user_comes_back_as_it_was_stored() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        let id = new_user(db, "Alice@Example.org", &[staff]);
        let user = db.run(|conn| users::find(conn, id)).unwrap();
        assert_eq!(user.name.as_str(), "alice@example.org");
        assert_eq!(user.display_name, "The Alice@Example.org");
        assert_eq!(user.roles, [staff]);
        assert_eq!((user.created_at, user.last_sign_in_at), (kept(0), None));
        db.run(|conn| users::signed_in(conn, at(5), id));
        db.run(|conn| users::signed_in(conn, at(7), id));
        let again = db
            .run(|conn| users::find_by_name(conn, &user.name))
            .unwrap();
        assert_eq!(
            (again.last_sign_in_at, again.sign_in_count),
            (Some(kept(7)), 2)
        );
        assert_eq!(
            db.run(|conn| users::find_by_name(conn, &name("nobody"))),
            None
        );
    });
}

#[test]
fn only_an_active_user_has_an_identity() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        let id = new_user(db, "alice", &[staff]);
        let identity = db.run(|conn| users::identity_of(conn, id)).unwrap();
        let everybody = role_id(db, "user");
        assert_eq!(
            identity.roles.iter().collect::<Vec<_>>(),
            [everybody, staff]
        );
        for state in [UserState::Disabled, UserState::Pending] {
            db.run(|conn| users::set_state(conn, &admin(), at(1), id, state));
            assert_eq!(db.run(|conn| users::identity_of(conn, id)), None);
        }
    });
}

#[test]
fn two_users_cannot_have_one_name() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        let bob = new_user(db, "bob", &[]);
        let change = UserChange {
            name: name("alice"),
            display_name: String::new(),
            state: UserState::Active,
            roles: vec![],
        };
        let error = db.fail(|conn| users::update(conn, &admin(), at(1), bob, &change));
        assert_eq!(error.to_string(), "a user of this name exists already");
        db.run(|conn| users::update(conn, &admin(), at(1), alice, &change));
    });
}

#[test]
fn the_built_in_role_user_is_never_assigned() {
    on_both(|db| {
        let everybody = role_id(db, "user");
        let id = new_user(db, "alice", &[everybody]);
        assert_eq!(db.run(|conn| users::find(conn, id)).unwrap().roles, []);
        let query = UserQuery {
            role: Some(everybody),
            ..UserQuery::default()
        };
        assert_eq!(db.run(|conn| users::page(conn, &query)).total, 1);
    });
}

#[test]
fn a_new_password_ends_the_other_sessions() {
    on_both(|db| {
        let id = new_user(db, "alice", &[]);
        for session in ["one", "two", "three"] {
            new_session(db, session, id);
        }
        let mine = Some("two");
        db.run(|conn| users::change_password(conn, at(1), id, "$2b$new", mine, None));
        let left = db.run(|conn| sessions::of_user(conn, id, at(2), 9));
        assert_eq!(
            left.iter().map(|session| &session.id).collect::<Vec<_>>(),
            ["two"]
        );
        db.run(|conn| users::set_password(conn, &admin(), at(3), id, "$2b$newer"));
        assert_eq!(db.run(|conn| sessions::of_user(conn, id, at(4), 9)), []);
        let user = db.run(|conn| users::find(conn, id)).unwrap();
        assert_eq!(user.password_hash.as_deref(), Some("$2b$newer"));
    });
}

#[test]
fn disabling_a_user_ends_the_sessions_for_good() {
    on_both(|db| {
        let id = new_user(db, "alice", &[]);
        new_session(db, "one", id);
        db.run(|conn| users::set_state(conn, &admin(), at(1), id, UserState::Disabled));
        db.run(|conn| users::set_state(conn, &admin(), at(2), id, UserState::Active));
        assert_eq!(db.run(|conn| sessions::load(conn, "one", at(3))), None);
    });
}

#[test]
fn the_last_administrator_cannot_be_removed_disabled_or_demoted() {
    on_both(|db| {
        let role = role_id(db, "admin");
        let alice = new_user(db, "alice", &[role]);
        let demoted = UserChange {
            name: name("alice"),
            display_name: String::new(),
            state: UserState::Active,
            roles: vec![],
        };
        let disabled = UserState::Disabled;
        for error in [
            db.fail(|conn| users::delete(conn, &admin(), at(1), alice)),
            db.fail(|conn| users::set_state(conn, &admin(), at(1), alice, disabled)),
            db.fail(|conn| users::update(conn, &admin(), at(1), alice, &demoted)),
            db.fail(|conn| roles::delete(conn, &admin(), at(1), role)),
        ] {
            assert!(
                matches!(error, StoreError::LastAdmin | StoreError::BuiltIn),
                "{error}"
            );
        }
        let bob = new_user(db, "bob", &[role]);
        db.run(|conn| users::set_state(conn, &admin(), at(2), alice, disabled));
        let error = db.fail(|conn| users::delete(conn, &admin(), at(3), bob));
        assert!(matches!(error, StoreError::LastAdmin), "{error}");
    });
}

#[test]
fn two_administrators_who_remove_each_other_at_once_leave_one() {
    on_both(|db| {
        let role = role_id(db, "admin");
        let ids = [new_user(db, "alice", &[role]), new_user(db, "bob", &[role])];
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads = ids.map(|id| {
                let store = db.store.clone();
                scope.spawn(move || store.blocking(|conn| users::delete(conn, &admin(), at(1), id)))
            });
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(
            results.iter().filter(|result| result.is_ok()).count(),
            1,
            "{results:?}"
        );
        let query = UserQuery {
            role: Some(role),
            ..UserQuery::default()
        };
        assert_eq!(db.run(|conn| users::page(conn, &query)).total, 1);
    });
}

#[test]
fn the_first_administrator_is_made_once() {
    on_both(|db| {
        let first = name("admin@example.org");
        assert!(!db.run(users::has_admin));
        assert!(db.run(|conn| users::ensure_admin(conn, at(0), &first, "$2b$one")));
        assert!(!db.run(|conn| users::ensure_admin(conn, at(1), &first, "$2b$two")));
        let user = db.run(|conn| users::find_by_name(conn, &first)).unwrap();
        assert_eq!(user.password_hash.as_deref(), Some("$2b$one"));
        assert!(db.run(users::has_admin));
    });
}

#[test]
fn lists_are_searched_filtered_sorted_and_cut_into_pages() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        let names = ["anna", "Bert", "carl_1", "carla1", "dora"];
        let ids = names.map(|user| {
            let roles = if user == "dora" { vec![staff] } else { vec![] };
            new_user(db, user, &roles)
        });
        db.run(|conn| users::signed_in(conn, at(5), ids[1]));
        db.run(|conn| users::set_state(conn, &admin(), at(1), ids[0], UserState::Pending));
        let find = |query: UserQuery| {
            let page = db.run(|conn| users::page(conn, &query));
            page.items
                .iter()
                .map(|user| user.name.to_string())
                .collect::<Vec<_>>()
        };
        let all = UserQuery::default();
        assert_eq!(
            find(all.clone()),
            ["anna", "bert", "carl_1", "carla1", "dora"]
        );
        let search = |search: &str| {
            find(UserQuery {
                search: search.to_owned(),
                ..all.clone()
            })
        };
        assert_eq!(search("L_"), ["carl_1"], "an underscore is no wildcard");
        assert_eq!(
            search("THE CARL"),
            ["carl_1", "carla1"],
            "display names, in any case"
        );
        assert_eq!(search("%"), Vec::<String>::new());
        assert_eq!(
            find(UserQuery {
                role: Some(staff),
                ..all.clone()
            }),
            ["dora"]
        );
        assert_eq!(
            find(UserQuery {
                state: Some(UserState::Pending),
                ..all.clone()
            }),
            ["anna"]
        );
        let latest = UserQuery {
            sort: UserSort::LastSignIn,
            descending: true,
            ..all.clone()
        };
        assert_eq!(find(latest)[0], "bert");
        let never = UserQuery {
            sort: UserSort::LastSignIn,
            ..all.clone()
        };
        assert_eq!(find(never)[0], "anna");
        let newest = UserQuery {
            sort: UserSort::Created,
            descending: true,
            ..all.clone()
        };
        assert_eq!(find(newest)[0], "dora");
        let second = UserQuery {
            paging: Paging {
                page: 2,
                per_page: 2,
            },
            ..all.clone()
        };
        assert_eq!(find(second), ["carl_1", "carla1"]);
        let beyond = UserQuery {
            paging: Paging {
                page: 9,
                per_page: 2,
            },
            ..all
        };
        let page = db.run(|conn| users::page(conn, &beyond));
        assert_eq!(
            (page.page, page.pages(), page.total, page.items.len()),
            (3, 3, 5, 1)
        );
    });
}
