//! Tokens for our own users: what annotator.js asks for before it annotates.
//!
//! `GET /auth/token` (the client's own default) and `/auth/api/token` answer with a bare token, or with one
//! sentence in plain text, which the client shows. A page instead of a sentence would wedge it.

mod answer;
mod caller;
mod digilib;
mod issue;
mod refusal;
mod visitor;

use actix_web::web::{ServiceConfig, route};

/// The token endpoint, at the two addresses that clients know.
pub(in crate::web) fn routes(config: &mut ServiceConfig) {
    for path in ["/token", "/api/token"] {
        config.route(path, route().to(answer::token));
    }
}
