//! What several pages share.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

/// Whose gate it is; every page shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Site {
    /// The institution's name.
    pub institution_name: String,
    /// The address of its logo.
    pub institution_logo: Option<String>,
    /// Whom to ask: an e-mail address, a web address, or any words.
    pub institution_contact: Option<String>,
    /// The link for the contact, if it is an address.
    pub contact_href: Option<String>,
    /// What stands before every path of ours, without a slash at the end.
    pub base_path: String,
}

impl Site {
    /// The site by its settings.
    pub fn new(name: &str, logo: Option<&str>, contact: Option<&str>, base_path: &str) -> Self {
        Self {
            institution_name: name.to_owned(),
            institution_logo: logo.map(str::to_owned),
            institution_contact: contact.map(str::to_owned),
            contact_href: contact.and_then(contact_href),
            base_path: base_path.trim_end_matches('/').to_owned(),
        }
    }
}

fn contact_href(contact: &str) -> Option<String> {
    if contact.contains(char::is_whitespace) {
        return None;
    }
    if contact.starts_with("https://") || contact.starts_with("http://") {
        return Some(contact.to_owned());
    }
    contact.contains('@').then(|| format!("mailto:{contact}"))
}

/// What surrounds a page for somebody who is signed in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Frame {
    /// The user's name.
    pub user_name: String,
    /// Whether to show the way to the administration.
    pub is_admin: bool,
    /// The form token of this session.
    pub csrf: String,
    /// The path, below the base path, of the section that is open.
    pub here: &'static str,
    /// What has just been done.
    pub flash: Option<String>,
}

impl Frame {
    pub(in crate::web::pages) fn sample() -> Self {
        Self {
            user_name: "ada@example.org".to_owned(),
            is_admin: true,
            csrf: "form-token".to_owned(),
            here: "",
            flash: None,
        }
    }
}

/// What is wrong with a form: shown above it as a list, and beside each field.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Errors {
    all: Vec<FieldError>,
    by: BTreeMap<Cow<'static, str>, String>,
}

#[derive(Debug, Clone, Serialize)]
struct FieldError {
    field: Cow<'static, str>,
    label: Cow<'static, str>,
    message: String,
}

impl Errors {
    /// Says what is wrong with a field; only the first fault of a field is kept.
    pub fn add(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        message: impl Display,
    ) {
        let field = field.into();
        if self.by.contains_key(&field) {
            return;
        }
        let message = sentence(&message.to_string());
        self.by.insert(field.clone(), message.clone());
        self.all.push(FieldError {
            field,
            label: label.into(),
            message,
        });
    }

    /// Says what is wrong with the form as a whole.
    pub fn add_general(&mut self, message: impl Display) {
        let message = sentence(&message.to_string());
        self.all.push(FieldError {
            field: Cow::Borrowed(""),
            label: Cow::Borrowed(""),
            message,
        });
    }

    /// The value, or the fault noted for this field.
    pub fn take<T, E: Display>(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        result: Result<T, E>,
    ) -> Option<T> {
        result.map_err(|error| self.add(field, label, error)).ok()
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether anything is wrong with a field whose name begins so.
    pub fn concern(&self, prefix: &str) -> bool {
        self.by.keys().any(|field| field.starts_with(prefix))
    }
}

/// Error types speak in lower case, without a period, with back-ticks; people read sentences.
pub(in crate::web) fn sentence(message: &str) -> String {
    let mut quotes = ['“', '”'].into_iter().cycle();
    let quoted = |c| {
        if c == '`' {
            quotes.next().unwrap_or(c)
        } else {
            c
        }
    };
    let message: String = message.chars().map(quoted).collect();
    let mut characters = message.chars();
    let first = characters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let end = if message.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{end}", characters.as_str())
}

/// A point in time, for people and for programs.
#[derive(Debug, Clone, Serialize)]
pub struct Moment {
    iso: String,
    text: String,
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self {
            iso: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            text: at.format("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

impl Moment {
    pub(in crate::web::pages) fn sample() -> Self {
        DateTime::UNIX_EPOCH.into()
    }
}

/// A choice in a `<select>`.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is the one chosen now.
    pub chosen: bool,
}

impl Choice {
    /// The choices, of which the one with the value `chosen` is chosen now.
    pub fn list(choices: &[(&str, &str)], chosen: &str) -> Vec<Self> {
        let choice = |&(value, label): &(&str, &str)| Self {
            value: value.to_owned(),
            label: label.to_owned(),
            chosen: value == chosen,
        };
        choices.iter().map(choice).collect()
    }
}

/// A choice that needs a sentence to be understood.
#[derive(Debug, Clone, Serialize)]
pub struct Explained {
    /// What is sent.
    pub value: &'static str,
    /// What is read.
    pub label: &'static str,
    /// What it means.
    pub hint: &'static str,
    /// Whether it is the one chosen now.
    pub chosen: bool,
}

impl Explained {
    /// The choices (value, label, meaning), of which the one with the value `chosen` is chosen now.
    pub fn list(choices: &[(&'static str, &'static str, &'static str)], chosen: &str) -> Vec<Self> {
        let choice = |&(value, label, hint): &(&'static str, &'static str, &'static str)| Self {
            value,
            label,
            hint,
            chosen: value == chosen,
        };
        choices.iter().map(choice).collect()
    }
}

/// A text in one of the languages of `LANGUAGES`: a field of a form.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Translation {
    /// The language's tag.
    pub language: String,
    /// The language's name in English.
    pub name: String,
    /// The text.
    pub text: String,
}

impl Translation {
    pub(in crate::web::pages) fn samples(text: &str) -> Vec<Self> {
        let english = Self {
            language: "en".to_owned(),
            name: "English".to_owned(),
            text: text.to_owned(),
        };
        let german = Self {
            language: "de".to_owned(),
            name: "German".to_owned(),
            text: String::new(),
        };
        vec![english, german]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_becomes_a_link_if_it_is_an_address() {
        assert_eq!(
            contact_href("a@example.org").as_deref(),
            Some("mailto:a@example.org")
        );
        assert_eq!(
            contact_href("https://example.org/").as_deref(),
            Some("https://example.org/")
        );
        assert_eq!(contact_href("javascript:alert(1)"), None);
        assert_eq!(contact_href("the reading room, phone 12"), None);
    }

    #[test]
    fn messages_of_error_types_become_sentences() {
        assert_eq!(sentence("must not be empty"), "Must not be empty.");
        assert_eq!(sentence("Really?"), "Really?");
        assert_eq!(sentence("must not contain ` `"), "Must not contain “ ”.");
    }
}
