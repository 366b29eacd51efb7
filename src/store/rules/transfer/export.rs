//! Rules, and all that decides, out of the database and into files.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::entry::NamedRule;
use super::resolve::Roles;
use super::write::{File, NetworkTable, RoleTable, RuleTable, heading, rows, toml};
use crate::language::{Language, LanguageMap};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::export::Export;
use crate::store::import::lines;
use crate::store::rules::row::{ALL, Row, built};
use crate::store::schema::{networks as network_table, role_networks, rule_roles, rules};
use crate::store::{changes, networks, roles};

/// How many rules, or networks, are read at once.
const AT_ONCE: i64 = 2000;

/// All rules as a CSV file that [`parse_csv`](super::parse_csv) reads.
pub fn export_csv() -> impl Export {
    Csv(None)
}

/// Networks, roles with their terms and rules as a TOML file that [`parse_toml`](super::parse_toml) reads.
pub fn export_toml() -> impl Export {
    Toml(None)
}

/// The rules and, once it has begun, the languages of their texts.
struct Csv(Option<(Rules, BTreeSet<Language>)>);

impl Export for Csv {
    fn part(&mut self, conn: &mut Conn) -> Result<Option<String>, StoreError> {
        if let Some((rules, languages)) = &mut self.0 {
            let some = rules.some(conn)?;
            let text = lines(rows(&some, languages))?;
            return Ok(Some(text).filter(|text| !text.is_empty()));
        }
        let (mut rules, languages) = (Rules::begin(conn)?, languages(conn)?);
        let heading = std::iter::once(heading(&languages));
        let text = lines(heading.chain(rows(&rules.some(conn)?, &languages)))?;
        self.0 = Some((rules, languages));
        Ok(Some(text))
    }
}

/// What is written next and, once it has begun, the rules.
struct Toml(Option<(Section, Rules)>);

enum Section {
    /// The networks after the one of this name.
    Networks(String),
    Roles,
    Rules,
}

impl Export for Toml {
    fn part(&mut self, conn: &mut Conn) -> Result<Option<String>, StoreError> {
        let is_first = self.0.is_none();
        let (mut section, mut rules) = match self.0.take() {
            Some(begun) => begun,
            None => (Section::Networks(String::new()), Rules::begin(conn)?),
        };
        rules.check(conn)?;
        let mut file = File::default();
        if let Section::Networks(last) = &section {
            let some = networks::after(conn, last, AT_ONCE)?;
            section = match some.last() {
                Some(network) => Section::Networks(network.name.clone()),
                None => Section::Roles,
            };
            file.network = some.iter().map(NetworkTable::of).collect();
        }
        if let Section::Roles = section {
            file.role = role_tables(conn)?;
            section = Section::Rules;
        } else if let Section::Rules = section {
            let some = rules.some(conn)?;
            file.rule = some.into_iter().map(RuleTable::of).collect();
        }
        self.0 = Some((section, rules));
        let text = toml(&file)?;
        let between = if is_first || text.is_empty() {
            ""
        } else {
            "\n"
        };
        Ok(Some(format!("{between}{text}")).filter(|text| !text.is_empty()))
    }
}

/// All rules by pattern, some at a time. Once others change anything that decides, what was read and what
/// is still to be read do not belong together, and the rest is an error.
struct Rules {
    roles: Roles,
    /// The number of the newest change when it began.
    since: i64,
    /// Pattern and kind of the last one that was read.
    last: (String, String),
    is_over: bool,
}

impl Rules {
    fn begin(conn: &mut Conn) -> Result<Self, StoreError> {
        Ok(Self {
            since: changes::latest(conn)?,
            roles: Roles::new(roles::for_rules(conn)?),
            last: Default::default(),
            is_over: false,
        })
    }

    fn check(&self, conn: &mut Conn) -> Result<(), StoreError> {
        if !self.is_over && changes::is_policy_changed(conn, self.since)? {
            let message = "the rules were changed while they were read: export them once more";
            return Err(StoreError::Invalid(message.to_owned()));
        }
        Ok(())
    }

    fn some(&mut self, conn: &mut Conn) -> Result<Vec<NamedRule>, StoreError> {
        self.check(conn)?;
        if self.is_over {
            return Ok(Vec::new());
        }
        let (pattern, kind) = &self.last;
        // The first condition follows from the second, and is the one that the index serves.
        let rows: Vec<Row> = rules::table
            .filter(rules::pattern.ge(pattern))
            .filter(
                rules::pattern
                    .gt(pattern)
                    .or(rules::pattern.eq(pattern).and(rules::kind.gt(kind))),
            )
            .order((rules::pattern, rules::kind))
            .limit(AT_ONCE)
            .select(ALL)
            .load(conn)?;
        let ids: Vec<i32> = rows.iter().map(|row| row.body.id).collect();
        self.is_over = i64::try_from(ids.len()).is_ok_and(|read| read < AT_ONCE);
        if let Some(row) = rows.last() {
            self.last = (row.body.pattern.clone(), row.body.kind.clone());
        }
        let role_rows = rule_roles::table
            .filter(rule_roles::rule_id.eq_any(ids))
            .load(conn)?;
        let named = built(rows, role_rows)?
            .into_iter()
            .map(|rule| NamedRule::of(rule, |id| self.roles.name(id)));
        Ok(named.collect())
    }
}

/// The languages of all texts for visitors.
fn languages(conn: &mut Conn) -> Result<BTreeSet<Language>, StoreError> {
    let texts: Vec<String> = rules::table
        .filter(rules::message.ne("{}"))
        .select(rules::message)
        .distinct()
        .load(conn)?;
    let mut languages = BTreeSet::new();
    for text in texts {
        // What is broken is told with its rule.
        let message = LanguageMap::parse_json(&text).unwrap_or_default();
        languages.extend(message.iter().map(|(language, _)| language.clone()));
    }
    Ok(languages)
}

/// All roles, with the names of their networks.
fn role_tables(conn: &mut Conn) -> Result<Vec<RoleTable>, StoreError> {
    let held_in: Vec<(i32, String)> = role_networks::table
        .inner_join(network_table::table)
        .order(network_table::name)
        .select((role_networks::role_id, network_table::name))
        .load(conn)?;
    let mut names: HashMap<i32, Vec<String>> = HashMap::new();
    for (role, network) in held_in {
        names.entry(role).or_default().push(network);
    }
    let roles = roles::for_rules(conn)?.into_iter().map(|role| {
        let networks = names.remove(&role.id.0).unwrap_or_default();
        RoleTable::of(role, networks)
    });
    Ok(roles.collect())
}
