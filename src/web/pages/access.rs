//! The pages on which a role is obtained, and the one that says why something is not shown.

use serde::Serialize;

use super::Page;
use crate::identity::principal::Terms;
use crate::iiif::markup::to_html;
use crate::iiif::wording::{Notice, Texts, fill};
use crate::language::{Language, Preferred};

/// The text of terms as HTML; made of Markdown only, so nothing in it can do harm.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct TermsHtml(String);

impl TermsHtml {
    /// Formats the text.
    pub fn of(markdown: &str) -> Self {
        Self(to_html(markdown))
    }
}

/// Terms of use with a button to accept them. The form sends `version`, `origin` and `next` back.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TermsPage {
    /// The language of the page.
    pub language: Language,
    /// The heading of the terms.
    pub heading: String,
    /// Why one should, below the heading: the rule's message.
    pub lead: Option<String>,
    /// The terms.
    pub html: TermsHtml,
    /// Their language, if it is not the page's.
    pub text_language: Option<String>,
    /// Their version, which is the one that is accepted.
    pub version: i32,
    /// The version in words.
    pub issue: String,
    /// The address that the form is sent to.
    pub action: String,
    /// The form token.
    pub csrf: String,
    /// The origin of the viewer that opened the page.
    pub origin: Option<String>,
    /// Where to go afterwards; a path of ours.
    pub next: Option<String>,
    /// The page that closes a window opened by a viewer.
    pub cancel_url: Option<String>,
}

impl TermsPage {
    /// The terms in force, in the words that this visitor reads best.
    pub fn of(terms: &Terms, texts: &Texts, preferred: &Preferred) -> Self {
        let heading = terms.heading.best(preferred);
        let heading = heading.unwrap_or(&texts.pages.terms.heading);
        let text = terms.text.best_entry(preferred);
        let version = terms.version.to_string();
        Self {
            language: texts.tag.clone(),
            heading: heading.to_owned(),
            html: text.map_or_else(TermsHtml::default, |(_, text)| TermsHtml::of(text)),
            text_language: text
                .map(|(language, _)| language.to_string())
                .filter(|language| language != texts.tag.as_str()),
            version: terms.version,
            issue: fill(&texts.pages.terms.version, &[("version", &version)]),
            ..Self::default()
        }
    }
}

impl Page for TermsPage {
    const TEMPLATE: &'static str = "terms.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let plain = Self {
            heading: "Photographs of living people".to_owned(),
            html: TermsHtml::of(
                "You may look at these photographs for **research**. You may not:\n\n\
                 - publish them,\n- give them to others,\n- use them to train machines.\n\n\
                 See [the law](https://law.example/?a=1&b=2). <b>Nothing else</b> is allowed.",
            ),
            version: 3,
            issue: "Version 3.".to_owned(),
            action: "/auth/iiif-terms/photographs".to_owned(),
            csrf: "form-token".to_owned(),
            ..Self::default()
        };
        let for_viewer = Self {
            language: sample_language("de"),
            lead: Some("Die Abgebildeten leben noch.".to_owned()),
            text_language: Some("en".to_owned()),
            issue: "Fassung 3.".to_owned(),
            origin: Some("https://viewer.example".to_owned()),
            cancel_url: Some("/auth/iiif-terms/photographs?cancel=1".to_owned()),
            ..plain.clone()
        };
        vec![plain, for_viewer]
    }
}

/// What the page of a kiosk says: it is open now, or this is not the place.
#[derive(Debug, Clone, Default, Serialize)]
pub struct KioskPage {
    /// The language of the page.
    pub language: Language,
    /// The name of the place.
    pub role: String,
    /// Whether the visitor is there.
    pub is_inside: bool,
    /// Where to go afterwards, for somebody who is inside; a path of ours.
    pub next: Option<String>,
    /// The nonce of the page's script.
    pub nonce: String,
    /// Whether the window closes by itself.
    pub auto_close: bool,
}

impl Page for KioskPage {
    const TEMPLATE: &'static str = "kiosk.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let outside = Self {
            role: "Reading room, second floor".to_owned(),
            nonce: "bm9uY2U".to_owned(),
            ..Self::default()
        };
        let inside = Self {
            language: sample_language("fr"),
            is_inside: true,
            auto_close: true,
            ..outside.clone()
        };
        let direct = Self {
            next: Some("/iiif/images/a/full/max/0/default.jpg".to_owned()),
            ..inside.clone()
        };
        vec![outside, inside, direct]
    }
}

/// A way out of a refusal: a button.
#[derive(Debug, Clone, Serialize)]
pub struct WayOut {
    /// Where it leads.
    pub url: String,
    /// What it says.
    pub label: String,
}

/// For somebody who opened something protected in the browser: why not, what would help, whom to ask.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RefusedPage {
    /// The language of the page.
    pub language: Language,
    /// The HTTP status.
    pub status: u16,
    /// What it is, in a few words.
    pub heading: String,
    /// Why.
    pub note: String,
    /// Who is signed in.
    pub signed_in_as: Option<String>,
    /// What would help, the first most of all; nothing that cannot help this visitor.
    pub ways: Vec<WayOut>,
    /// The number of the request in the logs, where nothing helps but to ask.
    pub number: Option<String>,
}

impl RefusedPage {
    /// The page that says so, without a way out.
    pub fn of(notice: Notice, status: u16, texts: &Texts) -> Self {
        Self {
            language: texts.tag.clone(),
            status,
            heading: notice.heading,
            note: notice.note,
            ..Self::default()
        }
    }
}

impl Page for RefusedPage {
    const TEMPLATE: &'static str = "refused.html";

    fn language(&self) -> Option<&Language> {
        Some(&self.language)
    }

    fn samples() -> Vec<Self> {
        let challenged = Self {
            status: 401,
            heading: "Sign-in needed".to_owned(),
            note: "Library of Example shows this to readers who are signed in.".to_owned(),
            ways: vec![
                WayOut {
                    url: "/auth/iiif-login".to_owned(),
                    label: "Sign in".to_owned(),
                },
                WayOut {
                    url: "/iiif/preview/a/full/max/0/default.jpg".to_owned(),
                    label: "See it at a reduced size".to_owned(),
                },
            ],
            ..Self::default()
        };
        let embargoed = Self {
            language: sample_language("de"),
            status: 403,
            heading: "Noch nicht offen".to_owned(),
            note: "Library of Example öffnet das am 1. Januar 2027.".to_owned(),
            signed_in_as: Some("ada@example.org".to_owned()),
            ways: Vec::new(),
            number: Some("5f0c1e9a7b3d42688c1fa0e6d9b27344".to_owned()),
        };
        vec![challenged, embargoed]
    }
}

/// Samples are data of ours; a tag that is none would only make a sample English.
pub(super) fn sample_language(tag: &str) -> Language {
    tag.parse().unwrap_or_default()
}
