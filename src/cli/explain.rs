//! `iiif-gate explain`: who may see a URL, and which rule says so.

use std::net::IpAddr;

use chrono::{DateTime, SecondsFormat, Utc};
use clap::Args;

use super::failure::{Failure, Result};
use super::output;
use crate::config::Config;
use crate::identity::consumer::Consumers;
use crate::identity::name::{RoleName, UserName};
use crate::identity::principal::{Grant, ObtainedBy, Principal};
use crate::identity::seal::SealingKeys;
use crate::live::keys::Keys;
use crate::store::{Conn, Store, StoreError, consumers, users};
use crate::web::explain::{Explanation, Question, explain};
use crate::web::state::{AppState, now};

/// Explain a decision: who may see a URL, which rule says so, and what is sent
///
/// Where a size limits what may be seen, the image server is asked for the image's size.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The URL or path that somebody asks for, as the browser sends it, or an image's identifier
    url: String,
    /// The user who asks, or a consumer's as KEY/USERID; nobody is signed in if this is left out
    #[arg(long)]
    user: Option<String>,
    /// A role whose terms were accepted or whose kiosk was opened; may be given several times
    #[arg(long = "obtained", value_name = "ROLE", value_parser = RoleName::parse)]
    obtained: Vec<RoleName>,
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

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let config = Config::from_env()?;
        let store = Store::open(&config.database).map_err(anyhow::Error::from)?;
        let keys = Keys::new(&config).consumer_secrets;
        let principal = store.blocking(|conn| principal(conn, &keys, &self));
        let principal = principal.map_err(|error| match error {
            StoreError::Invalid(mistake) => Failure::yours(mistake),
            other => Failure::Ours(other.into()),
        })?;
        let question = Question {
            url: self.url,
            principal: principal.at(self.address),
            time: self.time.unwrap_or_else(now),
        };
        let explanation = actix_web::rt::System::new().block_on(async move {
            let state = AppState::new(config, store).await?;
            anyhow::Ok(explain(&state, question).await)
        })?;
        if self.json {
            output::json(&explanation)
        } else {
            output::data(explanation)
        }
    }
}

/// The user as the gate would know one now; somebody who may not sign in is nobody.
fn principal(
    conn: &mut Conn,
    keys: &SealingKeys,
    options: &Options,
) -> std::result::Result<Principal, StoreError> {
    let who = match &options.user {
        None => Principal::anonymous(),
        Some(name) => who(conn, keys, name)?,
    };
    let known = crate::store::roles::for_policy(conn)?;
    let grant = |name: &RoleName| {
        let role = known
            .iter()
            .find(|role| role.name == *name)
            .ok_or_else(|| StoreError::Invalid(format!("there is no role `{name}`")))?;
        let version = match (role.obtained_by, &role.terms) {
            (ObtainedBy::Terms, Some(terms)) => terms.version,
            (ObtainedBy::Kiosk, _) => 0,
            _ => {
                let way = role.obtained_by.as_str();
                let mistake = format!("the role `{name}` has no terms and no kiosk ({way})");
                return Err(StoreError::Invalid(mistake));
            }
        };
        let role = role.id;
        Ok(Grant { role, version })
    };
    let grants = options.obtained.iter().map(grant);
    Ok(Principal {
        grants: grants.collect::<std::result::Result<_, _>>()?,
        ..who
    })
}

fn who(
    conn: &mut Conn,
    keys: &SealingKeys,
    name: &str,
) -> std::result::Result<Principal, StoreError> {
    let consumers: Consumers = consumers::all(conn, keys)?.into_iter().collect();
    if let Some(annotator) = consumers.user(name) {
        return Ok(Principal::of_annotator(annotator));
    }
    let name = UserName::parse(name)
        .map_err(|error| StoreError::Invalid(format!("the user name {error}")))?;
    let user = users::find_by_name(conn, &name)?
        .ok_or_else(|| StoreError::Invalid(format!("there is no user `{name}`")))?;
    let user = users::identity_of(conn, user.id)?;
    Ok(user.map_or_else(Principal::anonymous, Principal::of_user))
}

impl std::fmt::Display for Explanation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let answer = match self.status {
            200 | 204 => "allowed".to_owned(),
            302 | 303 => format!("sent on ({})", self.status),
            404 => "there is no such thing (404)".to_owned(),
            401 => "refused, but there is a way (401)".to_owned(),
            status => format!("refused ({status})"),
        };
        writeln!(f, "{answer}: {}", self.reason)?;
        if let (Some(kind), Some(identifier), Some(form)) = (self.kind, &self.identifier, self.form)
        {
            writeln!(f, "  what     {kind} `{identifier}`, {form}")?;
        }
        let user = self.user.as_deref().unwrap_or("nobody signed in");
        match self.roles.as_slice() {
            [] => writeln!(f, "  who      {user}")?,
            roles => writeln!(f, "  who      {user}, with the roles {}", roles.join(", "))?,
        }
        if let Some(address) = self.address {
            writeln!(f, "  from     {address}")?;
        }
        let time = self.time.to_rfc3339_opts(SecondsFormat::Secs, true);
        writeln!(f, "  when     {time}")?;
        match self.kind {
            None => write!(f, "  needs    {}", self.requirement),
            Some(kind) => Reasons(self, kind).fmt(f),
        }
    }
}

/// The second half of an explanation: the rule, what it needs, and what is sent.
struct Reasons<'a>(&'a Explanation, &'a str);

impl std::fmt::Display for Reasons<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(told, kind) = self;
        let phase = told
            .phase
            .map_or(String::new(), |phase| format!(" ({phase} its period)"));
        match &told.rule {
            Some(rule) => writeln!(f, "  rule     {rule}{phase}")?,
            None => writeln!(f, "  rule     none, so {} holds", default_of(kind))?,
        }
        writeln!(f, "  needs    {}", told.requirement)?;
        write!(f, "  sees     {}, wanted {}", told.sees, told.wanted)?;
        for way in &told.ways {
            write!(f, "\n  way      {way}")?;
        }
        if let Some(day) = told.opens {
            write!(f, "\n  opens    {day}")?;
        }
        for (name, value) in &told.headers {
            write!(f, "\n  header   {name}: {value}")?;
        }
        Ok(())
    }
}

fn default_of(kind: &str) -> &'static str {
    match kind {
        "manifest" => "DEFAULT_MANIFEST_ACCESS",
        _ => "DEFAULT_ACCESS",
    }
}
