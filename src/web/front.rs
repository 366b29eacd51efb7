//! The short way of `/query_auth`: straight from the HTTP parser to the handler.
//!
//! nginx asks this before every tile. Everything else goes to the routes of [`super::routes`]; for the
//! one question, matching routes and building actix-web's request cost about as much as deciding.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_http::{Request, Response};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceResponse, forward_ready};
use actix_web::web::Data;
use actix_web::{Error, HttpMessage as _};

use super::query_auth;
use super::state::AppState;

type Pending<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// Makes the service of one worker.
pub(super) struct FrontFactory<F> {
    pub(super) state: Data<AppState>,
    /// The routes.
    pub(super) app: F,
}

/// The service of one worker.
pub(super) struct Front<S> {
    state: Data<AppState>,
    app: Rc<S>,
}

impl<F, B> ServiceFactory<Request> for FrontFactory<F>
where
    F: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse<B>, Error = Error>,
    F::Future: 'static,
    F::Service: 'static,
    F::InitError: 'static,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Config = AppConfig;
    type Service = Front<F::Service>;
    type InitError = F::InitError;
    type Future = Pending<Self::Service, Self::InitError>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let (state, app) = (self.state.clone(), self.app.new_service(config));
        Box::pin(async move {
            let app = Rc::new(app.await?);
            Ok(Front { state, app })
        })
    }
}

impl<S, B> Service<Request> for Front<S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Future = Pending<Self::Response, Self::Error>;

    forward_ready!(app);

    fn call(&self, request: Request) -> Self::Future {
        if request.path() == "/query_auth" {
            let state = self.state.clone();
            return Box::pin(async move {
                let answer = query_auth::answer(&state, request.headers()).await;
                Ok(answer.into())
            });
        }
        let app = self.app.call(request);
        Box::pin(async move {
            let response: Response<B> = app.await?.into();
            Ok(response.map_into_boxed_body())
        })
    }
}
