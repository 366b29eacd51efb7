//! Rules, and all that decides, as files.

use std::collections::BTreeSet;

use serde::Serialize;
use toml::value::Datetime;

use super::entry::NamedRule;
use super::read_csv::{COLUMNS, MESSAGE};
use crate::identity::network;
use crate::identity::principal::{OfferedAs, Role};
use crate::language::{Language, LanguageMap};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::import::written;
use crate::store::rules::list;
use crate::store::rules::transfer::resolve::Roles;
use crate::store::{networks, roles};

/// All rules as a CSV file that [`parse_csv`](super::parse_csv) reads.
pub fn export_csv(conn: &mut Conn) -> Result<String, StoreError> {
    csv(&named_rules(conn)?)
}

pub(super) fn csv(rules: &[NamedRule]) -> Result<String, StoreError> {
    let languages: BTreeSet<Language> = rules
        .iter()
        .flat_map(|rule| rule.message.iter().map(|(language, _)| language.clone()))
        .collect();
    let messages = languages
        .iter()
        .map(|language| format!("{MESSAGE}{language}"));
    let columns: Vec<String> = COLUMNS
        .map(str::to_owned)
        .into_iter()
        .chain(messages)
        .collect();
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    written(&columns, rules.iter().map(|rule| cells(rule, &languages)))
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

fn named_rules(conn: &mut Conn) -> Result<Vec<NamedRule>, StoreError> {
    let roles = Roles::new(roles::for_policy(conn)?);
    let rules = list(conn)?.into_iter();
    Ok(rules
        .map(|rule| NamedRule::of(rule, |id| roles.name(id)))
        .collect())
}

/// Networks, roles with their terms and rules as a TOML file that [`parse_toml`](super::parse_toml)
/// reads.
pub fn export_toml(conn: &mut Conn) -> Result<String, StoreError> {
    let networks = networks::list(conn)?;
    let names = |role: &roles::Role| {
        let held = networks
            .iter()
            .filter(|network| role.networks.contains(&network.id));
        held.map(|network| network.name.clone()).collect()
    };
    let listed = roles::list(conn)?;
    let for_policy = roles::for_policy(conn)?;
    let roles = for_policy.into_iter().zip(listed.iter().map(names));
    let file = File {
        role: roles
            .map(|(role, networks)| RoleTable::of(role, networks))
            .collect(),
        rule: named_rules(conn)?.into_iter().map(RuleTable::of).collect(),
        network: networks
            .iter()
            .map(|network| NetworkTable {
                name: network.name.clone(),
                ranges: network.ranges.iter().map(network::written).collect(),
                note: network.note.clone(),
            })
            .collect(),
    };
    toml(&file)
}

pub(super) fn toml(file: &File) -> Result<String, StoreError> {
    toml::to_string_pretty(file).map_err(|error| StoreError::Invalid(error.to_string()))
}

#[derive(Default, Serialize)]
pub(super) struct File {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) network: Vec<NetworkTable>,
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
    fn of(role: Role, networks: Vec<String>) -> Self {
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
