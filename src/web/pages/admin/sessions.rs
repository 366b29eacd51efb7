//! The page with everybody's sessions.

use serde::Serialize;

use super::super::Page;
use super::super::account::SessionRow;
use super::super::lists::Pager;
use super::super::parts::Frame;

/// The list of sessions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SessionsPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The part of a name or address looked for.
    pub search: String,
    /// Whether of users only names that begin so are found.
    pub beginnings: bool,
    /// The sessions on this page.
    pub sessions: Vec<SessionRow>,
    /// The way through the list.
    pub pager: Pager,
}

impl Page for SessionsPage {
    const TEMPLATE: &'static str = "admin/sessions.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/admin/sessions",
            ..Frame::sample()
        };
        let sessions = SessionRow::samples();
        let pager = Pager::new(1, 50, 2, 2, |page| format!("?page={page}"));
        vec![Self {
            frame,
            sessions,
            pager,
            ..Self::default()
        }]
    }
}
