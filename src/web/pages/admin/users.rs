//! The pages about users.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Pager;
use super::super::parts::{Choice, Errors, Frame, Moment};
use super::Column;
use super::limits::LimitRow;

/// The list of users.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UsersPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The part of a name looked for.
    pub search: String,
    /// Whether only names that begin so are found.
    pub beginnings: bool,
    /// The states to choose from.
    pub states: Vec<Choice>,
    /// The roles to choose from.
    pub roles: Vec<Choice>,
    /// How the list is sorted, as in its address.
    pub sort: String,
    /// The headings.
    pub columns: Vec<Column>,
    /// The users on this page.
    pub users: Vec<UserRow>,
    /// The way through the list.
    pub pager: Pager,
}

/// A user in the list.
#[derive(Debug, Clone, Serialize)]
pub struct UserRow {
    /// The number.
    pub id: i32,
    /// The name.
    pub name: String,
    /// The name for people.
    pub display_name: String,
    /// `active`, `disabled` or `pending`.
    pub state: &'static str,
    /// The names of the roles assigned.
    pub roles: Vec<String>,
    /// When the user last signed in.
    pub last_sign_in: Option<Moment>,
    /// When the account was made.
    pub created: Moment,
}

impl Page for UsersPage {
    const TEMPLATE: &'static str = "admin/users.html";

    fn samples() -> Vec<Self> {
        let states = [("", "All"), ("active", "active"), ("pending", "pending")];
        let empty = Self {
            frame: Frame {
                here: "/admin/users",
                ..Frame::sample()
            },
            states: Choice::list(&states, ""),
            roles: Choice::list(&[("", "All"), ("staff", "Map room staff")], ""),
            sort: "name".to_owned(),
            ..Self::default()
        };
        let ada = UserRow {
            id: 1,
            name: "ada@example.org".to_owned(),
            display_name: "Ada Lovelace".to_owned(),
            state: "active",
            roles: vec!["admin".to_owned(), "staff".to_owned()],
            last_sign_in: Some(Moment::sample()),
            created: Moment::sample(),
        };
        let bob = UserRow {
            id: 2,
            name: "a.very.long.name.of.somebody@department.university.example.org".to_owned(),
            display_name: String::new(),
            state: "pending",
            roles: Vec::new(),
            last_sign_in: None,
            ..ada.clone()
        };
        let column = |label, sorted| Column {
            label,
            url: Some("?sort=x".to_owned()),
            sorted,
        };
        let full = Self {
            search: "a".to_owned(),
            beginnings: true,
            columns: vec![
                column("Name", "ascending"),
                column("State", ""),
                Column {
                    label: "Roles",
                    url: None,
                    sorted: "",
                },
                column("Last sign-in (UTC)", ""),
                column("Since (UTC)", ""),
            ],
            users: vec![
                ada,
                bob.clone(),
                UserRow {
                    state: "disabled",
                    ..bob
                },
            ],
            pager: Pager::new(2, 3, 3, 100_000, |page| format!("?page={page}")),
            ..empty.clone()
        };
        vec![empty, full]
    }
}

/// A user, or a new one.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UserPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The user, unless it is a new one.
    pub user: Option<UserFacts>,
    /// The name in the form.
    pub name: String,
    /// The name for people in the form.
    pub display_name: String,
    /// The roles in the form.
    pub roles: Vec<Choice>,
    /// Where attempts to sign in are turned away, the last first.
    pub limits: Vec<LimitRow>,
    /// What is wrong.
    pub errors: Errors,
}

/// What there is to know about a user.
#[derive(Debug, Clone, Serialize)]
pub struct UserFacts {
    /// The number.
    pub id: i32,
    /// The name.
    pub name: String,
    /// `active`, `disabled` or `pending`.
    pub state: &'static str,
    /// When the account was made.
    pub created: Moment,
    /// When the user last signed in.
    pub last_sign_in: Option<Moment>,
    /// How often the user has signed in.
    pub sign_ins: i32,
    /// Whether there is a password.
    pub has_password: bool,
    /// How many sessions there are now, in words.
    pub sessions: String,
    /// Whether there is one.
    pub is_signed_in: bool,
    /// Since when there is a second factor.
    pub second_factor: Option<Moment>,
}

impl Page for UserPage {
    const TEMPLATE: &'static str = "admin/user.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/admin/users",
            ..Frame::sample()
        };
        let roles = Choice::list(&[("2", "Administrators"), ("3", "Map room staff")], "3");
        let new = Self {
            frame,
            roles,
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add("name", "User name", "must not contain ` `");
        errors.add("password", "Password", "must have at least 10 characters");
        let faulty = Self {
            name: "ada love".to_owned(),
            errors,
            ..new.clone()
        };
        let facts = UserFacts {
            id: 1,
            name: "ada@example.org".to_owned(),
            state: "active",
            created: Moment::sample(),
            last_sign_in: Some(Moment::sample()),
            sign_ins: 12,
            has_password: true,
            sessions: "2 sessions".to_owned(),
            is_signed_in: true,
            second_factor: Some(Moment::sample()),
        };
        let edit = Self {
            user: Some(facts.clone()),
            name: "ada@example.org".to_owned(),
            display_name: "Ada Lovelace".to_owned(),
            ..new.clone()
        };
        let waiting = UserFacts {
            state: "pending",
            last_sign_in: None,
            sign_ins: 0,
            sessions: "0 sessions".to_owned(),
            is_signed_in: false,
            ..facts.clone()
        };
        let disabled = UserFacts {
            state: "disabled",
            has_password: false,
            second_factor: None,
            ..facts
        };
        let with = |facts| Self {
            user: Some(facts),
            ..edit.clone()
        };
        let held_up = Self {
            limits: LimitRow::samples().into_iter().take(2).collect(),
            ..edit.clone()
        };
        vec![
            new,
            faulty,
            edit.clone(),
            with(waiting),
            with(disabled),
            held_up,
        ]
    }
}
