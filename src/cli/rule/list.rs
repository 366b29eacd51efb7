//! `iiif-gate rule list` and `show`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use super::write::found;
use super::{Which, kind};
use crate::access::notation::{NamedAccess, Word, name_among};
use crate::access::rule::{Access, Kind, Period};
use crate::cli::failure::Result;
use crate::cli::{database, output, table};
use crate::identity::name::RoleName;
use crate::identity::principal::Role;
use crate::language::LanguageMap;
use crate::store::page::Paging;
use crate::store::rules::{self, Feature, Rule, RuleQuery};
use crate::store::{Conn, Store, StoreError, roles};

/// List rules, by pattern
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those with this in their pattern or note
    #[arg(long, default_value = "")]
    search: String,
    /// Only about this kind of thing: `image`, `manifest` or `file`
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
    /// Only with this requirement
    #[arg(long, value_parser = word())]
    requirement: Option<Word>,
    /// Only those that name this role
    #[arg(long, value_parser = RoleName::parse)]
    role: Option<RoleName>,
    /// Only with a size, with days, with a message, or those whose roles are gone
    #[arg(long, value_parser = feature())]
    with: Option<Feature>,
    /// Print a JSON document
    #[arg(long)]
    json: bool,
}

fn word() -> impl TypedValueParser<Value = Word> {
    PossibleValuesParser::new(Word::ALL.map(Word::as_str))
        .try_map(|text| Word::parse(&text).ok_or("unknown"))
}

fn feature() -> impl TypedValueParser<Value = Feature> {
    PossibleValuesParser::new(Feature::ALL.map(Feature::as_str))
        .try_map(|text| Feature::parse(&text).ok_or("unknown"))
}

/// A rule in `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    id: i32,
    kind: &'static str,
    pattern: String,
    requirement: &'static str,
    roles: Vec<String>,
    /// Of the roles that have one.
    role_sizes: BTreeMap<String, u32>,
    public_size: u32,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    /// In one line, as in `roles staff + 600 px`.
    before: Option<String>,
    after: Option<String>,
    message: LanguageMap,
    note: String,
    #[serde(skip)]
    access: String,
}

impl Listed {
    fn of(Rule { rule, note, .. }: Rule, roles: &[Role]) -> Self {
        let named = |access: &Access| NamedAccess::of(access, name_among(roles));
        let access = named(&rule.access);
        let Period {
            from,
            until,
            before,
            after,
        } = rule.period.map(|period| *period).unwrap_or_default();
        let sizes = access.roles.iter();
        let sizes = sizes.filter_map(|role| Some((role.name.to_string(), role.size?)));
        Self {
            id: rule.id.0,
            kind: rule.kind.as_str(),
            pattern: rule.pattern.to_string(),
            requirement: access.word.as_str(),
            role_sizes: sizes.collect(),
            roles: access
                .roles
                .iter()
                .map(|role| role.name.to_string())
                .collect(),
            public_size: access.public_size,
            from,
            until,
            before: before.map(|access| named(&access).to_string()),
            after: after.map(|access| named(&access).to_string()),
            message: rule.message,
            note,
            access: access.to_string(),
        }
    }

    /// The days, in a few words.
    fn days(&self) -> String {
        let from = self.from.map(|day| format!("from {day}"));
        let until = self.until.map(|day| format!("until {day}"));
        let days: Vec<String> = [from, until].into_iter().flatten().collect();
        days.join(" ")
    }
}

impl List {
    pub(super) fn run(self, store: &Store) -> Result {
        let json = self.json;
        let listed = store.blocking(|conn| self.list(conn))?;
        if json {
            return output::json(&listed);
        }
        let rows: Vec<[String; 5]> = listed
            .iter()
            .map(|rule| {
                let days = rule.days();
                [
                    rule.pattern.clone(),
                    rule.kind.to_owned(),
                    rule.access.clone(),
                    if days.is_empty() {
                        "always".to_owned()
                    } else {
                        days
                    },
                    rule.note.clone(),
                ]
            })
            .collect();
        table::print(["PATTERN", "KIND", "WHO MAY SEE IT", "WHEN", "NOTE"], &rows)
    }

    fn list(self, conn: &mut Conn) -> Result<Vec<Listed>, StoreError> {
        let role = self
            .role
            .map(|name| database::role(conn, &name))
            .transpose()?;
        let all_roles = roles::for_policy(conn)?;
        let query = RuleQuery {
            search: self.search,
            kind: self.kind,
            requirement: self.requirement,
            role: role.map(|role| role.id),
            feature: self.with,
            paging: Paging {
                page: 1,
                per_page: 1000,
            },
        };
        let unfiltered = RuleQuery {
            paging: query.paging,
            ..RuleQuery::default()
        };
        let rules = if query == unfiltered {
            rules::list(conn)?
        } else {
            pages(conn, query)?
        };
        Ok(rules
            .into_iter()
            .map(|rule| Listed::of(rule, &all_roles))
            .collect())
    }
}

fn pages(conn: &mut Conn, mut query: RuleQuery) -> Result<Vec<Rule>, StoreError> {
    let mut all = Vec::new();
    loop {
        let page = rules::page(conn, &query)?;
        let last = page.page >= page.pages();
        all.extend(page.items);
        if last {
            return Ok(all);
        }
        query.paging.page += 1;
    }
}

/// Shows one rule.
pub(super) fn show(store: &Store, which: &Which, json: bool) -> Result {
    let rule = store.blocking(|conn| {
        let roles = roles::for_policy(conn)?;
        Ok(Listed::of(found(conn, which)?, &roles))
    })?;
    if json {
        return output::json(&rule);
    }
    let nobody = || "nobody".to_owned();
    output::data(format_args!("{} {}", rule.kind, rule.pattern))?;
    output::data(format_args!("  who may see it: {}", rule.access))?;
    if let Some(day) = rule.from {
        output::data(format_args!(
            "  from {day}, before: {}",
            rule.before.unwrap_or_else(nobody)
        ))?;
    }
    if let Some(day) = rule.until {
        output::data(format_args!(
            "  until {day}, after: {}",
            rule.after.unwrap_or_else(nobody)
        ))?;
    }
    for (language, text) in rule.message.iter() {
        output::data(format_args!("  message ({language}): {text}"))?;
    }
    if !rule.note.is_empty() {
        output::data(format_args!("  note: {}", rule.note))?;
    }
    Ok(())
}
