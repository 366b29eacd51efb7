//! Rules by command.

use serde_json::json;

use crate::program::Program;
use crate::roles::library;

#[test]
fn a_rule_has_sizes_days_and_messages() {
    let program = library();
    let who = [
        "rule",
        "add",
        "maps/*",
        "role",
        "staff",
        "reader:1500",
        "--public-size",
        "600",
    ];
    let when = [
        "--from",
        "2030-01-31",
        "--before",
        "roles here + 300 px",
        "--until",
        "2040-01-01",
    ];
    let what = [
        "--message",
        "en=Ask us",
        "--message",
        "de=Fragen Sie uns",
        "--note",
        "why",
    ];
    program.run(&[&who[..], &when, &what].concat());
    assert_eq!(
        program.run(&["rule", "show", "maps/*"]),
        "image maps/*\n  who may see it: roles reader:1500, staff + 600 px\n\
         \x20 from 2030-01-31, before: roles here + 300 px\n  until 2040-01-01, after: nobody\n\
         \x20 message (de): Fragen Sie uns\n  message (en): Ask us\n  note: why\n"
    );
    let rule = program.json(&["rule", "show", "maps/*", "--json"]);
    assert_eq!(rule["roles"], json!(["reader", "staff"]));
    assert_eq!(rule["role_sizes"], json!({"reader": 1500}));
    let edit = [
        "rule",
        "edit",
        "maps/*",
        "--until",
        "none",
        "--message",
        "de=",
        "--note",
        "",
    ];
    program.run(&edit);
    program.run(&[
        "rule",
        "edit",
        "maps/*",
        "role",
        "staff",
        "--move-to",
        "plans/*",
    ]);
    let rule = program.json(&["rule", "show", "plans/*", "--json"]);
    assert_eq!((&rule["until"], &rule["note"]), (&json!(null), &json!("")));
    assert_eq!(rule["message"], json!({"en": "Ask us"}));
    assert_eq!(rule["public_size"], 600);
    assert_eq!(
        program.json(&["rule", "list", "--with", "period", "--json"])[0],
        rule
    );
    for filter in [
        "--role=reader",
        "--with=broken",
        "--requirement=public",
        "--kind=file",
    ] {
        assert_eq!(
            program.json(&["rule", "list", filter, "--json"]),
            json!([]),
            "{filter}"
        );
    }
    assert_eq!(
        program.run(&["rule", "which", "plans/old/1.tif"]),
        "plans/*: roles here + 300 px\n"
    );
    assert_eq!(
        program.run(&["rule", "which", "x"]),
        "no rule, the default: roles user\n"
    );
}

#[test]
fn a_slip_in_a_rule_is_told_with_what_would_be_right() {
    let program = library();
    program.run(&["role", "update", "here", "--offered-as", "external"]);
    let add = |more: &[&'static str]| [&["rule", "add", "maps/*"], more].concat();
    for (arguments, words) in [
        (
            add(&["public", "--public-size", "600"]),
            "may see the whole image already",
        ),
        (
            add(&["nobody", "--public-size=-1"]),
            "`-1` is no size: a whole number of pixels",
        ),
        (add(&["role", "staff:0"]), "would see nothing"),
        (
            add(&["nobody", "--public-size", "5", "--kind", "file"]),
            "only images have sizes",
        ),
        (
            add(&["nobody", "--from", "2030-02-30"]),
            "there is no day `2030-02-30`",
        ),
        (
            add(&["nobody", "--from", "31.1.2030"]),
            "it is written as in `2030-01-31`",
        ),
        (
            add(&["nobody", "--before", "public"]),
            "there is no first day",
        ),
        (
            add(&["nobody", "--from=2031-01-01", "--until=2030-01-01"]),
            "must be later than",
        ),
        (
            add(&["nobody", "--from=2031-01-01", "--before=staff"]),
            "must begin with `public`",
        ),
        (add(&["role", "here", "staff"]), "is offered as `external`"),
        (
            add(&["nobody", "--message", "Ask us"]),
            "the language is missing",
        ),
        (
            vec!["rule", "edit", "maps/*"],
            "there is no image rule for `maps/*`",
        ),
        (vec!["rule", "which", "a/../b"], "the identifier `a/../b`"),
    ] {
        let said = program.fail(1, &arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(program.json(&["rule", "list", "--json"]), json!([]));
}

#[test]
fn all_that_decides_moves_house_in_one_file() {
    let program = library();
    program.run(&[
        "rule",
        "add",
        "maps/*",
        "role",
        "reader:1500",
        "here",
        "--until",
        "2040-01-01",
    ]);
    let file = program.run(&["rule", "export", "--format", "toml"]);
    let other = Program::new();
    other.run(&["rule", "add", "old/*", "public"]);
    let path = other.folder.path().join("policy.toml");
    std::fs::write(&path, &file).unwrap();
    let import = ["rule", "import", path.to_str().unwrap(), "--replace"];
    let dry = other.run_with("", &[&import[..], &["--dry-run"]].concat());
    assert!(
        dry.data
            .contains("+ image maps/*: access: roles here, reader:1500; until: 2040-01-01"),
        "{dry:?}"
    );
    assert!(
        dry.data.contains("- image old/*: access: public\n"),
        "{dry:?}"
    );
    assert!(
        dry.words
            .starts_with("nothing is changed; would be: 5 new, 0 changed, 1 deleted"),
        "{dry:?}"
    );
    assert_eq!(other.json(&["network", "list", "--json"]), json!([]));
    let done = other.run_with("", &import);
    assert_eq!(done.data, dry.data);
    assert_eq!(other.run(&["rule", "export", "--format", "toml"]), file);
    let said = other.run_with(
        "[[rule]]\npattern = 'a*'\n",
        &["rule", "import", "-", "--format", "toml"],
    );
    assert_eq!(said.code, 1);
    assert!(
        said.words.contains("line 2: the pattern `a*` may have"),
        "{said:?}"
    );
}

#[test]
fn lint_fails_on_broken_rules() {
    let program = library();
    program.run(&["rule", "add", "maps/*", "role", "staff"]);
    program.run(&["role", "delete", "staff"]);
    let said = program.run_with("", &["rule", "lint"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.data.contains("broken") && said.data.contains("maps/*"),
        "{said:?}"
    );
    assert!(said.words.contains("one rule is broken"), "{said:?}");
    program.run(&["rule", "delete", "maps/*"]);
    assert_eq!(
        program.run_with("", &["rule", "lint"]).words,
        "nothing is odd\n"
    );
}

#[test]
fn lint_tells_of_a_rule_that_is_written_like_an_address() {
    let program = library();
    program.run(&[
        "rule",
        "add",
        "iiif/manifests/maps/*",
        "role",
        "user",
        "--kind",
        "manifest",
    ]);
    let said = program.run_with("", &["rule", "lint"]);
    assert!(
        said.data.contains("name what follows `/iiif/manifests/`"),
        "{said:?}"
    );
}
