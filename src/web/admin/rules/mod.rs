//! Rules: list, ask which one decides, make, change, delete.

mod edit;
mod list;

use actix_web::web::{ServiceConfig, get, post};

use crate::access::rule::Kind;

const PATH: &str = "/admin/rules";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/rules", get().to(list::show))
        .route("/rules", post().to(edit::create))
        .route("/rules/new", get().to(edit::new))
        .route("/rules/{id:[0-9]+}", get().to(edit::show))
        .route("/rules/{id:[0-9]+}", post().to(edit::update))
        .route("/rules/{id:[0-9]+}/delete", get().to(edit::ask_delete))
        .route("/rules/{id:[0-9]+}/delete", post().to(edit::delete));
}

/// A kind in words.
fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Image => "images",
        Kind::Manifest => "manifests",
        Kind::File => "other files",
    }
}

fn kinds() -> [(&'static str, &'static str); 3] {
    Kind::ALL.map(|kind| (kind.as_str(), words(kind)))
}
