//! The page of the administration that opens first.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Count;
use super::super::parts::Frame;
use super::Figure;
use super::audit::AuditRow;

/// What is going on.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DashboardPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// How many accounts wait for approval.
    pub pending: u64,
    /// How many there are of what.
    pub figures: Vec<Figure>,
    /// Who signed in last.
    pub sign_ins: Vec<AuditRow>,
    /// What was refused last.
    pub refusals: Vec<AuditRow>,
}

impl Page for DashboardPage {
    const TEMPLATE: &'static str = "admin/dashboard.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/admin/",
            ..Frame::sample()
        };
        let figures = [
            (1284, "active users", "/admin/users?state=active"),
            (37, "sessions", "/admin/sessions"),
            (4, "roles", "/admin/roles"),
            (212, "rules", "/admin/rules"),
        ];
        let figure = |(number, what, path)| Figure {
            number: Count(number),
            what,
            path,
        };
        let busy = Self {
            frame: frame.clone(),
            pending: 2,
            figures: figures.map(figure).to_vec(),
            sign_ins: AuditRow::samples(),
            refusals: AuditRow::samples(),
        };
        vec![
            busy,
            Self {
                frame,
                ..Self::default()
            },
        ]
    }
}
