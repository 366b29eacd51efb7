//! What a rule says besides who may see it: sizes, days, messages.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clap::Args;

use crate::access::check;
use crate::access::notation::{self, NamedAccess, NamedRole};
use crate::access::rule::{Access, Period};
use crate::cli::texts;
use crate::config::Config;
use crate::identity::principal::Role;
use crate::language::{Language, LanguageMap};
use crate::store::StoreError;
use crate::store::rules::NewRule;

/// A value, or the word `none` in its place.
#[derive(Debug, Clone)]
pub(super) enum OrNone<T> {
    /// `none`.
    None,
    /// The value.
    Is(T),
}

impl<T> OrNone<T> {
    fn read(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Self, String> {
        match text.trim() {
            "none" => Ok(Self::None),
            text => read(text).map(Self::Is),
        }
    }

    fn as_option(&self) -> Option<&T> {
        match self {
            Self::None => None,
            Self::Is(value) => Some(value),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct Details {
    /// Everybody may see the image up to this many pixels on its long side
    #[arg(long, value_name = "PIXELS", value_parser = notation::size, allow_hyphen_values = true)]
    public_size: Option<u32>,
    /// The first day on which it holds, as in 2030-01-31, in `TIME_ZONE`; or `none`
    #[arg(long, value_name = "DAY", value_parser = day)]
    from: Option<OrNone<NaiveDate>>,
    /// The first day on which it holds no more; or `none`
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<OrNone<NaiveDate>>,
    /// Who may see it before, as in 'roles staff + 600 px'; nobody if nothing is said
    #[arg(long, value_name = "ACCESS", value_parser = access)]
    before: Option<OrNone<NamedAccess>>,
    /// Who may see it after; nobody if nothing is said
    #[arg(long, value_name = "ACCESS", value_parser = access)]
    after: Option<OrNone<NamedAccess>>,
    /// What visitors who may not see it read, by language, as in en='Ask us'; `en=` for nothing
    #[arg(long, value_name = "LANGUAGE=TEXT", value_parser = texts::text)]
    message: Vec<(Language, String)>,
    /// Why the rule is there
    #[arg(long)]
    note: Option<String>,
}

fn day(text: &str) -> Result<OrNone<NaiveDate>, String> {
    OrNone::read(text, check::day)
}

fn access(text: &str) -> Result<OrNone<NamedAccess>, String> {
    OrNone::read(text, str::parse)
}

/// Reads `staff` or `reader:1500`.
pub(super) fn role(text: &str) -> Result<NamedRole, String> {
    match notation::roles(text)?.as_slice() {
        [role] => Ok(role.clone()),
        _ => Err("one role at a time, such as `staff` or `reader:1500`".to_owned()),
    }
}

/// An access in numbers.
pub(super) fn resolved(access: &NamedAccess, roles: &[Role]) -> Result<Access, StoreError> {
    let id = |name: &_| {
        let role = roles.iter().find(|role| role.name == *name);
        role.map(|role| role.id)
    };
    access.resolve(id).map_err(|wrong| {
        let wrong = wrong.join("; ");
        StoreError::Invalid(if wrong.contains("there is no role") {
            let hint = "`iiif-gate role list` shows all, `iiif-gate role add` makes one";
            format!("{wrong} ({hint})")
        } else {
            wrong
        })
    })
}

impl Details {
    /// Refuses texts in languages that the institution does not write in.
    pub(super) fn check(&self, config: &Config) -> crate::cli::failure::Result {
        texts::are_spoken(config, &LanguageMap::of(self.message.clone()))
    }

    /// The rule with what is said here; what is not said stays.
    pub(super) fn over(&self, mut rule: NewRule, roles: &[Role]) -> Result<NewRule, StoreError> {
        if let Some(size) = self.public_size {
            rule.access.public_size = size;
        }
        let mut period = rule.period.unwrap_or_default();
        if let Some(day) = &self.from {
            period.from = day.as_option().copied();
            if period.from.is_none() {
                period.before = None;
            }
        }
        if let Some(day) = &self.until {
            period.until = day.as_option().copied();
            if period.until.is_none() {
                period.after = None;
            }
        }
        let side = |side: &OrNone<NamedAccess>| {
            let access = side.as_option().map(|access| resolved(access, roles));
            access.transpose()
        };
        if let Some(access) = &self.before {
            period.before = side(access)?;
        }
        if let Some(access) = &self.after {
            period.after = side(access)?;
        }
        rule.period = (period != Period::default()).then_some(period);
        if let Some(note) = &self.note {
            rule.note.clone_from(note);
        }
        let mut texts: BTreeMap<Language, String> = rule.message.into();
        texts.extend(self.message.iter().cloned());
        rule.message = LanguageMap::of(texts);
        Ok(rule)
    }
}
