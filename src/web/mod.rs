//! The only actix: the routes on one screen, one file per area.
//!
//! nginx asks `query_auth` and `describe`; everything else are pages, reached through nginx below
//! `/auth`, and served here without that prefix.

pub mod error;
pub mod explain;
pub mod form;
pub mod metrics;
pub mod pages;
pub mod panics;
pub mod passwords;
pub mod recorder;
pub mod server;
pub mod session;
pub mod state;
pub mod upstream;

mod account;
mod admin;
pub mod alert;
mod annotator;
pub mod cookies;
mod describe;
mod download;
mod fetch;
mod front;
mod headers;
mod health;
mod iiif_login;
mod iiif_token;
mod login;
mod logout;
mod measure;
mod offer;
mod probe;
mod protect;
mod query_auth;
mod question;
mod register;
mod request_id;
mod second_factor;
mod session_row;
mod session_store;
mod sign_in;
mod static_files;
mod storage_access;
mod systemd;
mod terms;
mod visit;
mod window;

use actix_web::middleware::from_fn;
use actix_web::web::{Data, PayloadConfig, ServiceConfig, get, post, resource, route, scope};

use crate::identity::session::Door;
use state::AppState;

/// All routes of the main listener.
pub fn routes(state: Data<AppState>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        let session = |door| session_store::middleware(&state, door);
        let pages = scope("")
            .wrap(from_fn(protect::page))
            .configure(|config| access_services(config, &state))
            .service(
                resource("/logout")
                    .wrap(session(Door::Images))
                    .route(get().to(logout::logout)),
            )
            .configure(static_files::routes)
            .configure(register::routes)
            .service(
                scope("")
                    .wrap(session(Door::Account))
                    .route("/login", get().to(login::show))
                    .route("/login", post().to(login::submit))
                    .route("/login/code", post().to(second_factor::submit))
                    .configure(account::routes)
                    .configure(admin::routes)
                    .default_service(route().to(nothing_here)),
            );
        let all = scope("")
            .wrap(from_fn(request_id::traced))
            .route("/query_auth", route().to(query_auth::query_auth))
            .route("/describe", route().to(describe::answer))
            .configure(annotator::routes)
            .route("/iiif-token", get().to(iiif_token::v1))
            .route("/iiif-token2", get().to(iiif_token::v2))
            .route("/iiif-token/{role}", get().to(iiif_token::external_v1))
            .route("/iiif-token2/{role}", get().to(iiif_token::external_v2))
            .route("/iiif-probe/{path:.*}", get().to(probe::probe))
            .configure(annotator::token::routes)
            .service(pages);
        config
            .app_data(state.clone())
            .app_data(PayloadConfig::new(form::MAX_BYTES))
            .service(all);
    }
}

/// The pages in windows that viewers open. The versions of IIIF Auth have paths of their own, because
/// viewers keep what they know by the address of a service.
fn access_services(config: &mut ServiceConfig, state: &Data<AppState>) {
    let page = |path| resource(path).wrap(session_store::middleware(state, Door::Images));
    for path in ["/iiif-login", "/iiif-access"] {
        let shown = page(path).route(get().to(iiif_login::show));
        config.service(shown.route(post().to(iiif_login::submit)));
    }
    for path in ["/iiif-terms/{role}", "/iiif-terms2/{role}"] {
        let shown = page(path).route(get().to(terms::show));
        config.service(shown.route(post().to(terms::submit)));
    }
    for path in ["/iiif-kiosk/{role}", "/iiif-kiosk2/{role}"] {
        config.service(page(path).route(get().to(terms::kiosk)));
    }
}

/// The routes of the health listener.
pub fn health_routes(state: Data<AppState>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config.app_data(state).configure(health::routes);
    }
}

async fn nothing_here() -> Result<actix_web::HttpResponse, error::Error> {
    Err(error::Error::NotFound)
}
