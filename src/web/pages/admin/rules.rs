//! The pages about rules.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Pager;
use super::super::parts::{Choice, Frame};

/// The list of rules.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RulesPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// What holds where no rule fits, in words.
    pub default: String,
    /// What a rule may be asked for about.
    pub test_kinds: Vec<Choice>,
    /// The identifier asked about.
    pub test: String,
    /// The answer.
    pub answer: Option<Answer>,
    /// The part of a pattern looked for.
    pub search: String,
    /// What the rules listed may be about.
    pub kinds: Vec<Choice>,
    /// The roles that the rules listed may name.
    pub roles: Vec<Choice>,
    /// Whom the rules listed may be open to.
    pub requirements: Vec<Choice>,
    /// What the rules listed may have.
    pub features: Vec<Choice>,
    /// The rules on this page.
    pub rules: Vec<RuleRow>,
    /// The way through the list.
    pub pager: Pager,
}

/// Which rule decides about an identifier.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Answer {
    /// In words.
    pub text: String,
    /// What holds now if the rule has dates, in words.
    pub phase: Option<String>,
    /// The page that explains more.
    pub explain_url: Option<String>,
    /// The number of the rule, if it is one.
    pub rule_id: Option<i32>,
    /// Its pattern.
    pub pattern: String,
}

/// A rule in the list.
#[derive(Debug, Clone, Serialize)]
pub struct RuleRow {
    /// The number.
    pub id: i32,
    /// The pattern.
    pub pattern: String,
    /// What it is about, in words.
    pub kind: &'static str,
    /// Whom it lets in.
    pub open_to: Vec<String>,
    /// Up to which size everybody may see it, as `up to 300 px`.
    pub public_size: Option<String>,
    /// Its dates, in words.
    pub dates: Option<String>,
    /// What holds before and after these dates, in words.
    pub otherwise: Vec<String>,
    /// What is odd about it, in sentences.
    pub findings: Vec<String>,
    /// How bad that is: `broken`, `warning` or `hint`.
    pub severity: &'static str,
    /// Why it is there.
    pub note: String,
}

impl Page for RulesPage {
    const TEMPLATE: &'static str = "admin/rules.html";

    fn samples() -> Vec<Self> {
        let kinds = [
            ("image", "images"),
            ("manifest", "manifests"),
            ("file", "other files"),
        ];
        let empty = Self {
            frame: Frame {
                here: "/admin/rules",
                ..Frame::sample()
            },
            default: "images are for signed-in readers, manifests are public.".to_owned(),
            test_kinds: Choice::list(&kinds, "image"),
            kinds: Choice::list(&[("", "everything"), ("image", "images")], ""),
            roles: Choice::list(&[("", "any role"), ("staff", "Map room staff")], ""),
            requirements: Choice::list(&[("", "anybody"), ("public", "everybody")], ""),
            features: Choice::list(&[("", "anything"), ("size", "sizes")], ""),
            ..Self::default()
        };
        let maps = RuleRow {
            id: 1,
            pattern: "maps/*".to_owned(),
            kind: "images",
            open_to: vec!["staff".to_owned(), "maps up to 1,500 px".to_owned()],
            public_size: Some("up to 300 px".to_owned()),
            dates: Some("from 2031-01-01".to_owned()),
            otherwise: vec!["before: nobody".to_owned()],
            findings: vec!["The rule for “*” says the same.".to_owned()],
            severity: "hint",
            note: "On loan until the catalog is done.".to_owned(),
        };
        let open = RuleRow {
            id: 2,
            pattern: "maps/world/nuremberg chronicle, folio 12 verso.tif".to_owned(),
            open_to: vec!["everybody".to_owned()],
            public_size: None,
            dates: None,
            otherwise: Vec::new(),
            findings: Vec::new(),
            severity: "",
            note: String::new(),
            ..maps.clone()
        };
        let broken = RuleRow {
            id: 3,
            pattern: "estate/*".to_owned(),
            open_to: Vec::new(),
            findings: vec!["It names no role any more, so it lets nobody in.".to_owned()],
            severity: "broken",
            ..open.clone()
        };
        let answer = Answer {
            text: "maps/world.tif is open to staff, maps, by this rule:".to_owned(),
            phase: Some("Before 2031-01-01.".to_owned()),
            explain_url: Some("/auth/admin/explain?what=maps%2Fworld.tif".to_owned()),
            rule_id: Some(1),
            pattern: "maps/*".to_owned(),
        };
        let full = Self {
            test: "maps/world.tif".to_owned(),
            answer: Some(answer),
            rules: vec![maps, open, broken],

            pager: Pager::new(1, 2, 2, 3, |page| format!("?page={page}")),
            ..empty.clone()
        };
        vec![empty, full]
    }
}
