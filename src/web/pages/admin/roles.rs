//! The pages about roles.

use serde::Serialize;

use super::super::Page;
use super::super::parts::{Errors, Frame};

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
    /// How many hold it, in words.
    pub holders: String,
    /// The list of those who hold it.
    pub holders_url: Option<String>,
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
            holders: "every active user".to_owned(),
            holders_url: None,
        };
        let staff = RoleRow {
            id: 3,
            name: "staff".to_owned(),
            title: "Map room staff".to_owned(),
            obtained_by: "being given it",
            built_in: false,
            holders: "12 users".to_owned(),
            holders_url: Some("/auth/admin/users?role=staff".to_owned()),
        };
        let frame = Frame {
            here: "/admin/roles",
            ..Frame::sample()
        };
        vec![Self {
            frame,
            roles: vec![user, staff],
        }]
    }
}

/// A role, or a new one.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RolePage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Its number, unless it is a new one.
    pub id: Option<i32>,
    /// Whether it is built in, so that only its title can be changed.
    pub built_in: bool,
    /// The name in the form.
    pub name: String,
    /// The title in the form.
    pub title: String,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for RolePage {
    const TEMPLATE: &'static str = "admin/role.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/admin/roles",
            ..Frame::sample()
        };
        let new = Self {
            frame,
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add("name", "Name", "must not contain `ä`");
        let edit = Self {
            id: Some(3),
            name: "stäff".to_owned(),
            errors,
            ..new.clone()
        };
        let built_in = Self {
            id: Some(1),
            built_in: true,
            name: "user".to_owned(),
            title: "Signed-in readers".to_owned(),
            ..new.clone()
        };
        vec![new, edit, built_in]
    }
}
