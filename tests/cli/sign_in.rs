//! What the command line does about signing in.

use iiif_gate::config::DatabaseUrl;
use iiif_gate::store::{Store, second_factors};

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

#[test]
fn a_second_factor_that_was_lost_is_reset_at_the_command_line() {
    let program = Program::new();
    program.run_with(
        "correct horse battery",
        &["user", "add", "alice", "--admin"],
    );
    let words = program.fail(1, &["user", "reset-second-factor", "alice"]);
    assert!(words.contains("no second factor"), "{words}");
    let url = format!("sqlite://{}/iiif-gate.db", program.folder.path().display());
    let store = Store::open(&DatabaseUrl::parse(&url).unwrap()).unwrap();
    let name = iiif_gate::identity::name::UserName::parse("alice").unwrap();
    let id = store
        .blocking(|conn| {
            let user = iiif_gate::store::users::identity_by_name(conn, &name)?.unwrap();
            let owner = second_factors::Owner {
                user: &user,
                address: None,
                at: iiif_gate::web::state::now(),
            };
            let new = second_factors::NewSecondFactor {
                sealed: "v1.x".to_owned(),
                used_step: 1,
                codes: vec!["x".to_owned()],
            };
            second_factors::set_up(conn, owner, &new, "")?;
            Ok(user.id)
        })
        .unwrap();
    program.run(&["user", "reset-second-factor", "ALICE"]);
    let left = store
        .blocking(|conn| second_factors::find(conn, id))
        .unwrap();
    assert!(left.is_none());
}
