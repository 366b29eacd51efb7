//! The page of the administration that opens first.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get};

use super::super::error::Error;
use super::super::pages::admin::Figure;
use super::super::pages::admin::dashboard::DashboardPage;
use super::super::pages::parts::Count;
use super::super::state::now;
use super::{AdminVisit, audit as log};
use crate::store::audit::{self, Action, AuditQuery, Outcome};
use crate::store::page::Paging;
use crate::store::users::{self, UserState};
use crate::store::{roles, sessions};

/// How many entries of the log are shown.
const RECENT: Paging = Paging {
    page: 1,
    per_page: 8,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("", get().to(show)).route("/", get().to(show));
}

async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let now = now();
    let load = move |conn: &mut _| {
        let counts = [
            users::count(conn, UserState::Active)?,
            sessions::count_signed_in(conn, now)?,
            roles::list(conn)?.len() as u64,
        ];
        let sign_ins = AuditQuery {
            action: Some(Action::SignIn),
            outcome: Some(Outcome::Done),
            paging: RECENT,
            ..AuditQuery::default()
        };
        let refusals = AuditQuery {
            outcome: Some(Outcome::Refused),
            paging: RECENT,
            ..AuditQuery::default()
        };
        let pending = users::count(conn, UserState::Pending)?;
        Ok((
            counts,
            pending,
            audit::page(conn, &sign_ins)?,
            audit::page(conn, &refusals)?,
        ))
    };
    let ([active, sessions, roles], pending, sign_ins, refusals) =
        visit.state.store.run(load).await?;
    let rules = visit.state.live.policy().rule_count() as u64;
    let figure = |(number, what, path)| Figure {
        number: Count(number),
        what,
        path,
    };
    let figures = [
        (active, "active users", "/admin/users?state=active"),
        (sessions, "sessions", "/admin/sessions"),
        (roles, "roles", "/admin/roles"),
        (rules, "rules", "/admin/rules"),
    ];
    visit.page(&DashboardPage {
        frame: visit.frame("/admin/"),
        pending,
        figures: figures.map(figure).to_vec(),
        sign_ins: sign_ins.items.into_iter().map(log::row).collect(),
        refusals: refusals.items.into_iter().map(log::row).collect(),
    })
}
