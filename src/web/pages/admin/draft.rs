//! The page that tries a draft of rules over the last requests.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Count;
use super::super::parts::{Errors, Frame, Moment};
use super::import::BadRow;
use super::lint::RuleLink;

/// A draft, and what it would change.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DraftPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Since when requests are recorded, if they are.
    pub recording: Option<Moment>,
    /// How many are recorded.
    pub recorded: Count,
    /// How many are kept.
    pub kept: Count,
    /// The draft.
    pub text: String,
    /// The lines of it that are wrong.
    pub rows: Vec<BadRow>,
    /// What it would change.
    pub outcome: Option<DraftOutcome>,
    /// What is wrong with it as a whole.
    pub errors: Errors,
}

/// What a draft would change.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DraftOutcome {
    /// How many requests were decided again.
    pub compared: Count,
    /// How many could not be, or not in time.
    pub left_out: Count,
    /// How many of them would be answered otherwise.
    pub changed: Count,
    /// The differences, the most frequent first.
    pub changes: Vec<DraftChange>,
    /// How many differences there are beside these.
    pub more: usize,
}

/// Requests that would be answered otherwise.
#[derive(Debug, Clone, Serialize)]
pub struct DraftChange {
    /// How many.
    pub times: Count,
    /// What was asked for.
    pub target: String,
    /// Who asked.
    pub who: String,
    /// From where.
    pub address: String,
    /// How it was answered.
    pub before: String,
    /// How it would be answered.
    pub after: String,
    /// Whether more would be seen than now.
    pub opens: bool,
    /// The rule that decides now.
    pub rule_before: Option<RuleLink>,
    /// The pattern of the draft's rule that would decide.
    pub rule_after: Option<String>,
}

impl Page for DraftPage {
    const TEMPLATE: &'static str = "admin/draft.html";

    fn samples() -> Vec<Self> {
        let off = Self {
            frame: Frame {
                here: "/admin/rules",
                ..Frame::sample()
            },
            kept: Count(10_000),
            ..Self::default()
        };
        let on = Self {
            recording: Some(Moment::sample()),
            recorded: Count(4711),
            text: "pattern,requirement\nmaps/*,public\n".to_owned(),
            ..off.clone()
        };
        let opened = DraftChange {
            times: Count(212),
            target: "/iiif/images/maps%2Fworld.tif/full/max/0/default.jpg".to_owned(),
            who: "nobody signed in".to_owned(),
            address: "192.0.2.17".to_owned(),
            before: "401 sign-in-needed".to_owned(),
            after: "200 public".to_owned(),
            opens: true,
            rule_before: None,
            rule_after: Some("maps/*".to_owned()),
        };
        let closed = DraftChange {
            times: Count(1),
            who: "ada@example.org".to_owned(),
            before: "200 role-held".to_owned(),
            after: "403 nobody".to_owned(),
            opens: false,
            rule_before: Some(RuleLink::sample(1, "maps/*")),
            rule_after: None,
            ..opened.clone()
        };
        let outcome = DraftOutcome {
            compared: Count(4711),
            left_out: Count(12),
            changed: Count(213),
            changes: vec![opened, closed],
            more: 3,
        };
        let tried = Self {
            outcome: Some(outcome),
            ..on.clone()
        };
        let same = Self {
            outcome: Some(DraftOutcome {
                compared: Count(4711),
                ..DraftOutcome::default()
            }),
            ..on.clone()
        };
        let message = "names no role".to_owned();
        let faulty = Self {
            rows: vec![BadRow { line: 2, message }],
            ..on.clone()
        };
        vec![off, on, tried, same, faulty]
    }
}
