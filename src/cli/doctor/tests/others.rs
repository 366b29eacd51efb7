//! Sites that somebody broke who had not read the checks.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::Ask;

use super::{broken, edit, is_info, is_picture, picture, set, wrong};

type Breaks = fn(&Ask, &mut Answer);

/// What is wrong, what is found, and how it is broken.
const SITES: &[(&str, &[&str], Breaks)] = &[
    (
        "token kept for a month",
        &["token-stored"],
        |ask, answer| {
            if ask.target.starts_with("/auth/token") {
                set(answer, "Cache-Control", "max-age=2592000");
            }
        },
    ),
    ("sign-in page kept", &["login-stored"], |ask, answer| {
        if ask.target.starts_with("/auth/login") {
            set(answer, "Cache-Control", "public, max-age=600");
        }
    }),
    ("HEAD is not guarded", &["bypass-method"], |ask, answer| {
        if is_picture(ask) && ask.method == "HEAD" {
            picture(answer);
        }
    }),
    (
        "ranges are not guarded",
        &["bypass-method"],
        |ask, answer| {
            if is_picture(ask) && ask.header("Range").is_some() {
                picture(answer);
                answer.status = 206;
            }
        },
    ),
    ("png is not guarded", &["bypass-path"], |ask, answer| {
        if ask.target.ends_with("default.png") {
            picture(answer);
        }
    }),
    (
        "capitals are not guarded",
        &["bypass-path"],
        |ask, answer| {
            if ask.target.starts_with("/IIIF/") {
                picture(answer);
            }
        },
    ),
    (
        "a query opens",
        &["bypass-path", "bypass-query"],
        |ask, answer| {
            if is_picture(&Ask {
                target: ask.target.split('?').next().unwrap().to_owned(),
                ..ask.clone()
            }) && ask.target.contains('?')
            {
                picture(answer);
            }
        },
    ),
    ("two slashes", &["bypass-path"], |ask, answer| {
        if ask.target.contains("//") && !ask.target.starts_with("http") {
            picture(answer);
        }
    }),
    ("no HSTS", &["hsts"], |_, answer| {
        answer
            .headers
            .retain(|(key, _)| !key.eq_ignore_ascii_case("Strict-Transport-Security"));
    }),
    (
        "search engines see all",
        &["bypass-header"],
        |ask, answer| {
            if is_picture(ask)
                && ask
                    .header("User-Agent")
                    .is_some_and(|agent| agent.contains("Googlebot"))
            {
                picture(answer);
            }
        },
    ),
    (
        "whoever comes from the site sees all",
        &["bypass-header"],
        |ask, answer| {
            if is_picture(ask)
                && ask
                    .header("Referer")
                    .is_some_and(|from| from.contains("images.example"))
            {
                picture(answer);
            }
        },
    ),
    ("the probe always says 200", &["probe"], |ask, answer| {
        if ask.target.contains("probe") {
            edit(answer, "\"status\":401", "\"status\":200");
        }
    }),
    (
        "the cookie of another door opens",
        &["token-is-cookie"],
        |ask, answer| {
            if is_picture(ask)
                && ask
                    .header("Cookie")
                    .is_some_and(|cookie| cookie.starts_with("gate="))
            {
                picture(answer);
                set(answer, "Vary", "Cookie");
            }
        },
    ),
    (
        "any bearer opens the description",
        &["unusable-token"],
        |ask, answer| {
            if is_info(ask) && ask.header("Authorization").is_some() {
                answer.status = 200;
            }
        },
    ),
];

#[test]
fn what_somebody_else_broke_is_found() {
    for (name, expected, breaks) in SITES {
        let found = wrong(broken(*breaks));
        let lacks = expected.iter().any(|kind| !found.contains(kind));
        assert!(!lacks, "{name}: {found:?} lacks some of {expected:?}");
    }
}
