//! The pages about the second factor.

use serde::Serialize;

use super::Page;
use super::access::sample_language;
use super::parts::{Errors, Frame, Moment};
use crate::language::Language;

/// The form that asks for a code, after the password.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CodePage {
    /// The language of the page.
    pub language: Language,
    /// The address that the form is sent to.
    pub action: String,
    /// Where to go after signing in; a path of ours.
    pub next: Option<String>,
    /// What says that the password was right.
    pub ticket: String,
    /// The form token.
    pub csrf: String,
    /// What was wrong.
    pub error: Option<String>,
}

impl Page for CodePage {
    const TEMPLATE: &'static str = "second_factor.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let plain = Self {
            action: "/auth/login/code".to_owned(),
            next: Some("/auth/admin/".to_owned()),
            ticket: "v1.sealed".to_owned(),
            csrf: "form-token".to_owned(),
            ..Self::default()
        };
        let faulty = Self {
            language: sample_language("de"),
            error: Some("Dieser Code stimmt nicht.".to_owned()),
            ..plain.clone()
        };
        vec![plain, faulty]
    }
}

/// One's own second factor.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SecondFactorPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Whether the administration opens only with one.
    pub is_required: bool,
    /// Since when there is one.
    pub since: Option<Moment>,
    /// How many recovery codes are left.
    pub codes_left: i64,
    /// New recovery codes, which are shown this once.
    pub codes: Vec<String>,
    /// What an app needs, if there is none yet.
    pub offer: Option<Offer>,
    /// What is wrong.
    pub errors: Errors,
}

/// What an app needs.
#[derive(Debug, Clone, Serialize)]
pub struct Offer {
    /// The secret, sealed: what the form sends back.
    pub sealed: String,
    /// The secret in letters.
    pub letters: String,
    /// The name under which the app shows it.
    pub label: String,
    /// How many modules a side of the QR code has, with its margin.
    pub side: usize,
    /// Its dark modules, as the path of an SVG.
    pub path: String,
}

impl Page for SecondFactorPage {
    const TEMPLATE: &'static str = "account/second_factor.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/second-factor",
            ..Frame::sample()
        };
        let offer = Offer {
            sealed: "v1.sealed".to_owned(),
            letters: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".to_owned(),
            label: "images.example: ada@example.org".to_owned(),
            side: 29,
            path: "M4 4h7v1h-7zM4 5h1v1h-1zM10 5h1v1h-1z".to_owned(),
        };
        let none = Self {
            frame,
            is_required: true,
            offer: Some(offer),
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add("code", "Code", "is not right");
        let faulty = Self {
            is_required: false,
            errors: errors.clone(),
            ..none.clone()
        };
        let set = Self {
            offer: None,
            since: Some(Moment::sample()),
            codes_left: 9,
            ..none.clone()
        };
        let shown = Self {
            codes: vec!["abcd-efgh-ijkm-n789".to_owned(); 10],
            codes_left: 10,
            ..set.clone()
        };
        let wrong = Self {
            errors,
            ..set.clone()
        };
        vec![none, faulty, set, shown, wrong]
    }
}
