//! The output of `nginx -T`: all files one after the other, each below a line that names it.

use std::sync::Arc;

use super::{Directive, Place, Unreadable, include, parse};

const MARKER: &str = "# configuration file ";
/// What nginx and Docker's start say before the first file.
const TALK: &[&str] = &["nginx: ", "nginx version: ", "/docker-entrypoint"];

/// A configuration with its includes put in.
#[derive(Debug)]
pub struct Dump {
    /// The directives of the main file.
    pub main: Vec<Directive>,
    /// How many files there were.
    pub files: usize,
    /// The version of nginx, if `nginx -v` stands before.
    pub version: Option<String>,
}

/// A file of the dump.
pub(super) struct File {
    pub(super) name: Arc<str>,
    pub(super) directives: Vec<Directive>,
}

/// Reads the output of `nginx -T`, or a single file that includes nothing.
pub fn read(text: &str) -> Result<Dump, Unreadable> {
    let (talk, parts) = split(text);
    let files = parts
        .into_iter()
        .map(|(name, text)| {
            let name: Arc<str> = name.into();
            let directives = parse(&name, &text)?;
            Ok(File { name, directives })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let main = include::expand(&files)?;
    if !main.iter().any(|directive| directive.name() == "http") {
        let place = Place {
            file: files
                .first()
                .map_or("".into(), |file| Arc::clone(&file.name)),
            line: 1,
        };
        return Err(Unreadable::new(
            &place,
            "there is no `http` block, so this is not a whole configuration of nginx",
        ));
    }
    let version = talk.iter().find_map(|line| line.split_once("nginx/"));
    Ok(Dump {
        main,
        files: files.len(),
        version: version.map(|(_, version)| version.trim().to_owned()),
    })
}

/// What was said before the first file, and the files with their names.
fn split(text: &str) -> (Vec<&str>, Vec<(String, String)>) {
    let mut talk = Vec::new();
    let mut parts = vec![(String::new(), String::new())];
    for line in text.split_inclusive('\n') {
        if let Some(name) = marked(line) {
            parts.push((name.to_owned(), String::new()));
            continue;
        }
        let first = parts.len() == 1;
        if let Some((_, part)) = parts.last_mut() {
            if first && TALK.iter().any(|start| line.starts_with(start)) {
                talk.push(line.trim_end());
                // Its line stays, so that the others keep their numbers.
                part.push('\n');
            } else {
                part.push_str(line);
            }
        }
    }
    // Before the first file there is talk and comments; anything else is a file of which no `include` knows.
    let silent = |text: &str| {
        text.lines()
            .all(|line| line.trim().is_empty() || line.starts_with('#'))
    };
    if parts.len() > 1 && parts.first().is_some_and(|(_, text)| silent(text)) {
        parts.remove(0);
    }
    (talk, parts)
}

fn marked(line: &str) -> Option<&str> {
    line.strip_prefix(MARKER)?.trim_end().strip_suffix(':')
}
