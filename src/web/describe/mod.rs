//! `/describe`: the words beside the pixels. nginx sends here every info.json, every base URI, and
//! every request that `/query_auth` refused; the gate decides again and writes the answer.
//!
//! nginx adds the CORS headers.

mod info;
mod refusal;
pub(super) mod told;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, LOCATION};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

use super::annotator::exchange;
use super::headers::preferred;
use super::offer::Offer;
use super::question::{Answer, Judgment, ask};
use super::recorder::Recorded;
use super::state::{AppState, now};
use super::storage_access;
use super::upstream::Info;
use crate::image::resource::{Form, Resource, Tier};
use crate::language::Preferred;
use refusal::{Trouble, no_such_image};

/// Answers a client by way of nginx.
pub(super) async fn answer(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let (headers, now) = (request.headers(), now());
    let trouble = match ask(&state, headers.into(), now).await {
        Answer::Decided(resource, judgment) => {
            // All others that come here were recorded when they were refused.
            if resource.is_image_description() {
                let request = || Recorded::of(headers.into(), &judgment, now);
                state.recorder.record(request);
                judgment.count(&state, now);
            }
            return decided(&state, headers, &resource, &judgment, now).await;
        }
        Answer::Malformed => Trouble::Malformed,
        Answer::Conflict => Trouble::Conflict,
        Answer::Refused(resource, attempt, refusal) => {
            let refusal = if resource.is_image_description() {
                attempt.refuse(&state, headers.into(), refusal, now)
            } else {
                attempt.refused_before(&state, headers.into(), refusal, now)
            };
            return exchange::refused(&state, headers, refusal);
        }
        Answer::Unavailable => Trouble::Unavailable,
        Answer::Unmeasured => Trouble::ImageServer,
    };
    trouble.answer(&state, headers)
}

/// The answer to a question that was decided.
pub(super) async fn decided(
    state: &AppState,
    headers: &HeaderMap,
    resource: &Resource<'_>,
    judgment: &Judgment,
    now: DateTime<Utc>,
) -> HttpResponse {
    let asked = Asked {
        state,
        headers,
        resource,
        judgment,
        now,
    };
    match resource {
        Resource::Image {
            raw_identifier,
            tier,
            form,
            ..
        } => match form {
            Form::Base => asked.base(*tier, raw_identifier),
            Form::Info => asked.info(*tier, raw_identifier).await,
            Form::Pixels(_) => asked.pixels(raw_identifier).await,
        },
        Resource::Manifest(_) | Resource::File(_) => asked.refusal(),
    }
}

/// What somebody asked for, and what they may see of it.
struct Asked<'a> {
    state: &'a AppState,
    headers: &'a HeaderMap,
    resource: &'a Resource<'a>,
    judgment: &'a Judgment,
    now: DateTime<Utc>,
}

impl Asked<'_> {
    /// The base URI leads to the info.json (Image API 3.0 §2).
    fn base(&self, tier: Tier, raw_identifier: &str) -> HttpResponse {
        let location = format!("{}/info.json", self.state.image_url(tier, raw_identifier));
        HttpResponse::build(StatusCode::SEE_OTHER)
            .insert_header((LOCATION, location))
            .finish()
    }

    /// Only refused requests for pixels come here.
    async fn pixels(&self, raw_identifier: &str) -> HttpResponse {
        match self.state.upstream.info(raw_identifier).await.as_deref() {
            Ok(Info::Missing) => no_such_image(self.state, self.headers),
            Ok(Info::Document { .. }) | Err(_) => {
                let mut response = self.refusal();
                storage_access::retry(self.state, self.headers, response.headers_mut());
                response
            }
        }
    }

    /// What would open the resource to somebody unknown, in the asker's language.
    fn offer(&self) -> Offer<'_> {
        Offer::new(self.state, self.judgment, self.resource, self.now)
    }

    fn preferred(&self) -> Preferred {
        preferred(self.state, self.headers)
    }
}
