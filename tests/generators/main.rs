//! Tokens that other programs make: the documented generator, the annotation store's own, and what the
//! administration shows to sites in four languages, run as it is shown.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::collections::HashMap;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use iiif_gate::identity::annotator::{Checks, Claims, Token, mint, read};
use iiif_gate::identity::consumer::{
    Consumer, ConsumerId, ConsumerKey, ConsumerSecret, Origins, Secrets,
};
use iiif_gate::web::state::now;

const KEY: &str = "602368a0e905492fae87697edad14c3a";
/// A secret that somebody chose: all of its bytes count, as they are.
const SECRET: &str = "Überraschung für \"alle\" $HOME \\n %20 and more";
const USERS: [&str; 4] = ["alice", "jürgen 山 😀", "a/b%2Fc\"d\\e'$f", "42"];

fn consumer() -> Consumer {
    Consumer {
        id: ConsumerId(1),
        key: ConsumerKey::parse(KEY).unwrap(),
        name: "DocLand".to_owned(),
        secrets: Some(Secrets {
            current: ConsumerSecret::new(SECRET.as_bytes()).unwrap(),
            previous: None,
        }),
        is_enabled: true,
        is_built_in: false,
        max_ttl: 86_400,
        origins: Origins::default(),
        allows_server_side: true,
        names_admins: false,
        prefixes: Vec::new(),
        roles: Vec::new(),
        revoked_before: None,
        blocked: HashMap::new(),
    }
}

fn verify(token: &str, now: DateTime<Utc>) -> Token {
    let checks = Checks {
        clock_skew: TimeDelta::zero(),
        audience: None,
    };
    let unverified = read(token.as_bytes()).unwrap_or_else(|fault| panic!("{token}: {fault}"));
    assert_eq!(unverified.consumer_key(), KEY);
    unverified
        .verify(&consumer(), &checks, now)
        .unwrap_or_else(|fault| panic!("{token}: {fault}"))
}

/// What a program prints, without the line's end.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("ANNOTATOR_KEY", KEY)
        .env("ANNOTATOR_SECRET", SECRET)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}: run scripts/install-packages test"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.strip_suffix('\n').unwrap().to_owned()
}

/// The python with the annotation store's packages, `PyJWT` 1.7.1 among them.
fn old_python() -> String {
    run("scripts/install-annotation-store", &[])
}

/// The python with a new `PyJWT`.
fn new_python() -> String {
    let requirements = "tests/generators/requirements.txt";
    run("scripts/install-python", &["test-generators", requirements])
}

/// Runs a program for all users. None of its tokens is from the future, and the browser's client can read
/// each.
fn check(program: &str, script: &str, ttl: i64) {
    for user in USERS {
        let token = run(program, &[script, user]);
        let now = now();
        let verified = verify(&token, now);
        assert_eq!(verified.user, user, "{program} {script}");
        let life = verified.expires_at - verified.issued_at;
        assert_eq!(life, TimeDelta::seconds(ttl), "{program} {script}");
        let age = now - verified.issued_at;
        assert!(age < TimeDelta::seconds(60), "{program} {script}: {age}");
        let payload = token.split('.').nth(1).unwrap();
        let payload = URL_SAFE_NO_PAD.decode(payload).unwrap();
        assert!(payload.is_ascii(), "{program} {script}");
    }
}

#[test]
fn the_documented_generator_works_with_pyjwt_1_and_2() {
    for python in [old_python(), new_python()] {
        check(&python, "tests/generators/documented.py", 86_400);
    }
}

#[test]
fn the_generator_of_the_annotation_store_works() {
    check(
        &old_python(),
        "tests/generators/annotator_encode.py",
        86_400,
    );
}

#[test]
fn the_python_that_sites_are_shown_works_with_pyjwt_1_and_2() {
    for python in [old_python(), new_python()] {
        check(&python, "templates/snippets/authtoken.py", 3600);
    }
}

#[test]
fn the_php_that_sites_are_shown_works() {
    check("php", "templates/snippets/authtoken.php", 3600);
}

#[test]
fn the_ruby_that_sites_are_shown_works() {
    check("ruby", "templates/snippets/authtoken.rb", 3600);
}

#[test]
fn the_javascript_that_sites_are_shown_works() {
    check("node", "templates/snippets/authtoken.mjs", 3600);
}

#[test]
fn an_annotation_store_reads_what_is_minted_for_it() {
    let python = old_python();
    for (user, is_admin) in [("alice", false), ("jürgen 山 😀", true)] {
        let claims = Claims {
            consumer_key: KEY,
            user,
            is_admin,
            is_visitor: false,
            groups: &["editor".to_owned()],
            audience: None,
            issued_at: now() - TimeDelta::seconds(5),
            ttl_seconds: 300,
        };
        let token = mint(&claims, SECRET.as_bytes());
        let taken_for = run(&python, &["tests/generators/annotator_decode.py", &token]);
        let expected = if is_admin { "True" } else { "False" };
        assert_eq!(taken_for, format!("{KEY} {user} {expected}"));
    }
}
