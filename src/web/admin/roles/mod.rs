//! Roles: list, make, change, delete, and their terms.

pub(in crate::web) mod words;

mod delete;
mod edit;
mod form;
mod list;
mod places;
mod terms;

use actix_web::web::{ServiceConfig, get, post};

pub(in crate::web) use self::words::title;

const PATH: &str = "/admin/roles";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/roles", get().to(list::show))
        .route("/roles", post().to(edit::create))
        .route("/roles/new", get().to(edit::new))
        .route("/roles/{id:[0-9]+}", get().to(edit::show))
        .route("/roles/{id:[0-9]+}", post().to(edit::update))
        .route("/roles/{id:[0-9]+}/delete", get().to(delete::ask))
        .route("/roles/{id:[0-9]+}/delete", post().to(delete::delete))
        .route("/roles/{id:[0-9]+}/terms", get().to(terms::show))
        .route("/roles/{id:[0-9]+}/terms", post().to(terms::submit));
}
