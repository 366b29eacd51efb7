//! From what a request presents to the principal.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::keys::Keys;
use super::sessions::Current;
use super::{Failure, Live};
use crate::identity::access_token::{OF_CONSUMER, OF_NETWORK, Version};
use crate::identity::consumer::AnnotatorUser;
use crate::identity::credentials::Presented;
use crate::identity::image_pass::ImagePass;
use crate::identity::principal::Principal;
use crate::identity::secret::{self, API_KEY_PREFIX};
use crate::identity::session::{Door, digest_of_cookie};

/// What a request presents, and where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The value of the access cookie.
    pub cookie: Presented<&'a str>,
    /// The bearer value.
    pub bearer: Presented<&'a str>,
    /// The value of the cookie with a pass to images.
    pub pass: Presented<&'a str>,
    /// The address asked from, as nginx says.
    pub address: Option<IpAddr>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// This principal.
    Known(Principal),
    /// Credentials that contradict each other: refused, whatever is asked for.
    Rejected,
}

/// Finds out who asks. A value that is no good counts as none, because viewers send things like
/// `Bearer undefined`; two values, or two identities, are rejected, and rights never add up: where a
/// cookie and a bearer value agree, the cookie's session counts.
///
/// A pass to images counts where nobody is signed in.
///
/// Where the database was not read for too long, nobody is known, and nothing is decided.
///
/// `tokens` says which access tokens are looked at: they open descriptions only.
pub async fn authenticate(
    live: &Live,
    keys: &Keys,
    credentials: Credentials<'_>,
    tokens: Tokens,
    now: DateTime<Utc>,
) -> Result<Asker, Failure> {
    live.fresh(now)?;
    let by_cookie = match credentials.cookie {
        Presented::Conflict => return Ok(Asker::Rejected),
        Presented::Nothing | Presented::Unusable => None,
        Presented::One(value) => of_cookie(live, keys, value, now).await?,
    };
    let by_bearer = match credentials.bearer {
        Presented::Conflict => return Ok(Asker::Rejected),
        Presented::Nothing | Presented::Unusable => None,
        Presented::One(value) => of_bearer(live, keys, value, tokens, now).await?,
    };
    if credentials.pass == Presented::Conflict {
        return Ok(Asker::Rejected);
    }
    let user = |who: &Principal| who.user.as_ref().map(|user| user.id);
    let mut principal = match (by_cookie, by_bearer) {
        (Some(one), Some(other)) if user(&one) != user(&other) => return Ok(Asker::Rejected),
        (Some(who), _) | (None, Some(who)) => who,
        (None, None) => Principal::anonymous(),
    };
    if let Presented::One(pass) = credentials.pass
        && principal.user.is_none()
        && principal.annotator.is_none()
    {
        principal.annotator = of_pass(live, keys, pass, now).await?.map(Arc::new);
    }
    Ok(Asker::Known(principal.at(credentials.address)))
}

/// Which access tokens count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// None: what is asked for is content.
    None,
    /// Those of both versions.
    Any,
    /// Those of this version.
    Of(Version),
}

async fn of_cookie(
    live: &Live,
    keys: &Keys,
    value: &str,
    now: DateTime<Utc>,
) -> Result<Option<Principal>, Failure> {
    let Some(id) = digest_of_cookie(value, &keys.cookies) else {
        return Ok(None);
    };
    let session = live.session(&id, Door::Images, now).await?;
    Ok(session.map(Current::principal))
}

/// Whom a pass stands for now.
async fn of_pass(
    live: &Live,
    keys: &Keys,
    value: &str,
    now: DateTime<Utc>,
) -> Result<Option<AnnotatorUser>, Failure> {
    let pass = ImagePass::read(value, &keys.image_passes);
    let Some(who) = pass.and_then(|pass| pass.bearer(&live.consumers(), now)) else {
        return Ok(None);
    };
    let is_there = live.has_user(&who.consumer, &who.user, who.is_visitor);
    Ok(is_there.await?.then_some(who))
}

async fn of_bearer(
    live: &Live,
    keys: &Keys,
    value: &str,
    tokens: Tokens,
    now: DateTime<Utc>,
) -> Result<Option<Principal>, Failure> {
    if let Some(key) = value.strip_prefix(API_KEY_PREFIX) {
        if !secret::is_well_formed(key) {
            return Ok(None);
        }
        let user = live.api_key(&secret::digest(value), now).await?;
        return Ok(user.map(Principal::of_user));
    }
    let counts = |scope| tokens == Tokens::Any || tokens == Tokens::Of(scope);
    // Content opens for no token: none is looked at.
    if tokens == Tokens::None {
        return Ok(None);
    }
    let claims = live.tokens.verify(&keys.tokens, value, now);
    let Some(claims) = claims.filter(|claims| counts(claims.scope)) else {
        return Ok(None);
    };
    if let Some(pass) = claims.sub.strip_prefix(OF_CONSUMER) {
        let who = of_pass(live, keys, pass, now).await?;
        return Ok(who.map(Principal::of_annotator));
    }
    // What the address opens, it opens without a session.
    if claims.sub.starts_with(OF_NETWORK) {
        return Ok(None);
    }
    let Some(id) = secret::digest_of(&claims.sub) else {
        return Ok(None);
    };
    let session = live.session(&id, Door::Images, now).await?;
    Ok(session.map(Current::principal))
}
