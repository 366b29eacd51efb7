//! The page of the administration that opens first.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get};
use chrono::{DateTime, Utc};

use super::super::error::Error;
use super::super::pages::admin::Figure;
use super::super::pages::admin::dashboard::{DashboardPage, Hint};
use super::super::pages::lists::Count;
use super::super::state::now;
use super::networks::warnings;
use super::roles::words::{counted, unobtainable};
use super::{AdminVisit, audit as log};
use crate::identity::consumer::Consumer;
use crate::identity::seal::SealingKeys;
use crate::store::audit::{self, Action, AuditQuery, Outcome, Record};
use crate::store::page::{COUNTED, Paging};
use crate::store::rules::{self, Feature, RuleQuery};
use crate::store::users::{self, UserState};
use crate::store::{Conn, StoreError, consumers, sessions};

/// How many entries of the log are shown.
const RECENT: Paging = Paging {
    page: 1,
    per_page: 8,
};

/// Where only the number of entries matters.
const ONE: Paging = Paging {
    page: 1,
    per_page: 1,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("", get().to(show)).route("/", get().to(show));
}

/// A number and whether there are more, of what, and where that is.
type Counted = ((u64, bool), [&'static str; 2], &'static str);

async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let keys = visit.state.keys.consumer_secrets.clone();
    let load = move |conn: &mut _| load(conn, &keys, now());
    let found = visit.state.store.read(load).await?;
    let policy = visit.state.live.policy();
    let in_force = policy.rule_count() as u64;
    let roles = policy.roles().count() as u64;
    let figures = [
        (
            counted_to(found.active),
            ["active user", "active users"],
            "/admin/users?state=active",
        ),
        (
            counted_to(found.sessions),
            ["session", "sessions"],
            "/admin/sessions",
        ),
        ((roles, false), ["role", "roles"], "/admin/roles"),
        ((in_force, false), ["rule", "rules"], "/admin/rules"),
        (
            (found.sites.len() as u64, false),
            ["consumer", "consumers"],
            "/admin/consumers",
        ),
    ];
    let figure = |((number, more), [one, many], path): Counted| Figure {
        number: Count(number),
        more,
        what: if number == 1 { one } else { many },
        path,
    };
    visit.page(&DashboardPage {
        frame: visit.frame("/admin/"),
        hints: hints(&visit, &found),
        pending: found.pending,
        figures: figures.map(figure).to_vec(),
        sign_ins: found.sign_ins.into_iter().map(log::row).collect(),
        refusals: found.refusals.into_iter().map(log::row).collect(),
    })
}

/// A number that was counted to a limit, and whether there are more.
fn counted_to(number: u64) -> (u64, bool) {
    (number.min(COUNTED), number > COUNTED)
}

/// What needs a look.
fn hints(visit: &AdminVisit, found: &Found) -> Vec<Hint> {
    let mut hints = Vec::new();
    let mut hint = |text: String, link: &'static str, path: String| {
        hints.push(Hint { text, link, path });
    };
    if let Some(text) = warnings::proxy(&visit.forwarded, visit.address) {
        hint(text, "What to do", "/admin/networks".to_owned());
    }
    if found.broken > 0 {
        let rules = counted(found.broken, ["rule is", "rules are"]);
        let text = format!("{rules} broken: the roles were deleted, so nobody gets in by them.");
        hint(text, "Look", "/admin/rules?with=broken".to_owned());
    }
    for role in visit.state.live.policy().roles() {
        if let Some(why) = unobtainable(role) {
            let text = format!("Nobody can obtain the role {}. {why}", role.name);
            hint(text, "Look at it", format!("/admin/roles/{}", role.id.0));
        }
    }
    for site in found.sites.iter().filter(|site| site.secrets.is_none()) {
        let text = format!("The secret of the consumer {} cannot be read.", site.name);
        hint(
            text,
            "Look at it",
            format!("/admin/consumers/{}", site.id.0),
        );
    }
    if visit.state.recorder.summary().since.is_some() {
        let text = "Requests are being recorded, to try drafts of rules.".to_owned();
        hint(text, "Switch off", "/admin/draft".to_owned());
    }
    hints
}

struct Found {
    broken: u64,
    active: u64,
    pending: u64,
    sessions: u64,
    /// The consumers, without the one of our own users.
    sites: Vec<Consumer>,
    sign_ins: Vec<Record>,
    refusals: Vec<Record>,
}

fn load(conn: &mut Conn, keys: &SealingKeys, now: DateTime<Utc>) -> Result<Found, StoreError> {
    let recent = |action, outcome| AuditQuery {
        action,
        outcome: Some(outcome),
        paging: RECENT,
        ..AuditQuery::default()
    };
    let sign_ins = recent(Some(Action::SignIn), Outcome::Done);
    let refusals = recent(None, Outcome::Refused);
    let broken = RuleQuery {
        feature: Some(Feature::Broken),
        paging: ONE,
        ..RuleQuery::default()
    };
    let mut sites = consumers::all(conn, keys)?;
    sites.retain(|consumer| !consumer.is_built_in);
    Ok(Found {
        sites,
        broken: rules::page(conn, &broken)?.total,
        active: users::count_some(conn, UserState::Active)?,
        pending: users::count_some(conn, UserState::Pending)?,
        sessions: sessions::count_signed_in(conn, now)?,
        sign_ins: audit::page(conn, &sign_ins)?.items,
        refusals: audit::page(conn, &refusals)?.items,
    })
}
