//! What nginx asks: one client request, described in headers, and nothing else is read of it.

use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use chrono::{DateTime, Utc};

use super::cookies::cookie_name;
use super::headers::{address_in, lines, once};
use super::measure::wanted;
use super::state::AppState;
use super::upstream::UpstreamError;
use crate::access::decision::{Decision, Reason, Ruling, Verdict, decide};
use crate::access::policy::Policy;
use crate::access::rule::{Kind, Sight};
use crate::identity::credentials::{bearer, cookie};
use crate::identity::principal::Principal;
use crate::identity::session::Door;
use crate::iiif::denial::{Denial, Obstacle};
use crate::image::resource::{Resource, Tier};
use crate::language::LanguageMap;
use crate::live::authenticate::{Asker, Credentials, Tokens, authenticate};

/// The answer to a question.
pub(super) enum Answer<'a> {
    /// It was decided.
    Decided(Resource<'a>, Box<Judgment>),
    /// The target or a header is not what nginx sends, or not canonical.
    Malformed,
    /// Credentials contradict each other.
    Conflict,
    /// The database or the image server does not answer, and what it knows is not in memory.
    Unavailable,
}

/// Who asked, and what they may see of what they asked for.
pub(super) struct Judgment {
    /// Who asks.
    pub(super) principal: Principal,
    /// How much they may see of the resource.
    pub(super) decision: Decision,
    /// How much was wanted.
    pub(super) wanted: Sight,
    /// Whether they get it.
    pub(super) ruling: Ruling,
    /// The policy that said so.
    pub(super) policy: Arc<Policy>,
}

impl Judgment {
    /// The long side of the reduced image for whoever asked, where there is one.
    pub(super) fn preview_limit(&self) -> Option<u32> {
        self.decision
            .access(&self.policy)
            .preview(self.decision.sight)
    }

    /// What stands in the way, with what the visitor should know of it.
    pub(super) fn denial<'a>(&self, message: &'a LanguageMap) -> Denial<'a> {
        Denial {
            obstacle: Obstacle::Decided(self.ruling.reason),
            opens: self.decision.opens(&self.policy, &self.principal),
            limit: match self.decision.sight {
                Sight::UpTo(size) => Some(size),
                Sight::Nothing | Sight::Full => None,
            },
            message,
        }
    }

    /// The name of the signed-in user.
    pub(super) fn user_name(&self) -> Option<String> {
        self.principal
            .user
            .as_ref()
            .map(|user| user.name.to_string())
    }
}

/// Answers the question in the headers that nginx sets: who asks, for what, may they.
pub(super) async fn ask<'a>(
    state: &AppState,
    headers: &'a HeaderMap,
    now: DateTime<Utc>,
) -> Answer<'a> {
    let Some(resource) = resource(state, headers) else {
        return Answer::Malformed;
    };
    let tokens = if resource.is_description() || state.config.viewers.bearer_opens_images {
        Tokens::Any
    } else {
        Tokens::None
    };
    let principal = match who(state, headers, tokens, now).await {
        Ok(Asker::Known(principal)) => principal,
        Ok(Asker::Rejected) => return Answer::Conflict,
        Err(error) => {
            tracing::error!(%error, "a request cannot be decided");
            return Answer::Unavailable;
        }
    };
    let policy = arc_swap::Guard::into_inner(state.live.policy());
    match judge(state, policy, principal, &resource, now).await {
        Ok(judgment) => Answer::Decided(resource, Box::new(judgment)),
        Err(error) => {
            tracing::error!(image.id = %resource.identifier(), %error, "an image cannot be measured");
            Answer::Unavailable
        }
    }
}

/// Who sent these headers.
pub(super) async fn who(
    state: &AppState,
    headers: &HeaderMap,
    tokens: Tokens,
    now: DateTime<Utc>,
) -> Result<Asker, crate::live::Failure> {
    let credentials = Credentials {
        cookie: cookie(lines(headers, "cookie"), cookie_name(state, Door::Images)),
        bearer: bearer(lines(headers, "authorization")),
        address: address_in(headers),
    };
    authenticate(&state.live, &state.keys, credentials, tokens, now).await
}

/// Decides about a resource. Only where a size limits what may be seen the image server is asked for
/// the image's size, once.
pub(super) async fn judge(
    state: &AppState,
    policy: Arc<Policy>,
    principal: Principal,
    resource: &Resource<'_>,
    now: DateTime<Utc>,
) -> Result<Judgment, UpstreamError> {
    let kind = Kind::from(resource);
    let decision = decide(&policy, &principal, kind, resource.identifier(), now);
    let wanted = wanted(state, &policy, &decision, resource).await?;
    let mut ruling = decision.rule(&policy, &principal, wanted);
    let is_preview = matches!(
        resource,
        Resource::Image {
            tier: Tier::Preview,
            ..
        }
    );
    if is_preview && decision.access(&policy).preview(decision.sight).is_none() {
        // Of this image there is no reduced one.
        ruling = Ruling {
            verdict: Verdict::Refuse,
            reason: Reason::Nobody,
        };
    }
    Ok(Judgment {
        principal,
        decision,
        wanted,
        ruling,
        policy,
    })
}

fn resource<'a>(state: &AppState, headers: &'a HeaderMap) -> Option<Resource<'a>> {
    let is_read = matches!(once(headers, "x-original-method")?, b"GET" | b"HEAD");
    let target = once(headers, "x-original-uri").filter(|_| is_read)?;
    Resource::of(target, &state.layout).ok()
}
