//! `.env.template` and `docs/configuration.md`, made from the table of settings.

use std::fmt::Write as _;

use super::setting::{Default, Section, Setting};
use super::table;

const TEMPLATE_HEAD: &str = "\
# Settings of iiif-gate. Copy this file to `.env` and change what you need: everything has a default
# that works on localhost. A line without `#` counts; a value with blanks, `#` or `$` goes between
# single quotes. docs/configuration.md says more. Do not put `.env` into version control.
";

const DOCUMENT_HEAD: &str = "\
# Settings

<!-- Made from src/config/table by `UPDATE=1 cargo test --test tidy`. Do not edit. -->

Settings are environment variables, or lines `NAME=value` in the file `.env` of the folder in which the program starts.
The environment wins over `.env`, and an empty value counts as not set.
[`.env.template`](../.env.template) lists them all: copy it to `.env` and change what you need.

All settings are checked when the program starts, and a bad one stops it.
`iiif-gate check-config` says everything that is wrong at once and starts nothing.

A **secret** can also come from a file: `NAME_FILE=/path` instead of `NAME=value`, as with Docker's secrets.
One line end at the end of that file is not part of the secret.

The column \"read by\" says which part reads a setting: the gate, the shipped nginx files or `docker-compose.yml`.
";

/// The text of `.env.template`.
pub fn env_template() -> String {
    let mut text = TEMPLATE_HEAD.to_owned();
    for section in Section::ALL {
        let _ = writeln!(text, "\n## {}", section.title());
        for setting in table::all().filter(|setting| setting.section == section) {
            text.push_str(&template_entry(setting));
        }
    }
    text
}

fn template_entry(setting: &Setting) -> String {
    let default = match setting.default {
        Default::Value(_) => String::new(),
        Default::Words(words) => format!(" Default: {words}."),
        Default::Nothing => " Default: none.".to_owned(),
    };
    let help = plain(&format!("{}{default}", setting.help));
    let value = setting.default_value().unwrap_or_default();
    format!("\n{}\n#{}={value}\n", wrapped(&help), setting.name)
}

/// A text as comment lines.
fn wrapped(text: &str) -> String {
    let mut lines = vec!["#".to_owned()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < 100 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("# {word}")),
        }
    }
    lines.join("\n")
}

fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The text of `docs/configuration.md`.
pub fn configuration() -> String {
    let mut text = DOCUMENT_HEAD.to_owned();
    for section in Section::ALL {
        let _ = write!(
            text,
            "\n## {}\n\n| setting | what it does | default | example | read by |\n|---|---|---|---|---|\n",
            section.title()
        );
        for setting in table::all().filter(|setting| setting.section == section) {
            text.push_str(&row(setting));
        }
    }
    text
}

fn row(setting: &Setting) -> String {
    let default = match setting.default {
        Default::Value(value) => format!("`{value}`"),
        Default::Words(words) => words.to_owned(),
        Default::Nothing => "none".to_owned(),
    };
    let secret = if setting.secret { " **Secret.**" } else { "" };
    let example = match setting.example_words() {
        Some(words) => words.to_owned(),
        None => format!("`{}`", setting.example),
    };
    let readers: Vec<String> = setting.readers.iter().map(ToString::to_string).collect();
    format!(
        "| `{}` | {}{secret} | {default} | {example} | {} |\n",
        setting.name,
        setting.help,
        readers.join(", ")
    )
}
