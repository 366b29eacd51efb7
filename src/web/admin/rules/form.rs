//! The fields of a rule: from the form, and back into it.

use chrono::NaiveDate;

use super::super::super::pages::admin::access::{AccessFields, RoleField};
use super::super::super::pages::parts::{Choice, Errors};
use super::super::fields::Fields;
use super::super::roles::words::{how, label};
use crate::access::check::{Fault, Field, check, day};
use crate::access::notation::{Word, size};
use crate::access::pattern::Pattern;
use crate::access::rule::{Access, Kind, Period, Requirement, Rule};
use crate::identity::principal::{Role, RoleId};
use crate::store::rules::NewRule;

/// The prefixes of the fields for before and after, with the words for people.
const BEFORE: (&str, &str) = ("before.", "Before: ");
const AFTER: (&str, &str) = ("after.", "After: ");

/// The form of a new rule.
pub(super) fn new() -> Fields {
    let mut fields = Fields::default();
    fields.set("kind", Kind::Image.as_str());
    for (prefix, word) in [
        ("", Word::Roles),
        (BEFORE.0, Word::Nobody),
        (AFTER.0, Word::Nobody),
    ] {
        fields.set(format!("{prefix}requirement"), word.as_str());
    }
    fields
}

/// The form of a rule that there is.
pub(super) fn filled(rule: &Rule, note: &str) -> Fields {
    let mut fields = new();
    fields.set("kind", rule.kind.as_str());
    fields.set("pattern", rule.pattern.to_string());
    fields.set("note", note);
    fields.set_texts("message", &rule.message);
    fill(&mut fields, "", &rule.access);
    if let Some(period) = &rule.period {
        for (name, day) in [("from", period.from), ("until", period.until)] {
            fields.set(name, day.map(|day| day.to_string()).unwrap_or_default());
        }
        for ((prefix, _), access) in [(BEFORE, &period.before), (AFTER, &period.after)] {
            if let Some(access) = access {
                fill(&mut fields, prefix, access);
            }
        }
    }
    fields
}

fn fill(fields: &mut Fields, prefix: &str, access: &Access) {
    let word = Word::of(&access.requirement);
    fields.set(format!("{prefix}requirement"), word.as_str());
    for role in access.roles() {
        fields.set(format!("{prefix}roles.{}", role.0), "on");
    }
    for (role, size) in &access.role_sizes {
        fields.set(format!("{prefix}size.{}", role.0), size.to_string());
    }
    if access.public_size > 0 {
        let name = format!("{prefix}public_size");
        fields.set(name, access.public_size.to_string());
    }
}

/// The fields for one time, to be shown.
pub(super) fn shown(fields: &Fields, prefix: &'static str, roles: &[Role]) -> AccessFields {
    let role = |role: &Role| RoleField {
        id: role.id.0,
        label: label(&role.name, &role.title),
        how: format!("{}, {}", role.name, how(role.obtained_by)),
        chosen: fields.has(&format!("{prefix}roles.{}", role.id.0)),
        size: fields
            .get(&format!("{prefix}size.{}", role.id.0))
            .to_owned(),
    };
    let requirement = fields.get(&format!("{prefix}requirement"));
    AccessFields {
        prefix,
        requirements: Choice::list(&AccessFields::REQUIREMENTS, requirement),
        roles: roles.iter().map(role).collect(),
        public_size: fields.get(&format!("{prefix}public_size")).to_owned(),
    }
}

/// The rule that the form asks for; every fault is noted with its field.
pub(super) fn read(fields: &Fields, roles: &[Role], errors: &mut Errors) -> Option<NewRule> {
    let kind = Kind::parse(fields.get("kind")).ok_or("choose one of them");
    let kind = errors.take("kind", "About", kind);
    let pattern = Pattern::parse(fields.get("pattern"));
    let pattern = errors.take("pattern", "Pattern", pattern);
    let mut reader = Reader {
        fields,
        roles,
        kind: kind.unwrap_or(Kind::Image),
        errors,
    };
    let access = reader.access(("", ""));
    let period = reader.period();
    if let Some(access) = &access {
        reader.check(("", ""), access, period.as_ref());
    }
    Some(NewRule {
        kind: kind?,
        pattern: pattern?,
        access: access?,
        period,
        message: fields.texts("message"),
        note: fields.get("note").to_owned(),
    })
}

struct Reader<'a> {
    fields: &'a Fields,
    roles: &'a [Role],
    kind: Kind,
    errors: &'a mut Errors,
}

type Prefix = (&'static str, &'static str);

impl Reader<'_> {
    fn fault(&mut self, (prefix, words): Prefix, field: &str, label: &str, message: &str) {
        self.errors.add(
            format!("{prefix}{field}"),
            format!("{words}{label}"),
            message,
        );
    }

    fn access(&mut self, prefix: Prefix) -> Option<Access> {
        let name = format!("{}requirement", prefix.0);
        let is_asked = prefix.0.is_empty() || self.fields.has(&name);
        let word = if is_asked {
            Word::parse(self.fields.get(&name))
        } else {
            Some(Word::Nobody)
        };
        let Some(word) = word else {
            self.fault(prefix, "requirement", "Open to", "choose one of them");
            return None;
        };
        let public_size = self.size(prefix, "public_size", "Everybody else");
        let (requirement, role_sizes) = match word {
            Word::Public => (Requirement::Public, Vec::new()),
            Word::Nobody => (Requirement::Nobody, Vec::new()),
            Word::Roles => {
                let chosen = self.fields.roles(&format!("{}roles.", prefix.0));
                let sizes = self.role_sizes(prefix, &chosen);
                (Requirement::AnyOf(chosen.into_iter().collect()), sizes)
            }
        };
        Some(Access {
            requirement,
            public_size: public_size.unwrap_or_default(),
            role_sizes,
        })
    }

    /// The sizes of the roles that are ticked; a size beside a role that is not ticked is a slip.
    fn role_sizes(&mut self, prefix: Prefix, chosen: &[RoleId]) -> Vec<(RoleId, u32)> {
        let mut sizes = Vec::new();
        for role in self.roles {
            let name = format!("size.{}", role.id.0);
            let label = format!("Size for {}", label(&role.name, &role.title));
            let Some(size) = self.size(prefix, &name, &label) else {
                continue;
            };
            if chosen.contains(&role.id) {
                sizes.push((role.id, size));
            } else {
                let message = "tick the role, too, or leave the size empty";
                self.fault(prefix, &name, &label, message);
            }
        }
        sizes
    }

    /// A size, if one is typed.
    fn size(&mut self, prefix: Prefix, name: &str, label: &str) -> Option<u32> {
        let text = self.fields.get(&format!("{}{name}", prefix.0));
        if text.is_empty() {
            return None;
        }
        match size(text) {
            Ok(0) if name != "public_size" => {
                self.fault(prefix, name, label, "0 shows nothing: do not tick the role");
            }
            Ok(pixels) if pixels > 0 && self.kind != Kind::Image => {
                let message = "only images have sizes: leave this empty";
                self.fault(prefix, name, label, message);
            }
            Ok(pixels) => return Some(pixels),
            Err(message) => self.fault(prefix, name, label, &message),
        }
        None
    }

    fn period(&mut self) -> Option<Period> {
        let from = self.day("from", "First day");
        let until = self.day("until", "First day after");
        let before = self.side(BEFORE, "from", "First day");
        let after = self.side(AFTER, "until", "First day after");
        let has_dates = from.is_some() || until.is_some();
        has_dates.then(|| Period {
            before: from.and(before),
            after: until.and(after),
            from,
            until,
        })
    }

    fn day(&mut self, name: &'static str, label: &'static str) -> Option<NaiveDate> {
        let text = self.fields.get(name);
        if text.is_empty() {
            return None;
        }
        self.errors.take(name, label, day(text))
    }

    /// What holds before or after. Without its day it would have no effect, and somebody who has filled
    /// it in expects one.
    fn side(&mut self, prefix: Prefix, day: &'static str, label: &'static str) -> Option<Access> {
        let access = self.access(prefix)?;
        if !self.fields.get(day).is_empty() {
            self.check(prefix, &access, None);
        } else if access != Access::from(Requirement::Nobody) {
            let message = "a date is missing: without it the fields for this time have no effect";
            self.errors.add(day, label, message);
        }
        Some(access)
    }

    fn check(&mut self, prefix: Prefix, access: &Access, period: Option<&Period>) {
        // What holds before and after is checked on its own, so that faults are shown at its fields.
        let days = period.map(|period| Period {
            from: period.from,
            until: period.until,
            before: None,
            after: None,
        });
        for Fault { field, message } in check(self.kind, access, days.as_ref(), self.roles) {
            let label = match field {
                Field::Requirement | Field::Before | Field::After => "Open to",
                Field::Roles => "Roles",
                Field::PublicSize => "Everybody else",
                Field::From => "First day",
                Field::Until => "First day after",
            };
            self.fault(prefix, field.as_str(), label, &message);
        }
    }
}
