//! The two listeners.

use std::io;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_server::{GracefulShutdownSignal, Server, ServerBuilder};
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use tokio::time::timeout;

use super::alert::outage;
use super::front::front;
use super::health_routes;
use super::state::AppState;
use super::systemd::{Socket, Sockets, tell};
use crate::config::{Listen, Supervisor};

/// How long writing down when sessions were last seen may hold up the end. It does not matter that much, and
/// whoever comes meanwhile waits.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// Serves until the program is told to stop: by SIGTERM after the requests under way, by SIGINT at once.
pub async fn serve(state: Data<AppState>, supervisor: Supervisor) -> io::Result<()> {
    let sockets = Sockets::passed(&supervisor.socket_names)?;
    let following = actix_web::rt::spawn(state.live.clone().follow(super::state::now));
    let watching = actix_web::rt::spawn(outage::watch(state.clone()));
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
    let draining = actix_web::rt::spawn(drain(state.clone(), stop.clone(), supervisor.clone()));
    let main = listen(main, sockets.gate, &state, &stop)?.run();
    let health = match (sockets.health, &state.config.listen_health) {
        (Some(Socket::Tcp(socket)), _) => health.listen(socket),
        (Some(Socket::Unix(socket)), _) => health.listen_uds(socket),
        (None, Listen::Tcp(address)) => health.bind(address),
        (None, Listen::Unix(path)) => health.bind_uds(path),
    }?
    .run();
    let stop_health = health.handle();
    let health = actix_web::rt::spawn(health);
    tell(supervisor.notify.as_deref(), "READY=1");
    let result = main.await;
    draining.abort();
    stop_health.stop(false).await;
    let _ = health.await;
    watching.abort();
    following.abort();
    write_down(&state).await;
    result
}

/// Listens for nginx: where systemd does already, or else where the settings say.
fn listen(
    main: ServerBuilder,
    socket: Option<Socket>,
    state: &Data<AppState>,
    stop: &GracefulShutdownSignal,
) -> io::Result<ServerBuilder> {
    let (asked, stopping) = (state.clone(), stop.clone());
    let tcp = move || front(asked.clone(), stopping.clone());
    let (asked, stopping) = (state.clone(), stop.clone());
    let unix = move || front(asked.clone(), stopping.clone());
    match (socket, &state.config.listen) {
        (Some(Socket::Tcp(socket)), _) => main.listen("gate", socket, tcp),
        (Some(Socket::Unix(socket)), _) => main.listen_uds("gate", socket, unix),
        (None, Listen::Tcp(address)) => main.bind("gate", address, tcp),
        (None, Listen::Unix(path)) => main.bind_uds("gate", path, unix),
    }
}

/// Writes down what is in memory alone.
async fn write_down(state: &AppState) {
    match timeout(LAST_WORDS, state.live.write_seen()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(%error, "when sessions were last seen could not be written down");
        }
        Err(_) => tracing::warn!("no time is left to write down when all sessions were last seen"),
    }
    if let Err(error) = state.live.write_counts().await {
        tracing::warn!(%error, "how often tokens came could not be written down");
    }
}

/// Once the program was told to stop, every answer is the last one of its connection.
async fn drain(state: Data<AppState>, stop: GracefulShutdownSignal, supervisor: Supervisor) {
    stop.notified().await;
    state.is_stopping.store(true, Ordering::Relaxed);
    tell(supervisor.notify.as_deref(), "STOPPING=1");
    tracing::info!("told to stop: what is under way is finished");
}
