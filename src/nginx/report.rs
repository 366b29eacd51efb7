//! What was found, and what was looked at.

use std::fmt;
use std::sync::Arc;

use super::model::{Kind, Scope, Version};
use super::site::{Guard, Site};
use super::syntax::{Directive, Place};
use super::traps::{Severity, Trap};

/// The page that explains all traps.
const PAGE: &str = "docs/reference/check-nginx.md";

/// A trap, and where somebody fell into it.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which.
    pub trap: &'static Trap,
    /// Where.
    pub place: Place,
    /// The line there, as it is written.
    pub source: Arc<str>,
    /// What it is about in this configuration; may be empty.
    pub detail: String,
}

impl Finding {
    /// Where it is explained.
    pub fn page(&self) -> String {
        format!("{PAGE}#{}", self.trap.id)
    }
}

/// The findings so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) list: Vec<Finding>,
}

impl Findings {
    /// Adds one. The same in the same place, as in a file that is included twice, counts once.
    pub(super) fn add(&mut self, trap: &'static Trap, at: &Directive, detail: impl Into<String>) {
        if self
            .list
            .iter()
            .any(|known| known.trap == trap && known.place == at.place)
        {
            return;
        }
        self.list.push(Finding {
            trap,
            place: at.place.clone(),
            source: Arc::clone(&at.source),
            detail: detail.into(),
        });
    }
}

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// Files of the configuration.
    pub files: usize,
    /// `server` blocks.
    pub servers: usize,
    /// Those of them that ask the gate or show its pages.
    pub gate_servers: usize,
    /// `location` blocks in all servers.
    pub locations: usize,
    /// Those of them that the gate is asked for.
    pub guarded: usize,
    /// The version of nginx, if it is known.
    pub version: Option<Version>,
}

/// The outcome of a check.
#[derive(Debug, Clone)]
pub struct Report {
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// What was looked at.
    pub looked: Looked,
}

impl Report {
    pub(super) fn new(files: usize, site: &Site<'_, '_>, findings: Findings) -> Self {
        let mut findings = findings.list;
        findings.sort_by(|a, b| {
            (a.trap.severity, a.trap.id, &a.place).cmp(&(b.trap.severity, b.trap.id, &b.place))
        });
        let is_location = |scope: &&Scope<'_>| matches!(scope.kind, Kind::Location(_));
        let locations = site
            .model
            .scopes
            .iter()
            .map(|scope| &**scope)
            .filter(is_location);
        let is_guarded = |scope: &&Scope<'_>| matches!(site.guard(scope), Guard::Gate(_));
        let looked = Looked {
            files,
            servers: site.model.all_servers().count(),
            gate_servers: site.servers.len(),
            locations: locations.clone().count(),
            guarded: locations.filter(is_guarded).count(),
            version: site.model.version,
        };
        Self { findings, looked }
    }

    /// Whether there is anything that must be mended.
    pub fn fails(&self) -> bool {
        self.findings
            .iter()
            .any(|finding| finding.trap.severity.fails())
    }

    /// How many there are of each severity, in words.
    pub fn counts(&self) -> String {
        let counts = Severity::ALL.into_iter().filter_map(|severity| {
            let count = self
                .findings
                .iter()
                .filter(|finding| finding.trap.severity == severity)
                .count();
            (count > 0).then(|| format!("{count} {}", severity.as_str()))
        });
        counts.collect::<Vec<_>>().join(", ")
    }
}

/// For people: the worst first, and at the end what was looked at.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for severity in Severity::ALL {
            let found = self
                .findings
                .iter()
                .filter(|finding| finding.trap.severity == severity);
            for (index, finding) in found.enumerate() {
                if index == 0 {
                    writeln!(
                        f,
                        "{}: {}\n",
                        severity.as_str().to_uppercase(),
                        severity.meaning()
                    )?;
                }
                writeln!(f, "{finding}\n")?;
            }
        }
        if self.findings.is_empty() {
            writeln!(f, "nothing found\n")?;
        }
        write!(f, "looked at {}", self.looked)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.trap.id, self.trap.title)?;
        writeln!(f, "  at    {}", self.place)?;
        writeln!(f, "        {}", self.source)?;
        if !self.detail.is_empty() {
            writeln!(f, "  what  {}", self.detail)?;
        }
        writeln!(f, "  why   {}", self.trap.why)?;
        for (index, line) in self.trap.mend.lines().enumerate() {
            writeln!(
                f,
                "{}{line}",
                if index == 0 { "  mend  " } else { "        " }
            )?;
        }
        write!(f, "  more  {}", self.page())
    }
}

impl fmt::Display for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = if self.files == 1 {
            "1 file".to_owned()
        } else {
            format!("{} files", self.files)
        };
        write!(
            f,
            "{files}: {} servers, {} of them with the gate; {} locations, {} of them guarded by it; nginx ",
            self.servers, self.gate_servers, self.locations, self.guarded
        )?;
        match self.version {
            Some(version) => write!(f, "{version}"),
            None => f.write_str("of a version that is not known"),
        }
    }
}
