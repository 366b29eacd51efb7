//! What has to be done at a consumer's own site.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::super::super::error::Error;
use super::super::super::pages::admin::consumers::site::{PROGRAMS, SitePage};
use super::super::AdminVisit;
use super::{PATH, named, words};
use crate::config::{ANNOTATION_PATH, OPEN_ANNOTATION_PATH};
use crate::identity::consumer::PathPrefix;

/// Where a site may hand out its tokens.
const TOKEN_PATH: &str = "/annotator-token";

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let consumer = named(&visit, &id).await?.consumer;
    let is_for_images =
        |prefix: &&PathPrefix| ![ANNOTATION_PATH, OPEN_ANNOTATION_PATH].contains(&prefix.as_str());
    let images = consumer.prefixes.iter().find(is_for_images);
    let token_url = if consumer.is_built_in {
        visit.state.config.public.page("/token")
    } else {
        TOKEN_PATH.to_owned()
    };
    let store = format!("{}{ANNOTATION_PATH}", visit.state.origin);
    visit.page(&SitePage {
        frame: visit.frame(PATH),
        id: consumer.id.0,
        key: consumer.key.to_string(),
        is_built_in: consumer.is_built_in,
        token_url,
        store_url: store.trim_end_matches('/').to_owned(),
        session_url: visit.state.config.public.page("/annotator/session"),
        programs: PROGRAMS.to_vec(),
        origins: words::pages(&consumer),
        images: images.map(ToString::to_string),
        name: consumer.name,
    })
}
