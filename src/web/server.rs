//! The two listeners.

use std::io;

use actix_server::Server;
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use super::front::front;
use super::health_routes;
use super::state::AppState;
use crate::config::Listen;

/// Serves until the program is told to stop (SIGTERM, SIGINT); requests under way are finished.
pub async fn serve(state: Data<AppState>) -> io::Result<()> {
    let following = actix_web::rt::spawn(state.live.clone().follow(super::state::now));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = state.config.workers.map_or(cores, std::num::NonZero::get);
    let main = Server::build().workers(workers).shutdown_timeout(10);
    let stop = main.graceful_shutdown_signal();
    let health = {
        let state = state.clone();
        HttpServer::new(move || App::new().configure(health_routes(state.clone())))
            .workers(1)
            .disable_signals()
    };
    let asked = state.clone();
    let main = match &state.config.listen {
        Listen::Tcp(address) => {
            main.bind("gate", address, move || front(asked.clone(), stop.clone()))
        }
        Listen::Unix(path) => {
            main.bind_uds("gate", path, move || front(asked.clone(), stop.clone()))
        }
    }?
    .run();
    let health = match &state.config.listen_health {
        Listen::Tcp(address) => health.bind(address),
        Listen::Unix(path) => health.bind_uds(path),
    }?
    .run();
    let stop_health = health.handle();
    let health = actix_web::rt::spawn(health);
    let result = main.await;
    stop_health.stop(false).await;
    let _ = health.await;
    following.abort();
    if let Err(error) = state.live.write_seen().await {
        tracing::warn!(%error, "when sessions were last seen could not be written down");
    }
    if let Err(error) = state.live.write_counts().await {
        tracing::warn!(%error, "how often tokens came could not be written down");
    }
    result
}
