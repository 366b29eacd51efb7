//! Taking over the Flask original.

use std::path::Path;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};
use iiif_gate::identity::password::verify;
use serde_json::json;

use crate::program::{Program, SALT};
use crate::support::postgres;

const ORIGINAL: &str = include_str!("../fixtures/flask.sql");

/// The original's database in a file, as the original's settings name it.
fn original(folder: &Path) -> String {
    let path = folder.join("test 100%.db");
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    conn.batch_execute(ORIGINAL).unwrap();
    // SQLAlchemy's way: four slashes for an absolute path.
    format!("sqlite:///{}", path.display())
}

/// The name, password hash and state of every user.
fn exported(program: &Program) -> Vec<Vec<String>> {
    let csv = program.run(&["user", "export", "--with-password-hashes"]);
    csv.lines()
        .skip(1)
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

fn check_taken_over(program: &Program) {
    let users = exported(program);
    let find = |name: &str| users.iter().find(|user| user[0] == name).unwrap();
    for (name, password) in [
        ("alice@example.org", "correct horse battery"),
        ("juergen@example.org", "Grüße aus Köln 🗺"),
        ("gone@example.org", &"x".repeat(100)),
        ("admin@example.org", "set in the environment"),
    ] {
        assert!(verify(password, SALT, &find(name)[4]), "{name}");
    }
    assert_eq!(find("admin@example.org")[2..4], ["active", "admin"]);
    assert_eq!(
        find("alice@example.org")[1..4],
        ["Alice", "active", "map-readers-bnf"]
    );
    assert_eq!(find("gone@example.org")[2], "disabled");
    assert_eq!(find("unset@example.org")[2], "disabled");
    assert_eq!(
        find("foreign@example.org")[4],
        "",
        "a hash that nobody could check"
    );
    assert_eq!(users.len(), 6);
}

#[test]
fn people_keep_their_passwords_roles_and_states() {
    let program = Program::new();
    let url = original(program.folder.path());
    let said = program.run_with("", &["import-flask", &url]);
    assert_eq!(said.code, 0, "{said:?}");
    for words in [
        "the role `Map Readers (BnF)` is called `map-readers-bnf` here",
        "user 7 has no e-mail address and is left out",
        "`foreign@example.org` needs a new password",
        "the password of `admin@example.org` stood there in plain words",
        "6 users and 2 roles taken over",
    ] {
        assert!(said.words.contains(words), "{words}: {said:?}");
    }
    check_taken_over(&program);

    let again = program.json(&["import-flask", &url, "--json"]);
    assert_eq!((&again["users"], &again["roles"]), (&json!([]), &json!([])));
    check_taken_over(&program);
}

#[test]
fn the_original_may_be_on_postgresql() {
    let url = postgres::new_database();
    PgConnection::establish(&url)
        .unwrap()
        .batch_execute(ORIGINAL)
        .unwrap();
    let program = Program::new();
    let url = url.replacen("postgres://", "postgresql+psycopg2://", 1);
    let said = program.run_with(&url, &["import-flask", "-"]);
    assert_eq!(said.code, 0, "{said:?}");
    check_taken_over(&program);
}

#[test]
fn a_dry_run_says_the_same_and_changes_nothing() {
    let program = Program::new();
    let url = original(program.folder.path());
    let dry = program.run(&["import-flask", &url, "--dry-run"]);
    assert_eq!(exported(&program), Vec::<Vec<String>>::new());
    assert_eq!(program.run(&["import-flask", &url]), dry);
}

#[test]
fn the_original_is_only_read() {
    let program = Program::new();
    let url = original(program.folder.path());
    let file = program.folder.path().join("test 100%.db");
    let before = std::fs::read(&file).unwrap();
    program.run(&["import-flask", &url]);
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert!(!program.folder.path().join("test 100%.db-wal").exists());
}

#[test]
fn all_or_nothing() {
    let program = Program::new();
    let url = original(program.folder.path());
    let path = program.folder.path().join("test 100%.db");
    let mut conn = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let broken =
        "INSERT INTO \"user\" (id, email) VALUES (8, 'two words'), (9, 'ALICE@example.org')";
    conn.batch_execute(broken).unwrap();
    let words = program.fail(1, &["import-flask", &url]);
    assert!(
        words.contains("user 8: the e-mail address `two words` must not contain"),
        "{words}"
    );
    assert!(
        words.contains("user 9: `alice@example.org` is there twice"),
        "{words}"
    );
    assert_eq!(exported(&program), Vec::<Vec<String>>::new());
}

#[test]
fn what_is_no_database_of_the_original_is_told_so() {
    let program = Program::new();
    let missing = format!("sqlite:///{}/missing.db", program.folder.path().display());
    assert!(
        program
            .fail(1, &["import-flask", &missing])
            .contains("No such file")
    );
    assert!(!program.folder.path().join("missing.db").exists());
    program.run(&["migrate"]);
    let ours = format!("sqlite:///{}/iiif-gate.db", program.folder.path().display());
    let words = program.fail(1, &["import-flask", &ours]);
    assert!(
        words.contains("this is no database of the Flask original"),
        "{words}"
    );
    assert!(
        program
            .fail(1, &["import-flask", "mysql://h/d"])
            .contains("the URL begins neither")
    );
}
