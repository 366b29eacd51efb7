//! `check-nginx`: every broken configuration is found for what it is, and nothing is found where nothing is.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::program::Program;

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(folder);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

fn found(document: &Value) -> Vec<String> {
    let findings = document["findings"].as_array().unwrap();
    let mut ids: Vec<String> = findings
        .iter()
        .map(|finding| finding["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

#[test]
fn every_broken_configuration_is_found_for_what_it_is_and_for_nothing_else() {
    let program = Program::new();
    let files = files("nginx-broken");
    assert!(files.len() > 90);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let head = text
            .lines()
            .next()
            .unwrap()
            .strip_prefix("# finds: ")
            .unwrap();
        let mut wanted: Vec<&str> = head.split(", ").collect();
        wanted.sort_unstable();
        let path = path.display().to_string();
        let said = program.run_with("", &["check-nginx", "--json", &path]);
        let document: Value = serde_json::from_str(&said.data).unwrap();
        assert_eq!(found(&document), wanted, "{path}");
        let severities: Vec<&str> = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["severity"].as_str().unwrap())
            .collect();
        let fails = severities
            .iter()
            .any(|severity| ["hole", "weak"].contains(severity));
        assert_eq!(said.code, i32::from(fails), "{path}");
        assert_eq!(document["clean"], !fails, "{path}");
    }
}

#[test]
fn a_finding_says_where_and_what_to_write() {
    let program = Program::new();
    let path = files("nginx-broken")
        .into_iter()
        .find(|path| path.ends_with("Q-other-path.conf"))
        .unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let line = text
        .lines()
        .position(|line| line.contains("/fcgi-bin/"))
        .unwrap()
        + 1;
    let said = program.run_with(&text, &["check-nginx", "-"]);
    assert_eq!(said.code, 1);
    assert_eq!(
        said.words,
        "error: the configuration has to be mended: 1 hole\n"
    );
    for part in [
        "HOLE: somebody can see, or become, what they may not",
        &format!("at    line {line}\n        location /fcgi-bin/iipsrv.fcgi {{"),
        "leads to the program at 127.0.0.1:8182, which `location ^~ /iiif/images/` in line",
        "mend  auth_request /_iiif_gate/query_auth;",
        "more  docs/reference/check-nginx.md#unguarded-images",
        "looked at 1 file: 3 servers, 1 of them with the gate; 10 locations, 2 of them guarded by it",
    ] {
        assert!(said.data.contains(part), "{part}: {}", said.data);
    }
    assert!(
        program
            .run_with(&text, &["check-nginx", "-", "--accept", "unguarded-images"])
            .code
            == 0
    );
    let words = program.fail(1, &["check-nginx", "--accept", "nonsense"]);
    assert!(words.contains("there is no such finding"), "{words}");
}

#[test]
fn nothing_is_found_where_nothing_is_whatever_the_neighbors_do() {
    let program = Program::new();
    for path in files("nginx-clean") {
        let data = program.run(&["check-nginx", &path.display().to_string()]);
        assert!(
            data.starts_with("nothing found\n\nlooked at "),
            "{}: {data}",
            path.display()
        );
    }
}

#[test]
fn what_the_configuration_does_not_say_can_be_told() {
    let program = Program::new();
    let open = "events {} http { server { listen 80; server_name localhost; access_log off;
        location / { root /srv; } location /auth/ { proxy_set_header X-Real-IP $remote_addr; proxy_pass http://10.1.2.3:7000; } } }";
    let said = program.run_with(open, &["check-nginx", "-"]);
    assert!(
        said.data.contains("there is no trace of a gate"),
        "{}",
        said.data
    );
    let said = program.run_with(
        open,
        &[
            "check-nginx",
            "-",
            "--json",
            "--gate",
            "10.1.2.3:7000",
            "--protect",
            "/srv/images",
        ],
    );
    assert_eq!(
        found(&serde_json::from_str(&said.data).unwrap()),
        ["not-asked", "unguarded-images"]
    );
}

#[test]
fn what_is_no_configuration_is_told_so_with_its_line() {
    let program = Program::new();
    for (text, words) in [
        ("", "line 1: there is no `http` block"),
        (
            "<!doctype html>\n<html></html>\n",
            "line 1: the directive that begins here has no `;`",
        ),
        ("{\"a\": 1}", "line 1: there is a `{` without a directive"),
        (
            "events {}\nhttp {\n  server {\n",
            "line 3: the block `server` that begins here has no `}`",
        ),
        ("events {}\nhttp { }\n}", "line 3: there is a `}` too many"),
        (
            "http {\n root \"/srv;\n}",
            "line 2: the quote that begins here does not end",
        ),
        (
            "http {\n root \"/srv\"x;\n}",
            "line 2: there is 'x' right after a quoted word",
        ),
        (
            "http { server { <b>x</b>; } }",
            "line 1: `<b>x</b>` is no directive of nginx",
        ),
        (
            "http {\n include sites/*;\n}",
            "line 2: `sites/*` is included here, but is not in the input",
        ),
        ("server { listen 80; }", "line 1: there is no `http` block"),
        (
            "http {\n content_by_lua_block { x = \"}\" \n",
            "line 2: the program that begins here does not end",
        ),
        (
            "# configuration file /a:\nhttp { include b; }\n# configuration file /b:\nx 1;\n# configuration file /c:\ny 1;\n",
            "/c:1: no `include` leads to this file",
        ),
        (
            "# configuration file /a:\nhttp { include a; }\n",
            "/a:1: files include each other without an end",
        ),
    ] {
        let said = program.run_with(text, &["check-nginx", "-"]);
        assert_eq!((said.code, said.data.as_str()), (2, ""), "{text}");
        assert!(said.words.contains(words), "{text}: {}", said.words);
    }
    let words = program.fail(2, &["check-nginx", "/nowhere/nginx.conf"]);
    assert!(
        words.contains("cannot read `/nowhere/nginx.conf`"),
        "{words}"
    );
}
