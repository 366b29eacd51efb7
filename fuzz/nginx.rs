//! What must hold of configurations of nginx, whatever stands in them.

use std::str::from_utf8;
use std::sync::Arc;

use iiif_gate::nginx::site::Known;
use iiif_gate::nginx::syntax::{self, Body, Directive, Place, Unreadable};

/// Every directive stands where it says, what is printed is read as the same, and the search for traps ends and
/// points into the text.
pub(crate) fn configuration(bytes: &[u8]) {
    let Ok(text) = from_utf8(bytes) else {
        return;
    };
    match syntax::parse(&"/file".into(), text) {
        Ok(directives) => {
            stands_where_it_says(&directives, &text.lines().collect::<Vec<_>>());
            is_read_as_printed(&directives);
        }
        Err(unreadable) => points_into(&unreadable.place, text),
    }
    match iiif_gate::nginx::check(text, None, &Known::default()) {
        Ok(report) => {
            let _ = report.to_string();
            for finding in &report.findings {
                points_into(&finding.place, text);
                assert!(text.contains(&*finding.source), "nobody wrote that");
            }
        }
        Err(Unreadable { place, .. }) => points_into(&place, text),
    }
    if let Ok(dump) = syntax::read(text) {
        is_read_as_printed(&dump.main);
    }
}

/// The files of a dump are parts of the text, so that none has more lines.
fn points_into(place: &Place, text: &str) {
    let lines = text.split('\n').count();
    assert!((1..=lines).contains(&place.line), "{place} of {lines}");
}

/// In the order of the text, with the line that is there.
fn stands_where_it_says(directives: &[Directive], lines: &[&str]) {
    let mut last = 1;
    for directive in directives {
        let line = directive.place.line;
        assert!(line >= last, "line {line} after {last}");
        last = line;
        assert_eq!(lines[line - 1].trim(), &*directive.source);
        assert!(!directive.words.is_empty());
        assert!(
            directive
                .block()
                .iter()
                .all(|inner| inner.place.line >= line)
        );
        stands_where_it_says(directive.block(), lines);
    }
}

fn is_read_as_printed(directives: &[Directive]) {
    let printed: Vec<String> = directives.iter().map(Directive::to_string).collect();
    let printed = printed.join("\n");
    let again = syntax::parse(&"/file".into(), &printed);
    let again = again.unwrap_or_else(|fault| panic!("{fault}: {printed}"));
    assert_eq!(bare(&again), bare(directives), "{printed}");
}

/// Without where they stand.
fn bare(directives: &[Directive]) -> Vec<Directive> {
    let nowhere = Place {
        file: Arc::from(""),
        line: 1,
    };
    let bare_one = |directive: &Directive| Directive {
        place: nowhere.clone(),
        words: directive.words.clone(),
        body: match &directive.body {
            Body::Block(block) => Body::Block(bare(block)),
            other => other.clone(),
        },
        source: "".into(),
    };
    directives.iter().map(bare_one).collect()
}
