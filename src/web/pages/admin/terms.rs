//! The page with a role's terms: what is in force, a new version, and what was before.

use serde::Serialize;

use super::super::Page;
use super::super::parts::{Errors, Frame, Moment, Translation};
use super::audit::AuditRow;
use crate::iiif::markup::to_html;

/// A role's terms.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TermsPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The role's number.
    pub role_id: i32,
    /// The role's name.
    pub role: String,
    /// The version in force; 0 is none yet.
    pub version: i32,
    /// How many have accepted it and are still here, in words.
    pub holders: String,
    /// The heading in the form, in each language.
    pub headings: Vec<Translation>,
    /// The text in the form, in each language.
    pub texts: Vec<Translation>,
    /// What visitors would see, in each language that has a text.
    pub previews: Vec<TermsPreview>,
    /// What was published, the newest first.
    pub history: Vec<TermsVersion>,
    /// Who accepted last.
    pub acceptances: Vec<AuditRow>,
    /// All acceptances.
    pub acceptances_url: String,
    /// What is wrong.
    pub errors: Errors,
}

/// What visitors see in one language.
#[derive(Debug, Clone, Serialize)]
pub struct TermsPreview {
    /// The language's tag.
    pub language: String,
    /// The language's name in English.
    pub name: String,
    /// The heading.
    pub heading: String,
    html: String,
}

impl TermsPreview {
    /// What visitors see of this Markdown; the HTML that is made of it holds nothing else.
    pub fn new(language: &str, name: String, heading: &str, text: &str) -> Self {
        Self {
            language: language.to_owned(),
            name,
            heading: heading.to_owned(),
            html: to_html(text),
        }
    }
}

/// A version that was published.
#[derive(Debug, Clone, Serialize)]
pub struct TermsVersion {
    /// Its number.
    pub version: i32,
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// What visitors saw.
    pub previews: Vec<TermsPreview>,
}

impl Page for TermsPage {
    const TEMPLATE: &'static str = "admin/terms.html";

    fn samples() -> Vec<Self> {
        let preview = TermsPreview::new(
            "en",
            "English".to_owned(),
            "Letters of the estate",
            "You may read, and **not publish**.",
        );
        let first = Self {
            frame: Frame {
                here: "/admin/roles",
                ..Frame::sample()
            },
            role_id: 5,
            role: "reading".to_owned(),
            headings: Translation::samples(""),
            texts: Translation::samples(""),
            ..Self::default()
        };
        let version = |version| TermsVersion {
            version,
            at: Moment::sample(),
            by: "ada@example.org".to_owned(),
            previews: vec![preview.clone()],
        };
        let full = Self {
            version: 3,
            holders: "3 visitors now".to_owned(),
            headings: Translation::samples("Letters of the estate"),
            texts: Translation::samples("You may read, and **not publish**."),
            history: vec![version(3), version(2), version(1)],
            acceptances: AuditRow::samples(),
            acceptances_url: "/auth/admin/audit?action=accept-terms".to_owned(),
            ..first.clone()
        };
        let previewed = Self {
            previews: vec![preview.clone()],
            ..full.clone()
        };
        let mut errors = Errors::default();
        errors.add("text.en", "Text (English)", "must not be empty");
        let faulty = Self {
            errors,
            ..first.clone()
        };
        vec![first, full, previewed, faulty]
    }
}
