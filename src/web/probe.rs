//! The probe service of IIIF Auth 2.0 (§5): tells a viewer, before it asks, what the image, the manifest
//! or the file itself would answer. Always HTTP 200; the verdict is in the body. (503 has nginx ask another gate.)

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, HeaderMap, VARY, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::headers::undecided;
use super::measure::image_api;
use super::offer::Offer;
use super::question::{Judgment, judge, who};
use super::state::{AppState, now};
use crate::access::decision::Verdict;
use crate::access::rule::Sight;
use crate::identity::access_token::Version;
use crate::iiif::denial::{Denial, Obstacle};
use crate::iiif::probe::{Substitute, denied, moved, open};
use crate::image::resource::{Form, Resource, Tier};
use crate::language::LanguageMap;
use crate::live::authenticate::{Asker, Tokens};

/// Answers for the public path that is the last segment of the address, percent-encoded once more.
pub(super) async fn probe(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let path = request.uri().path().strip_prefix("/iiif-probe/");
    let path: Vec<u8> = percent_encoding::percent_decode_str(path.unwrap_or_default()).collect();
    let Ok(resource) = Resource::of(&path, &state.layout) else {
        return HttpResponse::NotFound()
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish();
    };
    let headers = request.headers();
    let result = result(&state, headers, &resource).await;
    let status = if result.is_ok() {
        StatusCode::OK
    } else {
        undecided(headers.into(), StatusCode::OK)
    };
    let trouble = |Undecided| in_trouble(&state, 503, Obstacle::Unavailable);
    let body = result.unwrap_or_else(trouble);
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "Authorization, Cookie"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .json(body)
}

/// The database does not say who asks.
struct Undecided;

async fn result(
    state: &AppState,
    headers: &HeaderMap,
    resource: &Resource<'_>,
) -> Result<Value, Undecided> {
    let now = now();
    let principal = match who(
        state,
        headers.into(),
        Tokens::Of(Version::V2),
        resource,
        now,
    )
    .await
    {
        Ok(Asker::Known(principal)) => principal,
        Ok(Asker::Rejected) => return Ok(in_trouble(state, 401, Obstacle::Conflict)),
        Err(error) => {
            tracing::error!(%error, "a probe cannot be decided");
            return Err(Undecided);
        }
    };
    let policy = arc_swap::Guard::into_inner(state.live.policy());
    Ok(match judge(state, policy, principal, resource, now).await {
        Ok(judgment) if judgment.ruling.verdict == Verdict::Allow => {
            allowed(state, &judgment, resource).await
        }
        Ok(judgment) => {
            let offer = Offer::new(state, &judgment, resource, now);
            let denial = judgment.denial(offer.message());
            let status = judgment.ruling.verdict.status();
            let reduced = reduced(state, &judgment, resource).await;
            let reduced = reduced.as_ref().map(|(id, api, limit)| Substitute {
                id,
                api: *api,
                limit: *limit,
            });
            denied(&state.wording, status, &denial, reduced)
        }
        Err(error) => {
            tracing::error!(%error, "an image cannot be measured");
            in_trouble(state, 503, Obstacle::Unavailable)
        }
    })
}

/// Where an image has a reduced one, its own info.json leads there everybody who comes without credentials,
/// as viewers of version 2 do. Those who may see the image are sent to an address where that does not
/// happen.
async fn allowed(state: &AppState, judgment: &Judgment, resource: &Resource<'_>) -> Value {
    let has_lower_tier = state.config.viewers.versions.v1 && judgment.preview_limit().is_some();
    match resource {
        Resource::Image {
            raw_identifier,
            tier: Tier::Full,
            ..
        } if has_lower_tier => match image_api(state, raw_identifier).await {
            Some(api) => {
                let id = state.image_url(Tier::Direct, raw_identifier);
                moved(302, &id, api.service_type())
            }
            None => open(),
        },
        _ => open(),
    }
}

/// The reduced image, for somebody who may see that much. It needs no probe: whoever reads this may see
/// it already.
async fn reduced(
    state: &AppState,
    judgment: &Judgment,
    resource: &Resource<'_>,
) -> Option<(String, crate::iiif::info::ImageApi, u32)> {
    let Resource::Image {
        raw_identifier,
        tier: Tier::Full,
        form: Form::Base | Form::Info,
        ..
    } = resource
    else {
        return None;
    };
    if judgment.decision.sight == Sight::Nothing {
        return None;
    }
    let api = image_api(state, raw_identifier).await?;
    let limit = judgment.preview_limit()?;
    Some((state.image_url(Tier::Preview, raw_identifier), api, limit))
}

fn in_trouble(state: &AppState, status: u16, obstacle: Obstacle) -> Value {
    let denial = Denial {
        obstacle,
        opens: None,
        limit: None,
        message: &LanguageMap::default(),
    };
    denied(&state.wording, status, &denial, None)
}
