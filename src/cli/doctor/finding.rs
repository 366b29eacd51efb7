//! What an examination may find, and what it found.

use serde::Serialize;

/// How bad something is, or that nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Somebody gets what is not for them.
    Hole,
    /// Viewers, or people in front of them, cannot do what they should.
    Broken,
    /// It holds, but a line of defence is missing.
    Weak,
    /// It would be better.
    Advice,
    /// As it should be.
    Fine,
    /// It could not be seen.
    NotExamined,
}

/// Something that may be wrong with a site. Each has its section in `docs/reference/doctor.md`.
#[derive(Debug)]
pub struct Kind {
    /// Its stable name, for programs and for the address of its section.
    pub name: &'static str,
    /// How bad it is where it is found.
    pub severity: Severity,
    /// What is wrong then, in a few words.
    pub title: &'static str,
    /// Why that matters.
    pub why: &'static str,
    /// What mends it.
    pub mend: &'static str,
}

/// What was found about one kind.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) kind: &'static Kind,
    pub(super) severity: Severity,
    /// What was asked, and what came.
    pub(super) seen: String,
}

impl Kind {
    /// Where it is explained.
    pub fn page(&self) -> String {
        format!("docs/reference/doctor.md#{}", self.name)
    }

    /// It is so.
    pub(super) fn bad(&'static self, seen: impl Into<String>) -> Finding {
        self.found(self.severity, seen)
    }

    /// It is not so.
    pub(super) fn fine(&'static self, seen: impl Into<String>) -> Finding {
        self.found(Severity::Fine, seen)
    }

    /// It could not be seen, for this reason.
    pub(super) fn unknown(&'static self, why: impl Into<String>) -> Finding {
        self.found(Severity::NotExamined, why)
    }

    /// Bad if there is any problem.
    pub(super) fn judge(&'static self, problems: &[String], fine: impl Into<String>) -> Finding {
        if problems.is_empty() {
            self.fine(fine)
        } else {
            self.bad(problems.join("; "))
        }
    }

    fn found(&'static self, severity: Severity, seen: impl Into<String>) -> Finding {
        Finding {
            kind: self,
            severity,
            seen: seen.into(),
        }
    }
}
