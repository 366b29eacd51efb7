//! Links between documents.

use std::path::{Component, Path, PathBuf};

use crate::tree;

#[test]
fn links_between_documents_lead_somewhere() {
    let mut dead = Vec::new();
    for path in tree::files("", "md") {
        for link in links(&tree::read(&path)) {
            if !link.contains("://") && !link.starts_with("mailto:") && !leads(&path, &link) {
                dead.push(format!("{path}: {link}"));
            }
        }
    }
    assert_eq!(dead, [""; 0]);
}

/// Whether there is such a file, and such a heading in it.
fn leads(document: &str, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() {
        document.to_owned()
    } else {
        beside(document, file)
    };
    let is_document = Path::new(&target).extension().is_some_and(|e| e == "md");
    let has_heading = || headings(&tree::read(&target)).contains(&heading.to_owned());
    tree::exists(&target) && (heading.is_empty() || !is_document || has_heading())
}

/// The path of a file that a document names.
fn beside(document: &str, file: &str) -> String {
    let mut path = PathBuf::from(document);
    path.pop();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    path.to_str().unwrap().to_owned()
}

/// The text of a document without its blocks of code.
fn prose(text: &str) -> String {
    text.split("```").step_by(2).collect()
}

fn links(text: &str) -> Vec<String> {
    let text = prose(text);
    let starts = text.split("](").skip(1);
    starts
        .filter_map(|rest| Some(rest.split([')', ' ']).next()?.to_owned()))
        .collect()
}

/// The anchors that GitHub makes of headings.
fn headings(text: &str) -> Vec<String> {
    let text = prose(text);
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let words = line.trim_start_matches('#').trim().to_lowercase();
            let kept = words
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            kept.map(|c| if c == ' ' { '-' } else { c }).collect()
        })
        .collect()
}

#[test]
fn links_and_headings_are_found() {
    assert_eq!(
        links("a [b](c.md#d) ```[x](y)``` [e](<f> \"g\")"),
        ["c.md#d", "<f>"]
    );
    assert_eq!(
        headings("# Who may see what\n## `NAME_FILE`, twice"),
        ["who-may-see-what", "name_file-twice"]
    );
    assert_eq!(beside("docs/concepts/a.md", "../b.md"), "docs/b.md");
}
