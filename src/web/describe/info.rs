//! info.json in both URL spaces.
//!
//! The full image's has the same body on 200 and 401: the image server's own document with the auth
//! services added (IIIF Auth 1.0 §3). Whoever may see the image reduced is sent on to the lower tier
//! (§3.2), whose document says what may be had.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ACCEPT, CACHE_CONTROL, ETAG, IF_NONE_MATCH, LOCATION, VARY};

use super::super::headers::once;
use super::super::offer::Offer;
use super::super::upstream::Info;
use super::refusal::{Trouble, challenge, no_such_image};
use super::told::{Told, Wanted};
use super::{Asked, Tier};
use crate::access::decision::Verdict;
use crate::access::rule::Sight;
use crate::iiif::info::{Description, Public, describe, tier};

impl Asked<'_> {
    pub(super) async fn info(&self, tier: Tier, raw_identifier: &str) -> HttpResponse {
        let offer = self.offer();
        let asked = self.state.upstream.info(raw_identifier).await;
        let limit = self.judgment.preview_limit();
        let document = match (asked.as_deref(), tier, limit) {
            (Ok(Info::Missing), _, _) | (_, Tier::Preview, None) => {
                return no_such_image(self.state, self.headers);
            }
            (Ok(Info::Document { body, told, .. }), _, _) => Ok((body.as_slice(), told)),
            (Err(error), _, _) => Err(error.to_string()),
        };
        if tier == Tier::Full && self.is_sent_down() {
            return self.lower_tier(raw_identifier, &offer);
        }
        let wanted = Wanted::new(tier, limit, self, &offer);
        let told = document.and_then(|(body, told)| {
            let make = |wanted: &Wanted| self.tell(body, wanted, raw_identifier, &offer);
            told.or_make(wanted, make)
        });
        let told = told.or_else(|error| {
            tracing::error!(
                image.id = raw_identifier,
                error,
                "an image cannot be described"
            );
            self.stand_in(tier, raw_identifier, &offer)
        });
        match told {
            Ok(told) => self.described(&told, offer.is_protected()),
            Err(()) => Trouble::ImageServer.answer(self.state, self.headers),
        }
    }

    /// The image server's document as the public reads it.
    fn tell(
        &self,
        document: &[u8],
        wanted: &Wanted,
        raw_identifier: &str,
        offer: &Offer<'_>,
    ) -> Result<Description, String> {
        let id = self.state.image_url(wanted.tier, raw_identifier);
        let public = self.public(&id, offer.services(&wanted.preferred));
        let described = match (wanted.tier, wanted.limit) {
            (Tier::Preview, Some(limit)) => tier::tier(document, public, limit),
            (Tier::Preview | Tier::Full | Tier::Direct, _) => describe(document, public),
        };
        described.map_err(|error| error.to_string())
    }

    /// For those who are refused, so that viewers find the services; the others see that it fails.
    fn stand_in(
        &self,
        tier: Tier,
        raw_identifier: &str,
        offer: &Offer<'_>,
    ) -> Result<Arc<Told>, ()> {
        match self.judgment.ruling.verdict {
            Verdict::Allow => Err(()),
            Verdict::Challenge | Verdict::Refuse => {
                let id = self.state.image_url(tier, raw_identifier);
                let public = self.public(&id, offer.services(&self.preferred()));
                let described =
                    describe(self.state.placeholder.as_bytes(), public).map_err(drop)?;
                Ok(Arc::new(described.into()))
            }
        }
    }

    /// Somebody who may see the image reduced, and not as it is.
    fn is_sent_down(&self) -> bool {
        let judgment = self.judgment;
        self.state.config.viewers.versions.v1
            && judgment.ruling.verdict != Verdict::Allow
            && judgment.decision.sight > Sight::Nothing
    }

    fn lower_tier(&self, raw_identifier: &str, offer: &Offer<'_>) -> HttpResponse {
        let url = self.state.image_url(Tier::Preview, raw_identifier);
        let (vary, _) = freshness(offer.is_protected(), Verdict::Challenge);
        HttpResponse::Found()
            .insert_header((LOCATION, format!("{url}/info.json")))
            .insert_header((VARY, vary))
            .insert_header((CACHE_CONTROL, "no-store"))
            .finish()
    }

    fn public<'a>(&self, id: &'a str, services: Vec<serde_json::Value>) -> Public<'a> {
        Public {
            id,
            services,
            cross_site: self.state.config.viewers.uv_cross_site,
        }
    }

    fn described(&self, told: &Told, is_protected: bool) -> HttpResponse {
        let verdict = self.judgment.ruling.verdict;
        let accept = once(self.headers, ACCEPT.as_str()).unwrap_or_default();
        let accept = String::from_utf8_lossy(accept);
        let (vary, cache) = freshness(is_protected, verdict);
        let mut response = match verdict {
            Verdict::Allow => HttpResponse::Ok(),
            Verdict::Challenge => HttpResponse::Unauthorized(),
            Verdict::Refuse => HttpResponse::Forbidden(),
        };
        response
            .insert_header((VARY, vary))
            .insert_header((CACHE_CONTROL, cache));
        // Only what somebody may see has an ETag, so a 304 never answers for a refusal.
        if verdict == Verdict::Allow {
            response.insert_header((ETAG, told.etag.as_str()));
            if self.has(&told.etag) {
                return response.status(StatusCode::NOT_MODIFIED).finish();
            }
        }
        let response = response
            .content_type(told.api.content_type(&accept))
            .body(told.body.clone());
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
}

/// `Vary` and `Cache-Control`. The texts in a protected document are in the visitor's language.
fn freshness(is_protected: bool, verdict: Verdict) -> (&'static str, &'static str) {
    const VARY: &str = "Authorization, Cookie, Accept, Accept-Language";
    match (is_protected, verdict) {
        (false, _) => ("Accept", "no-cache"),
        (true, Verdict::Allow) => (VARY, "private, no-cache"),
        (true, _) => (VARY, "no-store"),
    }
}
