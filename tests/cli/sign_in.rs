//! What the command line does about signing in.

use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::Store;

use crate::program::Program;

#[test]
fn who_tried_too_often_is_let_in_again_by_all_gates_that_run() {
    let program = Program::new();
    program.run_with(
        "correct horse battery\n",
        &["user", "add", "alice", "--admin"],
    );
    let said = program.run_with("", &["user", "unlock", "Alice"]);
    assert_eq!(said.code, 0, "{said:?}");
    let url = format!("sqlite://{}/iiif-gate.db", program.folder.path().display());
    let store = Store::open(&DatabaseUrl::parse(&url).unwrap()).unwrap();
    let feed = store
        .blocking(|conn| iiif_gate::store::changes::after(conn, 0))
        .unwrap();
    assert!(
        feed.iter()
            .any(|change| change.resource == "limit" && change.key == "account alice")
    );
    program.fail(1, &["user", "unlock", "nobody"]);
}

#[test]
fn a_password_that_is_tried_first_is_refused_at_the_command_line_too() {
    let program = Program::new();
    for bad in ["password123!", "alice@example.org", "basketball1"] {
        let said = program.run_with(bad, &["user", "add", "alice@example.org", "--admin"]);
        assert_ne!(said.code, 0, "{said:?}");
    }
    program.run_with(
        "correct horse battery",
        &["user", "add", "alice@example.org", "--admin"],
    );
    let said = program.run_with(
        "qwertyuiop12",
        &["user", "set-password", "alice@example.org"],
    );
    assert_ne!(said.code, 0, "{said:?}");
}
