//! `iiif-gate rule lint`: what is odd about rules.

use std::collections::HashMap;

use clap::Args;
use serde::Serialize;

use crate::access::lint::{Severity, Surroundings, lint};
use crate::cli::failure::{Failure, Result};
use crate::cli::{output, table};
use crate::config::Config;
use crate::live::policy::{DefaultSettings, read_policy};
use crate::store::{Store, roles};
use crate::web::state::{layout, now};

/// Name rules that open nothing, change nothing or contradict themselves
///
/// The exit code is 1 if a rule is broken: it lets nobody in, though it names who may.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// Print a JSON document
    #[arg(long)]
    json: bool,
}

/// A finding in `--json`.
#[derive(Debug, Serialize)]
struct Found {
    severity: &'static str,
    fault: &'static str,
    kind: &'static str,
    pattern: String,
    text: String,
}

impl Options {
    pub(super) fn run(&self, config: &Config, store: &Store) -> Result {
        let (policy, usages) = store.blocking(|conn| {
            let policy = read_policy(conn, &DefaultSettings::of(config))?;
            Ok((policy, roles::usages(conn, now())?))
        })?;
        let holders: HashMap<_, _> = usages
            .into_iter()
            .map(|(role, usage)| (role, usage.holders.saturating_add(usage.consumers)))
            .map(|(role, holders)| (role, i64::try_from(holders).unwrap_or(i64::MAX)))
            .collect();
        let findings = lint(Surroundings {
            policy: &policy,
            layout: &layout(config),
            holders: &holders,
            today: policy.day(now()),
        });
        let broken = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Broken);
        let broken = broken.count();
        let found: Vec<Found> = findings
            .into_iter()
            .filter_map(|finding| {
                let rule = policy.rule(finding.rule)?;
                Some(Found {
                    severity: finding.severity.as_str(),
                    fault: finding.fault.as_str(),
                    kind: rule.kind.as_str(),
                    pattern: rule.pattern.to_string(),
                    text: finding.text,
                })
            })
            .collect();
        print(&found, self.json)?;
        match broken {
            0 => Ok(()),
            1 => Err(Failure::yours("one rule is broken")),
            more => Err(Failure::yours(format_args!("{more} rules are broken"))),
        }
    }
}

fn print(found: &[Found], json: bool) -> Result {
    if json {
        return output::json(&found);
    }
    if found.is_empty() {
        output::say("nothing is odd");
        return Ok(());
    }
    let rows: Vec<[String; 4]> = found
        .iter()
        .map(|finding| {
            [
                finding.severity.to_owned(),
                finding.kind.to_owned(),
                finding.pattern.clone(),
                finding.text.clone(),
            ]
        })
        .collect();
    table::print(["HOW BAD", "KIND", "PATTERN", "WHAT"], &rows)
}
