//! Everybody's sessions.

use actix_web::HttpResponse;
use actix_web::web::{Query, ServiceConfig, get, post};
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::admin::sessions::SessionsPage;
use super::super::session_row;
use super::super::state::now;
use super::{AdminVisit, pager, paging};
use crate::store::sessions::{self, SessionQuery};
use crate::store::users;

const PATH: &str = "/admin/sessions";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/sessions", get().to(show))
        .route("/sessions/end", post().to(end));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    search: String,
    page: Option<String>,
}

async fn show(visit: AdminVisit, asked: Option<Query<Asked>>) -> Result<HttpResponse, Error> {
    let Asked { search, page } = asked.map(Query::into_inner).unwrap_or_default();
    let query = SessionQuery {
        search: search.clone(),
        user: None,
        signed_in: true,
        paging: paging(page.as_deref()),
    };
    let load = move |conn: &mut _| {
        let beginnings = users::is_for_beginnings(conn, &query.search)?;
        Ok((sessions::page(conn, &query, now())?, beginnings))
    };
    let (found, beginnings) = visit.state.store.read(load).await?;
    let row = |listed: &sessions::Listed| {
        let user = listed.user_name.as_deref().unwrap_or_default();
        session_row::row(&listed.session, user, &visit.who.session_id)
    };
    visit.page(&SessionsPage {
        frame: visit.frame(PATH),
        sessions: found.items.iter().map(row).collect(),
        pager: pager(&visit.state, PATH, &[("search", &search)], &found),
        search,
        beginnings,
    })
}

#[derive(Deserialize)]
struct EndForm {
    session: String,
}

async fn end(visit: AdminVisit, CsrfForm(form): CsrfForm<EndForm>) -> Result<HttpResponse, Error> {
    let admin = visit.who.admin.clone();
    let end = move |conn: &mut _| sessions::revoke(conn, &admin, now(), &form.session);
    visit.state.change(end).await?;
    visit.done("The session is ended.", PATH)
}
