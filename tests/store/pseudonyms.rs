//! Old entries of the audit log, without the visitors.

use iiif_gate::identity::key::Key;
use iiif_gate::identity::name::RoleName;
use iiif_gate::store::audit::{self, Action, AuditQuery, Entry, Outcome};
use iiif_gate::store::roles;

use crate::sample::{at, new_user};
use crate::support::database::{Database, on_both};

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

/// Actor, subject, detail and address of all entries, the newest first.
fn whole(db: &Database) -> Vec<[String; 4]> {
    let page = db.run(|conn| audit::page(conn, &AuditQuery::default()));
    let whole = |record: audit::Record| {
        let address = record.address.unwrap_or_default();
        [record.actor, record.subject, record.detail, address]
    };
    page.items.into_iter().map(whole).collect()
}

#[test]
fn old_entries_name_no_visitor_but_the_administrator() {
    on_both(|db| {
        use {Action::SignIn, Outcome::Done, Outcome::Refused};
        let admin = RoleName::parse("admin").unwrap();
        let admin = db.run(|conn| roles::find_by_name(conn, &admin)).unwrap().id;
        new_user(db, "root", &[admin]);
        db.sql("DELETE FROM audit_log");
        let mut disabled = entry("root", Action::SetState, Done, 4);
        disabled.subject = "alice".to_owned();
        for entry in [
            entry("alice", SignIn, Done, 1),
            entry("alice", SignIn, Refused, 2),
            entry("root", SignIn, Done, 3),
            disabled,
            entry("alice", SignIn, Done, 9),
        ] {
            db.run(|conn| audit::record(conn, &entry));
        }
        let key = Key::derive("salt", "audit-pseudonym");
        let forget = || db.run(|conn| audit::forget_visitors(conn, at(9), &key));
        assert_eq!(forget(), 4);
        let entries = whole(db);
        let [who, said, network] = [&entries[4][0], "100% sure", "192.0.2.0/24"];
        assert!(
            who.starts_with("visitor ") && !who.contains("alice"),
            "{who}"
        );
        let expected = [
            ["alice", "alice", said, "192.0.2.7"],
            ["root", who, said, network],
            ["root", "root", said, network],
            [who, who, said, network],
            [who, who, said, network],
        ];
        assert_eq!(entries, expected.map(|entry| entry.map(str::to_owned)));
        assert_eq!(forget(), 0, "once is enough");
        assert_eq!(whole(db), entries);
    });
}

#[test]
fn visitors_are_forgotten_a_few_hundred_entries_at_a_time() {
    on_both(|db| {
        for second in 0..600 {
            db.run(|conn| {
                audit::record(conn, &entry("bob", Action::SignIn, Outcome::Done, second))
            });
        }
        let key = Key::derive("salt", "audit-pseudonym");
        let forget = || db.run(|conn| audit::forget_visitors(conn, at(1000), &key));
        assert_eq!([forget(), forget(), forget(), forget()], [250, 250, 100, 0]);
        let named = AuditQuery {
            actor: Some("bob".to_owned()),
            ..AuditQuery::default()
        };
        let found = db.run(|conn| audit::page(conn, &named));
        assert_eq!(found.items, []);
    });
}

#[test]
fn what_an_administrator_wrote_about_somebody_is_forgotten_with_the_name() {
    on_both(|db| {
        let mut renamed = entry("root", Action::UpdateUser, Outcome::Done, 1);
        renamed.detail = "name: alice to alicia".to_owned();
        let mut blocked = entry("console", Action::BlockConsumerUser, Outcome::Done, 2);
        blocked.detail = "bob is signed out".to_owned();
        let mut rule = entry("root", Action::CreateRule, Outcome::Done, 3);
        rule.subject = "maps/*".to_owned();
        for entry in [renamed, blocked, rule] {
            db.run(|conn| audit::record(conn, &entry));
        }
        let key = Key::derive("salt", "audit-pseudonym");
        db.run(|conn| audit::forget_visitors(conn, at(9), &key));
        let entries = whole(db);
        let of = |place: usize| entries[place][..3].to_vec();
        assert_eq!(of(0), ["root", "maps/*", "100% sure"]);
        assert_eq!(of(1), ["console", "console", ""]);
        assert_eq!((&*entries[2][0], &*entries[2][2]), ("root", ""));
        assert!(entries[2][1].starts_with("visitor "));
    });
}
