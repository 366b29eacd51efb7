//! The page of one consumer.

use serde::Serialize;

use super::super::super::Page;
use super::super::super::lists::Count;
use super::super::super::parts::{Errors, Frame, Moment};
use super::super::audit::AuditRow;
use super::{Fact, frame};

/// What there is to know about a consumer, and what can be done.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConsumerPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The number.
    pub id: i32,
    /// What people call it.
    pub name: String,
    /// `enabled` or `disabled`.
    pub state: &'static str,
    /// Whether it is the one of our own users.
    pub is_built_in: bool,
    /// What needs a look.
    pub warnings: Vec<String>,
    /// The facts.
    pub facts: Vec<Fact>,
    /// How many tokens were taken.
    pub accepted: Count,
    /// How many were refused.
    pub refused: Count,
    /// Why, and how often.
    pub reasons: Vec<ReasonRow>,
    /// The users who were signed out one by one.
    pub blocks: Vec<BlockRow>,
    /// The user in the form that blocks one.
    pub user: String,
    /// Until when, in the form.
    pub until: String,
    /// Why, in the form.
    pub note: String,
    /// The time zone of the form.
    pub time_zone: String,
    /// What was done to it last.
    pub events: Vec<AuditRow>,
    /// Where all of that stands.
    pub events_url: String,
    /// What is wrong.
    pub errors: Errors,
}

/// How often tokens were refused for one reason.
#[derive(Debug, Clone, Serialize)]
pub struct ReasonRow {
    /// The reason as programs are told it.
    pub reason: String,
    /// What it means.
    pub words: String,
    /// What to do about it.
    pub advice: &'static str,
    /// How often.
    pub count: Count,
    /// When it last happened.
    pub last: Option<Moment>,
}

/// A user who was signed out, and perhaps may not come back for a time.
#[derive(Debug, Clone, Serialize)]
pub struct BlockRow {
    /// The `userId`.
    pub user: String,
    /// Why.
    pub note: String,
    /// Tokens up to this moment are refused.
    pub since: Moment,
    /// All tokens are refused before this moment, if it is still to come.
    pub until: Option<Moment>,
}

impl Page for ConsumerPage {
    const TEMPLATE: &'static str = "admin/consumers/consumer.html";

    fn samples() -> Vec<Self> {
        let key = "602368a0e905492fae87697edad14c3a";
        let quiet = Self {
            frame: frame(),
            id: 2,
            name: "DocLand".to_owned(),
            state: "enabled",
            facts: vec![
                Fact::code("Key", vec![key.to_owned()]),
                Fact::new("Secret", "begins with 3f1d, made 2026-11-22 10:00 UTC"),
                Fact::code(
                    "Pages",
                    vec![
                        "https://doc.land".to_owned(),
                        "https://staging.a-very-long-name-of-a-site.example.org:8443".to_owned(),
                    ],
                ),
                Fact::code("Paths", vec!["/annotator/".to_owned()]),
                Fact::new("Longest life of a token", "1 day"),
                Fact::new("Last use", "never"),
            ],
            time_zone: "Europe/Berlin".to_owned(),
            events_url: "/auth/admin/audit?search=602368a0e905492fae87697edad14c3a".to_owned(),
            ..Self::default()
        };
        let reason = |reason: &str, words: &str, advice, count| ReasonRow {
            reason: reason.to_owned(),
            words: words.to_owned(),
            advice,
            count: Count(count),
            last: Some(Moment::sample()),
        };
        let block = |user: &str, until| BlockRow {
            user: user.to_owned(),
            note: "Wrote to everybody.".to_owned(),
            since: Moment::sample(),
            until,
        };
        let busy = Self {
            warnings: vec![
                "Pages of any site may send its tokens. List the site’s own pages instead."
                    .to_owned(),
            ],
            accepted: Count(12_304),
            refused: Count(17),
            reasons: vec![
                reason(
                    "expired",
                    "The token has expired.",
                    "Usual now and then: the page was open for long.",
                    12,
                ),
                reason(
                    "origin_not_allowed",
                    "The page that sent the token is on a site that is not listed.",
                    "Add its origin, if it is yours.",
                    5,
                ),
            ],
            blocks: vec![
                block("<img src=x onerror=alert(1)>", Some(Moment::sample())),
                block("bob", None),
            ],
            events: AuditRow::samples(),
            ..quiet.clone()
        };
        let mut errors = Errors::default();
        errors.add("user", "User", "must not be empty");
        errors.add(
            "until",
            "Until",
            "must be a day and a time, such as 2031-01-01T09:00",
        );
        let faulty = Self {
            state: "disabled",
            until: "tomorrow".to_owned(),
            errors,
            ..busy.clone()
        };
        let own = Self {
            id: 1,
            name: "Our own users".to_owned(),
            is_built_in: true,
            ..quiet.clone()
        };
        vec![quiet, busy, faulty, own]
    }
}
