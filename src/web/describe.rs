//! `/describe`: the words beside the pixels. nginx sends here every info.json, every base URI, and
//! every request that `/query_auth` refused; the gate decides again and writes the answer.
//!
//! An info.json has the same body on 200 and 401: the image server's own document with the auth
//! services added (IIIF Auth 1.0 §3). nginx adds the CORS headers.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, ETAG, HeaderMap, IF_NONE_MATCH, LOCATION, RETRY_AFTER, VARY,
    WWW_AUTHENTICATE,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::headers::{once, preferred};
use super::question::{Answer, ask};
use super::state::{AppState, now};
use super::storage_access;
use super::upstream::Info;
use crate::access::decision::{Verdict, decide};
use crate::access::policy::Policy;
use crate::access::rule::{Kind, Sight};
use crate::access::ways::ways;
use crate::identity::principal::Principal;
use crate::identity::secret::fingerprint;
use crate::iiif::info::{Description, Public, describe};
use crate::iiif::services::Offer;
use crate::image::identifier::Identifier;
use crate::image::resource::{Form, Resource};
use crate::language::LanguageMap;

/// Answers a client by way of nginx.
pub(super) async fn answer(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let headers = request.headers();
    match ask(&state, headers, now()).await {
        Answer::Decided(resource, judgment) => {
            let verdict = judgment.ruling.verdict;
            Asked {
                state: &state,
                headers,
                policy: &judgment.policy,
                verdict,
            }
            .answer(&resource)
            .await
        }
        Answer::Malformed => message(
            StatusCode::FORBIDDEN,
            "The address is malformed, or can be read in more than one way.",
        ),
        Answer::Conflict => {
            let text = "The request carries more than one sign-in. Please sign out and in again.";
            challenge(&state, message(StatusCode::UNAUTHORIZED, text))
        }
        Answer::Unavailable => try_again("Access cannot be checked right now."),
    }
}

/// What somebody asked for, and whether they may see it.
struct Asked<'a> {
    state: &'a AppState,
    headers: &'a HeaderMap,
    policy: &'a Policy,
    verdict: Verdict,
}

impl Asked<'_> {
    async fn answer(&self, resource: &Resource<'_>) -> HttpResponse {
        match resource {
            Resource::Image {
                identifier,
                raw_identifier: raw,
                form,
                ..
            } => match form {
                Form::Base => self.base(raw),
                Form::Info => self.info(identifier, raw).await,
                Form::Pixels(_) => self.pixels(raw).await,
            },
            Resource::Manifest(_) | Resource::File(_) => refusal(self.state, self.verdict),
        }
    }

    /// The base URI leads to the info.json (Image API 3.0 §2).
    fn base(&self, raw_identifier: &str) -> HttpResponse {
        let location = format!("{}/info.json", self.public_id(raw_identifier));
        HttpResponse::SeeOther()
            .insert_header((LOCATION, location))
            .finish()
    }

    async fn info(&self, identifier: &Identifier, raw_identifier: &str) -> HttpResponse {
        let public_id = self.public_id(raw_identifier);
        let path = format!("{}{raw_identifier}", self.state.layout.images);
        let public = Public {
            id: &public_id,
            services: self.services(identifier, &path),
            cross_site: self.state.config.uv_cross_site,
        };
        let is_protected = self.is_protected(identifier);
        let asked = self.state.upstream.info(raw_identifier).await;
        let described = match asked.as_deref() {
            Ok(Info::Missing) => return no_such_image(),
            Ok(Info::Document { body, .. }) => {
                describe(body, public.clone()).map_err(|error| error.to_string())
            }
            Err(error) => Err(error.to_string()),
        };
        if let Err(error) = &described {
            tracing::error!(image.id = %identifier, error, "an image cannot be described");
        }
        let placeholder = self.state.placeholder.as_bytes();
        let described = described.or_else(|_| match self.verdict {
            Verdict::Allow => Err(()),
            Verdict::Challenge | Verdict::Refuse => describe(placeholder, public).map_err(drop),
        });
        match described {
            Ok(description) => self.described(&description, is_protected),
            Err(()) => try_again("The image server does not answer."),
        }
    }

    /// Only refused requests for pixels come here.
    async fn pixels(&self, raw_identifier: &str) -> HttpResponse {
        match self.state.upstream.info(raw_identifier).await.as_deref() {
            Ok(Info::Missing) => no_such_image(),
            Ok(Info::Document { .. }) | Err(_) => {
                let mut response = refusal(self.state, self.verdict);
                storage_access::retry(self.state, self.headers, response.headers_mut());
                response
            }
        }
    }

    fn described(&self, description: &Description, is_protected: bool) -> HttpResponse {
        let accept = once(self.headers, ACCEPT.as_str()).unwrap_or_default();
        let content_type = description
            .api
            .content_type(&String::from_utf8_lossy(accept));
        let (vary, cache) = match (is_protected, self.verdict) {
            (false, _) => ("Accept", "no-cache"),
            (true, Verdict::Allow) => ("Authorization, Cookie, Accept", "private, no-cache"),
            (true, _) => ("Authorization, Cookie, Accept", "no-store"),
        };
        let mut response = match self.verdict {
            Verdict::Allow => HttpResponse::Ok(),
            Verdict::Challenge => HttpResponse::Unauthorized(),
            Verdict::Refuse => HttpResponse::Forbidden(),
        };
        response
            .insert_header((VARY, vary))
            .insert_header((CACHE_CONTROL, cache));
        // Only what somebody may see has an ETag, so a 304 never answers for a refusal.
        if self.verdict == Verdict::Allow {
            let etag = format!(
                "\"{}\"",
                fingerprint(&String::from_utf8_lossy(&description.body))
            );
            response.insert_header((ETAG, etag.clone()));
            if self.has(&etag) {
                return response.status(StatusCode::NOT_MODIFIED).finish();
            }
        }
        let response = response
            .content_type(content_type)
            .body(description.body.clone());
        challenge(self.state, response)
    }

    /// Whether the client has this version already (RFC 9110 §13.1.2).
    fn has(&self, etag: &str) -> bool {
        let known = once(self.headers, IF_NONE_MATCH.as_str()).unwrap_or_default();
        known
            .split(|b| *b == b',')
            .map(<[u8]>::trim_ascii)
            .any(|tag| tag == b"*" || tag.strip_prefix(b"W/").unwrap_or(tag) == etag.as_bytes())
    }

    /// The services that would open the image to somebody unknown; none where no sign-in would help.
    fn services(&self, identifier: &Identifier, path: &str) -> Vec<Value> {
        let nobody = Principal::anonymous();
        let decision = decide(self.policy, &nobody, Kind::Image, identifier, now());
        if decision.sight == Sight::Full {
            return Vec::new();
        }
        let access = decision.access(self.policy);
        let message = LanguageMap::default();
        let offer = Offer {
            ways: &ways(self.policy, &nobody, access, Sight::Full),
            message: (decision.deciding(self.policy)).map_or(&message, |rule| &rule.message),
            path,
        };
        let preferred = preferred(self.state, self.headers);
        self.state.provider().services(offer, &preferred)
    }

    fn is_protected(&self, identifier: &Identifier) -> bool {
        let nobody = Principal::anonymous();
        decide(self.policy, &nobody, Kind::Image, identifier, now()).sight != Sight::Full
    }

    /// The image's URI just as the client wrote it, on our own host (Image API 3.0 §5.2).
    fn public_id(&self, raw_identifier: &str) -> String {
        format!(
            "{}{}{raw_identifier}",
            self.state.origin, self.state.layout.images
        )
    }
}

fn refusal(state: &AppState, verdict: Verdict) -> HttpResponse {
    match verdict {
        // The first answer was no; something has changed since.
        Verdict::Allow => try_again("Please ask again."),
        Verdict::Challenge => challenge(
            state,
            message(StatusCode::UNAUTHORIZED, "Please sign in to see this."),
        ),
        Verdict::Refuse => message(StatusCode::FORBIDDEN, "You may not see this."),
    }
}

fn no_such_image() -> HttpResponse {
    message(StatusCode::NOT_FOUND, "There is no such image.")
}

fn try_again(text: &str) -> HttpResponse {
    let mut response = message(StatusCode::SERVICE_UNAVAILABLE, text);
    response.headers_mut().insert(RETRY_AFTER, 5.into());
    response
}

fn message(status: StatusCode, text: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, "Authorization, Cookie"))
        .json(json!({ "error": text }))
}

/// RFC 9110 §11.6.1 wants a challenge with every 401; one that makes no browser pop up a dialog.
fn challenge(state: &AppState, mut response: HttpResponse) -> HttpResponse {
    if response.status() == StatusCode::UNAUTHORIZED {
        let realm = state.config.public.host.replace(['"', '\\'], "");
        if let Ok(value) = format!("Bearer realm=\"{realm}\"").parse() {
            response.headers_mut().insert(WWW_AUTHENTICATE, value);
        }
    }
    response
}
