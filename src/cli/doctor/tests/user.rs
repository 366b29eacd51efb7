//! Faults that somebody meets who signs in.

use crate::cli::doctor::ask::Ask;

use super::{broken, edit, is_info, is_picture, picture, set, site, try_with, wishes, wrong};
use crate::cli::doctor::examiner::Wishes;
use crate::cli::doctor::finding::Severity;
use crate::cli::doctor::ideal::Ideal;

#[test]
fn faults_of_cookies_are_found() {
    for (from, to, name) in [
        ("; Secure", "", "cookie-readable"),
        ("; HttpOnly", "", "cookie-readable"),
        ("SameSite=None", "SameSite=Lax", "cookie-cross-site"),
        (
            "SameSite=None",
            "SameSite=None; Partitioned",
            "cookie-cross-site",
        ),
        ("; Path=/", "; Domain=example", "cookie-wide"),
        ("Max-Age=3600", "Max-Age=99999999", "cookie-wide"),
    ] {
        let found = wrong(broken(move |_, answer| {
            for (key, value) in &mut answer.headers {
                if key == "Set-Cookie" {
                    *value = value.replace(from, to);
                }
            }
        }));
        assert_eq!(found, [name], "{from} -> {to}");
    }
}

#[test]
fn faults_of_tokens_are_found() {
    for (from, to, name) in [
        ("\"https://viewer.example\"", "\"*\"", "token-target"),
        ("\\u003c", "<", "token-script"),
        ("postMessage", "postMassage", "token-page"),
        (
            "\"expiresIn\":300",
            "\"expiresIn\":\"300\"",
            "token-message",
        ),
        ("missingAspect", "noCookie", "token-message"),
        (
            "invalidRequest",
            "invalidRequest\",\"accessToken\":\"t",
            "token-without-origin",
        ),
        (
            "missingCredentials\"",
            "missingCredentials\",\"accessToken\":\"t\"",
            "token-for-nobody",
        ),
        ("\"first\"", "\"YWRh.ada.x\"", "token-personal"),
    ] {
        let found = wrong(broken(move |ask, answer| {
            if ask.target.starts_with("/auth/token") {
                edit(answer, from, to);
            }
        }));
        assert!(
            found.contains(&name),
            "{from} -> {to}: {found:?} lacks {name}"
        );
    }
}

#[test]
fn credentials_that_open_what_they_should_not_are_found() {
    let bears = |ask: &Ask| {
        ask.header("Authorization")
            .is_some_and(|value| value.contains("first"))
    };
    let found = wrong(broken(move |ask, answer| {
        if bears(ask) && is_picture(ask) {
            picture(answer);
        }
    }));
    assert_eq!(found, ["token-opens-image"]);
    let found = wrong(broken(|ask, answer| {
        if ask.target.contains("?access_token=first") {
            answer.status = 200;
        }
    }));
    assert_eq!(found, ["token-in-address"]);
    let found = wrong(broken(|ask, answer| {
        if ask.header("Cookie") == Some("gate=first") {
            picture(answer);
        }
    }));
    assert_eq!(found, ["token-is-cookie"]);
    let found = wrong(broken(|ask, answer| {
        if ask.header("Authorization") == Some("Bearer undefined") && is_info(ask) {
            answer.status = 400;
        }
    }));
    assert_eq!(found, ["unusable-token"]);
    let found = wrong(broken(|ask, answer| {
        if ask.header("Cookie") == Some("gate=doctor; gate=handle") {
            picture(answer);
        }
    }));
    assert_eq!(found, ["two-cookies"]);
}

#[test]
fn a_session_that_outlives_its_end_is_found() {
    let found = wrong(broken(|ask, answer| {
        if ask.header("Cookie") == Some("gate=handle") && is_picture(ask) {
            picture(answer);
            set(answer, "Vary", "Cookie");
        }
    }));
    assert_eq!(found, ["logout"]);
    // The session is in force for some more requests after the sign-out.
    let left = std::cell::Cell::new(0);
    let slow = broken(move |ask, answer| {
        if ask.header("Sec-Fetch-Dest") == Some("document") {
            left.set(4);
        }
        let is_own = ask.header("Cookie") == Some("gate=handle");
        if left.get() > 0 && is_own && is_picture(ask) {
            left.set(left.get() - 1);
            picture(answer);
            set(answer, "Vary", "Cookie");
        }
    });
    assert_eq!(wrong(slow), ["logout-slow"]);
}

#[test]
fn a_cookie_from_a_browser_does_where_a_password_is_not_enough() {
    let with_cookie = |cookie: &str, site: Ideal| {
        let mut site = Ideal {
            is_signed_in: true,
            ..site
        };
        let wishes = Wishes {
            user: None,
            cookie: Some(cookie.into()),
            ..wishes()
        };
        let report = try_with(&mut site, wishes).unwrap();
        let signs_in = |line: &String| line.contains("POST") && line.contains("/auth/login");
        assert!(!site.asked.iter().any(signs_in), "{:?}", site.asked);
        [report.names(Severity::Hole), report.names(Severity::Broken)].concat()
    };
    assert_eq!(with_cookie("gate=handle", site()), [""; 0]);
    assert!(with_cookie("gate=other", site()).contains(&"cookie-opens"));
    let open = broken(|ask, answer| {
        if is_picture(ask) && ask.header("Authorization").is_some() {
            picture(answer);
        }
    });
    assert!(with_cookie("gate=handle", open).contains(&"token-opens-image"));
}
