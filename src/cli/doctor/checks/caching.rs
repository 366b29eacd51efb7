//! Whether an answer may be kept and given to somebody else.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::Seen;
use crate::cli::doctor::finding::{Finding, Kind, Severity};

pub(in crate::cli::doctor) static SHARED: Kind = Kind {
    name: "shared-cache",
    severity: Severity::Hole,
    title: "A cache may give protected images to everybody",
    why: "The answer to somebody who is signed in says that shared caches may keep it. A proxy or CDN between gives the same pixels to the next one who asks, signed in or not.",
    mend: "Send Cache-Control: private (or no-store) with all that is protected, and drop what the image server says (proxy_hide_header Cache-Control; Expires, too).",
};
pub(in crate::cli::doctor) static REFUSALS: Kind = Kind {
    name: "kept-refusals",
    severity: Severity::Weak,
    title: "A refusal may be kept",
    why: "Somebody who has signed in is shown the refusal from a cache, and thinks that signing in has failed.",
    mend: "Send Cache-Control: no-store or private, no-cache with 401 and 403.",
};
pub(in crate::cli::doctor) static VARY: Kind = Kind {
    name: "vary",
    severity: Severity::Weak,
    title: "Caches are not told that the answer depends on who asks",
    why: "A browser that has kept the answer for one state of sign-in shows it in the other.",
    mend: "nginx: add_header Vary \"Cookie, Authorization\" always; or Cache-Control: no-store.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[&SHARED, &REFUSALS, &VARY];

/// Whether caches for many may keep it.
fn is_shared(answer: &Answer) -> bool {
    let control = answer.joined("Cache-Control");
    let forbids = ["private", "no-store", "no-cache"];
    let is_forbidden = control.split(',').any(|word| {
        let word = word.trim();
        forbids.contains(&word)
    });
    control.contains("public") || control.contains("s-maxage") || !is_forbidden
}

/// What came to somebody who was refused.
pub(in crate::cli::doctor) fn refusals(seen: &[&Seen]) -> Finding {
    let kept = seen.iter().filter(|seen| {
        seen.answer().is_some_and(|answer| {
            let control = answer.joined("Cache-Control");
            // Without a word, a 401 is not kept (RFC 9111, section 3).
            matches!(answer.status, 401 | 403) && !control.is_empty() && is_shared(answer)
        })
    });
    let kept: Vec<String> = kept.map(|seen| with_control(seen)).collect();
    REFUSALS.judge(&kept, "refusals are not kept")
}

/// What came to somebody who is signed in.
pub(in crate::cli::doctor) fn signed_in(seen: &[&Seen]) -> Vec<Finding> {
    let good = seen
        .iter()
        .filter(|seen| matches!(seen.status(), 200 | 206))
        .filter_map(|seen| Some((seen, seen.answer()?)));
    let good: Vec<_> = good.collect();
    if good.is_empty() {
        let why = "nothing protected came";
        return vec![SHARED.unknown(why), VARY.unknown(why)];
    }
    let shared = good.iter().filter(|(_, answer)| is_shared(answer));
    let shared: Vec<String> = shared.map(|(seen, _)| with_control(seen)).collect();
    let unvaried = good.iter().filter(|(seen, answer)| {
        let by = if seen.ask.header("Cookie").is_some() {
            "cookie"
        } else {
            "authorization"
        };
        let vary = answer.joined("Vary");
        let is_told = vary.split(',').any(|name| [by, "*"].contains(&name.trim()));
        !is_told && !answer.joined("Cache-Control").contains("no-store")
    });
    let unvaried: Vec<String> = unvaried
        .map(|(seen, answer)| format!("{}, Vary `{}`", seen.told(), answer.joined("Vary")))
        .collect();
    vec![
        SHARED.judge(&shared, "private"),
        VARY.judge(&unvaried, "Cookie and Authorization are named"),
    ]
}

fn with_control(seen: &Seen) -> String {
    let control = seen.header("Cache-Control").unwrap_or("no Cache-Control");
    format!("{}, {control}", seen.told())
}
