//! Consumers by command.

use serde_json::{Value, json};

use crate::program::Program;

pub(crate) const SECRET: &str = "a secret that a site has already";

/// A site that has a key and a secret already, and roles for its users.
pub(crate) fn museum() -> Program {
    let program = Program::new();
    program.run(&["role", "add", "editor"]);
    program.run(&["role", "add", "reader"]);
    let create = [
        "consumer",
        "create",
        "--name",
        "DocLand",
        "--key",
        "docland",
        "--secret-file",
        "-",
        "--origin",
        "https://doc.land",
        "--origin",
        "http://localhost:8080",
        "--prefix",
        "/annotator",
        "--prefix",
        "/iiif/images/docland/",
        "--role",
        "reader",
        "--grantable",
        "editor",
        "--read-only",
        "reader",
        "--max-ttl",
        "3600",
    ];
    let said = program.run_with(&format!("{SECRET}\n"), &create);
    assert_eq!(said.data, "key     docland\n", "{said:?}");
    assert_eq!(
        said.words.lines().last(),
        Some("created the consumer `docland`"),
        "{said:?}"
    );
    program
}

pub(crate) fn show(program: &Program, key: &str) -> Value {
    program.json(&["consumer", "show", key, "--json"])
}

#[test]
fn a_consumer_is_made_with_a_key_and_a_secret_that_are_shown_once() {
    let program = Program::new();
    let made = program.json(&["consumer", "create", "--name", "Maps", "--json"]);
    let (key, secret) = (
        made["key"].as_str().unwrap(),
        made["secret"].as_str().unwrap(),
    );
    assert_eq!((key.len(), secret.len()), (32, 43));
    let shown = show(&program, key);
    assert_eq!(shown["secret"], format!("{}…", &secret[..4]));
    assert_eq!(
        (&shown["max_ttl"], &shown["prefixes"]),
        (&json!(86_400), &json!(["/annotator/", "/annotator-open/"]))
    );
    let text = program.run(&["consumer", "show", key]);
    assert!(text.contains("origins   our own pages"), "{text}");
    let table = program.run(&["consumer", "list"]);
    assert!(
        table.contains("Maps") && table.contains("enabled"),
        "{table}"
    );
    assert!(
        !text.contains(secret) && !table.contains(secret) && !shown.to_string().contains(secret)
    );
    let said = program.run_with("", &["consumer", "create", "--name", "Other"]);
    assert!(
        said.words.contains("the secret is shown only now"),
        "{said:?}"
    );
    assert!(said.data.contains("\nsecret  "), "{said:?}");
}

#[test]
fn a_consumer_comes_with_all_that_is_said_about_it() {
    let program = museum();
    let shown = show(&program, "docland");
    assert_eq!(
        shown["roles"],
        json!([
            {"name": "editor", "base": false, "read_only": false},
            {"name": "reader", "base": true, "read_only": true},
        ])
    );
    assert_eq!(
        shown["origins"],
        json!(["https://doc.land", "http://localhost:8080"])
    );
    assert_eq!(
        shown["prefixes"],
        json!(["/annotator/", "/iiif/images/docland/"])
    );
    assert_eq!(shown["secret"], "a se…");
    let text = program.run(&["consumer", "show", "docland"]);
    assert!(
        text.contains("role      editor: if the token names it\n"),
        "{text}"
    );
    assert!(
        text.contains("role      reader: held by all, read only\n"),
        "{text}"
    );
    program.run(&[
        "consumer",
        "update",
        "docland",
        "--name",
        "DocLand 2",
        "--origin",
        "none",
        "--server-side",
        "--role",
        "none",
        "--read-only",
        "none",
    ]);
    let shown = show(&program, "docland");
    assert_eq!(shown["name"], "DocLand 2");
    assert_eq!(
        (&shown["origins"], &shown["server_side"]),
        (&json!([]), &json!(true))
    );
    assert_eq!(shown["roles"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&shown["max_ttl"], &shown["secret"]),
        (&json!(3600), &json!("a se…"))
    );
    let roles = program.run_with("", &["role", "delete", "editor"]);
    assert!(roles.words.contains("1 consumers gave it"), "{roles:?}");
    program.run(&[
        "consumer",
        "update",
        "docland",
        "--server-side=false",
        "--any-origin",
    ]);
    let text = program.run(&["consumer", "show", "docland"]);
    assert!(text.contains("origins   any site\n"), "{text}");
}

#[test]
fn a_secret_is_renewed_and_users_are_signed_out() {
    let program = museum();
    let renewed = program.json(&["consumer", "rotate", "docland", "--json"]);
    assert_eq!(renewed["secret"].as_str().unwrap().len(), 43);
    let shown = show(&program, "docland");
    assert!(shown["previous_secret_until"].is_string(), "{shown}");
    program.run(&["consumer", "rotate", "docland", "--overlap", "0"]);
    assert_eq!(
        show(&program, "docland")["previous_secret_until"],
        Value::Null
    );
    program.run(&["consumer", "revoke", "docland"]);
    program.run(&["consumer", "revoke", "docland", "--user", "bob"]);
    let spam = ["--user", "eve", "--until", "2099-01-31", "--note", "spam"];
    program.run(&[&["consumer", "revoke", "docland"][..], &spam].concat());
    let shown = show(&program, "docland");
    assert!(shown["revoked_before"].is_string(), "{shown}");
    assert_eq!(shown["blocked"][0]["user"], "bob");
    assert_eq!(shown["blocked"][1]["until"], "2099-01-31T00:00:00Z");
    let text = program.run(&["consumer", "show", "docland"]);
    assert!(
        text.contains("out       `eve`, until 2099-01-31 00:00 UTC: spam"),
        "{text}"
    );
    program.run(&["consumer", "unblock", "docland", "eve"]);
    let words = program.fail(1, &["consumer", "unblock", "docland", "eve"]);
    assert!(words.contains("`eve` was not signed out"), "{words}");
    program.run(&["consumer", "disable", "docland"]);
    assert_eq!(show(&program, "docland")["enabled"], json!(false));
    program.run(&["consumer", "enable", "docland"]);
    assert_eq!(show(&program, "docland")["enabled"], json!(true));
    program.run(&["consumer", "delete", "docland"]);
    assert_eq!(program.json(&["consumer", "list", "--json"]), json!([]));
}

#[test]
fn mistakes_are_told_with_what_would_be_right() {
    let program = museum();
    let create = ["consumer", "create", "--name", "x"];
    let update = ["consumer", "update", "docland"];
    let revoke = ["consumer", "revoke", "docland", "--user", "bob"];
    for (command, arguments, words) in [
        (
            &create[..],
            &["--key", "docland"][..],
            "a consumer with this key exists already",
        ),
        (&create, &["--key", "a b"], "must be 1 to 64 letters"),
        (
            &create,
            &["--origin", "https://doc.land/app"],
            "write `https://doc.land`",
        ),
        (&create, &["--origin", "*"], "`--any-origin`"),
        (&create, &["--origin", "null"], "is never allowed"),
        (
            &create,
            &["--max-ttl", "2592000"],
            "write at most 2073600 (24 days)",
        ),
        (&create, &["--max-ttl", "-1"], "is no number of seconds"),
        (
            &create,
            &["--prefix", "annotator"],
            "must be a path such as",
        ),
        (
            &create,
            &["--role", "admin"],
            "opens our own administration",
        ),
        (&create, &["--role", "user"], "people with an account here"),
        (
            &create,
            &["--role", "nobody"],
            "there is no role `nobody` (`iiif-gate role list`",
        ),
        (
            &create,
            &["--read-only", "editor"],
            "must be under `--role` or `--grantable`, too",
        ),
        (
            &create,
            &["--role", "editor", "--grantable", "editor"],
            "`editor` is named twice",
        ),
        (&create, &["--secret-file", "gone"], "cannot read `gone`"),
        (
            &create,
            &["--secret-file", "-"],
            "the secret in `-` must have 16 to 256 bytes",
        ),
        (&update, &["--name", " "], "a consumer needs a name"),
        (&revoke, &["--until", "tomorrow"], "`tomorrow` is no day"),
        (
            &["consumer", "show", "lost"],
            &[],
            "there is no consumer `lost` (`iiif-gate consumer list`",
        ),
        (
            &["consumer", "rotate", "docland"],
            &["--overlap", "9000"],
            "9000 is not in 0..=8760",
        ),
        (
            &["consumer", "revoke", "docland"],
            &["--until", "2099-01-01"],
            "--user <USER>",
        ),
    ] {
        let said = program.fail(1, &[command, arguments].concat());
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(
        program
            .json(&["consumer", "list", "--json"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
