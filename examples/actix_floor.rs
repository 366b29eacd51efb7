//! The floor under every sidecar made with actix-web: an empty 204 to everything. `make bench` compares the gate with it.
//!
//! Usage: `actix_floor /path/of/the/socket`

use actix_web::{App, HttpResponse, HttpServer, web};

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let path = std::env::args_os().nth(1).ok_or_else(|| {
        std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            "the path of a socket is missing",
        )
    })?;
    HttpServer::new(|| {
        App::new().default_service(web::to(async || HttpResponse::NoContent().finish()))
    })
    .workers(1)
    .bind_uds(path)?
    .run()
    .await
}
