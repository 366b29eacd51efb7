//! The connections of nginx: the question before every tile is answered here, everything else by actix.
//!
//! `/query_auth` is asked dozens of times for one view, over connections that are kept, and always in
//! the same plain form. For that one form this reads, decides and writes, and nothing in between. At the
//! first request that is anything else the connection goes to actix-http, with every byte that was not
//! answered; it knows `/query_auth`, too. So there is one door, and nothing here has to deal with
//! bodies, errors or strange clients.

mod connection;
mod question;
mod resumed;

use std::rc::Rc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{ConnectionType, HttpService};
use actix_server::GracefulShutdownSignal;
use actix_service::{
    IntoServiceFactory as _, Service as _, ServiceFactory, fn_factory, fn_service, map_config,
};
use actix_web::App;
use actix_web::dev::AppConfig;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::sleep;

use self::connection::{Next, converse};
use super::headers::Headers;
use super::panics::caught;
use super::query_auth::answer;
use super::routes;
use super::state::AppState;
use crate::schedule;

/// A connection is kept for this long without a question, and at most for twice as long. nginx is told to
/// let go of it earlier.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// What a worker does with a connection.
pub(super) fn front<T>(
    state: Data<AppState>,
    stop: GracefulShutdownSignal,
) -> impl ServiceFactory<T, Config = (), Response = (), Error = DispatchError, InitError = ()>
where
    T: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let app = App::new().wrap(from_fn(caught));
    let app = app.configure(routes(state.clone())).into_factory();
    let stopping = stop.clone();
    let rest = HttpService::build()
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(KEEP_ALIVE)
        .client_disconnect_timeout(Duration::from_secs(1))
        .graceful_shutdown_signal(move || {
            let stop = stopping.clone();
            async move { stop.notified().await }
        })
        .h1(map_config(app, |()| AppConfig::default()));
    fn_factory(move || {
        // Here a worker begins, in its own thread.
        schedule::for_answers();
        let rest = rest.new_service(());
        let (state, stop) = (state.clone(), stop.clone());
        async move {
            let rest = Rc::new(rest.await?);
            Ok(fn_service(move |io: T| {
                let (state, stop, rest) = (state.clone(), stop.clone(), Rc::clone(&rest));
                async move {
                    let decide = async |headers: Headers<'_>| {
                        let mut answer = answer(&state, headers).await;
                        if state.is_stopping.load(Ordering::Relaxed) {
                            let head = answer.head_mut();
                            head.set_connection_type(ConnectionType::Close);
                        }
                        answer
                    };
                    match converse(io, || sleep(KEEP_ALIVE), stop.notified(), decide).await {
                        Next::Closed => Ok(()),
                        Next::Other(connection) => rest.call((connection, None)).await,
                    }
                }
            }))
        }
    })
}
