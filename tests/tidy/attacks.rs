//! The tests that documents name, and the rows of the corpus of attacks.

use std::collections::BTreeSet;

use crate::tree;

/// Every test by its place and name: `nginx::targets::a_target_...`.
fn tests() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let sources = tree::files("tests", "rs")
        .into_iter()
        .chain(tree::files("src", "rs"));
    for path in sources {
        let place = path.trim_start_matches("tests/").trim_start_matches("src/");
        let place = place
            .trim_end_matches(".rs")
            .trim_end_matches("/mod")
            .trim_end_matches("/main");
        let place = place.replace('/', "::");
        let text = tree::read(&path);
        let names = text
            .split("fn ")
            .skip(1)
            .filter_map(|rest| rest.split('(').next());
        found.extend(names.map(|name| format!("{place}::{name}")));
        // Tests that a macro writes.
        let of_macro = text
            .lines()
            .filter_map(|line| line.trim().split_once(": \""))
            .map(|(name, _)| name);
        found.extend(of_macro.map(|name| format!("{place}::{name}")));
    }
    found
}

/// What stands between backticks and looks like the place of a test.
fn named(text: &str) -> Vec<&str> {
    let is_test = |word: &&str| {
        let is_name =
            |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == ':';
        word.contains("::") && word.chars().all(is_name)
    };
    text.split('`').skip(1).step_by(2).filter(is_test).collect()
}

/// What `id` of a table says is held by.
fn rows(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().filter_map(|line| line.strip_prefix("| "));
    let cells = lines.filter_map(|line| {
        let (id, rest) = line.split_once(" | ")?;
        Some((id, rest.rsplit_once(" | ")?.1.trim_end_matches('|')))
    });
    let is_id = |id: &str| id.len() == 3 && id.starts_with(|c: char| c.is_ascii_uppercase());
    cells.filter(|(id, _)| is_id(id)).collect()
}

#[test]
fn every_test_that_a_document_names_exists() {
    let tests = tests();
    let mut wrong = Vec::new();
    for path in ["docs/reference/attacks.md", "SECURITY.md"] {
        let text = tree::read(path);
        let all = named(&text);
        assert!(all.len() > 10, "{path} names only {}", all.len());
        let missing = all
            .into_iter()
            .filter(|name| *name != "tidy::attacks" && !tests.contains(*name));
        wrong.extend(missing.map(|name| format!("{path}: there is no test {name}")));
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn every_request_of_the_corpus_stands_in_the_document_and_every_attack_is_held_by_something() {
    let document = tree::read("docs/reference/attacks.md");
    let rows = rows(&document);
    let corpus = tree::read("tests/data/attacks.txt");
    let requests = corpus
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let sent: BTreeSet<&str> = requests.filter_map(|line| line.split(' ').next()).collect();
    let mut wrong = Vec::new();
    for (id, held) in &rows {
        let is_said_to_be_sent = held.contains("attacks.txt");
        let elsewhere = ["A67", "I48", "M01", "O10"].contains(id);
        if is_said_to_be_sent != sent.contains(id) && !elsewhere {
            wrong.push(format!(
                "{id} is sent, and the document does not say so, or the other way round"
            ));
        }
        if held.trim().is_empty() {
            wrong.push(format!("{id} is held by nothing"));
        }
    }
    let known: BTreeSet<&str> = rows.iter().map(|(id, _)| *id).collect();
    wrong.extend(
        sent.difference(&known)
            .map(|id| format!("{id} does not stand in the document")),
    );
    assert_eq!(wrong, [""; 0]);
    assert!(
        rows.len() > 200 && known.len() == rows.len(),
        "{} rows, {} ids",
        rows.len(),
        known.len()
    );
}
