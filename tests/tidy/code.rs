//! Sizes, headings, and what must never be in the repository.

use crate::tree;

const MAX_FILE: usize = 300;
const MAX_FUNCTION: usize = 40;

fn sources() -> Vec<String> {
    let mut sources = tree::files("src", "rs");
    sources.extend(tree::files("tests", "rs"));
    sources
}

#[test]
fn files_are_short() {
    let long = sources().into_iter().filter_map(|path| {
        let lines = tree::read(&path).lines().count();
        (lines > MAX_FILE).then(|| format!("{path} has {lines} lines"))
    });
    assert_eq!(long.collect::<Vec<_>>(), [""; 0], "split them by noun");
}

#[test]
fn functions_are_short() {
    let mut long = Vec::new();
    for path in tree::files("src", "rs") {
        let text = tree::read(&path);
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for (name, lines) in functions(code) {
            // The samples of a page are data.
            if lines > MAX_FUNCTION && name != "samples" {
                long.push(format!("{path}: `{name}` has {lines} lines"));
            }
        }
    }
    assert_eq!(long, [""; 0], "split them");
}

/// The functions of a file that rustfmt has formatted, and how many lines the body of each has.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let Some(name) = code.split("fn ").nth(1).filter(|_| is_function(code)) else {
            continue;
        };
        let end = format!("{}}}", " ".repeat(line.len() - code.len()));
        let from_here = &lines[start..];
        let opens = from_here
            .iter()
            .position(|line| line.ends_with(['{', '}', ';']));
        let closes = from_here.iter().position(|line| **line == end);
        let body = match (opens, closes) {
            (Some(opens), Some(closes)) if from_here[opens].ends_with('{') => closes - opens - 1,
            _ => 0,
        };
        let name = name
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        found.push((name, body));
    }
    found
}

fn is_function(code: &str) -> bool {
    let mut words = code.split(' ').skip_while(|word| {
        word.starts_with("pub") || word.starts_with("in ") || ["async", "const"].contains(word)
    });
    words.next() == Some("fn")
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent = sources().into_iter().filter(|path| {
        let text = tree::read(path);
        !text.starts_with("//! ") || text.starts_with("//! (")
    });
    assert_eq!(
        silent.collect::<Vec<_>>(),
        [""; 0],
        "they do not begin with `//!` and a sentence"
    );
}

#[test]
fn every_template_has_a_struct_and_every_struct_its_template() {
    let code: String = tree::files("src/web", "rs")
        .iter()
        .map(|path| tree::read(path))
        .collect();
    let templates = tree::files("templates", "html");
    let named: Vec<&str> = code
        .split("const TEMPLATE: &'static str = \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    for name in &named {
        assert!(
            tree::exists(&format!("templates/{name}")),
            "there is no templates/{name}"
        );
    }
    let texts: String = templates.iter().map(|path| tree::read(path)).collect();
    for path in &templates {
        let name = path.strip_prefix("templates/").unwrap();
        // A template that is no page is extended or included by others, or defines components.
        let used = named.contains(&name) || texts.contains(&format!("\"{name}\""));
        let components = tree::read(path).contains("component ");
        assert!(used || components, "{path} is used by no page");
    }
}

#[test]
fn no_path_of_somebodys_machine_is_in_the_repository() {
    // Put together here, so that this file is not the first to fail.
    let traces = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["/tmp/", "wt-"],
        ["/tmp/", "plan"],
        ["/ho", "me/"],
    ];
    let traces = traces.map(|parts| parts.concat());
    let mut found = Vec::new();
    for path in tree::all("") {
        // What is no text says nothing about machines.
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let trace = traces.iter().find(|trace| text.contains(trace.as_str()));
        found.extend(trace.map(|trace| format!("{path} contains `{trace}`")));
    }
    assert_eq!(found, [""; 0]);
}

#[test]
fn the_length_of_a_function_is_that_of_its_text() {
    let text = "fn a() {}\nimpl X {\n    pub(super) async fn b(\n        x: u8,\n    ) {\n        x\n    }\n}\n";
    assert_eq!(functions(text), [("a".to_owned(), 0), ("b".to_owned(), 1)]);
}
