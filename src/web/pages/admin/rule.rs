//! The page of a rule, or of a new one.

use serde::Serialize;

use super::super::Page;
use super::super::parts::{Choice, Errors, Frame, Translation};
use super::access::AccessFields;

/// A rule, or a new one.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RulePage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Its number, unless it is a new one.
    pub id: Option<i32>,
    /// What it may be about.
    pub kinds: Vec<Choice>,
    /// The pattern in the form.
    pub pattern: String,
    /// What holds always, or from the first day on and until the last.
    pub during: AccessFields,
    /// The first day on which that holds.
    pub from: String,
    /// The first day on which it does not hold any more.
    pub until: String,
    /// What holds before.
    pub before: AccessFields,
    /// What holds after.
    pub after: AccessFields,
    /// Whether the dates are shown at once.
    pub period_open: bool,
    /// The institution's time zone.
    pub time_zone: String,
    /// What visitors read, in each language.
    pub messages: Vec<Translation>,
    /// Whether the texts are shown at once.
    pub messages_open: bool,
    /// The note in the form.
    pub note: String,
    /// What is odd about the rule as it is stored, in words.
    pub findings: Vec<String>,
    /// What is wrong.
    pub errors: Errors,
}

const KINDS: [(&str, &str); 3] = [
    ("image", "images"),
    ("manifest", "manifests"),
    ("file", "other files"),
];

impl Page for RulePage {
    const TEMPLATE: &'static str = "admin/rule.html";

    fn samples() -> Vec<Self> {
        let new = Self {
            frame: Frame {
                here: "/admin/rules",
                ..Frame::sample()
            },
            kinds: Choice::list(&KINDS, "image"),
            during: AccessFields::sample("", "roles", ""),
            before: AccessFields::sample("before.", "nobody", ""),
            after: AccessFields::sample("after.", "nobody", ""),
            time_zone: "Europe/Berlin".to_owned(),
            messages: Translation::samples(""),
            ..Self::default()
        };
        let embargo = Self {
            id: Some(7),
            pattern: "estate/letters/*".to_owned(),
            during: AccessFields::sample("", "public", ""),
            from: "2031-01-01".to_owned(),
            before: AccessFields::sample("before.", "roles", "300"),
            period_open: true,
            messages: Translation::samples("Closed until the author is dead for seventy years."),
            messages_open: true,
            note: "Contract of 1999.".to_owned(),
            findings: vec![
                "It can never decide: “estate/*” does the same for all below.".to_owned(),
            ],
            ..new.clone()
        };
        let mut errors = Errors::default();
        errors.add(
            "pattern",
            "Pattern",
            "may have `*` only as the last part, as in `maps/*`",
        );
        errors.add("size.1", "Size for Signed-in readers", "must be a number");
        errors.add("from", "First day", "there is no 31st of February");
        errors.add("before.roles", "Roles", "choose at least one");
        let faulty = Self {
            id: Some(1),
            pattern: "ma*".to_owned(),
            from: "2027-02-31".to_owned(),
            period_open: true,
            errors,
            ..new.clone()
        };
        let manifest = Self {
            kinds: Choice::list(&KINDS, "manifest"),
            ..new.clone()
        };
        vec![new, embargo, faulty, manifest]
    }
}
