//! `iiif-gate dev seed`: a database to try things with.

use std::os::unix::fs::PermissionsExt as _;

use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::page::Paging;
use iiif_gate::store::sessions::{SessionQuery, page};
use iiif_gate::store::{Store, rules, users};
use iiif_gate::web::state::now;

use crate::program::Program;
use crate::support::postgres;

const SMALL: [&str; 12] = [
    "dev",
    "seed",
    "--users",
    "120",
    "--sessions",
    "150",
    "--rules",
    "110",
    "--networks",
    "20",
    "--warm",
    "3",
];

fn store(program: &Program, database: Option<&str>) -> Store {
    let file = format!("sqlite://{}/iiif-gate.db", program.folder.path().display());
    Store::open(&DatabaseUrl::parse(database.unwrap_or(&file)).unwrap()).unwrap()
}

/// How many users, live sessions and rules there are.
fn counts(store: &Store) -> (u64, u64, usize) {
    let paging = Paging::default();
    let everybody = users::UserQuery {
        paging,
        ..Default::default()
    };
    let live = SessionQuery {
        paging,
        ..Default::default()
    };
    store
        .blocking(|conn| {
            Ok((
                users::page(conn, &everybody)?.total,
                page(conn, &live, now())?.total,
                // A rule that cannot be read would be an error.
                rules::list(conn)?.len(),
            ))
        })
        .unwrap()
}

#[test]
fn what_is_seeded_can_be_seeded_again_and_used() {
    let url = postgres::new_database();
    for (program, database) in [
        (Program::new(), None),
        (Program::on(&url), Some(url.as_str())),
    ] {
        program.run(&SMALL);
        let store = store(&program, database);
        assert_eq!(counts(&store), (120, 150, 110));
        let policy = program.json(&["role", "list", "--json"]);
        assert_eq!(policy.as_array().unwrap().len(), 7);

        program.run(&SMALL.map(|word| if word == "120" { "100" } else { word }));
        assert_eq!(counts(&store), (100, 150, 110));
        // Numbers that were taken are not given again.
        let said = program.run_with("correct horse battery\n", &["user", "add", "alice"]);
        assert_eq!(said.code, 0, "{said:?}");
        program.run(&["rule", "add", "brought-later/*", "public"]);
    }
}

#[test]
fn a_database_in_use_is_left_as_it_is() {
    let program = Program::new();
    for name in ["alice", "bob"] {
        program.run_with("correct horse battery\n", &["user", "add", name]);
    }
    let words = program.fail(1, &SMALL);
    assert!(words.contains("the database is in use"), "{words}");
    assert!(words.contains("2 users, 0 roles and 0 rules"), "{words}");
    assert_eq!(counts(&store(&program, None)), (2, 0, 0));

    program.run(&["user", "delete", "bob"]);
    program.run(&["rule", "add", "maps/*", "public"]);
    let words = program.fail(1, &SMALL);
    assert!(words.contains("1 rules"), "{words}");
    assert_eq!(counts(&store(&program, None)), (1, 0, 1));
}

#[test]
fn cookies_and_tokens_are_written_for_nobody_else_to_read() {
    let program = Program::new();
    let path = |name: &str| program.folder.path().join(name);
    std::fs::write(path("cookies"), "of the last time").unwrap();
    let files = ["--cookies", "cookies", "--tokens", "tokens"];
    program.run(&[&SMALL[..], &files[..]].concat());
    for (name, begin) in [("cookies", "iiif-gate="), ("tokens", "ey")] {
        let text = std::fs::read_to_string(path(name)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{name}");
        assert!(lines.iter().all(|line| line.starts_with(begin)), "{text}");
        let mode = path(name).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_password_that_may_be_none_is_refused_before_anything_is_done() {
    let program = Program::new();
    std::fs::write(program.folder.path().join("password"), "short\n").unwrap();
    let words = program.fail(1, &[&SMALL[..], &["--password-file", "password"]].concat());
    assert!(words.contains("at least 10 characters"), "{words}");
    let words = program.fail(1, &["dev", "seed", "--users", "0", "--sessions", "1"]);
    assert!(words.contains("sessions belong to users"), "{words}");
}
