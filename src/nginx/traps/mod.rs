//! Everything that is looked for: one entry for each trap, with the words that people read.
//!
//! `docs/reference/check-nginx.md` is made of these.

mod advice;
mod asking;
mod holes;
mod slow;
mod weak;

pub use advice::*;
pub use asking::*;
pub use holes::*;
pub use slow::*;
pub use weak::*;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody can see what they may not.
    Hole,
    /// A defense is missing, or something does not work.
    Weak,
    /// Everything is right, but takes longer than it must.
    Slow,
    /// Worth knowing.
    Advice,
}

impl Severity {
    /// From the worst on.
    pub const ALL: [Self; 4] = [Self::Hole, Self::Weak, Self::Slow, Self::Advice];

    /// Its name in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hole => "hole",
            Self::Weak => "weak",
            Self::Slow => "slow",
            Self::Advice => "advice",
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Hole => "somebody can see, or become, what they may not",
            Self::Weak => "a defense is missing, or something will not work",
            Self::Slow => "right, but it costs time",
            Self::Advice => "worth knowing",
        }
    }

    /// Whether it makes the check fail.
    pub fn fails(self) -> bool {
        matches!(self, Self::Hole | Self::Weak)
    }
}

/// A mistake that configurations are known for.
#[derive(Debug, PartialEq, Eq)]
pub struct Trap {
    /// Its name, which stays the same.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is the case, in a few words.
    pub title: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What to write instead.
    pub mend: &'static str,
}

/// All traps, from the worst on.
pub fn all() -> impl Iterator<Item = &'static Trap> {
    let lists = [HOLES, ASKING, WEAK, SLOW, ADVICE];
    lists.into_iter().flatten().copied()
}
