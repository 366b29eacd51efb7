//! Why somebody sees something or not: the same decision as for a request, told in words, for the
//! command line and the administration.

use std::net::IpAddr;

use actix_web::http::header::HeaderMap;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::annotator::Refusal;
use super::describe;
use super::offer::{IDENTIFIER, Offer};
use super::query_auth;
use super::question::{Judgment, judge, reaches};
use super::state::AppState;
use crate::access::decision::{Decision, Verdict, decide};
use crate::access::policy::Policy;
use crate::access::rule::{Access, Kind, Requirement, Sight};
use crate::access::ways::{Way, ways};
use crate::identity::principal::Principal;
use crate::image::resource::{Form, Resource, Tier};
use crate::language::Preferred;

/// What is to be explained.
#[derive(Debug, Clone)]
pub struct Question {
    /// A URL, the path of one as browsers send it, or an image's identifier.
    pub url: String,
    /// Who asks, from where.
    pub principal: Principal,
    /// When.
    pub time: DateTime<Utc>,
}

/// The explanation.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The path asked for.
    pub target: String,
    /// What kind of thing it is.
    pub kind: Option<&'static str>,
    /// Its identifier.
    pub identifier: Option<String>,
    /// Which URL space and form of it.
    pub form: Option<&'static str>,
    /// The signed-in user, or a consumer's, as `consumerKey/userId`.
    pub user: Option<String>,
    /// The roles held.
    pub roles: Vec<String>,
    /// The address asked from.
    pub address: Option<IpAddr>,
    /// When.
    pub time: DateTime<Utc>,
    /// The status that the client gets.
    pub status: u16,
    /// The word in `X-Auth-Reason`.
    pub reason: String,
    /// How much may be seen: `everything`, `up to 600 pixels`, `nothing`.
    pub sees: String,
    /// How much was wanted.
    pub wanted: String,
    /// The pattern of the rule that decides.
    pub rule: Option<String>,
    /// That rule's number.
    pub rule_id: Option<i32>,
    /// The part of the rule's life: `before`, `during`, `after`.
    pub phase: Option<&'static str>,
    /// What is needed.
    pub requirement: String,
    /// How to obtain what is missing.
    pub ways: Vec<String>,
    /// From when on more may be seen.
    pub opens: Option<NaiveDate>,
    /// The headers of the answer that the gate sends.
    pub headers: Vec<(String, String)>,
    /// The auth services of the resource, as a manifest may repeat them (IIIF Auth 2.0 §2.1).
    pub services: Vec<serde_json::Value>,
}

/// Explains.
pub async fn explain(state: &AppState, question: Question) -> Explanation {
    let target = target(&question.url, state);
    let policy = arc_swap::Guard::into_inner(state.live.policy());
    let mut explanation = Explanation::new(&question, &policy, &target);
    let Ok(resource) = Resource::of(target.as_bytes(), &state.layout) else {
        return explanation;
    };
    explanation.kind = Some(Kind::from(&resource).as_str());
    explanation.identifier = Some(resource.identifier().to_string());
    explanation.form = Some(form(&resource));
    if let Some(annotator) = &question.principal.annotator
        && !reaches(state, annotator, &resource)
    {
        Refusal::Path.as_str().clone_into(&mut explanation.reason);
        "a consumer that is enabled, and whose users may reach this path"
            .clone_into(&mut explanation.requirement);
        return explanation;
    }
    let who = question.principal.clone();
    match judge(state, policy.clone(), who, &resource, question.time).await {
        Ok(judgment) => {
            explanation.tell(&judgment);
            let offer = Offer::new(state, &judgment, &resource, question.time);
            explanation.services = offer.services(&Preferred::default());
            explanation
                .show_headers(state, &resource, &judgment, question.time)
                .await;
        }
        Err(error) => {
            let (kind, identifier) = (Kind::from(&resource), resource.identifier());
            let who = &question.principal;
            let decision = decide(&policy, who, kind, identifier, question.time);
            explanation.tell_rule(&policy, who, &decision);
            "unavailable".clone_into(&mut explanation.reason);
            explanation.wanted = format!("what cannot be measured: {error}");
        }
    }
    explanation
}

impl Explanation {
    fn new(question: &Question, policy: &Policy, target: &str) -> Self {
        let Question {
            principal, time, ..
        } = question;
        let held = policy.held(principal);
        Self {
            target: target.to_owned(),
            kind: None,
            identifier: None,
            form: None,
            user: principal.name(),
            roles: held.iter().map(|role| role.name.to_string()).collect(),
            address: principal.address,
            time: *time,
            status: 403,
            reason: "malformed".to_owned(),
            sees: amount(Sight::Nothing),
            wanted: amount(Sight::Full),
            rule: None,
            rule_id: None,
            phase: None,
            requirement: "an address that is well-formed, and can be read in one way only"
                .to_owned(),
            ways: Vec::new(),
            opens: None,
            headers: Vec::new(),
            services: Vec::new(),
        }
    }

    fn tell(&mut self, judgment: &Judgment) {
        let Judgment {
            principal,
            decision,
            wanted,
            ruling,
            policy,
        } = judgment;
        self.status = ruling.verdict.status();
        ruling.reason.as_str().clone_into(&mut self.reason);
        self.wanted = amount(*wanted);
        self.tell_rule(policy, principal, decision);
        if ruling.verdict != Verdict::Allow {
            let access = decision.access(policy);
            let ways = ways(policy, principal, access, *wanted);
            self.ways = ways.iter().map(|way| told(way, policy, access)).collect();
        }
    }

    fn tell_rule(&mut self, policy: &Policy, principal: &Principal, decision: &Decision) {
        let rule = decision.deciding(policy);
        self.sees = amount(decision.sight);
        self.rule = rule.map(|rule| rule.pattern.to_string());
        self.rule_id = rule.map(|rule| rule.id.0);
        self.phase = rule
            .filter(|rule| rule.period.is_some())
            .map(|_| decision.phase.as_str());
        self.requirement = described(decision.access(policy), policy);
        if decision.sight < Sight::Full {
            self.opens = decision.opens(policy, principal);
        }
    }

    async fn show_headers(
        &mut self,
        state: &AppState,
        resource: &Resource<'_>,
        judgment: &Judgment,
        now: DateTime<Utc>,
    ) {
        let allows = judgment.ruling.verdict == Verdict::Allow;
        let answer = if allows && !resource.is_image_description() {
            query_auth::decided(state, resource, judgment).await
        } else {
            let no_headers = HeaderMap::new();
            let answer = describe::decided(state, &no_headers, resource, judgment, now).await;
            self.status = answer.status().as_u16();
            answer
        };
        let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let headers = answer.headers().iter();
        self.headers = headers
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect();
        self.headers.sort();
    }
}

/// The path and query of a URL, untouched; an identifier stands for its info.json.
fn target(url: &str, state: &AppState) -> String {
    let url = url.trim();
    if let Some((_, rest)) = url.split_once("://") {
        let path = rest.find('/').and_then(|at| rest.get(at..));
        return path.unwrap_or("/").to_owned();
    }
    if url.starts_with('/') {
        return url.to_owned();
    }
    let identifier = percent_encoding::utf8_percent_encode(url, IDENTIFIER);
    format!("{}{identifier}/info.json", state.layout.images)
}

fn form(resource: &Resource<'_>) -> &'static str {
    match resource {
        Resource::Manifest(_) => "manifest",
        Resource::File(_) => "file",
        Resource::Image { tier, form, .. } => match (tier, form) {
            (Tier::Full | Tier::Direct, Form::Base) => "base URI",
            (Tier::Full | Tier::Direct, Form::Info) => "info.json",
            (Tier::Full | Tier::Direct, Form::Pixels(_)) => "pixels",
            (Tier::Preview, Form::Base) => "base URI of the reduced image",
            (Tier::Preview, Form::Info) => "info.json of the reduced image",
            (Tier::Preview, Form::Pixels(_)) => "pixels of the reduced image",
        },
    }
}

/// How much is seen, in words.
pub fn amount(sight: Sight) -> String {
    match sight {
        Sight::Nothing => "nothing".to_owned(),
        Sight::UpTo(size) => format!("up to {size} pixels"),
        Sight::Full => "everything".to_owned(),
    }
}

/// What somebody needs, in words.
pub fn described(access: &Access, policy: &Policy) -> String {
    let needed = match &access.requirement {
        Requirement::Public => "nothing: everybody may see it".to_owned(),
        Requirement::Nobody => "nobody may see it".to_owned(),
        Requirement::AnyOf(roles) => {
            let named = roles.iter().filter_map(|id| policy.role(id)).map(|role| {
                match access.opened_by(role.id) {
                    Sight::Full => format!("`{}`", role.name),
                    sight => format!("`{}` ({})", role.name, amount(sight)),
                }
            });
            let named: Vec<String> = named.collect();
            match named.as_slice() {
                [] => "a role that does not exist any more, so nobody may see it".to_owned(),
                [one] => format!("the role {one}"),
                many => format!("any of the roles {}", many.join(", ")),
            }
        }
    };
    match access.public_size {
        0 => needed,
        size => format!("{needed}; everybody may see it up to {size} pixels"),
    }
}

fn told(way: &Way<'_>, policy: &Policy, access: &Access) -> String {
    match way {
        Way::SignIn => {
            let brings = access.roles().filter_map(|id| policy.role(id));
            let brings: Vec<&str> = brings
                .filter(|role| role.is_brought_by_signing_in())
                .map(|role| role.name.as_str())
                .collect();
            format!("sign in as somebody with the role {}", brings.join(" or "))
        }
        Way::Terms(role) => format!("accept the terms of the role {}", role.name),
        Way::Kiosk(role) => format!("open the kiosk page of the role {}", role.name),
        Way::External(role) => format!("come from a network of the role {}", role.name),
    }
}
