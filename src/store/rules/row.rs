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
use crate::store::schema::rules;

/// The columns of [`Body`].
type BodyColumns = (
    rules::id,
    rules::kind,
    rules::pattern,
    rules::requirement,
    rules::public_size,
    rules::from_day,
    rules::until_day,
    rules::before_requirement,
    rules::before_public_size,
    rules::after_requirement,
    rules::after_public_size,
    rules::message,
);
pub(super) const BODY: BodyColumns = (
    rules::id,
    rules::kind,
    rules::pattern,
    rules::requirement,
    rules::public_size,
    rules::from_day,
    rules::until_day,
    rules::before_requirement,
    rules::before_public_size,
    rules::after_requirement,
    rules::after_public_size,
    rules::message,
);

/// The columns of [`Row`].
pub(super) const ALL: (
    BodyColumns,
    rules::note,
    rules::created_at,
    rules::updated_at,
) = (BODY, rules::note, rules::created_at, rules::updated_at);

/// What the policy needs of a rule: times take long to read.
#[derive(Queryable)]
pub(super) struct Body {
    pub(super) id: i32,
    pub(super) kind: String,
    pub(super) pattern: String,
    pub(super) requirement: String,
    public_size: i32,
    from_day: Option<NaiveDate>,
    until_day: Option<NaiveDate>,
    before_requirement: Option<String>,
    before_public_size: Option<i32>,
    after_requirement: Option<String>,
    after_public_size: Option<i32>,
    message: String,
}

#[derive(Queryable)]
pub(super) struct Row {
    pub(super) body: Body,
    note: String,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

/// A role of a rule: the rule, the role, the phase, the size.
pub(super) type RoleRow = (i32, i32, String, Option<i32>);

/// Rules with their roles, as they are administered. One that cannot be read is an error.
pub(super) fn built(rows: Vec<Row>, role_rows: Vec<RoleRow>) -> Result<Vec<Rule>, StoreError> {
    let (bodies, rest): (Vec<Body>, Vec<_>) = rows
        .into_iter()
        .map(|row| (row.body, (row.note, row.created_at, row.updated_at)))
        .unzip();
    let rules = read_all(bodies, role_rows)?.into_iter().zip(rest);
    let built = rules.map(|(rule, (note, created_at, updated_at))| Rule {
        rule,
        note,
        created_at: created_at.and_utc(),
        updated_at: updated_at.and_utc(),
    });
    Ok(built.collect())
}

/// Rules with their roles, as the policy knows them. One that cannot be read is an error.
pub(super) fn read_all(
    bodies: Vec<Body>,
    role_rows: Vec<RoleRow>,
) -> Result<Vec<rule::Rule>, StoreError> {
    let mut roles: HashMap<i32, Vec<RoleRow>> = HashMap::with_capacity(bodies.len());
    for row in role_rows {
        roles.entry(row.0).or_default().push(row);
    }
    bodies
        .into_iter()
        .map(|body| {
            let roles = roles.remove(&body.id).unwrap_or_default();
            let id = body.id;
            read(&body, &roles).map_err(|why| {
                StoreError::Invalid(format!(
                    "rule {id} in the database is broken: {why}; correct it there or delete it"
                ))
            })
        })
        .collect()
}

fn read(body: &Body, roles: &[RoleRow]) -> Result<rule::Rule, String> {
    let kind = Kind::parse(&body.kind).ok_or("unknown kind")?;
    let pattern = Pattern::parse(&body.pattern)
        .map_err(|error| format!("its pattern `{}` {error}", body.pattern))?;
    let message = match body.message.as_str() {
        "{}" => LanguageMap::default(),
        text => LanguageMap::parse_json(text).map_err(|error| format!("its message {error}"))?,
    };
    let size = Some(body.public_size);
    let access = access(&body.requirement, size, roles, Phase::During)?;
    let period = period(body, roles)?;
    let has_period = period.from.is_some() || period.until.is_some();
    Ok(rule::Rule {
        id: RuleId(body.id),
        kind,
        pattern,
        access,
        period: has_period.then(|| period.into()),
        message,
    })
}

fn period(row: &Body, roles: &[RoleRow]) -> Result<Period, String> {
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
