//! The page with the audit log.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Pager;
use super::super::parts::{Choice, Frame, Moment};

/// An entry of the log.
#[derive(Debug, Clone, Serialize)]
pub struct AuditRow {
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: String,
    /// What, in words.
    pub action: String,
    /// To whom or what.
    pub subject: String,
    /// More about it.
    pub detail: String,
    /// From where.
    pub address: String,
    /// Whether it was refused.
    pub refused: bool,
}

impl AuditRow {
    pub(super) fn samples() -> Vec<Self> {
        let done = Self {
            at: Moment::sample(),
            actor: "ada@example.org".to_owned(),
            action: "sign-in".to_owned(),
            subject: String::new(),
            detail: String::new(),
            address: "192.0.2.17".to_owned(),
            refused: false,
        };
        let refused = Self {
            actor: "bob@example.org".to_owned(),
            action: "change of own password".to_owned(),
            detail: "wrong password".to_owned(),
            address: "2001:db8:85a3:8d3:1319:8a2e:370:7348".to_owned(),
            refused: true,
            ..done.clone()
        };
        vec![done, refused]
    }
}

/// The log, with its filters.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The text looked for.
    pub search: String,
    /// What may have been done.
    pub actions: Vec<Choice>,
    /// How it may have ended.
    pub outcomes: Vec<Choice>,
    /// The first day.
    pub from: String,
    /// The last day.
    pub until: String,
    /// What was found.
    pub entries: Vec<AuditRow>,
    /// The way through it.
    pub pager: Pager,
}

impl Page for AuditPage {
    const TEMPLATE: &'static str = "admin/audit.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/admin/audit",
            ..Frame::sample()
        };
        let all = [("", "Everything"), ("sign-in", "sign-in")];
        let outcomes = [("", "All"), ("done", "Done"), ("refused", "Refused")];
        let empty = Self {
            frame,
            actions: Choice::list(&all, ""),
            outcomes: Choice::list(&outcomes, "done"),
            ..Self::default()
        };
        let full = Self {
            from: "2026-01-01".to_owned(),
            entries: AuditRow::samples(),
            pager: Pager::new(2, 2, 2, 1200, |page| format!("?page={page}")),
            ..empty.clone()
        };
        vec![empty, full]
    }
}
