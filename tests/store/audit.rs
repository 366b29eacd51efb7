//! The audit log.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::password::Rules;
use iiif_gate::identity::principal::ObtainedBy;
use iiif_gate::language::{Language, LanguageMap};
use iiif_gate::store::audit::{self, Action, AuditQuery, Entry, Outcome};
use iiif_gate::store::import::Mode;
use iiif_gate::store::page::Paging;
use iiif_gate::store::roles::NewRole;
use iiif_gate::store::rules::{self, Scope};
use iiif_gate::store::users::{self, UserChange, UserState};
use iiif_gate::store::{api_keys, networks, roles, sessions, terms};

use crate::sample::{admin, at, kept, name, new_role, new_session, new_user};
use crate::support::database::{Database, on_both};

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn entry(actor: &str, action: Action, outcome: Outcome, seconds: i64) -> Entry {
    Entry {
        at: at(seconds),
        actor: actor.to_owned(),
        action,
        subject: actor.to_owned(),
        detail: "100% sure".to_owned(),
        address: Some("192.0.2.7".parse().unwrap()),
        outcome,
    }
}

fn actions(db: &Database, query: &AuditQuery) -> Vec<(String, String)> {
    let page = db.run(|conn| audit::page(conn, query));
    page.items
        .into_iter()
        .map(|record| (record.action, record.subject))
        .collect()
}

#[test]
fn entries_are_filtered_and_the_newest_comes_first() {
    on_both(|db| {
        use {Action::SignIn, Outcome::Done, Outcome::Refused};
        for entry in [
            entry("alice", SignIn, Done, 1),
            entry("bob", SignIn, Refused, 2),
            entry("alice", Action::SignOut, Done, 3),
        ] {
            db.run(|conn| audit::record(conn, &entry));
        }
        let all = AuditQuery::default();
        let find = |query: AuditQuery| {
            let page = db.run(|conn| audit::page(conn, &query));
            page.items
                .iter()
                .map(|record| record.at)
                .collect::<Vec<_>>()
        };
        assert_eq!(find(all.clone()), [kept(3), kept(2), kept(1)]);
        assert_eq!(
            find(AuditQuery {
                outcome: Some(Refused),
                ..all.clone()
            }),
            [kept(2)]
        );
        let action = Some(SignIn);
        assert_eq!(
            find(AuditQuery {
                action,
                ..all.clone()
            }),
            [kept(2), kept(1)]
        );
        let actor = Some("alice".to_owned());
        assert_eq!(
            find(AuditQuery {
                actor,
                ..all.clone()
            }),
            [kept(3), kept(1)]
        );
        let (from, until) = (Some(kept(2)), Some(kept(3)));
        assert_eq!(
            find(AuditQuery {
                from,
                until,
                ..all.clone()
            }),
            [kept(2)]
        );
        let search = |text: &str| {
            find(AuditQuery {
                search: text.to_owned(),
                ..all.clone()
            })
            .len()
        };
        assert_eq!(
            (search("100%"), search("192.0.2"), search("bo"), search("_")),
            (3, 3, 1, 0)
        );
        let paging = Paging {
            page: 2,
            per_page: 2,
        };
        assert_eq!(find(AuditQuery { paging, ..all }), [kept(1)]);
        db.run(|conn| audit::sweep(conn, kept(2)));
        assert_eq!(actions(db, &AuditQuery::default()).len(), 2);
    });
}

#[test]
fn what_concerns_one_thing_is_found_by_its_whole_name() {
    on_both(|db| {
        for (second, subject) in (1..).zip(["site", "site-2", "Site", "site"]) {
            let mut entry = entry("alice", Action::RotateConsumer, Outcome::Done, second);
            entry.subject = subject.to_owned();
            db.run(|conn| audit::record(conn, &entry));
        }
        let query = AuditQuery {
            subject: Some("site".to_owned()),
            ..AuditQuery::default()
        };
        let found = db.run(|conn| audit::page(conn, &query)).items;
        let found: Vec<_> = found.iter().map(|record| record.at).collect();
        assert_eq!(found, [kept(4), kept(1)]);
    });
}

#[test]
fn what_a_stranger_typed_is_cut_and_cleaned() {
    on_both(|db| {
        let actor = format!("evil\0\n{}", "x".repeat(100_000));
        db.run(|conn| audit::record(conn, &entry(&actor, Action::SignIn, Outcome::Refused, 1)));
        let record = db
            .run(|conn| audit::page(conn, &AuditQuery::default()))
            .items
            .remove(0);
        assert!(record.actor.starts_with("evilxxx") && record.actor.len() < 1000);
    });
}

/// What is written about networks, terms and files of rules.
fn places_and_terms(db: &Database) {
    let network = networks::NewNetwork {
        name: "Room".to_owned(),
        ranges: vec!["10.0.0.0/8".parse().unwrap()],
        note: String::new(),
    };
    let id = db.run(|conn| networks::create(conn, &admin(), at(9), &network));
    db.run(|conn| networks::update(conn, &admin(), at(9), id, &network));
    db.run(|conn| networks::delete(conn, &admin(), at(9), id));
    let reader = NewRole {
        obtained_by: ObtainedBy::Terms,
        ..NewRole::assigned(RoleName::parse("reader").unwrap(), "")
    };
    let reader = db.run(|conn| roles::create(conn, &admin(), at(9), &reader));
    let text = LanguageMap::of([(Language::english(), "Be good".to_owned())]);
    db.run(|conn| terms::publish(conn, &admin(), at(9), reader, &text, &text));
    let file = rules::parse_csv("pattern,requirement\n*,nobody\n").unwrap();
    db.run(|conn| rules::import(conn, &admin(), at(9), &file, Scope::Change));
}

#[test]
fn every_administrative_write_has_an_entry_and_none_holds_a_secret() {
    on_both(|db| {
        let alice = new_user(db, "alice", &[]);
        let staff = new_role(db, "staff");
        new_session(db, "fingerprintofsession", alice);
        let change = UserChange {
            name: name("alicia"),
            display_name: "Alicia".to_owned(),
            state: UserState::Active,
            roles: vec![staff],
        };
        db.run(|conn| users::update(conn, &admin(), at(1), alice, &change));
        db.run(|conn| users::set_password(conn, &admin(), at(2), alice, "$2b$04$secretone"));
        new_session(db, "fingerprintofsession2", alice);
        db.run(|conn| sessions::revoke(conn, &admin(), at(3), "fingerprintofsession2"));
        db.run(|conn| users::change_password(conn, at(4), alice, "$2b$04$secrettwo", None, None));
        let key = api_keys::NewApiKey {
            user_id: alice,
            name: "script".to_owned(),
            fingerprint: "fingerprintofkey".to_owned(),
            expires_at: None,
        };
        let key = db.run(|conn| api_keys::create(conn, at(5), &key, None));
        db.run(|conn| api_keys::revoke(conn, at(6), alice, key, None));
        let rows = users::parse(
            "name,password_hash\nbob,$2b$04$......................\
            ...............................",
            &Rules::default(),
        )
        .unwrap();
        db.run(|conn| users::import(conn, &admin(), at(7), &rows, Mode::Apply));
        let renamed = NewRole::assigned(RoleName::parse("team").unwrap(), "Team");
        db.run(|conn| roles::update(conn, &admin(), at(8), staff, &renamed));
        db.run(|conn| roles::delete(conn, &admin(), at(9), staff));
        places_and_terms(db);
        db.run(|conn| users::set_state(conn, &admin(), at(10), alice, UserState::Disabled));
        db.run(|conn| users::delete(conn, &admin(), at(11), alice));

        let mut found = actions(db, &AuditQuery::default());
        found.reverse();
        let found: Vec<_> = found
            .iter()
            .map(|(a, s)| (a.as_str(), s.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("user.create", "alice"),
                ("role.create", "staff"),
                ("user.update", "alice"),
                ("user.set-password", "alicia"),
                ("session.revoke", "alicia"),
                ("change-password", "alicia"),
                ("api-key.create", "script"),
                ("api-key.revoke", "script"),
                ("user.import", "users"),
                ("role.update", "staff"),
                ("role.delete", "team"),
                ("network.create", "Room"),
                ("network.update", "Room"),
                ("network.delete", "Room"),
                ("role.create", "reader"),
                ("terms.publish", "reader"),
                ("rule.import", "rules"),
                ("user.set-state", "alicia"),
                ("user.delete", "alicia"),
            ]
        );
        let lines = "SELECT actor || action || subject || detail AS line FROM audit_log";
        let lines: Vec<Line> = db.run(|conn| Ok(sql_query(lines).load(conn)?));
        for Line { line } in lines {
            assert!(
                !line.contains("secret") && !line.contains("fingerprint"),
                "{line}"
            );
            assert!(!line.contains("$2b$"), "{line}");
        }
    });
}

#[test]
fn a_refused_write_leaves_no_entry_that_it_was_done() {
    on_both(|db| {
        new_user(db, "alice", &[]);
        let before = actions(db, &AuditQuery::default());
        let rows = users::parse("name,roles\nbob,\ncarl,nosuchrole\n", &Rules::default()).unwrap();
        db.fail(|conn| users::import(conn, &admin(), at(1), &rows, Mode::Apply));
        let rows = users::parse("name\nbob\n", &Rules::default()).unwrap();
        db.run(|conn| users::import(conn, &admin(), at(1), &rows, Mode::DryRun));
        assert_eq!(actions(db, &AuditQuery::default()), before);
    });
}
