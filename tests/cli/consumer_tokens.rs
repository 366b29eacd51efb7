//! Tokens that somebody wants to know about.

use iiif_gate::identity::annotator::{Claims, mint};
use serde_json::{Value, json};

use crate::consumers::{SECRET, museum, show};
use crate::program::Program;

fn checked(program: &Program, token: &str, time: &str) -> Value {
    let check = ["consumer", "check", "--json", "--time", time];
    let said = program.run_with(&format!("{token}\n"), &check);
    assert_eq!(said.code, 0, "{said:?}");
    serde_json::from_str(&said.data).unwrap()
}

fn claims<'a>(key: &'a str, user: &'a str, groups: &'a [String]) -> Claims<'a> {
    Claims {
        consumer_key: key,
        user,
        is_admin: true,
        is_visitor: false,
        groups,
        audience: None,
        issued_at: "2030-01-31T12:00:00Z".parse().unwrap(),
        ttl_seconds: 86_400,
    }
}

#[test]
fn a_token_is_checked_without_a_trace() {
    let program = museum();
    let groups = ["editor".to_owned(), "admin".to_owned()];
    let token = mint(&claims("docland", "jürgen", &groups), SECRET.as_bytes());
    let check = |token: &str, time: &str| checked(&program, token, time);
    let good = check(&token, "2030-01-31T12:00:05Z");
    assert_eq!(good["principal"], "docland/jürgen");
    assert_eq!(good["roles"], json!(["editor", "reader"]));
    assert_eq!(
        (&good["accepted"], &good["admin"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        good["expires_at"], "2030-01-31T13:00:00Z",
        "an hour is the most"
    );
    for (token, time, reason) in [
        (token.as_str(), "2030-01-31T13:00:01Z", "expired"),
        (token.as_str(), "2030-01-31T11:00:00Z", "not_yet_valid"),
        (
            &token[..token.len() - 4],
            "2030-01-31T12:00:05Z",
            "bad_signature",
        ),
        ("a.b", "2030-01-31T12:00:05Z", "malformed"),
        ("", "2030-01-31T12:00:05Z", "missing_token"),
    ] {
        let refused = check(token, time);
        assert_eq!(refused["reason"], reason, "{refused}");
        assert_eq!(refused["accepted"], json!(false));
    }
    let said = program.run_with(&token, &["consumer", "check"]);
    assert!(
        said.data.starts_with("refused: not_yet_valid, "),
        "{said:?}"
    );
    assert_eq!(show(&program, "docland")["counts"], json!([]));
}

#[test]
fn a_token_of_one_of_our_own_users_ends_with_the_account() {
    let program = Program::new();
    program.run(&["user", "add", "alice", "--no-password"]);
    // Whatever starts the gate makes the consumer for our own users.
    program.run(&["explain", "/iiif/manifests/x.json"]);
    let all = program.json(&["consumer", "list", "--json"]);
    let key = all[0]["key"].as_str().unwrap();
    let rotate = ["consumer", "rotate", key, "--secret-file", "-"];
    assert_eq!(program.run_with(SECRET, &rotate).code, 0);
    let check = |user: &str| {
        let token = mint(&claims(key, user, &[]), SECRET.as_bytes());
        checked(&program, &token, "2030-01-31T12:00:05Z")["reason"].clone()
    };
    assert_eq!(check("alice"), Value::Null);
    assert_eq!(
        (check("bob"), check("Alice")),
        (json!("revoked"), json!("revoked"))
    );
    program.run(&["user", "disable", "alice"]);
    assert_eq!(check("alice"), "revoked");
}
