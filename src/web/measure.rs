//! How much of an image a request wants to see, in pixels of the whole image.

use super::question::Judgment;
use super::state::AppState;
use super::upstream::{Info, UpstreamError};
use crate::access::decision::Decision;
use crate::access::policy::Policy;
use crate::access::rule::Sight;
use crate::iiif::info::{ImageApi, version};
use crate::image::resource::{Form, Resource, Tier};
use crate::image::size::{Dimensions, PixelRequest};

/// How much a request wants to see. What cannot be measured wants everything.
pub(super) async fn wanted(
    state: &AppState,
    policy: &Policy,
    decision: &Decision,
    resource: &Resource<'_>,
) -> Result<Sight, UpstreamError> {
    let Resource::Image {
        raw_identifier,
        tier,
        form,
        ..
    } = resource
    else {
        return Ok(Sight::Full);
    };
    if *tier == Tier::Preview && form.is_description() {
        return Ok(Sight::UpTo(1));
    }
    let access = decision.access(policy);
    let is_sized = access.public_size > 0 || !access.role_sizes.is_empty();
    if !is_sized || decision.sight == Sight::Full {
        return Ok(Sight::Full);
    }
    // Before a closed door the question is whether there is a way to see anything.
    if decision.sight == Sight::Nothing && form.is_description() {
        return Ok(Sight::UpTo(1));
    }
    let Some(dimensions) = Box::pin(dimensions(state, raw_identifier)).await? else {
        return Ok(Sight::Full);
    };
    let needed = match form {
        Form::Base | Form::Info => Some(dimensions.long_side()),
        Form::Pixels(parameters) => PixelRequest::parse(parameters).and_then(|request| {
            // In the space of reduced images `max` is what may be seen there (Image API 3.0 §4.2).
            let limit = access
                .preview(decision.sight)
                .filter(|_| *tier == Tier::Preview);
            let limited = limit.filter(|limit| request.limited(&dimensions, *limit).is_some());
            limited.or_else(|| request.needed(&dimensions))
        }),
    };
    Ok(needed.map_or(Sight::Full, Sight::UpTo))
}

/// The true size of an image; `None` if there is no such image, or its info.json does not say.
pub(super) async fn dimensions(
    state: &AppState,
    raw_identifier: &str,
) -> Result<Option<Dimensions>, UpstreamError> {
    Ok(match &*state.upstream.info(raw_identifier).await? {
        Info::Document { dimensions, .. } => dimensions.clone(),
        Info::Missing => None,
    })
}

/// The version of the Image API that the image server's documents follow.
pub(super) async fn image_api(state: &AppState, raw_identifier: &str) -> Option<ImageApi> {
    match &*state.upstream.info(raw_identifier).await.ok()? {
        Info::Document { body, .. } => version(body).ok(),
        Info::Missing => None,
    }
}

/// What the image server is to be asked for in place of a path in the space of reduced images: the same,
/// with `max` written out as the size that may be seen. `None` for everything else.
pub(super) async fn preview_path(
    state: &AppState,
    resource: &Resource<'_>,
    judgment: &Judgment,
) -> Option<String> {
    let Resource::Image {
        raw_identifier,
        tier: Tier::Preview,
        form: Form::Pixels(parameters),
        ..
    } = resource
    else {
        return None;
    };
    let limit = judgment.preview_limit()?;
    let dimensions = Box::pin(dimensions(state, raw_identifier)).await.ok()??;
    let size = PixelRequest::parse(parameters)?.limited(&dimensions, limit);
    let parameters = match size {
        None => (*parameters).to_owned(),
        Some(size) => {
            let mut parts: Vec<&str> = parameters.split('/').collect();
            *parts.get_mut(1)? = &size;
            parts.join("/")
        }
    };
    Some(format!("{raw_identifier}/{parameters}"))
}
