//! The page that imports users or rules: a table, a preview, and the lines that are wrong.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Count;
use super::super::parts::{Errors, Explained, Frame};
use super::Figure;

/// An import, before or after its preview.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ImportPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// What is imported: `users` or `rules`.
    pub what: &'static str,
    /// The columns of the table.
    pub columns: &'static str,
    /// What the columns mean.
    pub explanation: &'static str,
    /// What may happen to what is not in the text; nothing where it always stays.
    pub ways: Vec<Explained>,
    /// How everything there is can be had.
    pub exports: Vec<Export>,
    /// The table as it was pasted.
    pub text: String,
    /// What is wrong with the table as a whole.
    pub errors: Errors,
    /// The lines that are wrong.
    pub rows: Vec<BadRow>,
    /// What would change, if nothing is wrong.
    pub preview: Option<Preview>,
    /// The address that the forms are sent to.
    pub action: String,
    /// The way back.
    pub back_url: String,
}

/// Everything there is, as a file.
#[derive(Debug, Clone, Serialize)]
pub struct Export {
    /// The format, in words.
    pub label: &'static str,
    /// Its address.
    pub url: String,
}

/// A line that cannot be used.
#[derive(Debug, Clone, Serialize)]
pub struct BadRow {
    /// Its number; the heading is line 1.
    pub line: u64,
    /// What is wrong with it.
    pub message: String,
}

/// What an import would change.
#[derive(Debug, Clone, Serialize)]
pub struct Preview {
    /// How many would be made, changed and left alone.
    pub figures: Vec<Figure>,
    /// What is replaced wholly, in words, if anything is.
    pub replaced: Option<String>,
    /// The first changes.
    pub changes: Vec<Change>,
    /// How many more there are.
    pub more: usize,
}

/// One change of an import.
#[derive(Debug, Clone, Serialize)]
pub struct Change {
    /// What is changed.
    pub name: String,
    /// How.
    pub change: &'static str,
    /// What it was, in words.
    pub before: String,
    /// What it becomes, in words.
    pub after: String,
}

impl ImportPage {
    /// What may happen to rules that are not in the text.
    pub const WAYS: [(&'static str, &'static str, &'static str); 2] = [
        (
            "add",
            "Add and change",
            "Rules that are not in the file stay as they are.",
        ),
        (
            "replace",
            "Replace all rules",
            "Rules that are not in the file are deleted.",
        ),
    ];
}

impl Page for ImportPage {
    const TEMPLATE: &'static str = "admin/import.html";

    fn samples() -> Vec<Self> {
        let empty = Self {
            frame: Frame {
                here: "/admin/users",
                ..Frame::sample()
            },
            what: "users",
            columns: "name,display_name,state,roles",
            explanation: "Roles are separated by blanks.",
            action: "/auth/admin/users/import".to_owned(),
            back_url: "/auth/admin/users".to_owned(),
            ..Self::default()
        };
        let text = "name,display_name\nada@example.org,Ada Lovelace\n,Nobody\n".to_owned();
        let message = "`name` must not be empty".to_owned();
        let faulty = Self {
            text: text.clone(),
            rows: vec![BadRow { line: 3, message }],
            ..empty.clone()
        };
        let figure = |number, what| Figure {
            more: false,
            number: Count(number),
            what,
            path: "",
        };
        let change = Change {
            name: "ada@example.org".to_owned(),
            change: "new",
            before: String::new(),
            after: String::new(),
        };
        let preview = Preview {
            figures: vec![
                figure(12, "new"),
                figure(3, "changed"),
                figure(40, "left as they are"),
            ],
            replaced: None,
            changes: vec![change.clone()],
            more: 14,
        };
        let checked = Self {
            text,
            preview: Some(preview),
            ..empty.clone()
        };
        let rules = Self {
            frame: Frame {
                here: "/admin/rules",
                ..Frame::sample()
            },
            what: "rules",
            ways: Explained::list(&Self::WAYS, "add"),
            exports: vec![Export {
                label: "CSV",
                url: "/auth/admin/rules/export?format=csv".to_owned(),
            }],
            ..empty.clone()
        };
        let changed = Change {
            name: "image maps/*".to_owned(),
            change: "changed",
            before: "staff".to_owned(),
            after: "everybody up to 300 px; staff".to_owned(),
        };
        let gone = Change {
            name: "image estate/*".to_owned(),
            change: "deleted",
            before: "nobody".to_owned(),
            after: String::new(),
        };
        let diff = Self {
            ways: Explained::list(&Self::WAYS, "replace"),
            preview: Some(Preview {
                figures: vec![figure(1, "changed"), figure(1, "deleted")],
                replaced: Some("Rules that are not in the file are deleted.".to_owned()),
                changes: vec![changed, gone],
                more: 0,
            }),
            ..rules.clone()
        };
        vec![empty, faulty, checked, rules, diff]
    }
}
