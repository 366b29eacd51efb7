//! Roles.

use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::principal::ObtainedBy;
use iiif_gate::store::roles::{self, NewRole, Usage};
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
            let id = role_id(db, name);
            let role: NewRole = db.run(|conn| roles::find(conn, id)).unwrap().into();
            let (mut titled, mut renamed, mut changed) = (role.clone(), role.clone(), role);
            titled.title = "A new title".to_owned();
            renamed.name = other.clone();
            changed.obtained_by = ObtainedBy::Terms;
            db.run(|conn| roles::update(conn, &admin(), at(1), id, &titled));
            for error in [
                db.fail(|conn| roles::update(conn, &admin(), at(1), id, &renamed)),
                db.fail(|conn| roles::update(conn, &admin(), at(1), id, &changed)),
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
        assert_eq!(
            db.run(|conn| roles::usage(conn, staff, at(1))),
            Usage {
                holders: 2,
                ..Usage::default()
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
        let error = db.fail(|conn| {
            roles::create(conn, &admin(), at(1), &NewRole::assigned(name.clone(), ""))
        });
        assert_eq!(error.to_string(), "a role of this name exists already");
        let long = "x".repeat(501);
        let name = RoleName::parse("other").unwrap();
        let error =
            db.fail(|conn| roles::create(conn, &admin(), at(1), &NewRole::assigned(name, &long)));
        assert_eq!(
            error.to_string(),
            "the title must have at most 500 characters"
        );
    });
}
