//! Reading the tables in `tests/data/cases`.

use iiif_gate::access::rule::Kind;

/// One case: everything that is asked, and what is answered.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// File and line.
    pub(crate) place: String,
    pub(crate) who: String,
    pub(crate) from: String,
    /// The request target.
    pub(crate) target: String,
    pub(crate) status: u16,
    pub(crate) reason: String,
    /// What the image server is asked for among reduced images; empty where it is the target.
    pub(crate) image: String,
}

/// A rule, and where the cases below it look.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) kind: Kind,
    pub(crate) pattern: String,
    pub(crate) text: String,
}

/// Rules and cases. `image maps/*: public` makes a rule and lets the cases below ask for `maps/x`; a
/// case is `who from what: answer`, and each of the first three may be several, with commas between.
pub(crate) fn read(file: &str, text: &str) -> (Vec<Given>, Vec<Case>) {
    let (mut given, mut cases) = (Vec::new(), Vec::new());
    let mut asked = (Kind::Image, String::new());
    for (number, line) in text.lines().enumerate() {
        let place = format!("{file}:{}", number + 1);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let (left, right) = line
            .split_once(": ")
            .unwrap_or_else(|| panic!("{place}: no colon"));
        if line.starts_with(' ') {
            cases.extend(crossed(&place, &asked, left, right));
            continue;
        }
        let (kind, pattern) = left.split_once(' ').unwrap();
        let kind = Kind::parse(kind).unwrap_or_else(|| panic!("{place}: no kind"));
        asked = (kind, pattern.replace('*', "x"));
        if right != "no rule" {
            let (pattern, text) = (pattern.to_owned(), right.to_owned());
            given.push(Given {
                kind,
                pattern,
                text,
            });
        }
    }
    (given, cases)
}

fn crossed(place: &str, asked: &(Kind, String), left: &str, right: &str) -> Vec<Case> {
    let words: Vec<&str> = left.split_whitespace().collect();
    let [who, from, what] = words[..] else {
        panic!("{place}: not `who from what`")
    };
    let mut answer = right.split_whitespace();
    let status = answer.next().unwrap().parse().unwrap();
    let (reason, image) = (answer.next().unwrap(), answer.next().unwrap_or_default());
    let mut cases = Vec::new();
    for who in who.split(',') {
        for from in from.split(',') {
            // Sizes have commas in them.
            for what in what.split('|') {
                cases.push(Case {
                    place: place.to_owned(),
                    who: who.to_owned(),
                    from: from.to_owned(),
                    target: target(asked, what),
                    status,
                    reason: reason.to_owned(),
                    image: image.to_owned(),
                });
            }
        }
    }
    cases
}

/// `info`, `full/max`, `preview/info`, `preview/full/max`, `direct/info`; `it` for manifests and files.
fn target((kind, identifier): &(Kind, String), what: &str) -> String {
    match kind {
        Kind::Manifest => return format!("/iiif/manifests/{identifier}"),
        Kind::File => return format!("/{identifier}"),
        Kind::Image => {}
    }
    let (space, what) = match what.split_once('/') {
        Some(("preview", rest)) => ("preview", rest),
        Some(("direct", rest)) => ("full", rest),
        _ => ("images", what),
    };
    let identifier = identifier.replace('/', "%2F");
    match what {
        "info" => format!("/iiif/{space}/{identifier}/info.json"),
        "base" => format!("/iiif/{space}/{identifier}"),
        size => format!("/iiif/{space}/{identifier}/{size}/0/default.jpg"),
    }
}
