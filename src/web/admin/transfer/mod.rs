//! Users and rules as files: out, and in after a preview.

mod rules;
mod users;

use actix_web::web::{ServiceConfig, get, post};
use serde::Deserialize;

use super::super::pages::admin::import::BadRow;
use super::super::pages::parts::Errors;
use crate::store::import::Mode;
use crate::store::rules::{Document, parse_csv, parse_toml};
use crate::store::{RowError, StoreError};

/// How many names a preview lists.
const LISTED: usize = 100;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/users/import", get().to(users::show))
        .route("/users/import", post().to(users::submit))
        .route("/users/export", get().to(users::export))
        .route("/rules/import", get().to(rules::show))
        .route("/rules/import", post().to(rules::submit))
        .route("/rules/export", get().to(rules::export));
}

#[derive(Deserialize)]
struct ImportForm {
    #[serde(default)]
    text: String,
    #[serde(default)]
    file: String,
    #[serde(default)]
    way: String,
    #[serde(default)]
    step: String,
}

impl ImportForm {
    fn mode(&self) -> Mode {
        if self.step == "import" {
            Mode::Apply
        } else {
            Mode::DryRun
        }
    }
}

impl From<RowError> for BadRow {
    fn from(row: RowError) -> Self {
        Self {
            line: row.line,
            message: row.message,
        }
    }
}

/// What was sent: the file, or the text that was pasted.
pub(super) fn content(file: &str, text: &str, label: &'static str, errors: &mut Errors) -> String {
    match (file.trim().is_empty(), text.trim().is_empty()) {
        (false, true) => return file.to_owned(),
        (true, false) => {}
        (true, true) => errors.add("text", label, "choose a file, or paste its content"),
        (false, false) => {
            let message = "there are two: choose the file, or paste its content, and leave the other \
                           empty";
            errors.add("text", label, message);
        }
    }
    text.to_owned()
}

/// Reads rules as CSV or TOML; the first line that says something tells which it is, for no heading of
/// a table has a `[` or a `=`.
pub(super) fn parse(text: &str) -> Result<Document, StoreError> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let first = lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .find(|_| true)
        .unwrap_or_default();
    if first.starts_with('[') || first.contains('=') {
        parse_toml(text)
    } else {
        parse_csv(text)
    }
}
