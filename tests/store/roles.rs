//! Roles.

use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::principal::ObtainedBy;
use iiif_gate::store::roles::{self, Usage};
use iiif_gate::store::{StoreError, users};

use crate::sample::{admin, at, new_role, new_user, role_id};
use crate::support::database::on_both;

#[test]
fn user_and_admin_are_built_in() {
    on_both(|db| {
        let list = db.run(roles::list);
        let list: Vec<_> = list
            .iter()
            .map(|role| (role.name.as_str(), role.obtained_by, role.built_in))
            .collect();
        let expected = [
            ("admin", ObtainedBy::Assigned, true),
            ("user", ObtainedBy::SignIn, true),
        ];
        assert_eq!(list, expected);
        let other = RoleName::parse("boss").unwrap();
        for name in ["user", "admin"] {
            let (id, name) = (role_id(db, name), RoleName::parse(name).unwrap());
            db.run(|conn| roles::update(conn, &admin(), at(1), id, &name, "A new title"));
            for error in [
                db.fail(|conn| roles::update(conn, &admin(), at(1), id, &other, "")),
                db.fail(|conn| roles::delete(conn, &admin(), at(1), id)),
            ] {
                assert!(matches!(error, StoreError::BuiltIn), "{error}");
            }
        }
    });
}

#[test]
fn deleting_a_role_takes_it_from_its_holders() {
    on_both(|db| {
        let staff = new_role(db, "staff");
        let alice = new_user(db, "alice", &[staff]);
        new_user(db, "bob", &[staff]);
        assert_eq!(db.run(roles::holders)[&staff], 2);
        assert_eq!(
            db.run(|conn| roles::usage(conn, staff)),
            Usage {
                holders: 2,
                rules: 0
            }
        );
        db.run(|conn| roles::delete(conn, &admin(), at(1), staff));
        assert_eq!(db.run(|conn| users::find(conn, alice)).unwrap().roles, []);
        let error = db.fail(|conn| roles::delete(conn, &admin(), at(1), staff));
        assert_eq!(error.to_string(), "it does not exist (any more)");
    });
}

#[test]
fn two_roles_cannot_have_one_name() {
    on_both(|db| {
        new_role(db, "staff");
        let name = RoleName::parse("Staff").unwrap();
        let error = db.fail(|conn| roles::create(conn, &admin(), at(1), &name, ""));
        assert_eq!(error.to_string(), "a role of this name exists already");
        let long = "x".repeat(501);
        let name = RoleName::parse("other").unwrap();
        let error = db.fail(|conn| roles::create(conn, &admin(), at(1), &name, &long));
        assert_eq!(
            error.to_string(),
            "the title must have at most 500 characters"
        );
    });
}
