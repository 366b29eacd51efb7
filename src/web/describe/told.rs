//! Descriptions as they were told: everybody who opens a page of images asks for the same ones.
//!
//! They are kept beside the image server's document, a few in number, and go when that goes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use actix_web::web::Bytes;

use super::super::offer::Offer;
use super::Asked;
use crate::access::policy::Policy;
use crate::identity::principal::RoleId;
use crate::identity::secret::fingerprint;
use crate::iiif::info::{Description, ImageApi};
use crate::image::resource::Tier;
use crate::language::{LanguageMap, Preferred};

/// How many are kept of one document: the full image and the reduced one, in two languages.
const KEPT: usize = 4;

/// How long the services in a description are, usually.
const SERVICES: usize = 1500;

/// A description, ready to be sent.
#[derive(Debug)]
pub(in super::super) struct Told {
    /// The document.
    pub(super) body: Bytes,
    /// The version of the Image API that it follows.
    pub(super) api: ImageApi,
    /// What changes whenever it does.
    pub(super) etag: String,
}

impl From<Description> for Told {
    fn from(Description { body, api }: Description) -> Self {
        let etag = format!("\"{}\"", fingerprint(&body));
        let body = body.into();
        Self { body, api, etag }
    }
}

/// All that a description depends on beside the image server's document.
#[derive(Debug, PartialEq)]
pub(super) struct Wanted {
    /// Which image: the full one, or one that is reduced to this long side.
    pub(super) tier: Tier,
    pub(super) limit: Option<u32>,
    policy: SamePolicy,
    /// The ways that are offered; within one policy a role has one way.
    roles: Vec<Option<RoleId>>,
    message: LanguageMap,
    pub(super) preferred: Preferred,
}

impl Wanted {
    pub(super) fn new(
        tier: Tier,
        limit: Option<u32>,
        asked: &Asked<'_>,
        offer: &Offer<'_>,
    ) -> Self {
        Self {
            tier,
            limit,
            policy: SamePolicy(Arc::downgrade(&asked.judgment.policy)),
            roles: offer.roles(),
            message: offer.message().clone(),
            preferred: asked.preferred(),
        }
    }
}

/// Roles with their terms are what they are as long as this is the policy.
#[derive(Debug)]
struct SamePolicy(Weak<Policy>);

impl PartialEq for SamePolicy {
    fn eq(&self, other: &Self) -> bool {
        self.0.ptr_eq(&other.0)
    }
}

/// What was told of one document, the latest last.
#[derive(Debug, Default)]
pub struct Kept(Mutex<VecDeque<(Wanted, Arc<Told>)>>);

impl Kept {
    /// How much memory they may take altogether, about, for a document of this length.
    pub(in super::super) fn weight(document: usize) -> usize {
        KEPT * (document + SERVICES)
    }

    /// What was told before, or what is made now.
    pub(super) fn or_make<E>(
        &self,
        wanted: Wanted,
        make: impl FnOnce(&Wanted) -> Result<Description, E>,
    ) -> Result<Arc<Told>, E> {
        let known = |all: &VecDeque<(Wanted, Arc<Told>)>| {
            let (_, told) = all.iter().find(|(known, _)| *known == wanted)?;
            Some(Arc::clone(told))
        };
        if let Some(told) = known(&self.all()) {
            return Ok(told);
        }
        let told = Arc::new(Told::from(make(&wanted)?));
        let mut all = self.all();
        if all.len() == KEPT {
            all.pop_front();
        }
        all.push_back((wanted, Arc::clone(&told)));
        Ok(told)
    }

    fn all(&self) -> std::sync::MutexGuard<'_, VecDeque<(Wanted, Arc<Told>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
