//! Rules from a CSV file.

use super::entry::{Document, NamedRule, Told};
use crate::access::check::day;
use crate::access::notation::{NamedAccess, Word, roles, size};
use crate::access::pattern::Pattern;
use crate::access::rule::Kind;
use crate::language::{Language, LanguageMap};
use crate::store::error::StoreError;
use crate::store::import::{Columns, Heading, read};

/// The columns that have one name; `message_en` and the like come after them.
pub(super) const COLUMNS: [&str; 10] = [
    "pattern",
    "kind",
    "requirement",
    "roles",
    "public_size",
    "from",
    "until",
    "before",
    "after",
    "note",
];

/// Begins the name of a column with messages in a language.
pub(super) const MESSAGE: &str = "message_";

/// Reads a CSV file with the columns `pattern,kind,requirement,roles,public_size,from,until,before,
/// after,note` and `message_en` (or any other language), in any order; `pattern` must be there.
///
/// `requirement` is `public`, `roles` or `nobody`; roles are separated by blanks, each with its size if
/// it has one (`staff reader:1500`); `before` and `after` are written as in `roles staff + 600 px`.
pub fn parse_csv(text: &str) -> Result<Document, StoreError> {
    let heading = Heading {
        columns: &COLUMNS,
        also: |name| {
            let language = name.strip_prefix(MESSAGE);
            language.is_some_and(|language| language.parse::<Language>().is_ok())
        },
    };
    let table = read(text, &heading, row)?;
    // `message_EN` is the message in `en`.
    let told = table
        .heading
        .into_iter()
        .map(|name| match language_of(&name) {
            Some(language) => format!("{MESSAGE}{language}"),
            None => name,
        });
    Ok(Document {
        rules: table.rows,
        told: Told::Columns(told.collect()),
        ..Document::default()
    })
}

fn language_of(column: &str) -> Option<Language> {
    column.strip_prefix(MESSAGE)?.parse().ok()
}

fn row(columns: &Columns<'_>) -> Result<NamedRule, Vec<String>> {
    let mut errors = Vec::new();
    let text = |name: &str| columns.get(name).unwrap_or_default();
    let pattern = Pattern::parse(&text("pattern"))
        .map_err(|error| format!("the pattern `{}` {error}", text("pattern")));
    let pattern = taken(&mut errors, pattern);
    let kind = columns
        .get("kind")
        .map_or(Ok(Kind::Image), |text| kind(&text));
    let kind = taken(&mut errors, kind);
    let access = access(columns, &mut errors);
    let mut date = |name: &str| {
        let day = columns.get(name).map(|text| day(&text)).transpose();
        taken(&mut errors, day.map_err(|error| format!("{name}: {error}"))).flatten()
    };
    let (from, until) = (date("from"), date("until"));
    let mut side = |name: &str| {
        let access = columns.get(name).map(|text| text.parse::<NamedAccess>());
        let access = access
            .transpose()
            .map_err(|error| format!("{name}: {error}"));
        taken(&mut errors, access).flatten()
    };
    let (before, after) = (side("before"), side("after"));
    let rule = || {
        Some(NamedRule {
            kind: kind?,
            pattern: pattern?,
            access: access?,
            from,
            until,
            before,
            after,
            message: message(columns),
            note: text("note"),
        })
    };
    match rule() {
        Some(rule) if errors.is_empty() => Ok(rule),
        Some(_) | None => Err(errors),
    }
}

fn kind(text: &str) -> Result<Kind, String> {
    Kind::parse(text)
        .ok_or_else(|| format!("unknown kind `{text}` (valid: `image`, `manifest`, `file`)"))
}

fn message(columns: &Columns<'_>) -> LanguageMap {
    let texts = columns.names().filter_map(|name| {
        let text = columns.get(name).unwrap_or_default();
        Some((language_of(name)?, text))
    });
    LanguageMap::of(texts)
}

fn access(columns: &Columns<'_>, errors: &mut Vec<String>) -> Option<NamedAccess> {
    let roles = taken(errors, roles(&columns.get("roles").unwrap_or_default()));
    let size = columns.get("public_size").map_or(Ok(0), |text| size(&text));
    let size = taken(
        errors,
        size.map_err(|error| format!("public_size: {error}")),
    );
    let roles = roles?;
    let word = match columns.get("requirement").as_deref() {
        None if !roles.is_empty() => Ok(Word::Roles),
        None => Err("has no requirement".to_owned()),
        Some(text) => Word::parse(text).ok_or_else(|| {
            format!("unknown requirement `{text}` (valid: `public`, `roles`, `nobody`)")
        }),
    };
    let word = taken(errors, word.and_then(|word| fits(word, roles.is_empty())))?;
    Some(NamedAccess {
        word,
        roles,
        public_size: size?,
    })
}

/// Roles belong to `roles`, and `roles` needs some.
pub(super) fn fits(word: Word, no_roles: bool) -> Result<Word, String> {
    match (word, no_roles) {
        (Word::Roles, true) => Err("names no role".to_owned()),
        (Word::Public | Word::Nobody, false) => {
            Err("has roles, which only the requirement `roles` uses".to_owned())
        }
        (Word::Roles, false) | (Word::Public | Word::Nobody, true) => Ok(word),
    }
}

/// The value, or nothing and one error more.
pub(super) fn taken<T>(errors: &mut Vec<String>, result: Result<T, String>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}
