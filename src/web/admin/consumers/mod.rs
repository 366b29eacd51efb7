//! Consumers: list, register, change, stop, and check their tokens.

mod actions;
mod check;
mod edit;
mod form;
mod secret;
mod show;
mod site;
mod words;

use actix_web::HttpResponse;
use actix_web::web::{Path, ServiceConfig, get, post};

use super::super::error::Error;
use super::super::pages::admin::consumers::{ConsumerRow, ConsumersPage};
use super::super::pages::lists::Count;
use super::AdminVisit;
use crate::identity::consumer::ConsumerId;
use crate::store::StoreError;
use crate::store::consumers::{self, Details};

const PATH: &str = "/admin/consumers";
/// How many origins the list shows.
const SHOWN: usize = 2;

pub(super) fn routes(config: &mut ServiceConfig) {
    let id = |rest: &str| format!("/consumers/{{id:[0-9]+}}{rest}");
    config
        .route("/consumers", get().to(list))
        .route("/consumers", post().to(edit::create))
        .route("/consumers/new", get().to(edit::new))
        .route("/consumers/check", get().to(check::ask))
        .route("/consumers/check", post().to(check::check))
        .route(&id(""), get().to(show::show))
        .route(&id("/edit"), get().to(edit::edit))
        .route(&id("/edit"), post().to(edit::update))
        .route(&id("/site"), get().to(site::show))
        .route(&id("/rotate"), get().to(secret::ask))
        .route(&id("/rotate"), post().to(secret::rotate))
        .route(&id("/state"), post().to(actions::set_state))
        .route(&id("/sign-out"), get().to(actions::ask_sign_out))
        .route(&id("/sign-out"), post().to(actions::sign_out))
        .route(&id("/block"), post().to(actions::block))
        .route(&id("/unblock"), post().to(actions::unblock))
        .route(&id("/delete"), get().to(actions::ask_delete))
        .route(&id("/delete"), post().to(actions::delete));
}

fn path_of(id: ConsumerId) -> String {
    format!("{PATH}/{}", id.0)
}

/// The consumer that the address names.
async fn named(visit: &AdminVisit, id: &Path<i32>) -> Result<Details, Error> {
    let (keys, id) = (visit.state.keys.consumer_secrets.clone(), ConsumerId(**id));
    let found = visit
        .state
        .store
        .run(move |conn| consumers::find(conn, &keys, id)?.ok_or(StoreError::NotFound));
    Ok(found.await?)
}

async fn list(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.state.live.write_counts().await?;
    let keys = visit.state.keys.consumer_secrets.clone();
    let list = move |conn: &mut _| consumers::list(conn, &keys);
    let found = visit.state.store.run(list).await?;
    visit.page(&ConsumersPage {
        frame: visit.frame(PATH),
        any_registered: found.iter().any(|found| !found.consumer.is_built_in),
        consumers: found.iter().map(row).collect(),
    })
}

fn row(found: &Details) -> ConsumerRow {
    let consumer = &found.consumer;
    let origins = words::origins(consumer);
    ConsumerRow {
        id: consumer.id.0,
        name: consumer.name.clone(),
        key: consumer.key.to_string(),
        state: words::state(consumer),
        is_built_in: consumer.is_built_in,
        warned: !words::warnings(consumer).is_empty(),
        last_use: found.last_use().map(Into::into),
        accepted: Count(found.accepted()),
        refused: Count(found.refused()),
        more: origins.len().saturating_sub(SHOWN),
        origins: origins.into_iter().take(SHOWN).collect(),
    }
}
