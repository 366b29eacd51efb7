//! The list of rules, and the question which of them decides.

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::pages::admin::rules::{Answer, RuleRow, RulesPage};
use super::super::super::pages::parts::Choice;
use super::super::super::state::AppState;
use super::super::{AdminVisit, filter, pager, paging};
use super::{PATH, kinds, words};
use crate::access::policy::Policy;
use crate::access::rule::{Kind, Requirement};
use crate::config::DefaultAccess;
use crate::image::identifier::Identifier;
use crate::store::rules::{self, Rule, RuleQuery};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
    only: String,
    kind: String,
    test: String,
    page: Option<String>,
}

pub(super) async fn show(
    visit: AdminVisit,
    asked: Option<Query<Asked>>,
) -> Result<HttpResponse, Error> {
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    let query = RuleQuery {
        search: asked.search.clone(),
        kind: Kind::parse(&asked.only),
        paging: paging(asked.page.as_deref()),
        ..RuleQuery::default()
    };
    let found = visit
        .state
        .store
        .run(move |conn| rules::page(conn, &query))
        .await?;
    let policy = visit.state.live.policy();
    let parameters = [("search", asked.search.as_str()), ("only", &asked.only)];
    visit.page(&RulesPage {
        frame: visit.frame(PATH),
        default: defaults(&visit.state),
        test_kinds: Choice::list(&kinds(), &asked.kind),
        answer: answer(&policy, &asked.kind, &asked.test),
        kinds: filter("everything", &kinds(), &asked.only),
        rules: found.items.iter().map(|rule| row(&policy, rule)).collect(),
        pager: pager(&visit.state, PATH, &parameters, &found),
        test: asked.test,
        search: asked.search,
    })
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

fn row(policy: &Policy, rule: &Rule) -> RuleRow {
    RuleRow {
        id: rule.rule.id.0,
        pattern: rule.rule.pattern.to_string(),
        kind: words(rule.rule.kind),
        open_to: open_to(policy, &rule.rule.access.requirement),
        note: rule.note.clone(),
    }
}

fn open_to(policy: &Policy, requirement: &Requirement) -> Vec<String> {
    match requirement {
        Requirement::Public => vec!["everybody".to_owned()],
        Requirement::Nobody => vec!["nobody".to_owned()],
        Requirement::AnyOf(roles) if roles.is_empty() => vec!["nobody (no role left)".to_owned()],
        Requirement::AnyOf(roles) => roles
            .iter()
            .filter_map(|id| Some(policy.role(id)?.name.to_string()))
            .collect(),
    }
}

/// Which rule decides about this identifier, as typed: decoded, not as in a URL.
fn answer(policy: &Policy, kind: &str, test: &str) -> Option<Answer> {
    if test.trim().is_empty() {
        return None;
    }
    let kind = Kind::parse(kind).unwrap_or(Kind::Image);
    let identifier = match Identifier::parse(test.trim()) {
        Ok(identifier) => identifier,
        Err(error) => {
            let text = format!("This is no identifier: it {error}.").replace('`', "'");
            return Some(Answer {
                text,
                rule_id: None,
                pattern: String::new(),
            });
        }
    };
    let rule = policy.rule_for(kind, identifier.as_str());
    let access = rule.map_or(policy.default_for(kind), |rule| &rule.access);
    let whom = open_to(policy, &access.requirement).join(", ");
    let by = if rule.is_some() {
        "by this rule:"
    } else {
        "because no rule fits."
    };
    Some(Answer {
        text: format!("{identifier} is open to {whom}, {by}"),
        rule_id: rule.map(|rule| rule.id.0),
        pattern: rule
            .map(|rule| rule.pattern.to_string())
            .unwrap_or_default(),
    })
}
