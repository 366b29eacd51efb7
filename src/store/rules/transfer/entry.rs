//! What a file says, and what the database says, in the same words: names instead of numbers.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use ipnet::IpNet;

use crate::access::notation::NamedAccess;
use crate::access::pattern::Pattern;
use crate::access::rule::{Access, Kind};
use crate::identity::name::RoleName;
use crate::identity::principal::{ObtainedBy, OfferedAs, RoleId};
use crate::language::{Language, LanguageMap};
use crate::store::import::Row;
use crate::store::rules::Rule;

/// Everything that a file says, with lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The networks.
    pub networks: Vec<Row<NetworkEntry>>,
    /// The roles.
    pub roles: Vec<Row<RoleEntry>>,
    /// The rules.
    pub rules: Vec<Row<NamedRule>>,
    /// Which parts of a rule the file tells about.
    pub told: Told,
}

/// Which parts of a rule a file tells about; the others stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Told {
    /// A rule is all that the file says.
    #[default]
    Everything,
    /// The columns of this name.
    Columns(HashSet<String>),
}

/// A network in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkEntry {
    /// What people call it.
    pub name: String,
    /// Its addresses.
    pub ranges: Vec<IpNet>,
    /// Why it is there.
    pub note: String,
}

/// A role in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleEntry {
    /// Its name.
    pub name: RoleName,
    /// What people call it.
    pub title: String,
    /// How it is obtained.
    pub obtained_by: ObtainedBy,
    /// How viewers are told of it.
    pub offered_as: OfferedAs,
    /// The networks, by name.
    pub networks: Vec<String>,
    /// What stands above its terms.
    pub heading: LanguageMap,
    /// The text of its terms; empty if it has none.
    pub text: LanguageMap,
}

/// A rule with names instead of numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRule {
    /// What kind of thing it is about.
    pub kind: Kind,
    /// Which of them.
    pub pattern: Pattern,
    /// Who may see how much; with days, while they last.
    pub access: NamedAccess,
    /// The first day.
    pub from: Option<NaiveDate>,
    /// The first day after.
    pub until: Option<NaiveDate>,
    /// What holds before; nobody sees anything if it is missing.
    pub before: Option<NamedAccess>,
    /// What holds after; nobody sees anything if it is missing.
    pub after: Option<NamedAccess>,
    /// What visitors who may not see it read.
    pub message: LanguageMap,
    /// Why it is there.
    pub note: String,
}

impl Told {
    /// Whether the file tells about this.
    pub(super) fn has(&self, column: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Columns(names) => names.contains(column),
        }
    }
}

impl NamedRule {
    /// The rule as the database has it.
    pub(super) fn of(rule: Rule, name: impl Fn(RoleId) -> Option<RoleName>) -> Self {
        let Rule { rule, note, .. } = rule;
        let named = |access: &Access| NamedAccess::of(access, &name);
        let period = rule.period.unwrap_or_default();
        Self {
            kind: rule.kind,
            pattern: rule.pattern,
            access: named(&rule.access),
            from: period.from,
            until: period.until,
            before: period.before.as_ref().map(named),
            after: period.after.as_ref().map(named),
            message: rule.message,
            note,
        }
    }

    /// In the order in which the database gives them.
    pub(super) fn sort_roles(&mut self) {
        self.access.roles.sort();
        for access in [&mut self.before, &mut self.after].into_iter().flatten() {
            access.roles.sort();
        }
    }

    /// What a file makes of a rule: what it does not tell about stays.
    #[must_use]
    pub(super) fn over(mut self, old: &Self, told: &Told) -> Self {
        if !told.has("public_size") {
            self.access.public_size = old.access.public_size;
        }
        if !told.has("from") {
            self.from = old.from;
        }
        if !told.has("until") {
            self.until = old.until;
        }
        if !told.has("before") {
            self.before.clone_from(&old.before);
        }
        if !told.has("after") {
            self.after.clone_from(&old.after);
        }
        if !told.has("note") {
            self.note.clone_from(&old.note);
        }
        self.message = message_over(self.message, &old.message, told);
        self
    }
}

fn message_over(new: LanguageMap, old: &LanguageMap, told: &Told) -> LanguageMap {
    let mut texts: BTreeMap<Language, String> = new.into();
    for (language, text) in old.iter() {
        if !told.has(&format!("message_{language}")) {
            texts.insert(language.clone(), text.to_owned());
        }
    }
    LanguageMap::of(texts)
}
