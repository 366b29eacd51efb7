//! The page on which somebody asks for an account.

use serde::Serialize;

use super::Page;
use super::parts::Errors;

/// The form with which somebody asks for an account.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RegisterPage {
    /// The name typed before.
    pub username: String,
    /// The display name typed before.
    pub display_name: String,
    /// What is wrong with it.
    pub errors: Errors,
    /// The form token.
    pub csrf: String,
    /// The origin of the viewer on whose behalf the sign-in page was opened.
    pub origin: Option<String>,
    /// Whether an administrator has to approve the account.
    pub approval: bool,
    /// Whether the form was sent and accepted.
    pub done: bool,
    /// The way back to signing in.
    pub sign_in_url: String,
}

impl Page for RegisterPage {
    const TEMPLATE: &'static str = "register.html";

    fn samples() -> Vec<Self> {
        let plain = Self {
            csrf: "form-token".to_owned(),
            approval: true,
            sign_in_url: "/auth/login".to_owned(),
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add("password", "Password", "must have at least 10 characters");
        errors.add("repeat", "Password again", "is not the same as the first");
        let faulty = Self {
            username: "ada@example.org".to_owned(),
            display_name: "Ada Lovelace".to_owned(),
            errors,
            approval: false,
            ..plain.clone()
        };
        vec![
            plain.clone(),
            faulty,
            Self {
                done: true,
                ..plain
            },
        ]
    }
}
