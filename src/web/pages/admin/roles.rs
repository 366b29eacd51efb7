//! The list of roles.

use serde::Serialize;

use super::super::Page;
use super::super::parts::Frame;

/// The list of roles.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RolesPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The roles.
    pub roles: Vec<RoleRow>,
}

/// A role in the list.
#[derive(Debug, Clone, Serialize)]
pub struct RoleRow {
    /// The number.
    pub id: i32,
    /// The name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// How it comes to be held, in words.
    pub obtained_by: &'static str,
    /// Whether it is built in.
    pub built_in: bool,
    /// Who holds it now.
    pub holders: Vec<Holders>,
    /// Why nobody can obtain it, if so.
    pub unobtainable: Option<&'static str>,
}

/// Who holds a role now: how many, or from where.
#[derive(Debug, Clone, Serialize)]
pub struct Holders {
    /// In words.
    pub text: String,
    /// Where to see them.
    pub url: Option<String>,
}

impl Holders {
    /// Words without a link.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            url: None,
        }
    }

    /// Words that lead to a list.
    pub fn listed(text: impl Into<String>, url: String) -> Self {
        Self {
            text: text.into(),
            url: Some(url),
        }
    }
}

impl Page for RolesPage {
    const TEMPLATE: &'static str = "admin/roles.html";

    fn samples() -> Vec<Self> {
        let user = RoleRow {
            id: 1,
            name: "user".to_owned(),
            title: "Signed-in readers".to_owned(),
            obtained_by: "signing in",
            built_in: true,
            holders: vec![Holders::plain("every active user")],
            unobtainable: None,
        };
        let row = |id, name: &str, title: &str, obtained_by, holders| RoleRow {
            id,
            name: name.to_owned(),
            title: title.to_owned(),
            obtained_by,
            built_in: false,
            holders,
            unobtainable: None,
        };
        let users = Holders::listed("12 users", "/auth/admin/users?role=staff".to_owned());
        let staff = row(3, "staff", "Map room staff", "being given it", vec![users]);
        let networks = vec![
            Holders::listed("Reading room", "/auth/admin/networks/1".to_owned()),
            Holders::listed("Campus", "/auth/admin/networks/2".to_owned()),
        ];
        let house = row(4, "house", "In the house", "network", networks);
        let visits = Holders::plain("3 visitors now");
        let terms = row(5, "terms", "", "accepting terms", vec![visits]);
        let lost = RoleRow {
            unobtainable: Some("Its terms have not been written yet."),
            ..row(6, "press", "Press", "accepting terms", Vec::new())
        };
        let frame = Frame {
            here: "/admin/roles",
            ..Frame::sample()
        };
        vec![Self {
            frame,
            roles: vec![user, staff, house, terms, lost],
        }]
    }
}
