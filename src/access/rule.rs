//! Rules: who may see what a pattern names.

use super::pattern::Pattern;
use crate::identity::principal::RoleSet;
use crate::image::resource::Resource;

/// A rule's number in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub i32);

/// What kind of thing a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An image: its pixels and its info.json.
    Image,
    /// A IIIF manifest.
    Manifest,
    /// Any other path behind the gate.
    File,
}

impl Kind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 3] = [Self::Image, Self::Manifest, Self::File];

    /// The word in the database, in forms and in exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Manifest => "manifest",
            Self::File => "file",
        }
    }

    /// The reverse of [`Kind::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a principal needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing: everybody may see it.
    Public,
    /// Any of these roles; an empty set is a broken rule, and denies.
    AnyOf(RoleSet),
    /// Nobody may see it.
    Nobody,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its number.
    pub id: RuleId,
    /// What kind of thing it is about.
    pub kind: Kind,
    /// Which of them.
    pub pattern: Pattern,
    /// What is needed.
    pub requirement: Requirement,
}

impl From<&Resource<'_>> for Kind {
    fn from(resource: &Resource<'_>) -> Self {
        match resource {
            Resource::Image { .. } => Self::Image,
            Resource::Manifest(_) => Self::Manifest,
            Resource::File(_) => Self::File,
        }
    }
}
