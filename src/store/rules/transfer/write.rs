//! How rules, and all that decides, are written in files.

use std::collections::BTreeSet;

use serde::Serialize;
use toml::value::Datetime;

use super::entry::NamedRule;
use super::read_csv::{COLUMNS, MESSAGE};
use crate::identity::network;
use crate::identity::principal::{OfferedAs, Role};
use crate::language::{Language, LanguageMap};
use crate::store::error::StoreError;
use crate::store::networks::Network;

/// The names of the columns.
pub(super) fn heading(languages: &BTreeSet<Language>) -> Vec<String> {
    let messages = languages
        .iter()
        .map(|language| format!("{MESSAGE}{language}"));
    COLUMNS
        .map(str::to_owned)
        .into_iter()
        .chain(messages)
        .collect()
}

/// What stands in the columns.
pub(super) fn rows(
    rules: &[NamedRule],
    languages: &BTreeSet<Language>,
) -> impl Iterator<Item = Vec<String>> {
    rules.iter().map(|rule| cells(rule, languages))
}

fn cells(rule: &NamedRule, languages: &BTreeSet<Language>) -> Vec<String> {
    let text = |value: Option<String>| value.unwrap_or_default();
    let roles: Vec<String> = rule.access.roles.iter().map(ToString::to_string).collect();
    let size = Some(rule.access.public_size).filter(|size| *size > 0);
    let mut cells = vec![
        rule.pattern.to_string(),
        rule.kind.as_str().to_owned(),
        rule.access.word.as_str().to_owned(),
        roles.join(" "),
        text(size.map(|size| size.to_string())),
        text(rule.from.map(|day| day.to_string())),
        text(rule.until.map(|day| day.to_string())),
        text(rule.before.as_ref().map(ToString::to_string)),
        text(rule.after.as_ref().map(ToString::to_string)),
        rule.note.clone(),
    ];
    let messages = languages.iter().map(|language| rule.message.get(language));
    cells.extend(messages.map(|message| message.unwrap_or_default().to_owned()));
    cells
}

pub(super) fn toml(file: &File) -> Result<String, StoreError> {
    toml::to_string_pretty(file).map_err(|error| StoreError::Invalid(error.to_string()))
}

#[derive(Default, Serialize)]
pub(super) struct File {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) network: Vec<NetworkTable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) role: Vec<RoleTable>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) rule: Vec<RuleTable>,
}

#[derive(Serialize)]
pub(super) struct NetworkTable {
    name: String,
    ranges: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

impl NetworkTable {
    pub(super) fn of(network: &Network) -> Self {
        Self {
            name: network.name.clone(),
            ranges: network.ranges.iter().map(network::written).collect(),
            note: network.note.clone(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct RoleTable {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    obtained_by: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    offered_as: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    networks: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<TermsTable>,
}

#[derive(Serialize)]
struct TermsTable {
    #[serde(skip_serializing_if = "LanguageMap::is_empty")]
    heading: LanguageMap,
    text: LanguageMap,
}

impl RoleTable {
    pub(super) fn of(role: Role, networks: Vec<String>) -> Self {
        let told = role.offered_as != OfferedAs::Usual;
        Self {
            name: role.name.to_string(),
            title: role.title,
            obtained_by: role.obtained_by.as_str(),
            offered_as: told.then(|| role.offered_as.as_str()),
            networks,
            terms: role.terms.map(|terms| TermsTable {
                heading: terms.heading,
                text: terms.text,
            }),
        }
    }
}

/// Tables come after values, as TOML wants it.
#[derive(Serialize)]
pub(super) struct RuleTable {
    pattern: String,
    kind: &'static str,
    requirement: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_size: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Datetime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Datetime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
    #[serde(skip_serializing_if = "LanguageMap::is_empty")]
    message: LanguageMap,
}

impl RuleTable {
    pub(super) fn of(rule: NamedRule) -> Self {
        let day = |day: Option<chrono::NaiveDate>| day.and_then(|day| day.to_string().parse().ok());
        Self {
            pattern: rule.pattern.to_string(),
            kind: rule.kind.as_str(),
            requirement: rule.access.word.as_str(),
            roles: rule.access.roles.iter().map(ToString::to_string).collect(),
            public_size: Some(rule.access.public_size).filter(|size| *size > 0),
            from: day(rule.from),
            until: day(rule.until),
            before: rule.before.as_ref().map(ToString::to_string),
            after: rule.after.as_ref().map(ToString::to_string),
            note: rule.note,
            message: rule.message,
        }
    }
}
