//! The pages about consumers: sites whose signed-in users are known by their authTokens.

pub mod check;
pub mod consumer;
pub mod form;
pub mod secret;
pub mod site;

use serde::Serialize;

use super::super::Page;
use super::super::lists::Count;
use super::super::parts::{Frame, Moment};

/// A fact about a consumer or a token.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    /// What it is about.
    pub label: &'static str,
    /// What there is to say, one thing in a line.
    pub lines: Vec<String>,
    /// Whether it is written as programs write it.
    pub is_code: bool,
}

impl Fact {
    /// A fact in words.
    pub fn new(label: &'static str, text: impl Into<String>) -> Self {
        Self::list(label, vec![text.into()])
    }

    /// A fact of several lines in words.
    pub fn list(label: &'static str, lines: Vec<String>) -> Self {
        Self {
            label,
            lines,
            is_code: false,
        }
    }

    /// A fact as programs write it.
    pub fn code(label: &'static str, lines: Vec<String>) -> Self {
        Self {
            label,
            lines,
            is_code: true,
        }
    }
}

/// The list of consumers.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConsumersPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Whether anybody has registered a consumer.
    pub any_registered: bool,
    /// The consumers, that of our own users among them.
    pub consumers: Vec<ConsumerRow>,
}

/// A consumer in the list.
#[derive(Debug, Clone, Serialize)]
pub struct ConsumerRow {
    /// The number.
    pub id: i32,
    /// What people call it.
    pub name: String,
    /// The key.
    pub key: String,
    /// `enabled` or `disabled`.
    pub state: &'static str,
    /// Whether it is the one of our own users.
    pub is_built_in: bool,
    /// Whether something about it needs a look.
    pub warned: bool,
    /// When a token of it was last taken.
    pub last_use: Option<Moment>,
    /// How many tokens were taken.
    pub accepted: Count,
    /// How many were refused.
    pub refused: Count,
    /// From which pages tokens are taken: the first of them, or words.
    pub origins: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

fn frame() -> Frame {
    Frame {
        here: "/admin/consumers",
        ..Frame::sample()
    }
}

impl Page for ConsumersPage {
    const TEMPLATE: &'static str = "admin/consumers/list.html";

    fn samples() -> Vec<Self> {
        let own = ConsumerRow {
            id: 1,
            name: "Our own users".to_owned(),
            key: "0f1b6f7a4f3f4f7d9c1d4a3c5f6b7e8d".to_owned(),
            state: "enabled",
            is_built_in: true,
            warned: false,
            last_use: None,
            accepted: Count(0),
            refused: Count(0),
            origins: Vec::new(),
            more: 0,
        };
        let docland = ConsumerRow {
            id: 2,
            name: "DocLand".to_owned(),
            key: "602368a0e905492fae87697edad14c3a".to_owned(),
            is_built_in: false,
            last_use: Some(Moment::sample()),
            accepted: Count(12_304),
            refused: Count(17),
            origins: vec![
                "https://doc.land".to_owned(),
                "https://staging.a-very-long-name-of-a-site.example.org:8443".to_owned(),
            ],
            more: 3,
            ..own.clone()
        };
        let old = ConsumerRow {
            id: 3,
            name: "<img src=x onerror=alert(1)>".to_owned(),
            key: "A-rather-long-key-that-somebody-brought-along-from-elsewhere.2024".to_owned(),
            state: "disabled",
            warned: true,
            origins: vec!["any site".to_owned()],
            more: 0,
            ..docland.clone()
        };
        let empty = Self {
            frame: frame(),
            any_registered: false,
            consumers: vec![own.clone()],
        };
        let full = Self {
            any_registered: true,
            consumers: vec![own, docland, old],
            ..empty.clone()
        };
        vec![empty, full]
    }
}
