//! A database that cannot be used is reported in words that help, with exit code 2.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use crate::program::Program;
use crate::support::postgres;

#[test]
fn a_missing_folder_is_named() {
    let program = Program::on("sqlite:///nowhere/at/all/gate.db");
    let words = program.fail(2, &["user", "list"]);
    assert!(
        words.contains("the folder /nowhere/at/all does not exist"),
        "{words}"
    );
}

#[test]
fn a_file_that_is_no_database_is_told_so() {
    let program = Program::new();
    std::fs::write(program.folder.path().join("iiif-gate.db"), "x".repeat(5000)).unwrap();
    let words = program.fail(2, &["user", "list"]);
    assert!(words.contains("file is not a database"), "{words}");
    assert!(words.contains("restore it from a backup"), "{words}");
}

#[test]
fn a_server_that_does_not_answer_is_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!(
        "postgres://me:hunter2@/gate?host={}",
        folder.path().display()
    );
    let program = Program::on(&url);
    let words = program.fail(2, &["user", "list"]);
    assert!(words.contains("the database cannot be used"), "{words}");
    assert!(!words.contains("hunter2"), "{words}");
}

#[test]
fn a_database_that_is_not_there_is_told_so() {
    let url = postgres::new_database();
    let program = Program::on(&url.replace("iiif_gate_test", "no_such"));
    let words = program.fail(2, &["user", "list"]);
    assert!(words.contains("does not exist"), "{words}");
}

#[test]
fn a_read_only_server_is_told_so() {
    let url = postgres::new_database();
    let program = Program::on(&url);
    program.run(&["migrate"]);
    let name = url
        .split(['/', '?'])
        .find(|part| part.starts_with("iiif_gate_test"))
        .unwrap();
    PgConnection::establish(&url)
        .unwrap()
        .batch_execute(&format!(
            "ALTER DATABASE {name} SET default_transaction_read_only = on"
        ))
        .unwrap();
    let words = program.fail(2, &["user", "list"]);
    assert!(words.contains("the database is read-only"), "{words}");
}

#[test]
fn a_read_only_file_is_told_so() {
    let program = Program::new();
    program.run(&["migrate"]);
    let folder = program.folder.path();
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        mode(&entry.unwrap().path(), 0o444);
    }
    mode(folder, 0o555);
    // Root may write whatever the mode says.
    let id = Command::new("id").arg("-u").output().unwrap().stdout;
    let mut command = if id.trim_ascii() == b"0" {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]);
        command
    } else {
        Command::new("env")
    };
    // Where others may run it: the build folder may be closed to them.
    let copy = tempfile::tempdir().unwrap();
    let binary = copy.path().join("iiif-gate");
    // By another program: a file that this one has open for writing, if only in a child that another
    // test is about to start, cannot be run.
    let mut cp = Command::new("cp");
    cp.arg(env!("CARGO_BIN_EXE_iiif-gate")).arg(&binary);
    assert!(cp.status().unwrap().success());
    mode(copy.path(), 0o755);
    command.arg(&binary).args(["user", "list"]);
    let said = program.finish(command, "");
    mode(folder, 0o755);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.words.contains("the database is read-only"), "{said:?}");
}
