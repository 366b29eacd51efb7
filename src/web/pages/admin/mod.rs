//! The pages of the administration.

pub mod access;
pub mod audit;
pub mod consumers;
pub mod dashboard;
pub mod draft;
pub mod explain;
pub mod import;
pub mod limits;
pub mod lint;
pub mod networks;
pub mod role;
pub mod roles;
pub mod rule;
pub mod rules;
pub mod sessions;
pub mod terms;
pub mod users;

use serde::Serialize;

use super::Page;
use super::lists::Count;
use super::parts::{Errors, Frame};

/// The heading of a column, perhaps a link that sorts by it.
#[derive(Debug, Clone, Serialize)]
pub struct Column {
    /// What it says.
    pub label: &'static str,
    /// The list sorted by this column.
    pub url: Option<String>,
    /// `ascending`, `descending`, or nothing if the list is sorted by another column.
    pub sorted: &'static str,
}

/// A number with what it counts.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// Whether there may be more than that.
    pub more: bool,
    /// How many.
    pub number: Count,
    /// Of what.
    pub what: &'static str,
    /// Where to see them, below the base path.
    pub path: &'static str,
}

/// The question before something is deleted.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConfirmPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The question.
    pub title: String,
    /// What follows from a yes.
    pub consequences: Vec<String>,
    /// Why it was refused.
    pub errors: Errors,
    /// The address that does it.
    pub action: String,
    /// The words on the button.
    pub button: String,
    /// The way back.
    pub cancel_url: String,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "admin/confirm.html";

    fn samples() -> Vec<Self> {
        let plain = Self {
            frame: Frame {
                here: "/admin/users",
                ..Frame::sample()
            },
            title: "Delete ada@example.org?".to_owned(),
            consequences: vec!["Roles, sessions and API keys go with the account.".to_owned()],
            errors: Errors::default(),
            action: "/auth/admin/users/1/delete".to_owned(),
            button: "Delete".to_owned(),
            cancel_url: "/auth/admin/users/1".to_owned(),
        };
        let mut errors = Errors::default();
        errors.add_general("this is the last active administrator");
        vec![plain.clone(), Self { errors, ..plain }]
    }
}
