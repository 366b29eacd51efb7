//! Networks, and the roles that are held in them.

use iiif_gate::access::policy::{Defaults, Policy};
use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::network;
use iiif_gate::identity::password::Rules;
use iiif_gate::identity::principal::{Grant, ObtainedBy, OfferedAs};
use iiif_gate::store::import::Mode;
use iiif_gate::store::networks::{self, NetworkId, NewNetwork};
use iiif_gate::store::roles::{self, NewRole, Usage};
use iiif_gate::store::rules::{self, NewRule};
use iiif_gate::store::{StoreError, sessions, users};

use crate::sample::{admin, at, kept, new_role, new_user, session};
use crate::support::database::{Database, on_both};

fn new_network(name: &str, ranges: &str) -> NewNetwork {
    NewNetwork {
        name: name.to_owned(),
        ranges: network::parse_list(ranges).unwrap(),
        note: "why".to_owned(),
    }
}

fn create(db: &Database, name: &str, ranges: &str) -> NetworkId {
    let new = new_network(name, ranges);
    db.run(|conn| networks::create(conn, &admin(), at(1), &new))
}

fn role(name: &str, obtained_by: ObtainedBy, networks: &[NetworkId]) -> NewRole {
    NewRole {
        obtained_by,
        networks: networks.to_vec(),
        ..NewRole::assigned(RoleName::parse(name).unwrap(), "A place")
    }
}

fn external(name: &str, network: NetworkId) -> NewRole {
    NewRole {
        offered_as: OfferedAs::External,
        ..role(name, ObtainedBy::Network, &[network])
    }
}

#[test]
fn a_network_comes_back_as_it_was_stored() {
    on_both(|db| {
        let id = create(
            db,
            " Reading room ",
            "192.0.2.0/24\n2001:db8::/32, 192.0.2.7",
        );
        create(db, "Campus", "10.0.0.0/8");
        let all = db.run(networks::list);
        let names: Vec<&str> = all.iter().map(|network| network.name.as_str()).collect();
        assert_eq!(names, ["Campus", "Reading room"]);
        let found = db.run(|conn| networks::find_by_name(conn, "Reading room"));
        assert_eq!(found, Some(all[1].clone()));
        assert_eq!(
            network::written_list(&all[1].ranges),
            "192.0.2.0/24\n2001:db8::/32\n192.0.2.7"
        );
        let new = new_network("Room 2", "::1");
        db.run(|conn| networks::update(conn, &admin(), at(2), id, &new));
        let found = db.run(|conn| networks::find(conn, id)).unwrap();
        assert_eq!((found.name.as_str(), found.ranges.len()), ("Room 2", 1));
        let taken = new_network("Campus", "::1");
        let error = db.fail(|conn| networks::update(conn, &admin(), at(2), id, &taken));
        assert_eq!(error.to_string(), "a network of this name exists already");
        let nameless = new_network(" ", "::1");
        let error = db.fail(|conn| networks::create(conn, &admin(), at(2), &nameless));
        assert_eq!(error.to_string(), "the name of a network must not be empty");
        db.run(|conn| networks::delete(conn, &admin(), at(3), id));
        let error = db.fail(|conn| networks::delete(conn, &admin(), at(3), id));
        assert!(matches!(error, StoreError::NotFound), "{error}");
    });
}

#[test]
fn a_network_in_use_stays() {
    on_both(|db| {
        let room = create(db, "Room", "10.0.0.0/8");
        for new in [
            role("here", ObtainedBy::Network, &[room]),
            role("booth", ObtainedBy::Kiosk, &[room]),
        ] {
            db.run(|conn| roles::create(conn, &admin(), at(1), &new));
        }
        let error = db.fail(|conn| networks::delete(conn, &admin(), at(2), room));
        assert_eq!(
            error.to_string(),
            "the network `Room` is in use: take it out of the roles `booth`, `here` first"
        );
        let (_, roles) = db.run(rules::policy);
        let policy = Policy::new(Vec::new(), roles, Defaults::default());
        let here = policy.role_named("here").unwrap();
        let is_here = |address: &str| policy.is_at(here, address.parse().ok());
        assert!(is_here("10.1.2.3") && !is_here("11.1.2.3"));
    });
}

#[test]
fn a_role_that_nobody_could_obtain_is_refused() {
    on_both(|db| {
        let room = create(db, "Room", "10.0.0.0/8");
        let clickthrough = NewRole {
            offered_as: OfferedAs::Clickthrough,
            ..role("a", ObtainedBy::Kiosk, &[room])
        };
        for (new, words) in [
            (role("a", ObtainedBy::Network, &[]), "needs a network"),
            (role("a", ObtainedBy::Kiosk, &[]), "needs a network"),
            (role("a", ObtainedBy::Terms, &[room]), "has no networks"),
            (role("a", ObtainedBy::Assigned, &[room]), "has no networks"),
            (
                role("a", ObtainedBy::SignIn, &[]),
                "holds the built-in role `user`",
            ),
            (clickthrough, "cannot be offered as `clickthrough`"),
        ] {
            let error = db.fail(|conn| roles::create(conn, &admin(), at(1), &new));
            assert!(error.to_string().contains(words), "{error}");
        }
        let lost = role("a", ObtainedBy::Network, &[NetworkId(99)]);
        let error = db.fail(|conn| roles::create(conn, &admin(), at(1), &lost));
        assert!(matches!(error, StoreError::NotFound), "{error}");
        assert_eq!(db.run(roles::list).len(), 2);
    });
}

#[test]
fn external_never_stands_beside_what_needs_a_person() {
    on_both(|db| {
        let room = create(db, "Room", "10.0.0.0/8");
        let staff = new_role(db, "staff");
        let usual = role("here", ObtainedBy::Network, &[room]);
        let here = db.run(|conn| roles::create(conn, &admin(), at(1), &usual));
        let both = iiif_gate::access::rule::Requirement::AnyOf([staff, here].into_iter().collect());
        let rule = |number: usize| {
            let pattern = format!("maps/{number}");
            let pattern = iiif_gate::access::pattern::Pattern::parse(&pattern).unwrap();
            NewRule::new(iiif_gate::access::rule::Kind::Image, pattern, both.clone())
        };
        for number in 0..7 {
            db.run(|conn| rules::create(conn, &admin(), at(1), &rule(number)));
        }
        let switched = external("here", room);
        let update = |conn: &mut _| roles::update(conn, &admin(), at(2), here, &switched);
        let error = db.fail(update).to_string();
        assert!(
            error.contains("the rules `image maps/0`, `image maps/1`,"),
            "{error}"
        );
        assert!(error.contains("and 2 more would name a role"), "{error}");
        db.sql("DELETE FROM rules WHERE pattern <> 'maps/0'");
        let error = db.fail(update).to_string();
        assert!(
            error.contains("the rule `image maps/0` would name"),
            "{error}"
        );
        db.sql("DELETE FROM rules");
        db.run(update);
        let error = db
            .fail(|conn| rules::create(conn, &admin(), at(3), &rule(1)))
            .to_string();
        assert!(
            error.starts_with("the role `here` is offered as `external`"),
            "{error}"
        );
        // A second network is no person, until it becomes something else.
        let second = role("there", ObtainedBy::Network, &[room]);
        let there = db.run(|conn| roles::create(conn, &admin(), at(3), &second));
        let mut places = rule(2);
        let set = [here, there].into_iter().collect();
        places.access = iiif_gate::access::rule::Requirement::AnyOf(set).into();
        db.run(|conn| rules::create(conn, &admin(), at(4), &places));
        let kiosk = role("there", ObtainedBy::Kiosk, &[room]);
        let error = db.fail(|conn| roles::update(conn, &admin(), at(5), there, &kiosk));
        assert!(
            error.to_string().contains("`image maps/2` would name"),
            "{error}"
        );
    });
}

#[test]
fn a_role_obtained_in_another_way_is_taken_from_everybody() {
    on_both(|db| {
        let room = create(db, "Room", "10.0.0.0/8");
        let staff = new_role(db, "staff");
        let alice = new_user(db, "alice", &[staff]);
        let kiosk = role("staff", ObtainedBy::Kiosk, &[room]);
        db.run(|conn| roles::update(conn, &admin(), at(1), staff, &kiosk));
        assert_eq!(db.run(|conn| users::find(conn, alice)).unwrap().roles, []);
        let mut booth = session("one", None);
        booth.grants = vec![Grant {
            role: staff,
            version: 0,
        }];
        db.run(|conn| sessions::insert(conn, &booth));
        let usage = |now| db.run(|conn| roles::usage(conn, staff, now));
        let used = Usage {
            sessions: 1,
            networks: 1,
            ..Usage::default()
        };
        assert_eq!(usage(at(2)), used);
        assert_eq!(usage(kept(1000)).sessions, 0, "the session is over");
        let back = NewRole::assigned(RoleName::parse("staff").unwrap(), "");
        db.run(|conn| roles::update(conn, &admin(), at(3), staff, &back));
        assert_eq!(usage(at(4)), Usage::default());
        assert_eq!(
            db.run(|conn| sessions::load(conn, "one", at(4)))
                .unwrap()
                .grants,
            []
        );
    });
}

#[test]
fn only_assigned_roles_are_assigned() {
    on_both(|db| {
        let room = create(db, "Room", "10.0.0.0/8");
        let here = role("here", ObtainedBy::Network, &[room]);
        let here = db.run(|conn| roles::create(conn, &admin(), at(1), &here));
        let alice = new_user(db, "alice", &[]);
        let change = users::UserChange {
            name: crate::sample::name("alice"),
            display_name: String::new(),
            state: users::UserState::Active,
            roles: vec![here],
        };
        let error = db.fail(|conn| users::update(conn, &admin(), at(1), alice, &change));
        assert_eq!(
            error.to_string(),
            "the role `here` cannot be assigned: it is obtained by `network`"
        );
        let rows = users::parse("name,roles\nbob,user\ncarl,here\n", &Rules::default()).unwrap();
        let import =
            |conn: &mut _| users::import(conn, &admin(), at(2), &rows, Mode::Apply).map(drop);
        let StoreError::Rows(rows) = db.fail(import) else {
            unreachable!("the line is told")
        };
        assert_eq!(
            rows[0].to_string(),
            "line 3: the role `here` cannot be assigned: it is obtained by `network`"
        );
    });
}
