//! Rules: who may see what a pattern names.

use chrono::NaiveDate;

use super::pattern::Pattern;
use crate::identity::principal::{RoleId, RoleSet};
use crate::image::resource::Resource;
use crate::language::LanguageMap;

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

/// What a principal needs to see everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing: everybody may see it.
    Public,
    /// Any of these roles; an empty set is a broken rule, and denies.
    AnyOf(RoleSet),
    /// Nobody may see it.
    Nobody,
}

/// Who may see how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// What is needed.
    pub requirement: Requirement,
    /// The long side, in pixels of the whole image, up to which everybody may see it; 0 is nothing of
    /// it. Images only.
    pub public_size: u32,
    /// Roles of the requirement that open the image up to a long side only. Images only.
    pub role_sizes: Vec<(RoleId, u32)>,
}

impl From<Requirement> for Access {
    fn from(requirement: Requirement) -> Self {
        Self {
            requirement,
            public_size: 0,
            role_sizes: Vec::new(),
        }
    }
}

impl Access {
    /// The roles of the requirement.
    pub fn roles(&self) -> impl Iterator<Item = RoleId> + '_ {
        match &self.requirement {
            Requirement::AnyOf(roles) => Some(roles.iter()),
            Requirement::Public | Requirement::Nobody => None,
        }
        .into_iter()
        .flatten()
    }

    /// How much everybody may see.
    pub fn public(&self) -> Sight {
        match self.requirement {
            Requirement::Public => Sight::Full,
            Requirement::AnyOf(_) | Requirement::Nobody => Sight::up_to(self.public_size),
        }
    }

    /// How much a role of the requirement opens.
    pub fn opened_by(&self, role: RoleId) -> Sight {
        let limit = self.role_sizes.iter().find(|(limited, _)| *limited == role);
        limit.map_or(Sight::Full, |(_, size)| Sight::up_to(*size))
    }

    /// The long side of the reduced image for somebody who may see so much; `None` where the whole
    /// image is all there is.
    pub fn preview(&self, sight: Sight) -> Option<u32> {
        if let Sight::UpTo(size) = sight {
            return Some(size);
        }
        let widest = self.role_sizes.iter().map(|(_, size)| *size).max();
        Some(self.public_size)
            .filter(|size| *size > 0)
            .or(widest)
            .filter(|size| *size > 0)
    }
}

/// How much of a resource may be seen; more is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sight {
    /// Nothing.
    Nothing,
    /// The image up to this long side, in pixels of the whole image.
    UpTo(u32),
    /// Everything.
    Full,
}

impl Sight {
    /// Up to a long side; 0 is nothing.
    pub fn up_to(size: u32) -> Self {
        match size {
            0 => Self::Nothing,
            size => Self::UpTo(size),
        }
    }
}

/// Dates at which a rule changes; days in the institution's time zone (`TIME_ZONE`), from 00:00.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Period {
    /// The first day on which the rule's own access holds.
    pub from: Option<NaiveDate>,
    /// The first day on which it holds no more.
    pub until: Option<NaiveDate>,
    /// What holds before `from`; nobody sees anything if it is missing.
    pub before: Option<Access>,
    /// What holds from `until` on; nobody sees anything if it is missing.
    pub after: Option<Access>,
}

/// The part of a rule's life that a day falls into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before the period.
    Before,
    /// In the period, or always if there is none.
    During,
    /// After the period.
    After,
}

impl Phase {
    /// The word in the database and in explanations.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::During => "during",
            Self::After => "after",
        }
    }
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
    /// Who may see how much; with a period, while it lasts.
    pub access: Access,
    /// When that changes.
    pub period: Option<Box<Period>>,
    /// What visitors who may not see it read: why, and whom to ask.
    pub message: LanguageMap,
}

static NOBODY: Access = Access {
    requirement: Requirement::Nobody,
    public_size: 0,
    role_sizes: Vec::new(),
};

impl Rule {
    /// A rule that holds always.
    pub fn new(id: RuleId, kind: Kind, pattern: Pattern, access: impl Into<Access>) -> Self {
        Self {
            id,
            kind,
            pattern,
            access: access.into(),
            period: None,
            message: LanguageMap::default(),
        }
    }

    /// The phase of a day.
    pub fn phase(&self, day: NaiveDate) -> Phase {
        match &self.period {
            Some(period) if period.from.is_some_and(|from| day < from) => Phase::Before,
            Some(period) if period.until.is_some_and(|until| day >= until) => Phase::After,
            Some(_) | None => Phase::During,
        }
    }

    /// What holds in a phase.
    pub fn in_phase(&self, phase: Phase) -> &Access {
        let period = self.period.as_ref();
        match phase {
            Phase::During => &self.access,
            Phase::Before => period.and_then(|p| p.before.as_ref()).unwrap_or(&NOBODY),
            Phase::After => period.and_then(|p| p.after.as_ref()).unwrap_or(&NOBODY),
        }
    }

    /// The phases that come after this one, each with its first day.
    pub fn later(&self, phase: Phase) -> impl Iterator<Item = (NaiveDate, Phase)> {
        let period = self.period.as_ref();
        let starts = [
            (period.and_then(|p| p.from), Phase::During),
            (period.and_then(|p| p.until), Phase::After),
        ];
        starts
            .into_iter()
            .filter(move |(_, start)| *start > phase)
            .filter_map(|(day, start)| Some((day?, start)))
    }
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
