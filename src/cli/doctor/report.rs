//! What was found, for people and for programs.

use std::fmt::{self, Write as _};

use serde::Serialize;

use super::checks::PARTS;
use super::finding::{Finding, Kind, Severity};

/// All that was found about a site.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    url: String,
    /// Whether the image is one that needs a sign-in.
    protected: bool,
    requests: usize,
    holes: usize,
    broken: usize,
    weak: usize,
    advice: usize,
    fine: usize,
    not_examined: usize,
    findings: Vec<Entry>,
}

/// What was found about one kind.
#[derive(Debug, Serialize)]
struct Entry {
    name: &'static str,
    severity: Severity,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    seen: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mend: Option<&'static str>,
    page: String,
}

impl Report {
    pub(super) fn new(url: String, protected: bool, requests: usize, found: &[Finding]) -> Self {
        let kinds = PARTS.iter().flat_map(|(_, kinds)| kinds.iter());
        let mut findings: Vec<Entry> = kinds.filter_map(|kind| Entry::of(kind, found)).collect();
        findings.sort_by_key(|entry| entry.severity);
        let count = |severity| {
            findings
                .iter()
                .filter(|entry| entry.severity == severity)
                .count()
        };
        Self {
            url,
            protected,
            requests,
            holes: count(Severity::Hole),
            broken: count(Severity::Broken),
            weak: count(Severity::Weak),
            advice: count(Severity::Advice),
            fine: count(Severity::Fine),
            not_examined: count(Severity::NotExamined),
            findings,
        }
    }

    /// How many holes and broken things there are.
    pub(super) fn wrong(&self) -> usize {
        self.holes + self.broken
    }

    /// The names of what is of this severity.
    #[cfg(test)]
    pub(super) fn names(&self, severity: Severity) -> Vec<&'static str> {
        let of = self
            .findings
            .iter()
            .filter(|entry| entry.severity == severity);
        of.map(|entry| entry.name).collect()
    }

    /// How many of each, in words.
    pub(super) fn sum(&self) -> String {
        let holes = if self.holes == 1 {
            "1 hole".to_owned()
        } else {
            format!("{} holes", self.holes)
        };
        format!(
            "{holes}, {} broken, {} weak, {} to be advised; {} fine, {} not examined",
            self.broken, self.weak, self.advice, self.fine, self.not_examined
        )
    }
}

impl Entry {
    /// One kind may have been looked at in several places: the worst counts.
    fn of(kind: &'static Kind, found: &[Finding]) -> Option<Self> {
        let own = || {
            found
                .iter()
                .filter(|finding| finding.kind.name == kind.name)
        };
        let severity = own().map(|finding| finding.severity).min()?;
        let mut seen: Vec<&str> = own()
            .filter(|finding| finding.severity == severity)
            .map(|finding| finding.seen.as_str())
            .collect();
        seen.dedup();
        let is_bad = severity < Severity::Fine;
        Some(Self {
            name: kind.name,
            severity,
            title: is_bad.then_some(kind.title),
            seen: seen.join("; "),
            why: is_bad.then_some(kind.why),
            mend: is_bad.then_some(kind.mend),
            page: kind.page(),
        })
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.url)?;
        writeln!(
            f,
            "{} requests: as a viewer of IIIF Auth 1.0 and 2.0, and as somebody who tries to get in",
            self.requests
        )?;
        if !self.protected {
            writeln!(
                f,
                "\nThis image is open to everybody. If it should not be, that is the worst finding of all;\n\
                 and to examine signing in, give one that needs it."
            )?;
        }
        for entry in self
            .findings
            .iter()
            .filter(|entry| entry.severity < Severity::Fine)
        {
            entry.problem(f)?;
        }
        for (severity, heading) in [
            (Severity::Fine, "Fine"),
            (Severity::NotExamined, "Not examined"),
        ] {
            let mut of = self
                .findings
                .iter()
                .filter(|entry| entry.severity == severity)
                .peekable();
            if of.peek().is_some() {
                writeln!(f, "\n{heading}")?;
            }
            for entry in of {
                writeln!(f, "  {:28} {}", entry.name, entry.seen)?;
            }
        }
        write!(f, "\n{}", self.sum())
    }
}

impl Entry {
    fn problem(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Hole => "HOLE",
            Severity::Broken => "BROKEN",
            Severity::Weak => "WEAK",
            _ => "ADVICE",
        };
        writeln!(f, "\n{word}  {}", self.title.unwrap_or_default())?;
        for (name, text) in [
            ("seen", self.seen.as_str()),
            ("why", self.why.unwrap_or_default()),
            ("mend", self.mend.unwrap_or_default()),
            ("more", &self.page),
        ] {
            writeln!(f, "  {name:5} {}", folded(text))?;
        }
        Ok(())
    }
}

/// Lines of at most about a hundred letters.
fn folded(text: &str) -> String {
    let (mut folded, mut width) = (String::new(), 0);
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + length > 100 {
            folded.push_str("\n        ");
            width = 0;
        } else if width > 0 {
            folded.push(' ');
        }
        let _ = folded.write_str(word);
        width += length + 1;
    }
    folded
}
