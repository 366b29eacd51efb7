//! A handler that panics fails its own request, and nothing else.
//!
//! The program goes on in any case: a connection is a task of its own. Here whoever asked gets an answer
//! in place of a closed connection. In `front`, where nothing but status and headers are written, the
//! connection is closed, which nginx takes for a refusal.

use std::panic::AssertUnwindSafe;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};
use futures_util::FutureExt as _;

/// Wraps all routes.
pub(super) async fn caught(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    // What a request leaves halfway is not seen by another: what they share is kept by the database, or
    // swapped in one piece.
    let answer = AssertUnwindSafe(async move { next.call(request).await });
    match answer.catch_unwind().await {
        Ok(answer) => answer,
        Err(_) => Err(fault()),
    }
}

fn fault() -> Error {
    let mut response = HttpResponse::InternalServerError()
        .content_type("text/plain; charset=utf-8")
        .body("Something went wrong here. It was written down; please try again.\n");
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    InternalError::from_response("a handler panicked", response).into()
}

/// Writes panics into the log, as everything else.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let message = panic.payload_as_str().unwrap_or("no message");
        let place = place.unwrap_or_default();
        tracing::error!(place, "a fault of the program: {message}");
    }));
}

#[cfg(test)]
mod tests {
    use actix_web::dev::Service as _;
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service};
    use actix_web::{App, web::get};

    use super::*;

    #[actix_web::test]
    async fn a_handler_that_panics_fails_its_own_request_alone() {
        async fn panics() -> &'static str {
            panic!("on purpose")
        }
        let app = App::new()
            .wrap(from_fn(caught))
            .route("/panics", get().to(panics))
            .route("/works", get().to(async || "works"));
        let app = init_service(app).await;
        for _ in 0..3 {
            let request = TestRequest::get().uri("/panics").to_request();
            let error = app.call(request).await.err().unwrap();
            assert_eq!(error.error_response().status().as_u16(), 500);
            let request = TestRequest::get().uri("/works").to_request();
            assert_eq!(app.call(request).await.unwrap().status().as_u16(), 200);
        }
    }
}
