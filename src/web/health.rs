//! Health, on a listener of its own that is never public.

use std::sync::atomic::Ordering;

use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{HttpResponse, Responder};

use super::metrics;
use super::state::{AppState, now};

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/healthz", get().to(healthy))
        .route("/readyz", get().to(ready))
        .route("/metrics", get().to(metrics::show));
}

/// The program runs.
async fn healthy() -> impl Responder {
    "ok\n"
}

/// The program can do its work: what it knows is up to date, and the database answers.
async fn ready(state: Data<AppState>) -> HttpResponse {
    if state.is_stopping.load(Ordering::Relaxed) {
        return HttpResponse::ServiceUnavailable().body("draining\n");
    }
    if let Err(stale) = state.live.fresh(now()) {
        return HttpResponse::ServiceUnavailable().body(format!("{stale}\n"));
    }
    let store = state.store.clone();
    let check = actix_web::web::block(move || store.check()).await;
    match check {
        Ok(Ok(())) => HttpResponse::Ok().body("ready\n"),
        Ok(Err(error)) => HttpResponse::ServiceUnavailable().body(format!("{error}\n")),
        Err(_) => HttpResponse::ServiceUnavailable().body("the program is stopping\n"),
    }
}
