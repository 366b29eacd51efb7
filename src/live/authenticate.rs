//! From what a request presents to the principal.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::keys::Keys;
use super::{Failure, Live};
use crate::identity::credentials::Presented;
use crate::identity::principal::{Principal, User};
use crate::identity::secret::{self, API_KEY_PREFIX};
use crate::identity::session::{Door, fingerprint_of_cookie};

/// What a request presents.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The value of the access cookie.
    pub cookie: Presented<&'a str>,
    /// The bearer value.
    pub bearer: Presented<&'a str>,
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
/// `Bearer undefined`; two values, or two identities, are rejected.
///
/// `tokens_count` says whether access tokens are looked at: they open descriptions only.
pub async fn authenticate(
    live: &Live,
    keys: &Keys,
    credentials: Credentials<'_>,
    tokens_count: bool,
    now: DateTime<Utc>,
) -> Result<Asker, Failure> {
    let by_cookie = match credentials.cookie {
        Presented::Conflict => return Ok(Asker::Rejected),
        Presented::Nothing | Presented::Unusable => None,
        Presented::One(value) => session_of_cookie(live, keys, value, now).await?,
    };
    let by_bearer = match credentials.bearer {
        Presented::Conflict => return Ok(Asker::Rejected),
        Presented::Nothing | Presented::Unusable => None,
        Presented::One(value) => user_of_bearer(live, keys, value, tokens_count, now).await?,
    };
    Ok(match (by_cookie, by_bearer) {
        (Some(one), Some(other)) if one.id != other.id => Asker::Rejected,
        (Some(user), _) | (None, Some(user)) => Asker::Known(Principal::User(user)),
        (None, None) => Asker::Known(Principal::Anonymous),
    })
}

async fn session_of_cookie(
    live: &Live,
    keys: &Keys,
    value: &str,
    now: DateTime<Utc>,
) -> Result<Option<Arc<User>>, Failure> {
    let Some(id) = fingerprint_of_cookie(value, &keys.cookies) else {
        return Ok(None);
    };
    Ok(live
        .session(&id, Door::Images, now)
        .await?
        .map(|session| session.user))
}

async fn user_of_bearer(
    live: &Live,
    keys: &Keys,
    value: &str,
    tokens_count: bool,
    now: DateTime<Utc>,
) -> Result<Option<Arc<User>>, Failure> {
    if let Some(key) = value.strip_prefix(API_KEY_PREFIX) {
        if !secret::is_well_formed(key) {
            return Ok(None);
        }
        return live.api_key(&secret::fingerprint(value), now).await;
    }
    match keys.tokens.verify(value, now).filter(|_| tokens_count) {
        Some(claims) => {
            let session = live.session(&claims.sub, Door::Images, now).await?;
            Ok(session.map(|session| session.user))
        }
        None => Ok(None),
    }
}
