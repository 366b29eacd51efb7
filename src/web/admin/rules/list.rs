//! The list of rules.

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::pages::admin::rules::{RuleRow, RulesPage};
use super::super::super::pages::parts::{Choice, sentence};
use super::super::super::state::{AppState, now};
use super::super::{AdminVisit, filter, pager, paging};
use super::findings::{Around, worst};
use super::words::{dates, kinds, open_to, otherwise, public_size};
use super::{PATH, which, words};
use crate::access::lint::Severity;
use crate::access::notation::Word;
use crate::access::policy::Policy;
use crate::access::rule::Kind;
use crate::config::DefaultAccess;
use crate::store::rules::{self, Feature, Rule, RuleQuery};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
    only: String,
    requirement: String,
    role: String,
    with: String,
    kind: String,
    test: String,
    page: Option<String>,
}

const REQUIREMENTS: [(&str, &str); 3] = [
    ("public", "everybody"),
    ("roles", "holders of a role"),
    ("nobody", "nobody"),
];

pub(super) async fn show(
    visit: AdminVisit,
    asked: Option<Query<Asked>>,
) -> Result<HttpResponse, Error> {
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    let policy = arc_swap::Guard::into_inner(visit.state.live.policy());
    let query = RuleQuery {
        search: asked.search.clone(),
        kind: Kind::parse(&asked.only),
        requirement: Word::parse(&asked.requirement),
        role: policy.role_named(&asked.role).map(|role| role.id),
        feature: Feature::parse(&asked.with),
        paging: paging(asked.page.as_deref()),
    };
    let found = visit
        .state
        .store
        .read(move |conn| rules::page(conn, &query))
        .await?;
    let around = Around::now(&visit.state).await?;
    let parameters = [
        ("search", asked.search.as_str()),
        ("only", &asked.only),
        ("requirement", &asked.requirement),
        ("role", &asked.role),
        ("with", &asked.with),
    ];
    let row = |rule: &Rule| row(&policy, &around, rule);
    visit.page(&RulesPage {
        frame: visit.frame(PATH),
        default: defaults(&visit.state),
        test_kinds: Choice::list(&kinds(), &asked.kind),
        answer: which::answer(&visit.state, &policy, &asked.kind, &asked.test, now()),
        kinds: filter("everything", &kinds(), &asked.only),
        requirements: filter("anybody", &REQUIREMENTS, &asked.requirement),
        roles: roles(&policy, &asked.role),
        features: features(&asked.with),
        rules: found.items.iter().map(row).collect(),
        pager: pager(&visit.state, PATH, &parameters, &found),
        test: asked.test,
        search: asked.search,
    })
}

fn roles(policy: &Policy, chosen: &str) -> Vec<Choice> {
    let mut roles: Vec<_> = policy.roles().collect();
    roles.sort_by_key(|role| role.name.as_str());
    let names: Vec<(&str, &str)> = roles
        .iter()
        .map(|role| (role.name.as_str(), role.name.as_str()))
        .collect();
    filter("any role", &names, chosen)
}

fn features(chosen: &str) -> Vec<Choice> {
    let features = Feature::ALL.map(|feature| {
        let words = match feature {
            Feature::Size => "sizes",
            Feature::Period => "dates",
            Feature::Message => "texts for visitors",
            Feature::Broken => "deleted roles",
        };
        (feature.as_str(), words)
    });
    filter("anything", &features, chosen)
}

fn defaults(state: &AppState) -> String {
    let words = |access| match access {
        DefaultAccess::User => "for signed-in readers",
        DefaultAccess::Public => "public",
        DefaultAccess::Deny => "closed to everybody",
    };
    format!(
        "images and files are {}, manifests are {}.",
        words(state.config.default_access),
        words(state.config.default_manifest_access)
    )
}

fn row(policy: &Policy, around: &Around, Rule { rule, note, .. }: &Rule) -> RuleRow {
    let found = around.about(rule);
    RuleRow {
        id: rule.id.0,
        pattern: rule.pattern.to_string(),
        kind: words::kind(rule.kind),
        open_to: open_to(policy, &rule.access),
        public_size: public_size(&rule.access),
        dates: rule.period.as_deref().and_then(dates),
        otherwise: otherwise(policy, rule),
        severity: worst(&found).map(Severity::as_str).unwrap_or_default(),
        findings: found.iter().map(|found| sentence(&found.text)).collect(),
        note: note.clone(),
    }
}
