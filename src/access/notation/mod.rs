//! Who may see how much, written in one line: `roles staff, reader:1500 + 600 px`.
//!
//! Used where a person writes it (files to import, the command line, forms) and where one reads it
//! (exports, differences, the audit log). Roles stand by name; their numbers are the database's matter.

use std::fmt;
use std::str::FromStr;

use super::rule::{Access, Requirement};
use crate::identity::name::RoleName;
use crate::identity::principal::{Role, RoleId};

/// The largest size that is taken for one; no image is larger.
pub const MAX_SIZE: u32 = 1_000_000;

/// What is needed, in a word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Word {
    /// Nothing: everybody may see it.
    Public,
    /// One of some roles.
    Roles,
    /// Nobody may see it.
    #[default]
    Nobody,
}

impl Word {
    /// All words, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Public, Self::Roles, Self::Nobody];

    /// The word in the database, in forms and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Roles => "roles",
            Self::Nobody => "nobody",
        }
    }

    /// The reverse of [`Word::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|word| word.as_str() == text)
    }

    /// The word for a requirement.
    pub fn of(requirement: &Requirement) -> Self {
        match requirement {
            Requirement::Public => Self::Public,
            Requirement::AnyOf(_) => Self::Roles,
            Requirement::Nobody => Self::Nobody,
        }
    }
}

/// A role by its name, with the long side that it may see up to; everything if there is none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedRole {
    /// The role.
    pub name: RoleName,
    /// The long side in pixels.
    pub size: Option<u32>,
}

/// Who may see how much, with the names of roles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedAccess {
    /// What is needed.
    pub word: Word,
    /// With [`Word::Roles`]: any of these.
    pub roles: Vec<NamedRole>,
    /// The long side up to which everybody may see it.
    pub public_size: u32,
}

/// Reads a size in pixels.
pub fn size(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let number = text.strip_suffix("px").unwrap_or(text).trim_end();
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let size = number.parse().ok().filter(|size| *size <= MAX_SIZE);
    size.filter(|_| digits).ok_or_else(|| {
        format!("`{text}` is no size: a whole number of pixels from 0 to {MAX_SIZE}")
    })
}

/// Reads roles, with blanks or commas between them, each with its size if it has one:
/// `staff, reader:1500`.
pub fn roles(text: &str) -> Result<Vec<NamedRole>, String> {
    let parts = text.split(|c: char| c == ',' || c.is_whitespace());
    let roles = parts.filter(|part| !part.is_empty()).map(role);
    roles.collect()
}

fn role(text: &str) -> Result<NamedRole, String> {
    let (name, limit) = match text.split_once(':') {
        Some((name, limit)) => (name, Some(limit)),
        None => (text, None),
    };
    let limit = limit.map(size).transpose()?;
    if limit == Some(0) {
        return Err(format!(
            "the role `{name}` with the size 0 would see nothing: leave it out"
        ));
    }
    let name = RoleName::parse(name).map_err(|error| format!("the role `{name}` {error}"))?;
    Ok(NamedRole { name, size: limit })
}

impl fmt::Display for NamedRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.size {
            Some(size) => write!(f, "{}:{size}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

impl FromStr for NamedAccess {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (who, public_size) = match text.split_once('+') {
            Some((who, public)) => (who, size(public)?),
            None => (text, 0),
        };
        let who = who.trim();
        let (word, rest) = who.split_once(char::is_whitespace).unwrap_or((who, ""));
        let word = Word::parse(word).ok_or_else(|| {
            format!("`{text}` must begin with `public`, `roles` or `nobody`, as in `roles staff`")
        })?;
        let roles = roles(rest)?;
        match (word, roles.first()) {
            (Word::Roles, None) => return Err("no role is named after `roles`".to_owned()),
            (Word::Public | Word::Nobody, Some(role)) => {
                return Err(format!(
                    "`{role}` is too much: roles come after `roles` only"
                ));
            }
            (Word::Roles, Some(_)) | (Word::Public | Word::Nobody, None) => {}
        }
        Ok(Self {
            word,
            roles,
            public_size,
        })
    }
}

impl fmt::Display for NamedAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word.as_str())?;
        for (index, role) in self.roles.iter().enumerate() {
            write!(f, "{}{role}", if index == 0 { " " } else { ", " })?;
        }
        match self.public_size {
            0 => Ok(()),
            size => write!(f, " + {size} px"),
        }
    }
}

impl NamedAccess {
    /// An access with the names of its roles; those that do not exist any more are left out.
    pub fn of(access: &Access, name: impl Fn(RoleId) -> Option<RoleName>) -> Self {
        let size = |id| {
            let limits = access.role_sizes.iter();
            limits
                .clone()
                .find(|(role, _)| *role == id)
                .map(|(_, size)| *size)
        };
        let named = |id| {
            let name = name(id)?;
            Some(NamedRole {
                name,
                size: size(id),
            })
        };
        let mut roles: Vec<NamedRole> = access.roles().filter_map(named).collect();
        roles.sort();
        Self {
            word: Word::of(&access.requirement),
            roles,
            public_size: access.public_size,
        }
    }

    /// The access, if all its roles exist; otherwise what is wrong, one message for each.
    pub fn resolve(&self, id: impl Fn(&RoleName) -> Option<RoleId>) -> Result<Access, Vec<String>> {
        let (mut ids, mut role_sizes, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        for role in &self.roles {
            let name = &role.name;
            match id(name) {
                None => errors.push(format!("there is no role `{name}`")),
                Some(id) if ids.contains(&id) => {
                    errors.push(format!("the role `{name}` is named twice"));
                }
                Some(id) => {
                    ids.push(id);
                    role_sizes.extend(role.size.map(|size| (id, size)));
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let requirement = match self.word {
            Word::Public => Requirement::Public,
            Word::Roles => Requirement::AnyOf(ids.into_iter().collect()),
            Word::Nobody => Requirement::Nobody,
        };
        role_sizes.sort_unstable();
        Ok(Access {
            requirement,
            public_size: self.public_size,
            role_sizes,
        })
    }
}

/// The name of a role among these, by its number.
pub fn name_among(roles: &[Role]) -> impl Fn(RoleId) -> Option<RoleName> + '_ {
    |id| {
        let role = roles.iter().find(|role| role.id == id);
        role.map(|role| role.name.clone())
    }
}

#[cfg(test)]
mod tests;
