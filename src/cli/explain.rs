//! `iiif-gate explain`: who may see a URL, and which rule says so.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;
use serde::Serialize;

use super::failure::{Failure, Result};
use super::output;
use crate::access::decision::decide;
use crate::access::policy::Policy;
use crate::access::rule::{Kind, Requirement, Sight};
use crate::config::Config;
use crate::identity::name::UserName;
use crate::identity::principal::Principal;
use crate::image::resource::Resource;
use crate::live::{DefaultSettings, read_policy};
use crate::store::{Conn, Store, StoreError, users};
use crate::web::state::{layout, now};

/// Explain a decision: who may see a URL, and which rule says so
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The URL or path that somebody asks for, as the browser sends it
    url: String,
    /// The user who asks; nobody is signed in if this is left out
    #[arg(long)]
    user: Option<String>,
    /// The address asked from
    #[arg(long)]
    address: Option<IpAddr>,
    /// The time of asking (RFC 3339); now if this is left out
    #[arg(long)]
    time: Option<DateTime<Utc>>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is explained.
#[derive(Debug, Serialize)]
struct Explanation {
    url: String,
    kind: Option<&'static str>,
    identifier: Option<String>,
    user: Option<String>,
    roles: Vec<String>,
    address: Option<IpAddr>,
    time: DateTime<Utc>,
    status: u16,
    reason: &'static str,
    rule: Option<String>,
    requirement: String,
}

impl Options {
    /// Runs the command.
    pub(super) fn run(&self) -> Result {
        let config = Config::from_env()?;
        let store = Store::open(&config.database).map_err(anyhow::Error::from)?;
        let explanation = store.blocking(|conn| explain(conn, self, &config));
        let explanation = explanation.map_err(|error| match error {
            StoreError::Invalid(mistake) => Failure::yours(mistake),
            other => Failure::Ours(other.into()),
        })?;
        if self.json {
            output::json(&explanation)
        } else {
            output::data(explanation)
        }
    }
}

fn explain(
    conn: &mut Conn,
    arguments: &Options,
    config: &Config,
) -> std::result::Result<Explanation, StoreError> {
    let policy = read_policy(conn, DefaultSettings::of(config))?;
    let principal = principal(conn, arguments.user.as_deref())?;
    let mut explanation = Explanation {
        url: arguments.url.clone(),
        kind: None,
        identifier: None,
        user: principal.user.as_ref().map(|user| user.name.to_string()),
        roles: policy
            .held(&principal)
            .iter()
            .map(|role| role.name.to_string())
            .collect(),
        address: arguments.address,
        time: arguments.time.unwrap_or_else(now),
        status: 403,
        reason: "malformed",
        rule: None,
        requirement: "the address is malformed, or can be read in more than one way".to_owned(),
    };
    let layout = layout(config);
    if let Ok(resource) = Resource::of(target(&arguments.url).as_bytes(), &layout) {
        let kind = Kind::from(&resource);
        let decision = decide(
            &policy,
            &principal,
            kind,
            resource.identifier(),
            explanation.time,
        );
        let rule = decision.deciding(&policy);
        let requirement = &decision.access(&policy).requirement;
        let ruling = decision.rule(&policy, &principal, Sight::Full);
        explanation.kind = Some(kind.as_str());
        explanation.identifier = Some(resource.identifier().to_string());
        explanation.status = ruling.verdict.status();
        explanation.reason = ruling.reason.as_str();
        explanation.rule = rule.map(|rule| rule.pattern.to_string());
        explanation.requirement = described(requirement, &policy);
    }
    Ok(explanation)
}

/// The user as the gate would know one now; somebody who may not sign in is nobody.
fn principal(conn: &mut Conn, name: Option<&str>) -> std::result::Result<Principal, StoreError> {
    let Some(name) = name else {
        return Ok(Principal::anonymous());
    };
    let name = UserName::parse(name)
        .map_err(|error| StoreError::Invalid(format!("the user name {error}")))?;
    let user = users::find_by_name(conn, &name)?
        .ok_or_else(|| StoreError::Invalid(format!("there is no user `{name}`")))?;
    let identity = users::identity_of(conn, user.id)?;
    Ok(identity.map_or_else(Principal::anonymous, |user| {
        Principal::of_user(Arc::new(user))
    }))
}

/// The path and query of a URL, untouched.
fn target(url: &str) -> &str {
    match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => url,
    }
}

fn described(requirement: &Requirement, policy: &Policy) -> String {
    match requirement {
        Requirement::Public => "everybody may see it".to_owned(),
        Requirement::Nobody => "nobody may see it".to_owned(),
        Requirement::AnyOf(roles) => {
            let names: Vec<_> = roles
                .iter()
                .filter_map(|id| Some(policy.role(id)?.name.as_str()))
                .collect();
            match names.as_slice() {
                [] => "a role that does not exist any more, so nobody may see it".to_owned(),
                [one] => format!("the role `{one}`"),
                many => format!("any of the roles `{}`", many.join("`, `")),
            }
        }
    }
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let answer = match self.status {
            200 => "allowed",
            401 => "refused, but signing in would help (401)",
            _ => "refused (403)",
        };
        writeln!(f, "{answer}: {}", self.reason)?;
        if let (Some(kind), Some(identifier)) = (self.kind, &self.identifier) {
            writeln!(f, "  what   {kind} `{identifier}`")?;
        }
        match &self.user {
            Some(user) => writeln!(
                f,
                "  who    {user}, with the roles {}",
                self.roles.join(", ")
            )?,
            None => writeln!(f, "  who    nobody signed in")?,
        }
        if let Some(address) = self.address {
            writeln!(f, "  from   {address}")?;
        }
        let time = self.time.to_rfc3339_opts(SecondsFormat::Secs, true);
        writeln!(f, "  when   {time}")?;
        let Some(kind) = self.kind else {
            return write!(f, "  why    {}", self.requirement);
        };
        let setting = match kind {
            "manifest" => "DEFAULT_MANIFEST_ACCESS",
            _ => "DEFAULT_ACCESS",
        };
        match &self.rule {
            Some(rule) => writeln!(f, "  rule   {rule}")?,
            None => writeln!(f, "  rule   none, so {setting} holds")?,
        }
        write!(f, "  needs  {}", self.requirement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_malformed_address_is_blamed_on_no_rule_and_no_default() {
        let explanation = Explanation {
            url: "/iiif/images/a%252Fb/info.json".to_owned(),
            kind: None,
            identifier: None,
            user: None,
            roles: Vec::new(),
            address: None,
            time: DateTime::UNIX_EPOCH,
            status: 403,
            reason: "malformed",
            rule: None,
            requirement: "the address is malformed".to_owned(),
        };
        assert_eq!(
            explanation.to_string(),
            "refused (403): malformed\n  who    nobody signed in\n  \
             when   1970-01-01T00:00:00Z\n  why    the address is malformed"
        );
    }

    #[test]
    fn a_url_is_cut_to_its_target_and_nothing_else() {
        for (url, expected) in [
            (
                "https://i.example/iiif/images/a%2Fb/info.json?x",
                "/iiif/images/a%2Fb/info.json?x",
            ),
            ("/iiif/images/http%3A%2F%2Fa", "/iiif/images/http%3A%2F%2Fa"),
            ("https://i.example", "/"),
        ] {
            assert_eq!(target(url), expected);
        }
    }
}
