//! What may be seen by whom: the fields that a rule asks for once, or for three times.

use serde::Serialize;

use super::super::parts::Choice;

/// The fields for one time: during, before or after.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AccessFields {
    /// What the names of its fields begin with: nothing, `before.` or `after.`.
    pub prefix: &'static str,
    /// Whom it may be open to.
    pub requirements: Vec<Choice>,
    /// The roles to tick.
    pub roles: Vec<RoleField>,
    /// Up to which size everybody may see an image.
    pub public_size: String,
}

/// A role to tick, with the size up to which it may see an image.
#[derive(Debug, Clone, Serialize)]
pub struct RoleField {
    /// Its number.
    pub id: i32,
    /// What people read.
    pub label: String,
    /// Its name, and how it is obtained, in words.
    pub how: String,
    /// Whether it is ticked.
    pub chosen: bool,
    /// The size as typed; nothing is no limit.
    pub size: String,
}

impl AccessFields {
    /// The words for whom it may be open to.
    pub const REQUIREMENTS: [(&'static str, &'static str); 3] = [
        ("public", "everybody"),
        ("roles", "holders of a role"),
        ("nobody", "nobody"),
    ];

    pub(super) fn sample(prefix: &'static str, requirement: &str, public_size: &str) -> Self {
        let role = |id, label: &str, how: &str, chosen, size: &str| RoleField {
            id,
            label: label.to_owned(),
            how: how.to_owned(),
            chosen,
            size: size.to_owned(),
        };
        let chosen = requirement == "roles";
        Self {
            prefix,
            requirements: Choice::list(&Self::REQUIREMENTS, requirement),
            roles: vec![
                role(
                    1,
                    "Signed-in readers",
                    "user, by signing in",
                    chosen,
                    "1500",
                ),
                role(3, "Map room staff", "staff, given to users", chosen, ""),
                role(4, "Reading room", "house, by network", false, ""),
            ],
            public_size: public_size.to_owned(),
        }
    }
}
