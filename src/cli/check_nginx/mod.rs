//! `iiif-gate check-nginx`: reads nginx's configuration, and names the mistakes by which images get past the gate.

mod links;

use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, anyhow};
use clap::Args;
use serde::Serialize;

use super::failure::{Failure, Result};
use super::output;
use crate::nginx;
use crate::nginx::model::Version;
use crate::nginx::report::{Finding, Report};
use crate::nginx::site::Known;
use crate::nginx::traps;

/// Where nginx is; `/usr/sbin` is not searched for everybody.
const PROGRAMS: [&str; 2] = ["nginx", "/usr/sbin/nginx"];

/// Look for mistakes in nginx's configuration by which images get past the gate
///
/// Every location of every server is looked at, since any of them may lead to your images.
/// Each finding has its file and line, says why it matters, and what to write instead.
/// Exit code 0 if nothing has to be mended, 1 if something has (hole, weak), 2 if there is no configuration to be read.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The output of `nginx -T`; `-` is stdin. Without it, `nginx -T` is run
    file: Option<PathBuf>,
    /// Print a JSON document
    #[arg(long)]
    json: bool,
    /// Leave a finding out that you know of and live with; may be given several times
    #[arg(long, value_name = "ID", value_parser = trap_id)]
    accept: Vec<String>,
    /// Where the gate listens, if that cannot be seen; may be given several times
    #[arg(long, value_name = "ADDRESS")]
    gate: Vec<String>,
    /// An address or folder that only the gate may open, such as where IIPImage's files are; may be given several times
    #[arg(long, value_name = "ADDRESS|FOLDER")]
    protect: Vec<String>,
    /// The version of nginx, if `nginx -v` does not stand before the input
    #[arg(long, value_name = "VERSION", value_parser = version)]
    nginx_version: Option<Version>,
}

fn trap_id(text: &str) -> std::result::Result<String, String> {
    let known = traps::all().any(|trap| trap.id == text);
    known
        .then(|| text.to_owned())
        .ok_or_else(|| "there is no such finding".to_owned())
}

fn version(text: &str) -> std::result::Result<Version, String> {
    Version::parse(text).ok_or_else(|| "a version looks like 1.28.0".to_owned())
}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let (name, text) = match &self.file {
            Some(path) => (path.display().to_string(), read(path)?),
            None => ("nginx -T".to_owned(), run_nginx()?),
        };
        let mut known = Known {
            gates: self.gate,
            protected: self.protect,
            links: Vec::new(),
        };
        let folders = nginx::folders(&text, &known).map_err(|error| unreadable(&name, &error))?;
        let found = links::find(&folders);
        known.links = found.links;
        if found.cut {
            output::say(
                "warning: not every folder was looked through for links: there are too many files",
            );
        }
        let mut report = nginx::check(&text, self.nginx_version, &known)
            .map_err(|error| unreadable(&name, &error))?;
        report
            .findings
            .retain(|finding| !self.accept.iter().any(|id| id == finding.trap.id));
        if self.json {
            output::json(&Document::new(&report))?;
        } else {
            output::data(&report)?;
        }
        if report.fails() {
            return Err(Failure::yours(format_args!(
                "the configuration has to be mended: {}",
                report.counts()
            )));
        }
        Ok(())
    }
}

/// Nothing was found out, so this is not the code of a finding.
fn unreadable(name: &str, error: &nginx::syntax::Unreadable) -> Failure {
    Failure::Ours(anyhow!(
        "cannot read `{name}` as a configuration of nginx: {error}\n\nhint: nginx -T | iiif-gate check-nginx -"
    ))
}

/// Comments may be in any encoding.
fn read(path: &Path) -> Result<String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        std::fs::read(path).map(|read| bytes = read)
    };
    read.with_context(|| format!("cannot read `{}`", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// What nginx says about itself: its version, and all its files.
fn run_nginx() -> Result<String> {
    let version = nginx_with("-v")?;
    let dump = nginx_with("-T")?;
    let words = String::from_utf8_lossy(&dump.stderr);
    if !dump.status.success() {
        return Err(Failure::Ours(anyhow!(
            "`nginx -T` does not work here: {}\n\nhint: run it as root, or hand its output over: nginx -T | iiif-gate check-nginx -",
            words.trim()
        )));
    }
    let version = String::from_utf8_lossy(&version.stderr).into_owned();
    Ok(version + &String::from_utf8_lossy(&dump.stdout))
}

fn nginx_with(argument: &str) -> Result<Output> {
    for program in PROGRAMS {
        match Command::new(program).arg(argument).output() {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            output => {
                return Ok(output.with_context(|| format!("cannot run `{program} {argument}`"))?);
            }
        }
    }
    Err(Failure::Ours(anyhow!(
        "there is no nginx on this machine\n\nhint: nginx -T | iiif-gate check-nginx -"
    )))
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Document<'a> {
    clean: bool,
    nginx: Option<String>,
    files: usize,
    servers: usize,
    servers_with_the_gate: usize,
    locations: usize,
    guarded_locations: usize,
    findings: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    id: &'a str,
    severity: &'a str,
    file: &'a str,
    line: usize,
    source: &'a str,
    title: &'a str,
    what: &'a str,
    why: &'a str,
    mend: &'a str,
    page: String,
}

impl<'a> Document<'a> {
    fn new(report: &'a Report) -> Self {
        let looked = &report.looked;
        Self {
            clean: !report.fails(),
            nginx: looked.version.map(|version| version.to_string()),
            files: looked.files,
            servers: looked.servers,
            servers_with_the_gate: looked.gate_servers,
            locations: looked.locations,
            guarded_locations: looked.guarded,
            findings: report.findings.iter().map(Entry::new).collect(),
        }
    }
}

impl<'a> Entry<'a> {
    fn new(finding: &'a Finding) -> Self {
        Self {
            id: finding.trap.id,
            severity: finding.trap.severity.as_str(),
            file: &finding.place.file,
            line: finding.place.line,
            source: &finding.source,
            title: finding.trap.title,
            what: &finding.detail,
            why: finding.trap.why,
            mend: finding.trap.mend,
            page: finding.page(),
        }
    }
}
