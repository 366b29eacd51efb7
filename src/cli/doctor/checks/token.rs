//! The token services: a page in a hidden frame that posts a token, or why there is none.

use serde_json::Value;

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::Seen;
use crate::cli::doctor::finding::{Finding, Kind, Severity};
use crate::cli::doctor::page::posted;

pub(in crate::cli::doctor) static PAGE: Kind = Kind {
    name: "token-page",
    severity: Severity::Broken,
    title: "The token service does not tell the viewer anything",
    why: "The viewer waits for a message from a hidden frame, and gives up after five seconds. Whatever happened, the answer is a page with status 200 that posts a message, at this very address.",
    mend: "Answer with status 200 and a page that calls window.parent.postMessage, also when nobody is signed in, and lead to no other page.",
};
pub(in crate::cli::doctor) static MESSAGE: Kind = Kind {
    name: "token-message",
    severity: Severity::Broken,
    title: "The message of the token service is not what viewers understand",
    why: "Viewers look for their own messageId, unchanged, and for the words of the specification; other messages they drop, and wait.",
    mend: "See IIIF Auth 1.0 section 2.2 and 2.0 section 4: messageId as it was sent (a whole address, too), accessToken and expiresIn as a number, or an error with its name.",
};
pub(in crate::cli::doctor) static TARGET: Kind = Kind {
    name: "token-target",
    severity: Severity::Hole,
    title: "The token is posted to whatever page stands around it",
    why: "With `*` as the target any page that frames the token service gets the token of whoever looks at it.",
    mend: "Post to the origin that the viewer sent, after reading it as an address; never to `*`.",
};
pub(in crate::cli::doctor) static NO_ORIGIN: Kind = Kind {
    name: "token-without-origin",
    severity: Severity::Hole,
    title: "A token is given to a viewer that does not say where it stands",
    why: "Without an origin the message can only go to everybody.",
    mend: "Answer an error where `origin` is missing, empty, `null` or no address.",
};
pub(in crate::cli::doctor) static WRITTEN: Kind = Kind {
    name: "token-script",
    severity: Severity::Hole,
    title: "Foreign scripts can be written into the token page",
    why: "What stands in messageId or origin comes back as part of the page. A link is enough to run a script on the site where people sign in.",
    mend: "Write both as JSON with <, > and & escaped as \\u003c, \\u003e, \\u0026, and send a Content-Security-Policy with a nonce.",
};
pub(in crate::cli::doctor) static FRAME: Kind = Kind {
    name: "token-framing",
    severity: Severity::Broken,
    title: "The token page refuses to be framed",
    why: "Viewers open it in a hidden frame on their own site. With X-Frame-Options or frame-ancestors the browser shows nothing, and no token comes.",
    mend: "Send neither for the token page (mostly it is set for the whole server); or list the sites of your viewers in frame-ancestors.",
};
pub(in crate::cli::doctor) static STORED: Kind = Kind {
    name: "token-stored",
    severity: Severity::Hole,
    title: "The answer with the token may be stored",
    why: "A cache between, or the browser of a shared computer, gives the token to the next one.",
    mend: "Send Cache-Control: no-store with the token page and the JSON.",
};
pub(in crate::cli::doctor) static JSON: Kind = Kind {
    name: "token-json",
    severity: Severity::Broken,
    title: "Programs get no token",
    why: "Clients that are no browsers ask without messageId, and want JSON (IIIF Auth 1.0, section 2.2.3).",
    mend: "Without messageId, answer application/json: accessToken with 200, or error with 401.",
};
pub(in crate::cli::doctor) static GIVEN: Kind = Kind {
    name: "token-for-nobody",
    severity: Severity::Hole,
    title: "Somebody who is not signed in gets a token",
    why: "Whoever has a token reads the descriptions of protected images, and viewers think that they are signed in.",
    mend: "Give tokens to those with a cookie of a session that is in force.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[
    &PAGE, &MESSAGE, &TARGET, &NO_ORIGIN, &WRITTEN, &FRAME, &STORED, &JSON, &GIVEN,
];

/// A messageId as Mirador sends it, and one that tries to leave the script.
pub(in crate::cli::doctor) const ADDRESS_AS_ID: &str = "https://viewer.example/token?a=1&b='2'";
pub(in crate::cli::doctor) const SCRIPT_AS_ID: &str = "</script><i>doctor";

const ERRORS_1: [&str; 5] = [
    "invalidRequest",
    "missingCredentials",
    "invalidCredentials",
    "invalidOrigin",
    "unavailable",
];
const ERRORS_2: [&str; 6] = [
    "invalidRequest",
    "invalidOrigin",
    "missingAspect",
    "invalidAspect",
    "expiredAspect",
    "unavailable",
];

/// The answers of one token service to somebody who is not signed in.
pub(in crate::cli::doctor) struct Asked<'a> {
    pub(in crate::cli::doctor) version: u8,
    /// With an address as messageId, and the origin.
    pub(in crate::cli::doctor) page: &'a Seen,
    /// With a messageId that tries to leave the script.
    pub(in crate::cli::doctor) script: &'a Seen,
    /// Without an origin.
    pub(in crate::cli::doctor) without_origin: &'a Seen,
    /// Without anything: version 1 only.
    pub(in crate::cli::doctor) json: Option<&'a Seen>,
    pub(in crate::cli::doctor) origin: &'a str,
}

impl Asked<'_> {
    /// Judges them.
    pub(in crate::cli::doctor) fn findings(&self) -> Vec<Finding> {
        let all = [
            Some(self.page),
            Some(self.script),
            Some(self.without_origin),
            self.json,
        ];
        let all: Vec<&Seen> = all.into_iter().flatten().collect();
        let given = all.iter().filter(|seen| gives_token(seen));
        let given: Vec<String> = given.map(|seen| seen.told()).collect();
        let mut found = vec![
            page(self.page),
            self.message(),
            target(self.page, self.origin),
            self.script(),
            frame(self.page, self.origin),
            stored(&all),
            GIVEN.judge(&given, "there is none"),
        ];
        found.extend(self.json.map(json));
        found
    }

    fn message(&self) -> Finding {
        let Some((message, _)) = self.page.answer().and_then(|page| posted(&page.text())) else {
            return MESSAGE.unknown("the message is put together by a script, or there is none");
        };
        MESSAGE.judge(
            &problems(&message, self.version, ADDRESS_AS_ID),
            told(&message),
        )
    }

    fn script(&self) -> Finding {
        let body = self
            .script
            .answer()
            .map(|answer| answer.text().into_owned());
        if body.is_some_and(|body| body.contains(SCRIPT_AS_ID)) {
            WRITTEN.bad(format!("{}: it comes back as it is", self.script.told()))
        } else {
            WRITTEN.fine("what is sent comes back escaped, or not at all")
        }
    }
}

/// Whether a token is in it.
pub(in crate::cli::doctor) fn gives_token(seen: &Seen) -> bool {
    token(seen).is_some()
}

/// The token in it, whether page or JSON.
pub(in crate::cli::doctor) fn token(seen: &Seen) -> Option<String> {
    let answer = seen.answer()?;
    let message = answer.json().or_else(|| Some(posted(&answer.text())?.0))?;
    Some(message.get("accessToken")?.as_str()?.to_owned())
}

fn page(seen: &Seen) -> Finding {
    let posts = seen.answer().is_some_and(|answer| {
        answer.status == 200 && answer.is_html() && answer.text().contains("postMessage")
    });
    if posts {
        PAGE.fine(seen.told())
    } else {
        PAGE.bad(seen.told())
    }
}

/// What is wrong with a message.
pub(in crate::cli::doctor) fn problems(message: &Value, version: u8, id: &str) -> Vec<String> {
    let mut problems = Vec::new();
    let text = |name: &str| message.get(name).and_then(Value::as_str);
    if text("messageId") != Some(id) {
        let sent = message.get("messageId").unwrap_or(&Value::Null);
        problems.push(format!("messageId is {sent} instead of \"{id}\""));
    }
    let has_token = message.get("accessToken").is_some();
    let life = message.get("expiresIn").and_then(Value::as_i64);
    if has_token && life.is_none_or(|seconds| seconds <= 0) {
        problems.push("expiresIn is no number above zero".to_owned());
    }
    let (name, errors): (_, &[&str]) = match version {
        1 => ("error", &ERRORS_1),
        _ => ("profile", &ERRORS_2),
    };
    let error = text(name).unwrap_or_default();
    if !has_token && !errors.contains(&error) {
        problems.push(format!(
            "`{name}` is `{error}`, which is none of {}",
            errors.join(", ")
        ));
    }
    if version == 2 {
        let wanted = if has_token {
            "AuthAccessToken2"
        } else {
            "AuthAccessTokenError2"
        };
        let is_2 = text("@context") == Some("http://iiif.io/api/auth/2/context.json");
        if text("type") != Some(wanted) || !is_2 {
            problems.push(format!("type or @context is not that of {wanted}"));
        }
    }
    problems
}

fn told(message: &Value) -> String {
    let error = message.get("error").or_else(|| message.get("profile"));
    match error.and_then(Value::as_str) {
        Some(error) => format!("it says {error}"),
        None => "a token".to_owned(),
    }
}

/// To whom the message goes.
pub(in crate::cli::doctor) fn target(seen: &Seen, origin: &str) -> Finding {
    let body = seen.answer().map(|answer| answer.text().into_owned());
    let body = body.unwrap_or_default();
    match posted(&body) {
        Some((_, Some(target))) if target == origin => TARGET.fine(format!("it goes to {target}")),
        Some((_, Some(target))) => TARGET.bad(format!(
            "{}: it goes to {target}, not to {origin}",
            seen.told()
        )),
        _ if body.contains("\"*\"") || body.contains("'*'") => {
            TARGET.bad(format!("{}: `*` stands in its script", seen.told()))
        }
        _ if body.contains("postMessage") => TARGET.fine("`*` does not stand in its script"),
        _ => TARGET.unknown("no page came that posts anything"),
    }
}

fn frame(seen: &Seen, origin: &str) -> Finding {
    let Some(answer) = seen.answer() else {
        return FRAME.unknown(seen.told());
    };
    let policy = answer.joined("Content-Security-Policy");
    let mut ancestors = policy.split(';').map(str::trim);
    let ancestors = ancestors.find(|part| part.starts_with("frame-ancestors"));
    if let Some(options) = answer.header("X-Frame-Options") {
        return FRAME.bad(format!("{}, X-Frame-Options: {options}", seen.told()));
    }
    match ancestors {
        Some(part) if !part.contains(origin) => FRAME.bad(format!("{}, {part}", seen.told())),
        _ => FRAME.fine("it can be framed"),
    }
}

/// Whether all of them must not be stored.
pub(in crate::cli::doctor) fn stored(seen: &[&Seen]) -> Finding {
    let stored = seen.iter().filter(|seen| {
        let answer = seen
            .answer()
            .filter(|answer| matches!(answer.status, 200 | 401));
        answer.is_some_and(|answer| !answer.joined("Cache-Control").contains("no-store"))
    });
    let stored: Vec<String> = stored.map(|seen| seen.told()).collect();
    STORED.judge(&stored, "no-store")
}

fn json(seen: &Seen) -> Finding {
    let error = seen.answer().and_then(Answer::json);
    let error = error.and_then(|json| Some(json.get("error")?.as_str()?.to_owned()));
    match error {
        Some(error) if ERRORS_1.contains(&error.as_str()) && seen.status() >= 400 => {
            JSON.fine(format!("{}, {error}", seen.status()))
        }
        _ if gives_token(seen) => JSON.fine("a token"),
        _ => JSON.bad(seen.told()),
    }
}

/// Without an origin, for somebody who is signed in.
pub(in crate::cli::doctor) fn without_origin(seen: &[&Seen]) -> Finding {
    let given = seen.iter().filter(|seen| gives_token(seen));
    let given: Vec<String> = given.map(|seen| seen.told()).collect();
    NO_ORIGIN.judge(&given, "there is no token without an origin")
}
