//! The probe service of IIIF Auth 2.0: whether the token opens the image.

use serde_json::Value;

use crate::cli::doctor::ask::Seen;
use crate::cli::doctor::finding::{Finding, Kind, Severity};

pub(in crate::cli::doctor) static PROBE: Kind = Kind {
    name: "probe",
    severity: Severity::Broken,
    title: "The probe service does not answer as viewers need it",
    why: "Viewers of version 2 ask it before anything else. It answers with HTTP status 200 whatever the answer is, which stands in the document.",
    mend: "See IIIF Auth 2.0, section 5: HTTP 200, type AuthProbeResult2, `status` as a number: 401 without a usable token.",
};
pub(in crate::cli::doctor) static DIFFERS: Kind = Kind {
    name: "probe-differs",
    severity: Severity::Broken,
    title: "The probe says something else than the image does",
    why: "Viewers believe the probe: either they ask people to sign in again and again, or they show empty frames.",
    mend: "Decide about probe and image in the same place, with the same rules.",
};
pub(in crate::cli::doctor) static WORDS: Kind = Kind {
    name: "probe-words",
    severity: Severity::Advice,
    title: "The probe says no, and nothing to read",
    why: "Viewers show heading and note to people; without them there is a refusal without a reason.",
    mend: "Send `heading` and `note` as language maps where the status is 401 or 403.",
};
pub(in crate::cli::doctor) static STORED: Kind = Kind {
    name: "probe-stored",
    severity: Severity::Weak,
    title: "Answers of the probe may be stored",
    why: "After signing in, the viewer gets the answer from before.",
    mend: "Send Cache-Control: no-store with them.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[&PROBE, &DIFFERS, &WORDS, &STORED];

/// The answers without a token, and with one that is none.
pub(in crate::cli::doctor) fn refused(seen: &[&Seen]) -> Vec<Finding> {
    let mut problems = Vec::new();
    let (mut silent, mut stored) = (Vec::new(), Vec::new());
    for seen in seen {
        let told = seen.told();
        match result(seen) {
            Err(problem) => problems.push(format!("{told}: {problem}")),
            Ok(document) => {
                let status = status(&document);
                if !matches!(status, Some(401 | 403)) {
                    let status = status.unwrap_or_default();
                    problems.push(format!("{told}: its status is {status} instead of 401"));
                }
                if document.get("heading").is_none() || document.get("note").is_none() {
                    silent.push(told.clone());
                }
                let control = seen.header("Cache-Control").unwrap_or_default();
                if !control.contains("no-store") {
                    stored.push(format!("{told}, Cache-Control: {control}"));
                }
            }
        }
    }
    vec![
        PROBE.judge(&problems, "status 401 in a document that comes with 200"),
        WORDS.judge(&silent, "heading and note"),
        STORED.judge(&stored, "no-store"),
    ]
}

/// The answer with a token, and what the image itself said to the cookie behind it.
pub(in crate::cli::doctor) fn with_token(seen: &Seen, image: &Seen) -> Finding {
    let opens = image.status() == 200;
    match result(seen) {
        Err(problem) => DIFFERS.bad(format!("{}: {problem}", seen.told())),
        Ok(document) => {
            let status = status(&document).unwrap_or_default();
            let told = format!("{status} in the probe, {} for the image", image.status());
            let leads = matches!(status, 301..=308) && document.get("location").is_some();
            if opens == (status == 200 || leads) {
                DIFFERS.fine(told)
            } else {
                DIFFERS.bad(told)
            }
        }
    }
}

fn status(document: &Value) -> Option<i64> {
    document.get("status").and_then(Value::as_i64)
}

fn result(seen: &Seen) -> Result<Value, String> {
    let answer = seen.answer.as_ref().map_err(ToString::to_string)?;
    if answer.status != 200 {
        return Err("the HTTP status is not 200".to_owned());
    }
    let document = answer.json().ok_or("it is no JSON")?;
    let kind = document.get("type").and_then(Value::as_str);
    if kind != Some("AuthProbeResult2") {
        return Err("its type is not AuthProbeResult2".to_owned());
    }
    if status(&document).is_none() {
        return Err("its `status` is no number".to_owned());
    }
    Ok(document)
}
