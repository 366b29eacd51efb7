//! Terms of use, and who accepted them.

use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::principal::{Grant, ObtainedBy, RoleId};
use iiif_gate::language::{Language, LanguageMap};
use iiif_gate::store::audit::{self, AuditQuery};
use iiif_gate::store::changes;
use iiif_gate::store::roles::{self, NewRole};
use iiif_gate::store::{rules, sessions, terms};

use crate::sample::{admin, at, kept, new_role, session};
use crate::support::database::{Database, on_both};

fn english(text: &str) -> LanguageMap {
    LanguageMap::of([(Language::english(), text.to_owned())])
}

fn reader(db: &Database) -> RoleId {
    let role = NewRole {
        obtained_by: ObtainedBy::Terms,
        ..NewRole::assigned(RoleName::parse("reader").unwrap(), "Readers")
    };
    db.run(|conn| roles::create(conn, &admin(), at(0), &role))
}

fn publish(db: &Database, role: RoleId, seconds: i64, text: &str) -> Option<i32> {
    let (heading, text) = (english("Terms"), english(text));
    db.run(|conn| terms::publish(conn, &admin(), at(seconds), role, &heading, &text))
}

#[test]
fn every_new_text_is_a_version_and_the_newest_is_in_force() {
    on_both(|db| {
        let role = reader(db);
        assert_eq!(db.run(|conn| terms::current(conn, role)), None);
        assert_eq!(publish(db, role, 1, "Be good"), Some(1));
        assert_eq!(publish(db, role, 2, " Be good\n"), None, "nothing new");
        assert_eq!(publish(db, role, 3, "Be better"), Some(2));
        assert_eq!(publish(db, role, 4, "Be good"), Some(3), "again is new");
        let current = db.run(|conn| terms::current(conn, role)).unwrap();
        assert_eq!((current.terms.version, current.created_at), (3, kept(4)));
        assert_eq!(current.created_by, "console");
        let second = db.run(|conn| terms::find(conn, role, 2)).unwrap();
        assert_eq!(second.terms.text, english("Be better"));
        assert_eq!(db.run(|conn| terms::list(conn, role)).len(), 3);
        let (_, roles) = db.run(rules::policy);
        let known = roles.iter().find(|known| known.id == role).unwrap();
        assert_eq!(known.terms.as_ref().map(|terms| terms.version), Some(3));
    });
}

#[test]
fn terms_have_a_text_and_a_role_that_is_obtained_so() {
    on_both(|db| {
        let (role, staff) = (reader(db), new_role(db, "staff"));
        let none = LanguageMap::default();
        let error =
            db.fail(|conn| terms::publish(conn, &admin(), at(1), role, &english("x"), &none));
        assert_eq!(
            error.to_string(),
            "terms need a text in at least one language"
        );
        let text = english("x");
        let error = db.fail(|conn| terms::publish(conn, &admin(), at(1), staff, &none, &text));
        assert_eq!(
            error.to_string(),
            "the role `staff` has no terms: it is obtained by `assigned`"
        );
        let long = english(&"x".repeat(100_001));
        let error = db.fail(|conn| terms::publish(conn, &admin(), at(1), role, &none, &long));
        assert_eq!(
            error.to_string(),
            "the text for `en` must have at most 100000 characters"
        );
    });
}

#[test]
fn what_a_session_obtained_is_kept_with_it_and_is_in_the_feed() {
    on_both(|db| {
        let (role, other) = (reader(db), new_role(db, "other"));
        let grant = |version| Grant { role, version };
        let mut one = session("one", None);
        one.grants = vec![grant(1)];
        db.run(|conn| sessions::insert(conn, &one));
        assert_eq!(db.run(|conn| sessions::load(conn, "one", at(1))), Some(one));
        let before = db.run(changes::latest);
        let kiosk = Grant {
            role: other,
            version: 0,
        };
        let gone = Grant {
            role: RoleId(99),
            version: 1,
        };
        let update = |grants: &[Grant]| {
            db.run(|conn| sessions::update_state(conn, at(2), "one", "{}", grants));
            db.run(|conn| sessions::load(conn, "one", at(3)))
                .unwrap()
                .grants
        };
        // Of one role the newest version counts; a role that is gone is passed over.
        assert_eq!(
            update(&[grant(1), kiosk, grant(2), gone]),
            [grant(2), kiosk]
        );
        let fed = db.run(|conn| changes::after(conn, before));
        assert!(fed.iter().all(|change| (change.resource.as_str(), change.key.as_str()) == ("session", "one")));
        assert!(!fed.is_empty());
        let before = db.run(changes::latest);
        assert_eq!(update(&[grant(2), kiosk]), [grant(2), kiosk]);
        assert_eq!(
            db.run(changes::latest),
            before,
            "nothing new is nothing new"
        );
        db.run(|conn| roles::delete(conn, &admin(), at(4), other));
        assert_eq!(update(&[grant(2), kiosk]), [grant(2)]);
    });
}

#[test]
fn who_holds_a_role_now_accepted_what_is_in_force_now() {
    on_both(|db| {
        let role = reader(db);
        publish(db, role, 1, "Be good");
        for (id, version) in [("one", 1), ("two", 1)] {
            let mut session = session(id, None);
            session.grants = vec![Grant { role, version }];
            db.run(|conn| sessions::insert(conn, &session));
        }
        let held = || db.run(|conn| roles::usage(conn, role, at(5))).sessions;
        assert_eq!(held(), 2);
        publish(db, role, 2, "Be better");
        assert_eq!(held(), 0);
        let grants = [Grant { role, version: 2 }];
        db.run(|conn| sessions::update_state(conn, at(3), "one", "{}", &grants));
        assert_eq!(held(), 1);
    });
}

#[test]
fn accepting_is_in_the_audit_log() {
    on_both(|db| {
        let name = RoleName::parse("reader").unwrap();
        let from = "192.0.2.7".parse().ok();
        db.run(|conn| sessions::accepted(conn, at(1), "anonymous", from, &name, 3));
        db.run(|conn| sessions::opened_kiosk(conn, at(2), "alice", from, &name));
        let page = db.run(|conn| audit::page(conn, &AuditQuery::default()));
        let told: Vec<String> = page
            .items
            .iter()
            .map(|entry| {
                format!(
                    "{} {} {} {}",
                    entry.actor, entry.action, entry.subject, entry.detail
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "alice open-kiosk reader ",
                "anonymous accept-terms reader version 3"
            ]
        );
        assert_eq!(page.items[0].address.as_deref(), Some("192.0.2.7"));
    });
}
