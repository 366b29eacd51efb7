//! The page to sign in, in the window that a viewer opens, and the cookie that comes of it.

use crate::cli::doctor::ask::Seen;
use crate::cli::doctor::cookie::SetCookie;
use crate::cli::doctor::finding::{Finding, Kind, Severity};
use crate::cli::doctor::place::Server;

pub(in crate::cli::doctor) static UNREACHABLE: Kind = Kind {
    name: "login-unreachable",
    severity: Severity::Broken,
    title: "The page to sign in does not come",
    why: "It is what the viewer opens in a window. People see an error instead.",
    mend: "Open the address that is named here in a browser; look into the log of nginx and of the gate. It has to come with and without `?origin=`.",
};
pub(in crate::cli::doctor) static OPENER: Kind = Kind {
    name: "login-opener",
    severity: Severity::Broken,
    title: "The page to sign in cuts itself off from the viewer",
    why: "With Cross-Origin-Opener-Policy the viewer takes the window for closed at once, and asks for a token before anybody has typed a name: signing in seems to fail.",
    mend: "Do not send Cross-Origin-Opener-Policy with the pages of signing in and out (unsafe-none is fine).",
};
pub(in crate::cli::doctor) static FRAMED: Kind = Kind {
    name: "login-framed",
    severity: Severity::Weak,
    title: "The page to sign in can be shown inside another site's page",
    why: "A page that lays itself over it can make people click and type what they do not see.",
    mend: "Send Content-Security-Policy: frame-ancestors 'none' (and X-Frame-Options: DENY) with it.",
};
pub(in crate::cli::doctor) static POLICY: Kind = Kind {
    name: "login-policy",
    severity: Severity::Advice,
    title: "The page to sign in has no Content-Security-Policy against foreign scripts",
    why: "If anybody ever manages to write into the page, the policy is what keeps a script from reading the password.",
    mend: "Send Content-Security-Policy with default-src or script-src, without 'unsafe-inline'.",
};
pub(in crate::cli::doctor) static STORED: Kind = Kind {
    name: "login-stored",
    severity: Severity::Weak,
    title: "Pages of signing in may be stored",
    why: "The page holds what belongs to one visitor; from a cache the next one gets it, and signing in fails in ways that nobody can explain.",
    mend: "Send Cache-Control: no-store with the pages of signing in and out.",
};
pub(in crate::cli::doctor) static SIGN_IN: Kind = Kind {
    name: "sign-in",
    severity: Severity::Broken,
    title: "Signing in gives no cookie",
    why: "Without the cookie there is neither token nor picture.",
    mend: "Try name and password in a browser. If they are right, look whether a proxy drops Set-Cookie, or the header Origin of the form.",
};
pub(in crate::cli::doctor) static COOKIE: Kind = Kind {
    name: "cookie-readable",
    severity: Severity::Hole,
    title: "The cookie can be read where it should not",
    why: "Without Secure it also goes out over plain http; without HttpOnly any script on a page of the site can read it, and who has it is signed in.",
    mend: "Set the cookie with Secure and HttpOnly.",
};
pub(in crate::cli::doctor) static CROSS_SITE: Kind = Kind {
    name: "cookie-cross-site",
    severity: Severity::Broken,
    title: "The cookie does not reach the images in viewers on other sites",
    why: "Browsers send it with the tiles of a viewer on another site only with SameSite=None; Secure. With Partitioned it stays in the window of the sign-in.",
    mend: "Set the cookie with SameSite=None; Secure and without Partitioned. (If all viewers stand on the same site, Lax is right, and this may be ignored.)",
};
pub(in crate::cli::doctor) static WIDE: Kind = Kind {
    name: "cookie-wide",
    severity: Severity::Weak,
    title: "The cookie goes further or lives longer than needed",
    why: "With Domain it is sent to all hosts below, one of which may be somebody else's; and one that lives for months opens the images to whoever uses the computer then.",
    mend: "Leave Domain out, and let it live for days at most.",
};
pub(in crate::cli::doctor) static FIXED: Kind = Kind {
    name: "cookie-fixed",
    severity: Severity::Weak,
    title: "The cookie is the same before and after signing in",
    why: "Who has put a cookie into somebody's browser beforehand is signed in as that person afterwards.",
    mend: "Make a new session when somebody signs in.",
};
pub(in crate::cli::doctor) static FORGED: Kind = Kind {
    name: "sign-in-forged",
    severity: Severity::Weak,
    title: "Other sites can send the form to sign in",
    why: "A foreign page can sign its visitors in under a name of its choice, without their knowledge.",
    mend: "Refuse the form when Origin or Sec-Fetch-Site names another site, and put a secret of the visitor into it.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[
    &UNREACHABLE,
    &OPENER,
    &FRAMED,
    &POLICY,
    &STORED,
    &SIGN_IN,
    &COOKIE,
    &CROSS_SITE,
    &WIDE,
    &FIXED,
    &FORGED,
];

/// A month.
const LONG: i64 = 31 * 24 * 60 * 60;

/// The pages, as somebody gets them who is not signed in.
pub(in crate::cli::doctor) fn pages(seen: &[Seen]) -> Vec<Finding> {
    let told = |problem: fn(&Seen) -> Option<String>| -> Vec<String> {
        let problems = seen.iter().filter_map(|seen| Some((seen, problem(seen)?)));
        problems
            .map(|(seen, problem)| format!("{}{problem}", seen.told()))
            .collect()
    };
    vec![
        UNREACHABLE.judge(
            &told(|seen| (!comes(seen)).then(String::new)),
            format!("{} pages came", seen.len()),
        ),
        OPENER.judge(&told(opener), "none does"),
        FRAMED.judge(&told(framed), "it refuses to be framed"),
        POLICY.judge(&told(policy), "there is one"),
        STORED.judge(&told(stored), "no-store"),
    ]
}

fn comes(seen: &Seen) -> bool {
    seen.answer()
        .is_some_and(|answer| answer.is_html() && answer.status == 200 || answer.is_redirect())
}

fn opener(seen: &Seen) -> Option<String> {
    let policy = seen.header("Cross-Origin-Opener-Policy")?;
    (policy != "unsafe-none").then(|| format!(", Cross-Origin-Opener-Policy: {policy}"))
}

fn framed(seen: &Seen) -> Option<String> {
    let answer = seen.answer().filter(|answer| answer.is_html())?;
    let ancestors = answer.joined("Content-Security-Policy");
    let by_policy = ancestors
        .split(';')
        .any(|part| part.trim().starts_with("frame-ancestors") && !part.contains('*'));
    let by_option = ["deny", "sameorigin"].contains(&answer.joined("X-Frame-Options").as_str());
    let problem = ", with neither frame-ancestors nor X-Frame-Options";
    (!by_policy && !by_option).then(|| problem.to_owned())
}

fn policy(seen: &Seen) -> Option<String> {
    let answer = seen.answer().filter(|answer| answer.is_html())?;
    let policy = answer.joined("Content-Security-Policy");
    let is_there = policy.contains("default-src") || policy.contains("script-src");
    (!is_there || policy.contains("script-src 'unsafe-inline'"))
        .then(|| format!(", Content-Security-Policy: {policy}"))
}

fn stored(seen: &Seen) -> Option<String> {
    let answer = seen.answer().filter(|answer| answer.is_html())?;
    let control = answer.joined("Cache-Control");
    (!control.contains("no-store")).then(|| format!(", Cache-Control: {control}"))
}

/// The cookies of a sign-in that succeeded, with those that were there before.
pub(in crate::cli::doctor) fn cookies(
    server: &Server,
    set: &[SetCookie],
    is_fixed: bool,
) -> Vec<Finding> {
    let (mut readable, mut stays, mut wide) = (Vec::new(), Vec::new(), Vec::new());
    for cookie in set {
        let name = &cookie.name;
        let has = |attribute| cookie.attribute(attribute).is_some();
        if server.secure && !has("secure") {
            readable.push(format!("{name} is not Secure"));
        }
        if !has("httponly") {
            readable.push(format!("{name} is not HttpOnly"));
        }
        let same_site = cookie.attribute("samesite").unwrap_or("missing");
        if server.secure && !same_site.eq_ignore_ascii_case("none") {
            stays.push(format!("SameSite of {name} is {same_site}"));
        }
        if has("partitioned") {
            stays.push(format!("{name} is Partitioned"));
        }
        if let Some(domain) = cookie.attribute("domain") {
            wide.push(format!("{name} has Domain={domain}"));
        }
        if let Some(life) = cookie.life().filter(|life| *life > LONG) {
            wide.push(format!("{name} lives for {} days", life / 86_400));
        }
    }
    let names: Vec<&str> = set.iter().map(|cookie| cookie.name.as_str()).collect();
    let names = names.join(", ");
    let fixed = if is_fixed {
        FIXED.bad(format!("{names} was set by the form already, and not anew"))
    } else {
        FIXED.fine("it is new")
    };
    vec![
        COOKIE.judge(&readable, names.clone()),
        CROSS_SITE.judge(&stays, names.clone()),
        WIDE.judge(&wide, names),
        fixed,
    ]
}

/// The form, sent as if by another site.
pub(in crate::cli::doctor) fn forged(seen: &Seen) -> Finding {
    let sets = seen.answer().is_some_and(|answer| {
        answer.is_redirect() && !crate::cli::doctor::cookie::set_by(answer).is_empty()
    });
    if sets {
        FORGED.bad(seen.told())
    } else {
        FORGED.fine(seen.told())
    }
}

/// Why nothing of a sign-in was examined.
pub(in crate::cli::doctor) fn unknown(why: &str) -> Vec<Finding> {
    let kinds = [&SIGN_IN, &COOKIE, &CROSS_SITE, &WIDE, &FIXED, &FORGED];
    kinds.map(|kind| kind.unknown(why)).into()
}
