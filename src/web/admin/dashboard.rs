//! The page of the administration that opens first.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get};
use chrono::{DateTime, Utc};

use super::super::error::Error;
use super::super::pages::admin::Figure;
use super::super::pages::admin::dashboard::DashboardPage;
use super::super::pages::lists::Count;
use super::super::state::now;
use super::{AdminVisit, audit as log};
use crate::store::audit::{self, Action, AuditQuery, Outcome, Record};
use crate::store::page::Paging;
use crate::store::users::{self, UserState};
use crate::store::{Conn, StoreError, roles, sessions};

/// How many entries of the log are shown.
const RECENT: Paging = Paging {
    page: 1,
    per_page: 8,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("", get().to(show)).route("/", get().to(show));
}

async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let found = visit.state.store.run(move |conn| load(conn, now())).await?;
    let rules = visit.state.live.policy().rule_count() as u64;
    let figures = [
        (
            found.active,
            ["active user", "active users"],
            "/admin/users?state=active",
        ),
        (found.sessions, ["session", "sessions"], "/admin/sessions"),
        (found.roles, ["role", "roles"], "/admin/roles"),
        (rules, ["rule", "rules"], "/admin/rules"),
    ];
    let figure = |(number, [one, many], path): (u64, [&'static str; 2], &'static str)| Figure {
        number: Count(number),
        what: if number == 1 { one } else { many },
        path,
    };
    visit.page(&DashboardPage {
        frame: visit.frame("/admin/"),
        pending: found.pending,
        hints: Vec::new(),
        figures: figures.map(figure).to_vec(),
        sign_ins: found.sign_ins.into_iter().map(log::row).collect(),
        refusals: found.refusals.into_iter().map(log::row).collect(),
    })
}

struct Found {
    active: u64,
    pending: u64,
    sessions: u64,
    roles: u64,
    sign_ins: Vec<Record>,
    refusals: Vec<Record>,
}

fn load(conn: &mut Conn, now: DateTime<Utc>) -> Result<Found, StoreError> {
    let recent = |action, outcome| AuditQuery {
        action,
        outcome: Some(outcome),
        paging: RECENT,
        ..AuditQuery::default()
    };
    let sign_ins = recent(Some(Action::SignIn), Outcome::Done);
    let refusals = recent(None, Outcome::Refused);
    Ok(Found {
        active: users::count(conn, UserState::Active)?,
        pending: users::count(conn, UserState::Pending)?,
        sessions: sessions::count_signed_in(conn, now)?,
        roles: roles::list(conn)?.len() as u64,
        sign_ins: audit::page(conn, &sign_ins)?.items,
        refusals: audit::page(conn, &refusals)?.items,
    })
}
