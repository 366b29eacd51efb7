//! One request with an authToken: whom it identifies, and whether it is taken here.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::origin::Sender;
use super::{Refusal, TOKEN};
use crate::identity::annotator::{Fault, Token, presented, read, tag};
use crate::identity::consumer::{AnnotatorUser, Consumer};
use crate::identity::image_pass::ImagePass;
use crate::web::headers::{Headers, address_in, lines};
use crate::web::request_id::span;
use crate::web::state::AppState;

/// What became of a token.
pub(in crate::web) struct Attempt {
    consumer: Option<Arc<Consumer>>,
    /// The token's name in logs.
    tag: String,
    result: Result<Token, Refusal>,
}

/// What is asked for, as far as tokens are concerned.
#[derive(Debug, Clone, Copy)]
pub(in crate::web) struct Wanted<'a> {
    /// The decoded path, in every way in which it could be read; all must be within reach.
    pub(in crate::web) paths: &'a [String],
    /// Whether something may change.
    pub(in crate::web) is_change: bool,
}

impl Wanted<'_> {
    /// Nothing in particular: it is the token that is looked at.
    pub(in crate::web) const ANYTHING: Self = Self {
        paths: &[],
        is_change: false,
    };
}

/// Somebody whom a token identifies.
pub(in crate::web) struct Admitted {
    pub(in crate::web) user: AnnotatorUser,
    pub(in crate::web) token: Token,
}

/// Looks at the token of a request; nothing if there is none.
pub(in crate::web) async fn attempt(
    state: &AppState,
    headers: Headers<'_>,
    wanted: &Wanted<'_>,
    now: DateTime<Utc>,
) -> Option<Attempt> {
    let text = match presented(lines(headers, TOKEN)) {
        Err(Fault::MissingToken) => return None,
        Err(fault) => return Some(Attempt::unknown(Refusal::Token(fault), b"")),
        Ok(text) => text,
    };
    if !state.live.is_fresh(now) {
        return Some(Attempt::unknown(Refusal::Unavailable, text));
    }
    let unverified = match read(text) {
        Ok(unverified) => unverified,
        Err(fault) => return Some(Attempt::unknown(Refusal::Token(fault), text)),
    };
    let consumer = state
        .live
        .consumers()
        .find(unverified.consumer_key())
        .cloned();
    let Some(consumer) = consumer else {
        let fault = unverified.refuse_unknown();
        return Some(Attempt::unknown(Refusal::Token(fault), text));
    };
    let verified = unverified.verify(&consumer, &state.token_checks, now);
    let result = match verified.map_err(Refusal::Token) {
        Ok(token) => match check(state, headers, wanted, &consumer) {
            Ok(()) => still_there(state, headers, &consumer, token).await,
            Err(refusal) => Err(refusal),
        },
        Err(refusal) => Err(refusal),
    };
    Some(Attempt {
        consumer: Some(consumer),
        tag: tag(text),
        result,
    })
}

/// The token, unless it names an account of ours that is not there any more.
async fn still_there(
    state: &AppState,
    headers: Headers<'_>,
    consumer: &Consumer,
    token: Token,
) -> Result<Token, Refusal> {
    let known = state.live.has_user(consumer, &token.user, token.is_visitor);
    match known.await {
        Ok(true) => Ok(token),
        Ok(false) => Err(Refusal::Token(Fault::Revoked)),
        Err(error) => {
            tracing::error!(
                parent: &span(headers), %error,
                "the account behind an authToken cannot be looked up"
            );
            Err(Refusal::Unavailable)
        }
    }
}

/// Whether the consumer's tokens are taken from this page, for this path.
fn check(
    state: &AppState,
    headers: Headers<'_>,
    wanted: &Wanted<'_>,
    consumer: &Consumer,
) -> Result<(), Refusal> {
    if !Sender::of(headers).may_use(state, consumer) {
        return Err(Refusal::Origin);
    }
    let is_reached = |path: &String| consumer.reaches(path);
    if !wanted.paths.iter().all(is_reached) {
        return Err(Refusal::Path);
    }
    Ok(())
}

impl Attempt {
    fn unknown(refusal: Refusal, token: &[u8]) -> Self {
        Self {
            consumer: None,
            tag: tag(token),
            result: Err(refusal),
        }
    }

    /// Whom it identifies, or why it is refused.
    pub(in crate::web) fn admit(&self, wanted: &Wanted<'_>) -> Result<Admitted, Refusal> {
        let token = self.result.clone()?;
        // Only a known consumer's token is good.
        let consumer = self.consumer.clone();
        let consumer = consumer.ok_or(Refusal::Token(Fault::UnknownConsumer))?;
        let user = AnnotatorUser {
            roles: consumer
                .roles_of(&token.groups)
                .map(|role| role.id)
                .collect(),
            user: token.user.clone(),
            is_admin: token.is_admin,
            is_visitor: token.is_visitor,
            consumer,
        };
        if wanted.is_change && user.may_only_read() {
            return Err(Refusal::Method);
        }
        Ok(Admitted { user, token })
    }

    /// The pass to images that the token is exchanged for.
    pub(in crate::web) fn pass(&self, now: DateTime<Utc>) -> Option<ImagePass> {
        ImagePass::new(self.consumer.as_deref()?, self.result.as_ref().ok()?, now)
    }

    /// Counts a refusal and writes it down. Once too many were refused it says so, and no more.
    pub(in crate::web) fn refuse(
        &self,
        state: &AppState,
        headers: Headers<'_>,
        refusal: Refusal,
        now: DateTime<Utc>,
    ) -> Refusal {
        if refusal == Refusal::Unavailable {
            state.counts.token_refused(refusal);
            return refusal;
        }
        let consumer = self.consumer.as_deref();
        let address = address_in(headers);
        let is_over = state
            .live
            .limits
            .refused_token(address, consumer.map(|consumer| consumer.id), now)
            .is_err();
        let refusal = if is_over {
            Refusal::RateLimited
        } else {
            refusal
        };
        state.counts.token_refused(refusal);
        if let Some(consumer) = consumer {
            state.live.count(consumer.id, refusal.as_str(), now);
        }
        // A line for each of a flood would fill the disk; the counts say how many there were.
        if !is_over {
            tracing::info!(
                parent: &span(headers),
                reason = refusal.as_str(),
                consumer = consumer.map(|consumer| consumer.key.as_str()),
                token = %self.tag,
                origin = Sender::of(headers).in_log(),
                "an authToken is refused"
            );
        }
        refusal
    }

    /// What is said of a refusal that `/query_auth` has counted.
    pub(in crate::web) fn refused_before(
        &self,
        state: &AppState,
        headers: Headers<'_>,
        refusal: Refusal,
        now: DateTime<Utc>,
    ) -> Refusal {
        let consumer = self.consumer.as_deref().map(|consumer| consumer.id);
        let limits = &state.live.limits;
        if refusal != Refusal::Unavailable
            && limits.refuses_tokens(address_in(headers), consumer, now)
        {
            return Refusal::RateLimited;
        }
        refusal
    }

    /// Whether the token is good but for naming nobody, which an open location takes for nobody.
    pub(in crate::web) fn names_nobody(&self) -> bool {
        matches!(self.result, Err(Refusal::Token(Fault::MissingUserId)))
    }
}
