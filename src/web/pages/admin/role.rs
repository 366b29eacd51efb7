//! The page of a role, or of a new one.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Count;
use super::super::parts::{Choice, Errors, Explained, Frame, Translation};
use super::roles::Holders;

/// A role, or a new one.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RolePage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// What there is to know about it, unless it is a new one.
    pub facts: Option<RoleFacts>,
    /// The name in the form.
    pub name: String,
    /// The title in the form.
    pub title: String,
    /// How it may be obtained.
    pub ways: Vec<Explained>,
    /// The networks to tick.
    pub places: Places,
    /// How terms may be offered to viewers.
    pub terms_offered: Vec<Explained>,
    /// How a network may be offered to viewers.
    pub network_offered: Vec<Explained>,
    /// Whether the first terms are asked for here.
    pub asks_terms: bool,
    /// The heading of the first terms, in each language.
    pub headings: Vec<Translation>,
    /// The text of the first terms, in each language.
    pub texts: Vec<Translation>,
    /// What is wrong.
    pub errors: Errors,
}

/// The networks to tick: all of them or, of many, those that are looked for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Places {
    /// The boxes.
    pub boxes: Vec<Choice>,
    /// Whether they are looked for.
    pub is_search: bool,
    /// The part of a name looked for.
    pub search: String,
    /// The numbers of the boxes that this form has shown.
    pub seen: String,
    /// The numbers of those that were ticked and are not shown now.
    pub carried: Vec<String>,
    /// How many are chosen in all.
    pub chosen: Count,
    /// How many have such a name.
    pub fitting: Count,
    /// How many there are.
    pub all: Count,
}

/// What there is to know about a role.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RoleFacts {
    /// The number.
    pub id: i32,
    /// Whether it is built in, so that only its title can be changed.
    pub built_in: bool,
    /// How it comes to be held, in words.
    pub obtained_by: &'static str,
    /// Who holds it now.
    pub holders: Vec<Holders>,
    /// How many rules name it.
    pub rules: String,
    /// Where to see them.
    pub rules_url: String,
    /// The version of the terms in force, if it is obtained by terms.
    pub terms_version: Option<i32>,
    /// Whether it is obtained by terms.
    pub has_terms: bool,
    /// Why nobody can obtain it, if so.
    pub unobtainable: Option<&'static str>,
}

impl RolePage {
    /// How a role may be obtained: word, label, meaning.
    pub const WAYS: [(&'static str, &'static str, &'static str); 4] = [
        (
            "assigned",
            "Being given it",
            "You tick it on the page of each user. To make a group of users, make such a role.",
        ),
        (
            "terms",
            "Accepting terms",
            "Visitors read your terms and press a button; nobody needs an account.",
        ),
        (
            "network",
            "Being in a network",
            "Whoever comes from certain addresses holds it, without doing anything.",
        ),
        (
            "kiosk",
            "Opening a viewer in a network (kiosk)",
            "The same, but the viewer opens a window of ours for a moment, which sets a cookie. For \
             viewers that show the image only after such a window.",
        ),
    ];
    /// How terms may be offered.
    pub const TERMS_OFFERED: [(&'static str, &'static str, &'static str); 2] = [
        (
            "usual",
            "On a page of ours",
            "The viewer opens our page with the text and a button. Works in every browser.",
        ),
        (
            "clickthrough",
            "By the viewer itself (clickthrough)",
            "The viewer shows a short text and a button of its own, and our window closes at once. \
             One click less, but Firefox and Safari may not keep the cookie, and only the heading \
             and the plain text are seen. IIIF Auth 1.0 only.",
        ),
    ];
    /// How a network may be offered.
    pub const NETWORK_OFFERED: [(&'static str, &'static str, &'static str); 2] = [
        (
            "usual",
            "Nothing is offered",
            "Inside, images simply appear. Outside, the viewer says that they are not available.",
        ),
        (
            "external",
            "Viewers are told (external)",
            "Viewers learn that access depends on something outside the browser, and ask for a token. \
             Rules cannot name such a role beside one that needs a click: viewers would stop at it.",
        ),
    ];
}

impl Page for RolePage {
    const TEMPLATE: &'static str = "admin/role.html";

    fn samples() -> Vec<Self> {
        let new = Self {
            frame: Frame {
                here: "/admin/roles",
                ..Frame::sample()
            },
            ways: Explained::list(&Self::WAYS, "assigned"),
            places: Places {
                boxes: Choice::list(&[("1", "Reading room"), ("2", "Campus")], "1"),
                ..Places::default()
            },
            terms_offered: Explained::list(&Self::TERMS_OFFERED, "usual"),
            network_offered: Explained::list(&Self::NETWORK_OFFERED, "usual"),
            asks_terms: true,
            headings: Translation::samples(""),
            texts: Translation::samples(""),
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add("name", "Name", "must not contain `ä`");
        errors.add("networks", "Networks", "choose at least one");
        let faulty = Self {
            name: "hö".to_owned(),
            ways: Explained::list(&Self::WAYS, "network"),
            errors,
            ..new.clone()
        };
        let facts = RoleFacts {
            id: 5,
            obtained_by: "accepting terms",
            holders: vec![Holders::plain("3 visitors now")],
            rules: "12".to_owned(),
            rules_url: "/auth/admin/rules?role=reading".to_owned(),
            terms_version: Some(3),
            has_terms: true,
            ..RoleFacts::default()
        };
        let terms = Self {
            facts: Some(facts.clone()),
            name: "reading".to_owned(),
            title: "Readers who know the terms".to_owned(),
            ways: Explained::list(&Self::WAYS, "terms"),
            asks_terms: false,
            ..new.clone()
        };
        let lost = Self {
            facts: Some(RoleFacts {
                obtained_by: "network",
                holders: Vec::new(),
                terms_version: None,
                has_terms: false,
                unobtainable: Some("It has no network."),
                ..facts.clone()
            }),
            ways: Explained::list(&Self::WAYS, "network"),
            ..terms.clone()
        };
        let built_in = Self {
            facts: Some(RoleFacts {
                id: 1,
                built_in: true,
                obtained_by: "signing in",
                holders: vec![Holders::plain("every active user")],
                terms_version: None,
                has_terms: false,
                ..facts
            }),
            name: "user".to_owned(),
            ..terms.clone()
        };
        let writing = Self {
            ways: Explained::list(&Self::WAYS, "terms"),
            ..new.clone()
        };
        let many = Self {
            ways: Explained::list(&Self::WAYS, "network"),
            places: Places {
                is_search: true,
                search: "room".to_owned(),
                seen: "1 2".to_owned(),
                carried: vec!["7".to_owned()],
                chosen: Count(9_998),
                fitting: Count(1_200),
                all: Count(10_000),
                ..new.places.clone()
            },
            ..new.clone()
        };
        vec![new, faulty, terms, lost, built_in, writing, many]
    }
}
