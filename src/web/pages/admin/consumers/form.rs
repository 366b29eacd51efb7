//! The form of a consumer, or of a new one.

use serde::Serialize;

use super::super::super::Page;
use super::super::super::parts::{Choice, Errors, Frame};
use super::frame;

/// What a consumer may do, to be filled in.
#[derive(Debug, Clone, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "boxes to tick")]
pub struct FormPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Its number, unless it is a new one.
    pub id: Option<i32>,
    /// Whether it is the one of our own users.
    pub is_built_in: bool,
    /// What it was called until now.
    pub title: Option<String>,
    /// The name in the form.
    pub name: String,
    /// The key that a new one gets, so that the same form cannot make two.
    pub new_key: String,
    /// A key brought along.
    pub key: String,
    /// Whether somebody wants to bring key and secret along.
    pub brings_key: bool,
    /// The origins, one in a line.
    pub origins: String,
    /// Whether any site is allowed.
    pub any_origin: bool,
    /// Whether programs may use its tokens.
    pub server_side: bool,
    /// The paths, one in a line.
    pub prefixes: String,
    /// The roles there are to be given.
    pub roles: Vec<RoleField>,
    /// The longest life of a token in seconds.
    pub max_ttl: String,
    /// Whether it may name its own administrators.
    pub names_admins: bool,
    /// What is wrong.
    pub errors: Errors,
}

/// What a role is to the consumer.
#[derive(Debug, Clone, Serialize)]
pub struct RoleField {
    /// The role's number.
    pub id: i32,
    /// What people read for it.
    pub label: String,
    /// Its name, as tokens write it.
    pub name: String,
    /// Who holds it.
    pub held: Vec<Choice>,
    /// Whether it is for reading alone.
    pub is_read_only: bool,
}

impl RoleField {
    /// Who may hold a role: word and label.
    pub const HELD: [(&'static str, &'static str); 3] = [
        ("", "nobody"),
        ("named", "those whose token names it"),
        ("base", "every user of the site"),
    ];
}

impl Page for FormPage {
    const TEMPLATE: &'static str = "admin/consumers/form.html";

    fn samples() -> Vec<Self> {
        let role = |id, label: &str, name: &str, held| RoleField {
            id,
            label: label.to_owned(),
            name: name.to_owned(),
            held: Choice::list(&RoleField::HELD, held),
            is_read_only: held == "base",
        };
        let new = Self {
            frame: frame(),
            new_key: "602368a0e905492fae87697edad14c3a".to_owned(),
            prefixes: "/annotator/\n/annotator-open/".to_owned(),
            max_ttl: "86400".to_owned(),
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add("name", "Name", "must not be empty");
        errors.add("secret", "Secret", "must have 16 to 256 bytes");
        errors.add(
            "origins",
            "Pages",
            "line 2: `null` is what browsers send for pages without a site",
        );
        errors.add(
            "max_ttl",
            "Longest life of a token",
            "must be a number from 60 to 2073600",
        );
        let faulty = Self {
            key: "docland".to_owned(),
            brings_key: true,
            origins: "https://doc.land\nnull".to_owned(),
            any_origin: true,
            max_ttl: "2592000".to_owned(),
            roles: vec![
                role(3, "Map room staff", "staff", ""),
                role(
                    4,
                    "Readers of DocLand whose title is very long indeed",
                    "docland-readers",
                    "base",
                ),
                role(5, "editor", "editor", "named"),
            ],
            errors,
            ..new.clone()
        };
        let edit = Self {
            id: Some(2),
            title: Some("DocLand".to_owned()),
            name: "DocLand".to_owned(),
            origins: "https://doc.land".to_owned(),
            server_side: true,
            errors: Errors::default(),
            brings_key: false,
            any_origin: false,
            max_ttl: "86400".to_owned(),
            ..faulty.clone()
        };
        let own = Self {
            id: Some(1),
            is_built_in: true,
            ..edit.clone()
        };
        vec![new, faulty, edit, own]
    }
}
