//! What scripts of other sites may read (CORS): viewers nearly always stand on another site.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::{Part, Seen};
use crate::cli::doctor::finding::{Finding, Kind, Severity};

pub(in crate::cli::doctor) static MISSING: Kind = Kind {
    name: "cors-missing",
    severity: Severity::Broken,
    title: "Viewers on other sites cannot read an answer",
    why: "Without Access-Control-Allow-Origin the browser keeps the answer from the viewer. On a refusal that is the description with the way to sign in, so nobody is asked to sign in.",
    mend: "nginx: add_header Access-Control-Allow-Origin \"*\" always; in each location of images and descriptions. Without `always` it is not sent with 401, 403 and 404.",
};
pub(in crate::cli::doctor) static DOUBLE: Kind = Kind {
    name: "cors-double",
    severity: Severity::Broken,
    title: "Access-Control-Allow-Origin is there more than once",
    why: "Browsers refuse an answer with two of them, also if both are the same: mostly the image server sets one and nginx another.",
    mend: "nginx: proxy_hide_header Access-Control-Allow-Origin; where nginx sets its own (for FastCGI: fastcgi_hide_header).",
};
pub(in crate::cli::doctor) static CREDENTIALS: Kind = Kind {
    name: "cors-credentials",
    severity: Severity::Hole,
    title: "Any site may read protected images with its visitors' cookies",
    why: "The answer names whatever site asks, and allows cookies. A page that a signed-in reader opens anywhere can then fetch protected images and send them on.",
    mend: "Answer `*` and no Access-Control-Allow-Credentials; or name listed sites only. Never repeat the header Origin.",
};
pub(in crate::cli::doctor) static PREFLIGHT: Kind = Kind {
    name: "preflight",
    severity: Severity::Broken,
    title: "The browser's question before a request with a token is refused",
    why: "Before a viewer may send its token, the browser asks with OPTIONS, without any cookie. Where that is refused, or Authorization is not allowed by name, the token is never sent and signing in seems to have failed.",
    mend: "nginx: if ($request_method = OPTIONS) { return 204; } before the question to the gate, with Access-Control-Allow-Headers naming Authorization (`*` does not cover it).",
};
pub(in crate::cli::doctor) static PAGES: Kind = Kind {
    name: "cors-pages",
    severity: Severity::Weak,
    title: "Pages to sign in, or tokens, may be read by scripts of other sites",
    why: "What these pages say is for the reader alone.",
    mend: "Set Access-Control-* headers in the locations of images, descriptions and the probe only, not in the server block.",
};
pub(in crate::cli::doctor) static EMBEDDING: Kind = Kind {
    name: "cross-origin-resource-policy",
    severity: Severity::Advice,
    title: "Images are not marked as embeddable by other sites",
    why: "Viewers on a page that is isolated from other sites (COEP) show no image without Cross-Origin-Resource-Policy: cross-origin; and with same-site or same-origin no other site shows any.",
    mend: "nginx: add_header Cross-Origin-Resource-Policy \"cross-origin\" always;",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[
    &MISSING,
    &DOUBLE,
    &CREDENTIALS,
    &PREFLIGHT,
    &PAGES,
    &EMBEDDING,
];

const ALLOW: &str = "Access-Control-Allow-Origin";

/// Judges all answers of an examination.
pub(in crate::cli::doctor) fn all(seen: &[Seen]) -> Vec<Finding> {
    let answered = |parts: &'static [Part]| {
        let of_parts = seen.iter().filter(|seen| parts.contains(&seen.ask.part));
        of_parts.filter_map(|seen| Some((seen, seen.answer()?)))
    };
    let viewers = || answered(&[Part::Image, Part::Probe]);
    let told = |(seen, _): (&Seen, &Answer)| seen.told();

    let missing = viewers().filter(|(_, answer)| answer.header(ALLOW).is_none());
    let double = viewers()
        .filter(|(_, answer)| answer.all(ALLOW).count() > 1 || answer.joined(ALLOW).contains(','));
    let credentials = answered(&[Part::Image, Part::Probe, Part::Page, Part::Attack]);
    let credentials = credentials.filter(|(seen, answer)| gives_away(seen, answer));
    let pages = answered(&[Part::Page]).filter(|(_, answer)| answer.header(ALLOW).is_some());
    let embedding = viewers().filter(|(seen, answer)| {
        seen.ask.method == "GET" && answer.joined("Cross-Origin-Resource-Policy") != "cross-origin"
    });
    let mut statuses: Vec<String> = viewers()
        .map(|(_, answer)| answer.status.to_string())
        .collect();
    statuses.sort_unstable();
    statuses.dedup();
    let fine = format!("seen with the status {}", statuses.join(", "));
    vec![
        MISSING.judge(&some(missing.map(told)), fine.clone()),
        DOUBLE.judge(&some(double.map(told)), fine),
        CREDENTIALS.judge(
            &some(credentials.map(told)),
            "no answer allows cookies to any site",
        ),
        PAGES.judge(&some(pages.map(told)), "no page does"),
        EMBEDDING.judge(&some(embedding.map(told)), "cross-origin"),
    ]
}

/// The first few, and how many more.
fn some(all: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = all.collect();
    let more = all.len().saturating_sub(3);
    all.truncate(3);
    if more > 0 {
        all.push(format!("and {more} more"));
    }
    all
}

fn gives_away(seen: &Seen, answer: &Answer) -> bool {
    let allowed = answer.header(ALLOW).unwrap_or_default();
    let repeats = seen.ask.header("Origin").is_some_and(|origin| {
        origin.contains(".invalid") && allowed == origin || allowed == "null"
    });
    repeats && answer.joined("Access-Control-Allow-Credentials") == "true"
}

/// Judges the answers to OPTIONS.
pub(in crate::cli::doctor) fn preflights(seen: &[Seen]) -> Finding {
    let mut problems = Vec::new();
    for seen in seen {
        let Some(answer) = seen.answer() else {
            problems.push(seen.told());
            continue;
        };
        let headers = answer.joined("Access-Control-Allow-Headers");
        let names_it = headers
            .split(',')
            .any(|name| name.trim() == "authorization");
        if !matches!(answer.status, 200 | 204) || answer.header(ALLOW).is_none() {
            problems.push(seen.told());
        } else if !names_it {
            problems.push(format!(
                "{}, and Access-Control-Allow-Headers `{headers}` does not name Authorization",
                seen.told()
            ));
        }
    }
    PREFLIGHT.judge(&problems, format!("{} were answered", seen.len()))
}
