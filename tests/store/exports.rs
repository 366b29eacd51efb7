//! Files come out part by part, whole or not at all.

use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Kind, Requirement};
use iiif_gate::identity::password::Rules;
use iiif_gate::store::export::Export;
use iiif_gate::store::rules::{self, NewRule};
use iiif_gate::store::users;

use crate::many::numbers;
use crate::sample::{admin, at, new_role};
use crate::support::database::{Database, on_both};

const TIMES: &str = "'2030-01-01 00:00:00', '2030-01-01 00:00:00'";
/// The largest part, with room to spare.
const LARGEST: usize = 600_000;

fn fill(db: &Database) {
    let staff = new_role(db, "staff").0;
    let numbers = numbers(db, 5000);
    db.sql(&format!(
        "{numbers} INSERT INTO users (name, display_name, state, created_at, updated_at)
         SELECT 'user' || n, 'User ' || n, 'active', {TIMES} FROM numbers"
    ));
    db.sql(&format!(
        "INSERT INTO user_roles (user_id, role_id) SELECT id, {staff} FROM users"
    ));
    db.sql(&format!(
        "{numbers} INSERT INTO rules (kind, pattern, requirement, message, created_at, updated_at)
         SELECT CASE n % 2 WHEN 0 THEN 'image' ELSE 'file' END, 'maps/' || (n / 2), 'public',
             CASE n WHEN 4800 THEN '{{\"de\":\"Nein\"}}' ELSE '{{}}' END, {TIMES} FROM numbers"
    ));
    db.sql(&format!(
        "{numbers} INSERT INTO networks (name, ranges) SELECT 'room ' || n, '192.0.2.1' FROM numbers"
    ));
}

/// All parts, none of them larger than others however long the file is.
fn parts(db: &Database, mut export: impl Export) -> Vec<String> {
    let mut parts = Vec::new();
    while let Some(part) = db.run(|conn| export.part(conn)) {
        assert!(!part.is_empty() && part.len() < LARGEST, "{}", part.len());
        parts.push(part);
    }
    parts
}

#[test]
fn a_long_file_comes_in_small_parts_that_make_the_whole() {
    on_both(|db| {
        fill(db);
        let users = parts(db, users::export(false));
        assert_eq!(users.len(), 3);
        assert_eq!(db.file(users::export(false)), users.concat());
        let read = users::parse(&users.concat(), &Rules::default()).unwrap();
        assert_eq!(read.len(), 5000);
        assert!(read.iter().all(|row| row.value.roles.is_some()));

        let csv = parts(db, rules::export_csv());
        assert_eq!(csv.len(), 3);
        assert!(csv[0].lines().next().unwrap().ends_with(",message_de"));
        let read = rules::parse_csv(&csv.concat()).unwrap().rules;
        let order = |row: &iiif_gate::store::import::Row<rules::NamedRule>| {
            (row.value.pattern.to_string(), row.value.kind.as_str())
        };
        assert_eq!(read.len(), 5000);
        assert!(read.is_sorted_by_key(order));

        let toml = parts(db, rules::export_toml());
        assert_eq!(toml.len(), 7, "networks, then roles, then rules");
        let read = rules::parse_toml(&toml.concat()).unwrap();
        assert_eq!((read.networks.len(), read.rules.len()), (5000, 5000));
    });
}

#[test]
fn users_who_are_renamed_meanwhile_are_neither_missing_nor_there_twice() {
    on_both(|db| {
        fill(db);
        let mut export = users::export(true);
        let first = db.run(|conn| export.part(conn)).unwrap();
        db.sql("UPDATE users SET name = 'zz' || name WHERE name < 'user2'");
        db.sql("UPDATE users SET name = 'aa' || name WHERE name > 'user8' AND name < 'zz'");
        let rest = parts(db, export).concat();
        assert_eq!(first.lines().count() - 1 + rest.lines().count(), 5000);
    });
}

#[test]
fn rules_that_change_while_they_are_read_make_no_file() {
    on_both(|db| {
        fill(db);
        let (mut csv, mut toml) = (rules::export_csv(), rules::export_toml());
        db.run(|conn| csv.part(conn)).unwrap();
        db.run(|conn| toml.part(conn)).unwrap();
        let rule = NewRule::new(
            Kind::Image,
            Pattern::parse("a").unwrap(),
            Requirement::Nobody,
        );
        db.run(|conn| rules::create(conn, &admin(), at(1), &rule));
        for error in [
            db.fail(|conn| csv.part(conn)),
            db.fail(|conn| toml.part(conn)),
        ] {
            let said = error.to_string();
            assert!(said.contains("changed while they were read"), "{said}");
        }
    });
}

#[test]
fn nobody_who_cannot_be_read_is_left_out_in_silence() {
    on_both(|db| {
        fill(db);
        db.sql("UPDATE users SET name = 'two words' WHERE name = 'user4800'");
        let mut export = users::export(false);
        db.run(|conn| export.part(conn)).unwrap();
        db.run(|conn| export.part(conn)).unwrap();
        let error = db.fail(|conn| export.part(conn)).to_string();
        assert!(error.contains("is broken"), "{error}");
    });
}
