//! What is wrong with a rule that somebody wrote: all of it, each with the field that it is in.
//!
//! The only place that knows. Forms, the command line and imports show what it says, and the store
//! keeps nothing that it faults.

use chrono::NaiveDate;

use super::notation::MAX_SIZE;
use super::rule::{Access, Kind, Period, Requirement};
use crate::identity::principal::{ObtainedBy, OfferedAs, Role, RoleId};

/// The part of a rule that a fault is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Who may see it.
    Requirement,
    /// The roles, and their sizes.
    Roles,
    /// What everybody may see.
    PublicSize,
    /// The first day.
    From,
    /// The first day after.
    Until,
    /// Who may see it before.
    Before,
    /// Who may see it after.
    After,
}

impl Field {
    /// The name of the field in forms and files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requirement => "requirement",
            Self::Roles => "roles",
            Self::PublicSize => "public_size",
            Self::From => "from",
            Self::Until => "until",
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Where.
    pub field: Field,
    /// What, in words that say what would be right.
    pub message: String,
}

/// Reads a day as it is written everywhere here: `2030-01-31`.
pub fn day(text: &str) -> Result<NaiveDate, String> {
    let text = text.trim();
    let form = text.len() == 10 && text.is_ascii();
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    day.filter(|day| day.to_string() == text).ok_or_else(|| {
        let parts: Vec<&str> = text.split('-').collect();
        let numbers = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
        if form && parts.len() == 3 && parts.iter().all(numbers) {
            format!("there is no day `{text}`")
        } else {
            format!("`{text}` is no day: it is written as in `2030-01-31`")
        }
    })
}

/// Everything that is wrong with a rule about this kind of thing. `roles` are all that there are.
pub fn check(kind: Kind, access: &Access, period: Option<&Period>, roles: &[Role]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |field, message: String| faults.push(Fault { field, message });
    check_access(kind, access, roles, &mut fault);
    if let Some(period) = period {
        check_period(period, &mut fault);
        for (side, field) in [
            (&period.before, Field::Before),
            (&period.after, Field::After),
        ] {
            if let Some(access) = side {
                let when = field.as_str();
                check_access(kind, access, roles, &mut |_, message| {
                    fault(field, format!("{when}: {message}"));
                });
            }
        }
    }
    faults
}

fn check_period(period: &Period, fault: &mut dyn FnMut(Field, String)) {
    match (period.from, period.until) {
        (Some(from), Some(until)) if from >= until => fault(
            Field::Until,
            format!("the first day after ({until}) must be later than the first day ({from})"),
        ),
        (None, None) => fault(
            Field::From,
            "a period needs a first day, a first day after, or both".to_owned(),
        ),
        (Some(_), _) | (None, Some(_)) => {}
    }
    if period.before.is_some() && period.from.is_none() {
        let message = "before: there is no first day that something could hold before";
        fault(Field::Before, message.to_owned());
    }
    if period.after.is_some() && period.until.is_none() {
        let message = "after: there is no first day after, from which something could hold";
        fault(Field::After, message.to_owned());
    }
}

fn check_access(kind: Kind, access: &Access, roles: &[Role], fault: &mut dyn FnMut(Field, String)) {
    check_sizes(kind, access, fault);
    let named: Vec<&Role> = access
        .roles()
        .filter_map(|id| roles.iter().find(|role| role.id == id))
        .collect();
    if let Requirement::AnyOf(set) = &access.requirement {
        if set.is_empty() {
            let message = "a rule that asks for roles must name one";
            fault(Field::Roles, message.to_owned());
        }
        if named.len() < set.iter().count() {
            fault(
                Field::Roles,
                "it names a role that does not exist".to_owned(),
            );
        }
    }
    for role in &named {
        if role.obtained_by == ObtainedBy::Terms && role.terms.is_none() {
            let name = &role.name;
            fault(
                Field::Roles,
                format!("nobody could obtain the role `{name}`: write its terms first"),
            );
        }
    }
    if let Some(message) = beside_external(&named) {
        fault(Field::Roles, message);
    }
}

fn check_sizes(kind: Kind, access: &Access, fault: &mut dyn FnMut(Field, String)) {
    let named = |id: RoleId| access.roles().any(|role| role == id);
    let sizes = access.role_sizes.iter().map(|(_, size)| *size);
    let has_sizes = access.public_size > 0 || !access.role_sizes.is_empty();
    if kind != Kind::Image && has_sizes {
        let field = if access.public_size > 0 {
            Field::PublicSize
        } else {
            Field::Roles
        };
        fault(field, "only images have sizes".to_owned());
    }
    if access.requirement == Requirement::Public && access.public_size > 0 {
        let message = "everybody may see the whole image already: leave the public size at 0, or \
                       ask for roles";
        fault(Field::PublicSize, message.to_owned());
    }
    if access.public_size > MAX_SIZE || sizes.clone().any(|size| size > MAX_SIZE) {
        let message = format!("a size is at most {MAX_SIZE} pixels");
        fault(Field::PublicSize, message);
    }
    if access.role_sizes.iter().any(|(role, _)| !named(*role)) {
        let message = "a role has a size, but is not among the roles of the rule";
        fault(Field::Roles, message.to_owned());
    }
    if sizes.clone().any(|size| size == 0) {
        let message = "a role with the size 0 would see nothing: leave it out";
        fault(Field::Roles, message.to_owned());
    }
}

/// Why these roles cannot stand in one rule: an `external` service must not be offered beside one that
/// its user can act on (IIIF Auth 1.0 §2.1.6, 2.0 §3.3.3).
pub fn beside_external(roles: &[&Role]) -> Option<String> {
    let external = roles
        .iter()
        .find(|role| role.offered_as == OfferedAs::External)?;
    let other = roles.iter().find(|role| role.is_interactive())?;
    Some(format!(
        "the role `{}` is offered as `external`, which viewers try on their own, and cannot stand \
         beside `{}`, which needs a person: offer `{0}` the usual way (it still opens the image in \
         its networks), or make two rules",
        external.name, other.name
    ))
}

#[cfg(test)]
mod tests;
