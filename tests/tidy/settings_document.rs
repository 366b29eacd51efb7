//! `.env.template` and `docs/configuration.md`, made from the table of settings.

use std::fmt::Write as _;

use iiif_gate::config::setting::{Default, Reader, Section, Setting};
use iiif_gate::config::table;

use crate::tree::{self, is_current};

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
fn env_template() -> String {
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
        Default::Words(words) => format!("\n# Default: {words}"),
        Default::Nothing => "\n# Default: none".to_owned(),
    };
    let words = plain(&format!("# {}{default}", setting.help));
    format!(
        "\n{words}\n#{}={}\n",
        setting.name,
        setting.default_value().unwrap_or_default()
    )
}

fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The text of `docs/configuration.md`.
fn configuration() -> String {
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
    let secret = if setting.secret { "**Secret.**" } else { "" };
    let parts = [setting.help, setting.note, secret];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let example = match setting.example_words() {
        Some(words) => words.to_owned(),
        None => format!("`{}`", setting.example),
    };
    let readers: Vec<String> = setting.readers.iter().map(ToString::to_string).collect();
    let (name, words) = (setting.name, parts.join(" "));
    format!(
        "| `{name}` | {words} | {default} | {example} | {} |\n",
        readers.join(", ")
    )
}

#[test]
fn the_documents_of_the_settings_are_current() {
    is_current(".env.template", &env_template());
    is_current("docs/configuration.md", &configuration());
}

#[test]
fn every_explanation_is_one_line() {
    for setting in table::all() {
        assert!(
            setting.help.len() < 100 && setting.help.ends_with('.'),
            "{}",
            setting.name
        );
    }
}

#[test]
fn every_setting_of_the_stack_is_used_there_and_no_other() {
    let used = |file: &str, before: &[&str]| -> Vec<String> {
        let text = tree::read(file);
        let names = before.iter().flat_map(|before| text.split(before).skip(1));
        let name = |text: &str| {
            text.chars()
                .take_while(|c| c.is_ascii_uppercase() || *c == '_')
                .collect()
        };
        names
            .map(name)
            .filter(|name: &String| !name.is_empty())
            .collect()
    };
    let compose = used("docker-compose.yml", &["${"]);
    let nginx = used("nginx/15-iiif-gate.envsh", &[": \"${", "-z \"${"]);
    for (reader, used) in [(Reader::Compose, compose), (Reader::Nginx, nginx)] {
        for name in &used {
            assert!(
                table::find(name).is_some(),
                "{name} of {reader} is not in src/config/table"
            );
        }
        for setting in table::all().filter(|setting| setting.readers == [reader]) {
            // docker-compose reads this one itself.
            let known = setting.name == "COMPOSE_PROFILES";
            assert!(
                known || used.iter().any(|name| name == setting.name),
                "{}",
                setting.name
            );
        }
    }
}

#[test]
fn compose_passes_every_setting_on_to_the_gate() {
    let compose = tree::read("docker-compose.yml");
    let gate = compose
        .split("\n  gate:\n")
        .nth(1)
        .unwrap()
        .split("volumes:")
        .next()
        .unwrap();
    for setting in table::all().filter(|setting| setting.readers.contains(&Reader::Gate)) {
        for name in std::iter::once(setting.name.to_owned()).chain(setting.file_name()) {
            assert!(
                gate.contains(&format!("\n      {name}:")),
                "{name} is not passed on"
            );
        }
    }
}

#[test]
fn every_checked_setting_is_used() {
    let declaration = tree::read("src/config/mod.rs");
    let fields = declaration
        .split("pub struct Config {")
        .nth(1)
        .unwrap()
        .split("\n}")
        .next()
        .unwrap();
    let fields = fields
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next());
    let code: String = tree::files("src", "rs")
        .iter()
        .filter(|file| !file.starts_with("src/config/"))
        .map(|file| tree::read(file))
        .collect();
    for field in fields {
        assert!(
            code.contains(&format!(".{field}")),
            "nothing reads `Config::{field}`"
        );
    }
}
