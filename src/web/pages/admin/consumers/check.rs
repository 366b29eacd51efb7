//! What is to be thought of a token.

use serde::Serialize;

use super::super::super::Page;
use super::super::super::parts::{Errors, Frame};
use super::{Fact, frame};

/// Asks for a token, and says what it is worth. The token itself is not shown again.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CheckPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// What was found out.
    pub verdict: Option<Verdict>,
    /// What is wrong with the form.
    pub errors: Errors,
}

/// What a token is worth.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Verdict {
    /// `allow` or `refuse`, for the color.
    pub kind: &'static str,
    /// In one sentence.
    pub headline: String,
    /// The reason as programs are told it.
    pub reason: Option<&'static str>,
    /// What to do about it.
    pub advice: &'static str,
    /// What follows from it.
    pub facts: Vec<Fact>,
    /// The number and name of the consumer, if there is one with this key.
    pub consumer: Option<ConsumerLink>,
    /// The header of the token, as it says.
    pub header: Option<String>,
    /// The claims of the token, as it says.
    pub claims: Option<String>,
}

/// A consumer, to click on.
#[derive(Debug, Clone, Serialize)]
pub struct ConsumerLink {
    /// Its number.
    pub id: i32,
    /// What people call it.
    pub name: String,
}

impl Page for CheckPage {
    const TEMPLATE: &'static str = "admin/consumers/check.html";

    fn samples() -> Vec<Self> {
        let empty = Self {
            frame: frame(),
            ..Self::default()
        };
        let header = Some("{\n  \"alg\": \"HS256\",\n  \"typ\": \"JWT\"\n}".to_owned());
        let claims = Some("{\n  \"userId\": \"<b>alice</b>\",\n  \"ttl\": \"3600\"\n}".to_owned());
        let good = Verdict {
            kind: "allow",
            headline: "The token is good.".to_owned(),
            facts: vec![
                Fact::new("User", "alice"),
                Fact::new("Roles", "none"),
                Fact::new("Issued", "2026-11-22 10:00:00 UTC"),
                Fact::new("Ends", "2026-11-22 11:00:00 UTC, in 42 minutes"),
                Fact::code("Pages", vec!["https://doc.land".to_owned()]),
                Fact::code("Paths", vec!["/annotator/".to_owned()]),
            ],
            consumer: Some(ConsumerLink {
                id: 2,
                name: "DocLand".to_owned(),
            }),
            header,
            claims,
            ..Verdict::default()
        };
        let bad = Verdict {
            kind: "refuse",
            headline:
                "The claim ttl must be a number of seconds, whole and above zero, not a text."
                    .to_owned(),
            reason: Some("bad_ttl"),
            advice: "Write 3600, not \"3600\".",
            facts: Vec::new(),
            ..good.clone()
        };
        let unknown = Verdict {
            headline: "No site is registered with this consumerKey.".to_owned(),
            reason: Some("unknown_consumer"),
            consumer: None,
            header: None,
            claims: None,
            ..bad.clone()
        };
        let mut errors = Errors::default();
        errors.add("token", "Token", "must not be empty");
        let with = |verdict| Self {
            verdict: Some(verdict),
            ..empty.clone()
        };
        let nothing = Self {
            errors,
            ..empty.clone()
        };
        vec![with(good), with(bad), with(unknown), nothing, empty]
    }
}
