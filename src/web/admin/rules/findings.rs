//! What is odd about rules: about those in a list, and about all of them on a page of their own.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::web::{self, Query};
use chrono::NaiveDate;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::pages::admin::lint::{FindingRow, FindingsPage};
use super::super::super::pages::lists::Count;
use super::super::super::pages::parts::sentence;
use super::super::super::state::{AppState, now};
use super::super::{AdminVisit, filter, pager, paging};
use super::words::link;
use super::{PATH, SECTION_FINDINGS};
use crate::access::lint::{Fault, Finding, Severity, Surroundings, lint, lint_rule};
use crate::access::policy::Policy;
use crate::access::rule::Rule;
use crate::identity::principal::RoleId;
use crate::image::resource::Layout;
use crate::schedule;
use crate::store::page::COUNTED;
use crate::store::roles;

/// What rules are looked at with.
pub(in crate::web::admin) struct Around {
    policy: Arc<Policy>,
    layout: Layout,
    holders: HashMap<RoleId, i64>,
    today: NaiveDate,
}

impl Around {
    /// As things are now.
    pub(in crate::web::admin) async fn now(state: &AppState) -> Result<Self, Error> {
        let now = now();
        let held = state.store.read(roles::held).await?;
        let policy = arc_swap::Guard::into_inner(state.live.policy());
        Ok(Self {
            today: policy.day(now),
            policy,
            layout: state.layout.clone(),
            // How many they are is of no interest here, and takes long to count.
            holders: held.into_iter().map(|role| (role, 1)).collect(),
        })
    }

    /// What is odd about this rule.
    pub(in crate::web::admin) fn about(&self, rule: &Rule) -> Vec<Finding> {
        lint_rule(self.surroundings(), rule)
    }

    fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            policy: &self.policy,
            layout: &self.layout,
            holders: &self.holders,
            today: self.today,
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    only: String,
    page: Option<String>,
}

/// The worst first.
const SEVERITIES: [(&str, &str); 3] = [
    ("broken", "broken: nobody gets in"),
    ("warning", "warnings"),
    ("hint", "hints"),
];

pub(super) async fn show(
    visit: AdminVisit,
    asked: Option<Query<Asked>>,
) -> Result<HttpResponse, Error> {
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    let around = Arc::new(Around::now(&visit.state).await?);
    let only = SEVERITIES.iter().find(|(word, _)| *word == asked.only);
    let only = only.map(|(word, _)| *word);
    let paging = paging(asked.page.as_deref());
    let looking = Arc::clone(&around);
    let look = move || {
        schedule::for_work();
        let found = lint(looking.surroundings());
        let page = paging.of(sorted(&found, only), COUNTED);
        let rows = page.items.iter();
        let rows = rows.filter_map(|finding| row(&looking.policy, finding));
        let rows = rows.collect();
        page.filled(rows)
    };
    let found = web::block(look).await.map_err(|_| Error::Session)?;
    let parameters = [("only", asked.only.as_str())];
    visit.page(&FindingsPage {
        frame: visit.frame(PATH),
        rules: Count(around.policy.rule_count() as u64),
        kinds: filter("everything", &SEVERITIES, &asked.only),
        pager: pager(&visit.state, SECTION_FINDINGS, &parameters, &found),
        findings: found.items,
    })
}

/// The worst first, and then in the order of the rules.
fn sorted<'a>(found: &'a [Finding], only: Option<&str>) -> Vec<&'a Finding> {
    let kinds = SEVERITIES.iter().map(|(word, _)| *word);
    let shown = kinds.filter(|kind| only.is_none_or(|only| *kind == only));
    shown
        .flat_map(|kind| {
            let findings = found.iter();
            findings.filter(move |finding| finding.severity.as_str() == kind)
        })
        .collect()
}

fn row(policy: &Policy, finding: &Finding) -> Option<FindingRow> {
    Some(FindingRow {
        rule: link(policy.rule(finding.rule)?),
        severity: finding.severity.as_str(),
        what: words(finding.fault),
        text: sentence(&finding.text),
    })
}

fn words(fault: Fault) -> &'static str {
    match fault {
        Fault::NoRoles => "no role left",
        Fault::Unobtainable => "nobody can hold it",
        Fault::Unreachable => "never asked",
        Fault::Redundant => "redundant",
        Fault::Useless => "useless",
        Fault::Contradictory => "contradictory",
        Fault::Past => "over",
        Fault::NoChange => "no change",
    }
}

/// The worst of these.
pub(super) fn worst(found: &[Finding]) -> Option<Severity> {
    found.iter().map(|finding| finding.severity).max()
}
