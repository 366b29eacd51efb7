//! Rules as they stand in the tables.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

use super::Rule;
use crate::access::notation::Word;
use crate::access::pattern::Pattern;
use crate::access::rule::{self, Access, Kind, Period, Phase, Requirement, RuleId};
use crate::identity::principal::RoleId;
use crate::language::LanguageMap;
use crate::store::error::StoreError;

#[derive(Queryable)]
pub(super) struct Row {
    pub(super) id: i32,
    pub(super) kind: String,
    pub(super) pattern: String,
    pub(super) requirement: String,
    note: String,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    public_size: i32,
    from_day: Option<NaiveDate>,
    until_day: Option<NaiveDate>,
    before_requirement: Option<String>,
    before_public_size: Option<i32>,
    after_requirement: Option<String>,
    after_public_size: Option<i32>,
    message: String,
}

/// A role of a rule: the rule, the role, the phase, the size.
pub(super) type RoleRow = (i32, i32, String, Option<i32>);

/// Rules with their roles. One that cannot be read is an error.
pub(super) fn built(rows: Vec<Row>, role_rows: Vec<RoleRow>) -> Result<Vec<Rule>, StoreError> {
    let mut roles: HashMap<i32, Vec<RoleRow>> = HashMap::with_capacity(rows.len());
    for row in role_rows {
        roles.entry(row.0).or_default().push(row);
    }
    rows.into_iter()
        .map(|row| {
            let roles = roles.remove(&row.id).unwrap_or_default();
            let id = row.id;
            read(row, &roles).map_err(|why| {
                StoreError::Invalid(format!(
                    "rule {id} in the database is broken: {why}; correct it there or delete it"
                ))
            })
        })
        .collect()
}

fn read(row: Row, roles: &[RoleRow]) -> Result<Rule, String> {
    let kind = Kind::parse(&row.kind).ok_or("unknown kind")?;
    let pattern = Pattern::parse(&row.pattern)
        .map_err(|error| format!("its pattern `{}` {error}", row.pattern))?;
    let message = match row.message.as_str() {
        "{}" => LanguageMap::default(),
        text => LanguageMap::parse_json(text).map_err(|error| format!("its message {error}"))?,
    };
    let access = access(
        &row.requirement,
        Some(row.public_size),
        roles,
        Phase::During,
    )?;
    let period = period(&row, roles)?;
    let has_period = period.from.is_some() || period.until.is_some();
    Ok(Rule {
        rule: rule::Rule {
            id: RuleId(row.id),
            kind,
            pattern,
            access,
            period: has_period.then_some(period),
            message,
        },
        note: row.note,
        created_at: row.created_at.and_utc(),
        updated_at: row.updated_at.and_utc(),
    })
}

fn period(row: &Row, roles: &[RoleRow]) -> Result<Period, String> {
    let side = |word: &Option<String>, size, phase| {
        let access = word.as_ref().map(|word| access(word, size, roles, phase));
        let told = |why| format!("{}: {why}", Phase::as_str(phase));
        access.transpose().map_err(told)
    };
    Ok(Period {
        from: row.from_day,
        until: row.until_day,
        before: side(
            &row.before_requirement,
            row.before_public_size,
            Phase::Before,
        )?,
        after: side(&row.after_requirement, row.after_public_size, Phase::After)?,
    })
}

fn access(
    word: &str,
    public_size: Option<i32>,
    roles: &[RoleRow],
    phase: Phase,
) -> Result<Access, String> {
    let size = |size: i32| u32::try_from(size).map_err(|_| format!("its size {size} is negative"));
    let of_phase = roles.iter().filter(|row| row.2 == phase.as_str());
    let limited = of_phase
        .clone()
        .filter_map(|row| Some((RoleId(row.1), row.3?)));
    let (requirement, role_sizes) = match Word::parse(word).ok_or("unknown requirement")? {
        Word::Public => (Requirement::Public, Vec::new()),
        Word::Nobody => (Requirement::Nobody, Vec::new()),
        Word::Roles => (
            Requirement::AnyOf(of_phase.map(|row| RoleId(row.1)).collect()),
            limited
                .map(|(role, limit)| Ok((role, size(limit)?)))
                .collect::<Result<_, String>>()?,
        ),
    };
    let mut role_sizes: Vec<(RoleId, u32)> = role_sizes;
    role_sizes.sort_unstable();
    Ok(Access {
        requirement,
        public_size: size(public_size.unwrap_or_default())?,
        role_sizes,
    })
}
