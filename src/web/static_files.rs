//! The static files of the pages. Their addresses change with their content, so browsers keep them.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::{Data, Path, ServiceConfig, get};

use super::error::Error;
use super::state::AppState;

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/static/{version}/{name}", get().to(show));
}

/// An outdated version is answered with the current file, which must not be kept under that address.
async fn show(state: Data<AppState>, path: Path<(String, String)>) -> Result<HttpResponse, Error> {
    let (version, name) = path.into_inner();
    let asset = state.pages.asset(&name).ok_or(Error::NotFound)?;
    let is_current = version == state.pages.assets_version();
    let keep = if is_current {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, asset.content_type))
        .insert_header((CACHE_CONTROL, keep))
        .body(asset.bytes.clone()))
}
