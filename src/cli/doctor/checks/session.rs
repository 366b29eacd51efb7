//! What cookie and token of somebody who is signed in open, and until when.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::Seen;
use crate::cli::doctor::finding::{Finding, Kind, Severity};

pub(in crate::cli::doctor) static OPENS: Kind = Kind {
    name: "cookie-opens",
    severity: Severity::Broken,
    title: "Somebody who is signed in does not get the image",
    why: "The cookie is what opens the tiles.",
    mend: "See whether this user may see this image (iiif-gate explain URL --user NAME), and whether a proxy drops the cookie.",
};
pub(in crate::cli::doctor) static TOKEN: Kind = Kind {
    name: "token-opens",
    severity: Severity::Broken,
    title: "The token does not open the description",
    why: "The viewer asks for the description with the token, and takes anything but 200 for a sign-in that failed.",
    mend: "See whether nginx hands on the header Authorization with the question and with the description.",
};
pub(in crate::cli::doctor) static PIXELS: Kind = Kind {
    name: "token-opens-image",
    severity: Severity::Hole,
    title: "The token opens images",
    why: "Tokens are in the hands of the viewer's scripts, whoever wrote them. They are made for descriptions only (IIIF Auth 1.0 notes, section 7; 2.0 section 4.4).",
    mend: "Decide about pixels by the cookie alone.",
};
pub(in crate::cli::doctor) static SWAPPED: Kind = Kind {
    name: "token-is-cookie",
    severity: Severity::Hole,
    title: "Token and cookie can be used in place of each other",
    why: "A viewer's script that has the token then has the session.",
    mend: "Make both separately, neither to be computed from the other, and take each in its place only.",
};
pub(in crate::cli::doctor) static IN_ADDRESS: Kind = Kind {
    name: "token-in-address",
    severity: Severity::Weak,
    title: "A token is taken from the address",
    why: "Addresses are kept in logs, histories and Referer headers.",
    mend: "Take tokens from the header Authorization only.",
};
pub(in crate::cli::doctor) static PERSONAL: Kind = Kind {
    name: "token-personal",
    severity: Severity::Weak,
    title: "The token says who somebody is",
    why: "Every viewer on every site that people use gets to read it.",
    mend: "Put nothing personal into tokens (IIIF Auth 2.0, section 4.4).",
};
pub(in crate::cli::doctor) static UNUSABLE: Kind = Kind {
    name: "unusable-token",
    severity: Severity::Broken,
    title: "A token that is none leads to an error instead of a refusal",
    why: "Viewers send `Bearer undefined` or a token that has ended. They need the description with status 401 to ask for a new one.",
    mend: "Take an unusable token for none.",
};
pub(in crate::cli::doctor) static BODY: Kind = Kind {
    name: "description-differs",
    severity: Severity::Weak,
    title: "The description changes with signing in",
    why: "Viewers that have the one do not load the other: they stay with the size, tiles or services from before.",
    mend: "Serve the same document with 200 and 401.",
};
pub(in crate::cli::doctor) static TOSSED: Kind = Kind {
    name: "two-cookies",
    severity: Severity::Advice,
    title: "Of two cookies with the same name, one is chosen",
    why: "A neighbouring host can set a second cookie. Which one counts then depends on the order, and with it who somebody is.",
    mend: "Refuse a request with two, and give the cookie a name that begins with __Host-.",
};
pub(in crate::cli::doctor) static LOGOUT: Kind = Kind {
    name: "logout",
    severity: Severity::Hole,
    title: "Signing out does not end the session",
    why: "Whoever kept the cookie or the token (the next one at a reading room's computer, say) goes on seeing everything.",
    mend: "Keep sessions on the server, and delete them when somebody signs out; hold tokens against the session at each use. Cache no decisions.",
};
pub(in crate::cli::doctor) static SLOW: Kind = Kind {
    name: "logout-slow",
    severity: Severity::Weak,
    title: "Signing out takes effect after more than a second",
    why: "Viewers ask again after half a second to two, and show what should be gone.",
    mend: "Cache decisions for less than a second, or not at all (proxy_cache at the auth_request).",
};
pub(in crate::cli::doctor) static LOGOUT_PAGE: Kind = Kind {
    name: "logout-page",
    severity: Severity::Broken,
    title: "The page to sign out does not come",
    why: "The viewer opens it in a window, with and without `?origin=`.",
    mend: "Answer with a page and status 200 on a plain GET, and end the session at once.",
};
pub(in crate::cli::doctor) static FORGED: Kind = Kind {
    name: "logout-forged",
    severity: Severity::Weak,
    title: "Any page can sign its visitors out",
    why: "An image with the address of the sign-out on a foreign page is enough.",
    mend: "Where the browser says Sec-Fetch-Dest, act for `document` only.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[
    &OPENS,
    &TOKEN,
    &PIXELS,
    &SWAPPED,
    &IN_ADDRESS,
    &PERSONAL,
    &UNUSABLE,
    &BODY,
    &TOSSED,
    &LOGOUT,
    &SLOW,
    &LOGOUT_PAGE,
    &FORGED,
];

/// Bad if the answer is 200.
pub(in crate::cli::doctor) fn must_refuse(kind: &'static Kind, seen: &[&Seen]) -> Finding {
    let open = seen
        .iter()
        .filter(|seen| matches!(seen.status(), 200 | 206));
    let open: Vec<String> = open.map(|seen| seen.told()).collect();
    let refused: Vec<String> = seen.iter().map(|seen| seen.status().to_string()).collect();
    kind.judge(&open, format!("refused with {}", refused.join(", ")))
}

/// Bad unless it is 200.
pub(in crate::cli::doctor) fn must_open(kind: &'static Kind, seen: &Seen) -> Finding {
    match seen.status() {
        200 => kind.fine(seen.told()),
        _ => kind.bad(seen.told()),
    }
}

/// Whether a token says somebody's name, also inside of a JWT.
pub(in crate::cli::doctor) fn personal(tokens: &[&str], user: &str) -> Finding {
    let says = |text: &str| text.to_lowercase().contains(&user.to_lowercase());
    let open = tokens.iter().any(|token| {
        let parts = token
            .split('.')
            .filter_map(|part| URL_SAFE_NO_PAD.decode(part).ok());
        says(token)
            || parts
                .into_iter()
                .any(|part| says(&String::from_utf8_lossy(&part)))
    });
    if open {
        PERSONAL.bad(format!("the name {user} can be read in it"))
    } else {
        PERSONAL.fine("the name cannot be read in it")
    }
}

/// The descriptions with tokens that are none.
pub(in crate::cli::doctor) fn unusable(seen: &[&Seen], anonymous: &Seen) -> Finding {
    let wrong = seen
        .iter()
        .filter(|seen| seen.status() != anonymous.status());
    let wrong: Vec<String> = wrong.map(|seen| seen.told()).collect();
    UNUSABLE.judge(&wrong, format!("{}, as without one", anonymous.status()))
}

/// The description with a token, and without.
pub(in crate::cli::doctor) fn same_body(signed_in: &Seen, anonymous: &Seen) -> Finding {
    let body = |seen: &Seen| seen.answer().and_then(Answer::json);
    match (body(signed_in), body(anonymous)) {
        _ if signed_in.status() != 200 || anonymous.status() == 302 => {
            BODY.unknown("there are not two of them to compare")
        }
        (Some(one), Some(other)) if one == other => BODY.fine("it is the same"),
        _ => BODY.bad(format!(
            "it is another one with {} than with {}",
            signed_in.status(),
            anonymous.status()
        )),
    }
}

/// After how many milliseconds cookie and tokens were refused; `None` if they never were.
pub(in crate::cli::doctor) fn ended(what: &[(&str, Option<i64>)]) -> Vec<Finding> {
    let alive = what.iter().filter(|(_, after)| after.is_none());
    let alive: Vec<String> = alive
        .map(|(name, _)| {
            format!("{name} still opens the image or its description after ten seconds")
        })
        .collect();
    let took = |(name, after): &(&str, Option<i64>)| {
        after.map(|after| (after > 1000, format!("{name} after {after} ms")))
    };
    let times: Vec<(bool, String)> = what.iter().filter_map(took).collect();
    let told: Vec<String> = times.iter().map(|(_, told)| told.clone()).collect();
    let slow: Vec<String> = times
        .into_iter()
        .filter(|(slow, _)| *slow)
        .map(|(_, told)| told)
        .collect();
    let told = format!("refused: {}", told.join(", "));
    vec![LOGOUT.judge(&alive, told.clone()), SLOW.judge(&slow, told)]
}

/// Why nothing of it was examined.
pub(in crate::cli::doctor) fn unknown(why: &str) -> Vec<Finding> {
    KINDS
        .iter()
        .filter(|kind| kind.name != UNUSABLE.name)
        .map(|kind| kind.unknown(why))
        .collect()
}
