//! The page that explains a decision.

use serde::Serialize;

use super::super::Page;
use super::super::parts::{Choice, Errors, Frame};
use super::lint::RuleLink;

/// The question, and the answer.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExplainPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The URL or identifier asked about.
    pub what: String,
    /// What an identifier may name.
    pub kinds: Vec<Choice>,
    /// The user's name; nobody is signed in if empty.
    pub user: String,
    /// The roles of terms and kiosks that the visitor may have obtained.
    pub grants: Vec<Choice>,
    /// The address asked from.
    pub address: String,
    /// The day and time of asking, in the institution's time zone.
    pub at: String,
    /// The institution's time zone.
    pub time_zone: String,
    /// The answer.
    pub answer: Option<ExplainAnswer>,
    /// What is wrong with the question.
    pub errors: Errors,
}

/// What is decided, and why.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExplainAnswer {
    /// `allow`, `challenge` or `refuse`.
    pub verdict: &'static str,
    /// The verdict in a sentence.
    pub headline: String,
    /// The facts, in order.
    pub facts: Vec<Fact>,
    /// The rule that decides; none where the default does.
    pub rule: Option<RuleLink>,
    /// What is missing, and how it is obtained.
    pub ways: Vec<String>,
    /// The headers that are sent.
    pub headers: Vec<Header>,
}

/// A fact with its name.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// What it is about.
    pub label: &'static str,
    /// The fact.
    pub text: String,
}

/// A header of an answer.
#[derive(Debug, Clone, Serialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl ExplainAnswer {
    fn sample() -> Self {
        let fact = |label, text: &str| Fact {
            label,
            text: text.to_owned(),
        };
        Self {
            verdict: "challenge",
            headline: "Not yet: signing in would help (401).".to_owned(),
            facts: vec![
                fact("Why", "Nobody is signed in. (sign-in-needed)"),
                fact("What", "image maps/world.tif"),
                fact("Sight", "up to 300 px on the long side of the whole image"),
                fact("Who", "nobody signed in, from 192.0.2.17"),
                fact("When", "2026-11-22 09:00, Europe/Berlin"),
                fact("Open to", "staff, maps up to 1,500 px"),
            ],
            rule: Some(RuleLink::sample(1, "maps/*")),
            ways: vec![
                "staff: sign in as a user who was given it.".to_owned(),
                "maps: accept its terms.".to_owned(),
            ],
            headers: vec![Header {
                name: "X-Auth-Reason".to_owned(),
                value: "sign-in-needed".to_owned(),
            }],
        }
    }
}

impl Page for ExplainPage {
    const TEMPLATE: &'static str = "admin/explain.html";

    fn samples() -> Vec<Self> {
        let empty = Self {
            frame: Frame {
                here: "/admin/rules",
                ..Frame::sample()
            },
            kinds: Choice::list(
                &[
                    ("image", "an image"),
                    ("manifest", "a manifest"),
                    ("file", "another file"),
                ],
                "image",
            ),
            grants: Choice::list(&[("5", "reading (terms)"), ("8", "kiosk (kiosk)")], "5"),
            time_zone: "Europe/Berlin".to_owned(),
            ..Self::default()
        };
        let asked = Self {
            what: "https://images.example.org/iiif/images/maps%2Fworld.tif/info.json".to_owned(),
            address: "192.0.2.17".to_owned(),
            answer: Some(ExplainAnswer::sample()),
            ..empty.clone()
        };
        let allowed = Self {
            answer: Some(ExplainAnswer {
                verdict: "allow",
                headline: "Yes (200).".to_owned(),
                rule: None,
                ways: Vec::new(),
                ..ExplainAnswer::sample()
            }),
            ..asked.clone()
        };
        let refused = Self {
            answer: Some(ExplainAnswer {
                verdict: "refuse",
                headline: "No, and nothing that the visitor can do would help (403).".to_owned(),
                ways: Vec::new(),
                ..ExplainAnswer::sample()
            }),
            ..asked.clone()
        };
        let mut errors = Errors::default();
        errors.add("user", "User", "there is no user `bob`");
        let faulty = Self {
            user: "bob".to_owned(),
            answer: None,
            errors,
            ..asked.clone()
        };
        vec![empty, asked, allowed, refused, faulty]
    }
}
