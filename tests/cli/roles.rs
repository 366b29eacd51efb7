//! Networks, roles and terms by command.

use serde_json::json;

use crate::program::Program;

/// A network with a place, terms, a kiosk and somebody's role.
pub(crate) fn library() -> Program {
    let program = Program::new();
    program.run(&[
        "network",
        "add",
        "Reading room",
        "192.0.2.0/24",
        "2001:db8::/32",
    ]);
    let here = ["--obtained-by", "network", "--network", "Reading room"];
    program.run(
        &[
            &["role", "add", "here", "--title", "The reading room"][..],
            &here,
        ]
        .concat(),
    );
    program.run(&["role", "add", "reader", "--obtained-by", "terms"]);
    program.run(&["role", "add", "staff"]);
    let heading = [
        "--heading",
        "en=Terms of use",
        "--heading",
        "de=Nutzungsbedingungen",
    ];
    let text = ["--text", "en=Use it *well*.", "--text-file", "de=-"];
    let set = [&["terms", "set", "reader"][..], &heading, &text].concat();
    let said = program.run_with("Gut benutzen.\n", &set);
    assert_eq!(
        said.words, "version 1 of the terms of `reader` is in force\n",
        "{said:?}"
    );
    program
}

#[test]
fn roles_are_obtained_in_five_ways() {
    let program = library();
    let booth = ["role", "add", "booth", "--obtained-by", "kiosk"];
    let words = program.fail(1, &booth);
    assert!(
        words.contains("one that is obtained by `kiosk` needs a network"),
        "{words}"
    );
    program.run(&[&booth[..], &["--network", "Reading room"]].concat());
    let outside = ["--obtained-by", "network", "--offered-as", "external"];
    program.run(&[&["role", "update", "booth"][..], &outside].concat());
    let roles = program.json(&["role", "list", "--json"]);
    let find = |name: &str| {
        let roles = roles.as_array().unwrap();
        roles
            .iter()
            .find(|role| role["name"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(find("reader")["terms_version"], 1);
    assert_eq!(find("here")["networks"], json!(["Reading room"]));
    assert_eq!(find("here")["holders"], json!(null));
    assert_eq!(find("booth")["offered_as"], "external");
    let table = program.run(&["role", "list"]);
    assert!(
        table.contains("network as external in Reading room"),
        "{table}"
    );
    assert!(table.contains("terms (version 1)"), "{table}");
    program.run(&[
        "role",
        "update",
        "booth",
        "--obtained-by",
        "assigned",
        "--rename",
        "guest",
    ]);
    let roles = program.json(&["role", "list", "--json"]);
    let guest = roles
        .as_array()
        .unwrap()
        .iter()
        .find(|role| role["name"] == "guest");
    assert_eq!(guest.unwrap()["offered_as"], "usual");
    assert_eq!(guest.unwrap()["networks"], json!([]));
}

#[test]
fn networks_are_added_changed_and_deleted() {
    let program = library();
    let words = program.fail(1, &["network", "add", "Campus", "10.0.0.1/8"]);
    assert!(
        words.contains("write `10.0.0.0/8` for the network"),
        "{words}"
    );
    let words = program.fail(1, &["network", "delete", "Reading room"]);
    assert!(
        words.contains("in use: take it out of the roles `here` first"),
        "{words}"
    );
    program.run(&[
        "network",
        "add",
        "Campus",
        "10.0.0.0/8",
        "--note",
        "all of it",
    ]);
    program.run(&[
        "network",
        "set",
        "Campus",
        "10.1.0.0/16",
        "--rename",
        "Campus 1",
    ]);
    let networks = program.json(&["network", "list", "--json"]);
    assert_eq!(
        networks[0],
        json!({"name": "Campus 1", "ranges": ["10.1.0.0/16"], "roles": [], "note": "all of it"})
    );
    assert_eq!(networks[1]["roles"], json!(["here"]));
    program.run(&["network", "delete", "Campus 1"]);
    let words = program.fail(1, &["network", "delete", "Campus 1"]);
    assert!(
        words.contains("there is no network `Campus 1` (`iiif-gate network list`"),
        "{words}"
    );
}

#[test]
fn terms_are_written_and_shown() {
    let program = library();
    let shown = program.json(&["terms", "show", "reader", "--json"]);
    assert_eq!(
        shown["text"],
        json!({"de": "Gut benutzen.", "en": "Use it *well*."})
    );
    assert_eq!(
        (&shown["version"], &shown["in_force"]),
        (&json!(1), &json!(true))
    );
    let again = ["terms", "set", "reader", "--text", "en=Use it better."];
    let said = program.run_with("", &again);
    assert!(said.words.starts_with("version 2 of the terms"), "{said:?}");
    let said = program.run_with("", &again);
    assert!(said.words.starts_with("nothing is new"), "{said:?}");
    let text = program.run(&["terms", "show", "reader", "--version", "1"]);
    assert!(
        text.contains("[de] Nutzungsbedingungen\nGut benutzen."),
        "{text}"
    );
    for (arguments, words) in [
        (&["terms", "set", "reader"][..], "terms need a text"),
        (
            &["terms", "set", "staff", "--text", "en=x"],
            "`staff` has no terms: it is obtained by",
        ),
        (
            &["terms", "set", "reader", "--text", "x"],
            "the language is missing, as in `en=…`",
        ),
        (
            &["terms", "show", "reader", "--version", "9"],
            "the role `reader` has no version 9",
        ),
        (
            &["terms", "show", "staff"],
            "the role `staff` has no terms (`iiif-gate terms set`",
        ),
    ] {
        let said = program.fail(1, arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
