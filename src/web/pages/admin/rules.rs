//! The pages about rules.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Pager;
use super::super::parts::{Choice, Errors, Frame};

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
    /// The rules on this page.
    pub rules: Vec<RuleRow>,
    /// The way through the list.
    pub pager: Pager,
}

/// Which rule decides about an identifier.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// In words.
    pub text: String,
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
            kinds: Choice::list(&[("", "Everything"), ("image", "images")], ""),
            ..Self::default()
        };
        let maps = RuleRow {
            id: 1,
            pattern: "maps/*".to_owned(),
            kind: "images",
            open_to: vec!["staff".to_owned(), "maps".to_owned()],
            note: "On loan until the catalog is done.".to_owned(),
        };
        let open = RuleRow {
            id: 2,
            pattern: "maps/world/nuremberg chronicle, folio 12 verso.tif".to_owned(),
            open_to: vec!["everybody".to_owned()],
            note: String::new(),
            ..maps.clone()
        };
        let answer = Answer {
            text: "maps/world.tif is open to staff, maps, by this rule:".to_owned(),
            rule_id: Some(1),
            pattern: "maps/*".to_owned(),
        };
        let full = Self {
            test: "maps/world.tif".to_owned(),
            answer: Some(answer),
            rules: vec![maps, open],
            pager: Pager::new(1, 2, 2, 3, |page| format!("?page={page}")),
            ..empty.clone()
        };
        vec![empty, full]
    }
}

/// A rule, or a new one.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RulePage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Its number, unless it is a new one.
    pub id: Option<i32>,
    /// What it may be about.
    pub kinds: Vec<Choice>,
    /// The pattern in the form.
    pub pattern: String,
    /// Whom it may let in.
    pub requirements: Vec<Choice>,
    /// The roles in the form.
    pub roles: Vec<Choice>,
    /// The note in the form.
    pub note: String,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for RulePage {
    const TEMPLATE: &'static str = "admin/rule.html";

    fn samples() -> Vec<Self> {
        let kinds = [
            ("image", "images"),
            ("manifest", "manifests"),
            ("file", "other files"),
        ];
        let requirements = [
            ("public", "everybody"),
            ("roles", "holders of a role"),
            ("nobody", "nobody"),
        ];
        let new = Self {
            frame: Frame {
                here: "/admin/rules",
                ..Frame::sample()
            },
            kinds: Choice::list(&kinds, "image"),
            requirements: Choice::list(&requirements, "roles"),
            roles: Choice::list(&[("1", "Signed-in readers"), ("3", "Map room staff")], "3"),
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add(
            "pattern",
            "Pattern",
            "may have `*` only as the last part, as in `maps/*`",
        );
        errors.add("roles", "Roles", "choose at least one");
        let edit = Self {
            id: Some(1),
            pattern: "ma*".to_owned(),
            errors,
            ..new.clone()
        };
        vec![new, edit]
    }
}
