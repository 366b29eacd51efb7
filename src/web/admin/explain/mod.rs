//! The page that explains a decision: who may see what, from where and when.

use std::net::IpAddr;

use actix_web::HttpResponse;
use actix_web::web::{Query, ServiceConfig, get};
use chrono::{DateTime, NaiveDateTime, Utc};

use super::super::error::Error;
use super::super::explain::{Question, explain};
use super::super::offer::IDENTIFIER;
use super::super::pages::admin::explain::ExplainPage;
use super::super::pages::parts::{Choice, Errors};
use super::super::state::now;
use super::AdminVisit;
use super::fields::Fields;
use super::roles::words::label;
use super::rules::target;
use crate::access::policy::Policy;
use crate::access::rule::Kind;
use crate::access::zone::Zone;
use crate::identity::name::UserName;
use crate::identity::principal::{Grant, ObtainedBy, Principal, Role};
use crate::store::users;

mod answer;

const SECTION: &str = "/admin/rules";
const KINDS: [(&str, &str); 3] = [
    ("image", "an image"),
    ("manifest", "a manifest"),
    ("file", "another file"),
];

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/explain", get().to(show));
}

async fn show(visit: AdminVisit, asked: Option<Query<Fields>>) -> Result<HttpResponse, Error> {
    let fields = asked.map(Query::into_inner).unwrap_or_default();
    let policy = arc_swap::Guard::into_inner(visit.state.live.policy());
    let mut errors = Errors::default();
    let mut page = page(&visit, &policy, &fields);
    if fields.get("what").is_empty() {
        return visit.page(&page);
    }
    match question(&visit, &policy, &fields, &mut errors).await? {
        Some(question) if errors.is_empty() => {
            let explanation = explain(&visit.state, question).await;
            page.answer = Some(answer::answer(
                &policy,
                &visit.state.config.time_zone,
                explanation,
            ));
            visit.page(&page)
        }
        _ => {
            page.errors = errors;
            visit.faulty(&page)
        }
    }
}

fn page(visit: &AdminVisit, policy: &Policy, fields: &Fields) -> ExplainPage {
    let kind = Kind::parse(fields.get("kind")).unwrap_or(Kind::Image);
    let grant = |role: &Role| Choice {
        value: role.id.0.to_string(),
        label: format!(
            "{} ({})",
            label(&role.name, &role.title),
            role.obtained_by.as_str()
        ),
        chosen: fields.has(&format!("grants.{}", role.id.0)),
    };
    ExplainPage {
        frame: visit.frame(SECTION),
        what: fields.get("what").to_owned(),
        kinds: Choice::list(&KINDS, kind.as_str()),
        user: fields.get("user").to_owned(),
        grants: grantable(policy).into_iter().map(grant).collect(),
        address: fields.get("address").to_owned(),
        at: fields.get("at").to_owned(),
        time_zone: visit.state.config.time_zone.to_string(),
        ..ExplainPage::default()
    }
}

/// The roles that a visitor without an account can obtain by doing something, by name.
fn grantable(policy: &Policy) -> Vec<&Role> {
    let is_obtained =
        |role: &&Role| matches!(role.obtained_by, ObtainedBy::Terms | ObtainedBy::Kiosk);
    let mut roles: Vec<&Role> = policy.roles().filter(is_obtained).collect();
    roles.sort_by_key(|role| role.name.as_str());
    roles
}

async fn question(
    visit: &AdminVisit,
    policy: &Policy,
    fields: &Fields,
    errors: &mut Errors,
) -> Result<Option<Question>, Error> {
    let who = who(visit, fields.get("user"), errors).await?;
    let address = match fields.get("address") {
        "" => None,
        text => {
            let address = text.parse::<IpAddr>();
            let fault = "must be one address, such as 192.0.2.17 or 2001:db8::7";
            errors.take("address", "Address", address.map_err(|_| fault))
        }
    };
    let zone = &visit.state.config.time_zone;
    let time = match fields.get("at") {
        "" => Some(now()),
        text => errors.take("at", "Time", time(zone, text)),
    };
    let grants = grantable(policy)
        .into_iter()
        .filter(|role| fields.has(&format!("grants.{}", role.id.0)))
        .map(|role| Grant {
            role: role.id,
            version: role.terms.as_ref().map_or(0, |terms| terms.version),
        });
    let principal = Principal {
        grants: grants.collect(),
        address,
        ..who
    };
    let url = url(visit, fields);
    Ok(time.map(|time| Question {
        url,
        principal,
        time,
    }))
}

/// The user of this name, or a consumer's. One who may not sign in would be explained as nobody, which
/// is no help.
async fn who(visit: &AdminVisit, name: &str, errors: &mut Errors) -> Result<Principal, Error> {
    if name.is_empty() {
        return Ok(Principal::anonymous());
    }
    if let Some(annotator) = visit.state.live.consumers().user(name) {
        return Ok(Principal::of_annotator(annotator));
    }
    let Some(name) = errors.take("user", "User", UserName::parse(name)) else {
        return Ok(Principal::anonymous());
    };
    let load = move |conn: &mut _| {
        let Some(user) = users::find_by_name(conn, &name)? else {
            return Ok(Err(format!("there is no user `{name}`")));
        };
        let identity = users::identity_of(conn, user.id)?;
        Ok(identity.ok_or_else(|| {
            format!("`{name}` is not active, and so is nobody: leave this empty to explain that")
        }))
    };
    let found = visit.state.store.run(load).await?;
    let found = errors.take("user", "User", found);
    Ok(found.map_or_else(Principal::anonymous, Principal::of_user))
}

/// A time as forms write it, in this zone.
pub(super) fn time(zone: &Zone, text: &str) -> Result<DateTime<Utc>, String> {
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    let time = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .ok_or("must be a day and a time, such as 2031-01-01T09:00")?;
    let moment = zone.moment(time);
    Ok(moment.ok_or("does not exist: the clocks are put forward over it")?)
}

/// What is asked about, as a path: an identifier stands for what its kind says.
fn url(visit: &AdminVisit, fields: &Fields) -> String {
    let text = fields.get("what");
    if let Some(target) = target(&visit.state, text) {
        return target.to_owned();
    }
    let identifier = percent_encoding::utf8_percent_encode(text, IDENTIFIER);
    let layout = &visit.state.layout;
    match Kind::parse(fields.get("kind")).unwrap_or(Kind::Image) {
        Kind::Image => format!("{}{identifier}/info.json", layout.images),
        Kind::Manifest => format!("{}{identifier}", layout.manifests),
        Kind::File => format!("/{identifier}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_the_time_zone_of_the_institution() {
        let at =
            |text| time(&Zone::named("Europe/Berlin").unwrap(), text).map(|time| time.to_rfc3339());
        assert_eq!(at("2031-01-01T00:00").unwrap(), "2030-12-31T23:00:00+00:00");
        assert_eq!(
            at("2031-07-01T00:00:30").unwrap(),
            "2031-06-30T22:00:30+00:00"
        );
        assert!(
            at("2031-03-30T02:30")
                .unwrap_err()
                .contains("does not exist")
        );
        assert!(at("tomorrow").is_err());
    }
}
