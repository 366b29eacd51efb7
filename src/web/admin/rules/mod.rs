//! Rules: list, ask which one decides, make, change, delete, and what is odd about them.

pub(super) mod findings;
pub(super) mod words;

mod delete;
mod edit;
mod form;
mod list;
mod which;

use actix_web::web::{ServiceConfig, get, post};

pub(super) use self::which::target;

const PATH: &str = "/admin/rules";
const SECTION_FINDINGS: &str = "/admin/rules/lint";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/rules", get().to(list::show))
        .route("/rules", post().to(edit::create))
        .route("/rules/new", get().to(edit::new))
        .route("/rules/lint", get().to(findings::show))
        .route("/rules/{id:[0-9]+}", get().to(edit::show))
        .route("/rules/{id:[0-9]+}", post().to(edit::update))
        .route("/rules/{id:[0-9]+}/delete", get().to(delete::ask))
        .route("/rules/{id:[0-9]+}/delete", post().to(delete::delete));
}
