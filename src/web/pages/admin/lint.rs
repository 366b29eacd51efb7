//! The page with what is odd about the rules.

use serde::Serialize;

use super::super::Page;
use super::super::lists::{Count, Pager};
use super::super::parts::{Choice, Frame};

/// What is odd about the rules.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FindingsPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// How many rules were looked at.
    pub rules: Count,
    /// What may be shown.
    pub kinds: Vec<Choice>,
    /// The findings on this page.
    pub findings: Vec<FindingRow>,
    /// The way through the list.
    pub pager: Pager,
}

/// One finding.
#[derive(Debug, Clone, Serialize)]
pub struct FindingRow {
    /// The rule.
    pub rule: RuleLink,
    /// How bad it is: `broken`, `warning` or `hint`.
    pub severity: &'static str,
    /// What, in a word or two.
    pub what: &'static str,
    /// What, in a sentence.
    pub text: String,
}

/// A rule, to click on.
#[derive(Debug, Clone, Serialize)]
pub struct RuleLink {
    /// Its number.
    pub id: i32,
    /// Its pattern.
    pub pattern: String,
    /// What it is about, in words.
    pub kind: &'static str,
}

impl RuleLink {
    pub(super) fn sample(id: i32, pattern: &str) -> Self {
        Self {
            id,
            pattern: pattern.to_owned(),
            kind: "images",
        }
    }
}

impl Page for FindingsPage {
    const TEMPLATE: &'static str = "admin/findings.html";

    fn samples() -> Vec<Self> {
        let none = Self {
            frame: Frame {
                here: "/admin/rules",
                ..Frame::sample()
            },
            rules: Count(212),
            kinds: Choice::list(&[("", "everything"), ("broken", "broken")], ""),
            ..Self::default()
        };
        let broken = FindingRow {
            rule: RuleLink::sample(3, "estate/*"),
            severity: "broken",
            what: "no role left",
            text: "It names no role any more, so it lets nobody in.".to_owned(),
        };
        let redundant = FindingRow {
            rule: RuleLink::sample(9, "maps/world/nuremberg chronicle, folio 12 verso.tif"),
            severity: "hint",
            what: "redundant",
            text: "The rule for “maps/*” says the same.".to_owned(),
        };
        let some = Self {
            findings: vec![broken, redundant],
            pager: Pager::new(1, 2, 2, 7, |page| format!("?page={page}")),
            ..none.clone()
        };
        vec![none, some]
    }
}
