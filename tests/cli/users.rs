//! Users, roles, rules and sessions by command.

use iiif_gate::config::DatabaseUrl;
use iiif_gate::identity::name::UserName;
use iiif_gate::identity::password::verify;
use iiif_gate::store::{Store, users};
use serde_json::json;

use crate::program::{Program, SALT};

fn stored_hash(program: &Program, name: &str) -> String {
    let url = format!("sqlite://{}/iiif-gate.db", program.folder.path().display());
    let store = Store::open(&DatabaseUrl::parse(&url).unwrap()).unwrap();
    let name = UserName::parse(name).unwrap();
    let user = store
        .blocking(|conn| users::find_by_name(conn, &name))
        .unwrap();
    user.unwrap().password_hash.unwrap()
}

#[test]
fn a_user_is_added_listed_changed_and_deleted() {
    let program = Program::new();
    let add = [
        "user",
        "add",
        "Alice@Example.org",
        "--admin",
        "--display-name",
        "Alice",
    ];
    let said = program.run_with("correct horse battery\n", &add);
    assert_eq!((said.code, said.data.as_str()), (0, ""), "{said:?}");
    assert!(verify(
        "correct horse battery",
        SALT,
        &stored_hash(&program, "alice@example.org")
    ));

    let users = program.json(&["user", "list", "--json"]);
    assert_eq!(users[0]["name"], "alice@example.org");
    assert_eq!(users[0]["roles"], json!(["admin"]));
    assert_eq!(users[0]["state"], "active");
    assert!(!users.to_string().contains("$2b$"));
    assert!(
        program
            .run(&["user", "list", "--search", "ALI"])
            .contains("alice@example.org")
    );

    let words = program.fail(1, &["user", "disable", "alice@example.org"]);
    assert!(words.contains("last active administrator"), "{words}");
    let words = program.fail(1, &["user", "withdraw", "alice@example.org", "admin"]);
    assert!(words.contains("last active administrator"), "{words}");

    let said = program.run_with("another long password", &["user", "add", "bob", "--admin"]);
    assert_eq!(said.code, 0, "{said:?}");
    program.run(&["user", "disable", "alice@example.org"]);
    program.run(&["user", "enable", "alice@example.org"]);
    let set = ["user", "set-password", "alice@example.org"];
    assert_eq!(program.run_with("something else entirely\n", &set).code, 0);
    assert!(verify(
        "something else entirely",
        SALT,
        &stored_hash(&program, "alice@example.org")
    ));
    program.run(&["user", "delete", "bob"]);
    assert_eq!(
        program
            .json(&["user", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_bad_password_is_refused_and_nothing_is_made() {
    let program = Program::new();
    for (password, words) in [
        ("short\n", "at least 10 characters"),
        ("", "nothing on stdin"),
    ] {
        let said = program.run_with(password, &["user", "add", "alice"]);
        assert_eq!(said.code, 1);
        assert!(said.words.contains(words), "{said:?}");
    }
    assert_eq!(program.json(&["user", "list", "--json"]), json!([]));
}

#[test]
fn a_password_is_never_an_argument() {
    let program = Program::new();
    for arguments in [
        &[
            "user",
            "add",
            "alice",
            "--password",
            "correct horse battery",
        ][..],
        &["user", "set-password", "alice", "correct horse battery"],
    ] {
        assert_eq!(program.run_with("", arguments).code, 1, "{arguments:?}");
    }
}

#[test]
fn users_are_exported_and_imported() {
    let program = Program::new();
    program.run(&["role", "add", "staff"]);
    let file = "name,display_name,roles,password\n\
                alice@example.org,Alice,staff,correct horse battery\n\
                bob@example.org,=Bob,,\n";
    let dry = program.run_with(file, &["user", "import", "-", "--dry-run"]);
    assert!(
        dry.data.contains("would be new: alice@example.org"),
        "{dry:?}"
    );
    assert_eq!(program.json(&["user", "list", "--json"]), json!([]));

    let done = program.run_with(file, &["user", "import", "-"]);
    assert_eq!(
        (done.code, done.words.as_str()),
        (0, "2 new, 0 changed, 0 unchanged\n")
    );
    assert!(verify(
        "correct horse battery",
        SALT,
        &stored_hash(&program, "alice@example.org")
    ));

    let csv = program.run(&["user", "export", "--with-password-hashes"]);
    assert!(!program.run(&["user", "export"]).contains("$2b$"));
    let other = Program::new();
    other.run(&["role", "add", "staff"]);
    assert_eq!(other.run_with(&csv, &["user", "import", "-"]).code, 0);
    assert_eq!(
        other.run(&["user", "export", "--with-password-hashes"]),
        csv
    );
    let again = other.run_with(&csv, &["user", "import", "-"]);
    assert_eq!(again.words, "0 new, 0 changed, 2 unchanged\n");
}

#[test]
fn every_bad_line_of_an_import_is_told_and_nothing_is_imported() {
    let program = Program::new();
    let file =
        "name,state,roles\nalice,active,\nb ob,active,\ncarl,sleepy,\ndora,,staff\nAlice,,\n";
    let said = program.run_with(file, &["user", "import", "-"]);
    assert_eq!((said.code, said.data.as_str()), (1, ""));
    assert!(
        said.words
            .contains("line 3: the name `b ob` must not contain ` `"),
        "{said:?}"
    );
    assert!(
        said.words.contains("line 4: unknown state `sleepy`"),
        "{said:?}"
    );

    let file = "name,state,roles\nalice,active,\ndora,,staff\nAlice,,\n";
    let said = program.run_with(file, &["user", "import", "-"]);
    assert!(
        said.words.contains("line 3: there is no role `staff`"),
        "{said:?}"
    );
    assert!(
        said.words
            .contains("line 4: the user `alice` is also in line 2"),
        "{said:?}"
    );

    let said = program.run_with("name,role\nalice,staff\n", &["user", "import", "-"]);
    assert!(said.words.contains("unknown column `role`"), "{said:?}");
    assert_eq!(program.json(&["user", "list", "--json"]), json!([]));
}

#[test]
fn rules_are_added_listed_exported_and_deleted() {
    let program = Program::new();
    program.run(&["role", "add", "staff", "--title", "Our staff"]);
    program.run(&["rule", "add", "open/*", "public"]);
    program.run(&[
        "rule",
        "add",
        "maps/*",
        "role",
        "staff",
        "--note",
        "until 2030",
    ]);
    program.run(&["rule", "add", "maps/1.json", "nobody", "--kind", "manifest"]);
    let rules = program.json(&["rule", "list", "--json"]);
    let patterns: Vec<_> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| rule["pattern"].as_str().unwrap())
        .collect();
    assert_eq!(patterns, ["maps/*", "maps/1.json", "open/*"]);
    assert_eq!(rules[0]["roles"], json!(["staff"]));
    // The word of the CSV file and of the pages.
    assert_eq!(rules[0]["requirement"], "roles");

    let csv = program.run(&["rule", "export"]);
    program.run(&["rule", "delete", "maps/*"]);
    program.run(&["rule", "delete", "maps/1.json", "--kind", "manifest"]);
    let said = program.run_with(&csv, &["rule", "import", "-"]);
    assert_eq!(
        said.words, "2 new, 0 changed, 0 deleted, 1 unchanged\n",
        "{said:?}"
    );
    assert_eq!(program.run(&["rule", "export"]), csv);
    let roles = program.run_with("", &["role", "delete", "staff"]);
    assert!(roles.words.contains("1 rules asked for it"), "{roles:?}");
}

#[test]
fn a_slip_is_told_with_what_would_be_right() {
    let program = Program::new();
    for (arguments, words) in [
        (
            &["rule", "add", "ma*", "public"][..],
            "only as the last part",
        ),
        (
            &["rule", "add", "a%2Fb", "public"],
            "must be written decoded",
        ),
        (&["rule", "add", "maps/*", "role"], "no role is named"),
        (
            &["rule", "add", "maps/*", "role", "nobody-has-it"],
            "there is no role `nobody-has-it` (`iiif-gate role list` shows all",
        ),
        (
            &["rule", "add", "maps/*", "public", "staff"],
            "`staff` is too much",
        ),
        (
            &["rule", "add", "maps/*", "sometimes"],
            "possible values: public, role, nobody",
        ),
        (
            &["rule", "delete", "maps/*"],
            "there is no image rule for `maps/*`",
        ),
        (&["role", "delete", "admin"], "are built in"),
        (
            &["role", "add", "user"],
            "a role of this name exists already",
        ),
        (&["user", "disable", "nobody"], "there is no user `nobody`"),
        (&["user", "add", "two words"], "must not contain"),
        (&["session", "revoke", "xyz"], "there is no session `xyz`"),
        (&["session", "revoke"], "required"),
        (
            &["user", "import", "missing.csv"],
            "cannot read `missing.csv`",
        ),
    ] {
        let said = program.fail(1, arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn sessions_of_a_user_are_ended() {
    let program = Program::new();
    program.run(&["user", "add", "alice", "--no-password"]);
    assert_eq!(program.json(&["session", "list", "--json"]), json!([]));
    let said = program.run_with("", &["session", "revoke", "--user", "alice"]);
    assert_eq!(
        (said.code, said.words.as_str()),
        (0, "0 sessions of `alice` ended\n")
    );
}
