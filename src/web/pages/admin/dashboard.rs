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
    /// What needs a look.
    pub hints: Vec<Hint>,
    /// How many there are of what.
    pub figures: Vec<Figure>,
    /// Who signed in last.
    pub sign_ins: Vec<AuditRow>,
    /// What was refused last.
    pub refusals: Vec<AuditRow>,
}

/// Something that needs a look.
#[derive(Debug, Clone, Serialize)]
pub struct Hint {
    /// What, in words.
    pub text: String,
    /// The words of the link.
    pub link: &'static str,
    /// Where it leads, below the base path.
    pub path: String,
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
            (1, "consumer", "/admin/consumers"),
        ];
        let figure = |(number, what, path)| Figure {
            more: false,
            number: Count(number),
            what,
            path,
        };
        let hint = |text: &str, path: &str| Hint {
            text: text.to_owned(),
            link: "Look at it",
            path: path.to_owned(),
        };
        let busy = Self {
            hints: vec![
                hint(
                    "3 rules are broken: their roles were deleted, so they let nobody in.",
                    "/admin/rules/lint",
                ),
                hint(
                    "Nobody can obtain the role press: its terms have not been written yet.",
                    "/admin/roles",
                ),
            ],
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
