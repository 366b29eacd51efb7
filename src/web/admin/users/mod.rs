//! Users: list, make, change, disable, delete.

mod actions;
mod edit;
mod list;

use actix_web::web::{ServiceConfig, get, post};

const PATH: &str = "/admin/users";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/users", get().to(list::show))
        .route("/users", post().to(edit::create))
        .route("/users/new", get().to(edit::new))
        .route("/users/{id:[0-9]+}", get().to(edit::show))
        .route("/users/{id:[0-9]+}", post().to(edit::update))
        .route("/users/{id:[0-9]+}/state", post().to(actions::set_state))
        .route(
            "/users/{id:[0-9]+}/password",
            post().to(actions::set_password),
        )
        .route(
            "/users/{id:[0-9]+}/second-factor",
            post().to(actions::reset_second_factor),
        )
        .route("/users/{id:[0-9]+}/sign-out", post().to(actions::sign_out))
        .route("/users/{id:[0-9]+}/delete", get().to(actions::ask_delete))
        .route("/users/{id:[0-9]+}/delete", post().to(actions::delete));
}

/// The page of a user.
fn path_of(id: i32) -> String {
    format!("{PATH}/{id}")
}
