//! What nginx asks: one client request, described in headers, and nothing else is read of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::annotator::attempt::{Attempt, Wanted, attempt};
use super::annotator::{Refusal, TOKEN};
use super::cookies::{cookie_name, pass_cookie_name};
use super::headers::{Headers, address_in, lines, once};
use super::measure::wanted;
use super::request_id::span;
use super::state::AppState;
use super::upstream::UpstreamError;
use crate::access::decision::{Decision, Reason, Ruling, Verdict, decide};
use crate::access::policy::Policy;
use crate::access::rule::{Kind, Sight};
use crate::identity::consumer::AnnotatorUser;
use crate::identity::credentials::{Presented, bearer, cookie};
use crate::identity::principal::Principal;
use crate::identity::session::Door;
use crate::iiif::denial::{Denial, Obstacle};
use crate::image::resource::{Resource, Tier};
use crate::language::LanguageMap;
use crate::live::authenticate::{Asker, Credentials, Tokens, authenticate};
use crate::store::StoreError;
use crate::store::consumers::ACCEPTED;

/// The answer to a question.
pub(super) enum Answer<'a> {
    /// It was decided.
    Decided(Resource<'a>, Box<Judgment>),
    /// The target or a header is not what nginx sends, or not canonical.
    Malformed,
    /// Credentials contradict each other.
    Conflict,
    /// An authToken came for this, and it is not taken.
    Refused(Resource<'a>, Box<Attempt>, Refusal),
    /// The database does not answer, and what it knows is not in memory.
    Unavailable,
    /// The image server does not say how large the image is.
    Unmeasured,
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

    /// Counts the authToken, or the pass that was had for one, if by that it is known who asks.
    pub(super) fn count(&self, state: &AppState, now: DateTime<Utc>) {
        if let Some(annotator) = &self.principal.annotator {
            state.live.count(annotator.consumer.id, ACCEPTED, now);
            state.counts.token_accepted();
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
    headers: Headers<'a>,
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
    // In a box, like all that is rare: what may be awaited is moved about with every question.
    let by_token = if lines(headers, TOKEN).next().is_some() {
        Box::pin(by_token(state, headers, &resource, now)).await
    } else {
        None
    };
    let principal = match by_token {
        Some(Ok(principal)) => principal,
        Some(Err(Some((attempt, refusal)))) => return Answer::Refused(resource, attempt, refusal),
        Some(Err(None)) => return Answer::Conflict,
        None => match who(state, headers, tokens, &resource, now).await {
            Ok(Asker::Known(principal)) => principal,
            Ok(Asker::Rejected) => return Answer::Conflict,
            Err(error) => return undecided(headers, &error),
        },
    };
    let policy = arc_swap::Guard::into_inner(state.live.policy());
    match judge(state, policy, principal, &resource, now).await {
        Ok(judgment) => Answer::Decided(resource, Box::new(judgment)),
        Err(error) => {
            tracing::error!(
                parent: &span(headers), image.id = %resource.identifier(), %error,
                "an image cannot be measured"
            );
            Answer::Unmeasured
        }
    }
}

/// The answer where it cannot be known who asks.
fn undecided<'a>(headers: Headers<'a>, error: &StoreError) -> Answer<'a> {
    // That nothing counts any more was said once.
    if !matches!(error, StoreError::Stale) {
        tracing::error!(parent: &span(headers), %error, "a request cannot be decided");
    }
    Answer::Unavailable
}

/// Whom the authToken in these headers identifies; nothing if there is none. Where there is one, it alone
/// counts: it was put there on purpose, and browsers send cookies by themselves.
async fn by_token(
    state: &AppState,
    headers: Headers<'_>,
    resource: &Resource<'_>,
    now: DateTime<Utc>,
) -> Option<Result<Principal, Option<(Box<Attempt>, Refusal)>>> {
    let paths = paths(state, resource);
    let wanted = Wanted {
        paths: &paths,
        is_change: false,
    };
    let attempt = attempt(state, headers, &wanted, now).await?;
    if bearer(lines(headers, "authorization")) != Presented::Nothing {
        return Some(Err(None));
    }
    let admitted = attempt.admit(&wanted);
    Some(match admitted {
        Ok(admitted) => Ok(Principal::of_annotator(admitted.user).at(address_in(headers))),
        Err(refusal) => Err(Some((Box::new(attempt), refusal))),
    })
}

/// Who sent these headers.
pub(super) async fn who(
    state: &AppState,
    headers: Headers<'_>,
    tokens: Tokens,
    resource: &Resource<'_>,
    now: DateTime<Utc>,
) -> Result<Asker, crate::live::Failure> {
    let cookies = |name| cookie(lines(headers, "cookie"), name);
    let credentials = Credentials {
        cookie: cookies(cookie_name(state, Door::Images)),
        bearer: bearer(lines(headers, "authorization")),
        pass: cookies(pass_cookie_name(&state.config)),
        address: address_in(headers),
    };
    let asker = authenticate(&state.live, &state.keys, credentials, tokens, now).await?;
    Ok(match asker {
        Asker::Known(mut principal) => {
            // A pass comes by itself, so beyond its reach it is nothing, and no reason to refuse.
            principal.annotator = principal.annotator.filter(|annotator| {
                !matches!(resource, Resource::File(_)) && reaches(state, annotator, resource)
            });
            Asker::Known(principal)
        }
        Asker::Rejected => Asker::Rejected,
    })
}

/// Whether a resource is within what the users of a consumer may reach.
pub(super) fn reaches(
    state: &AppState,
    annotator: &AnnotatorUser,
    resource: &Resource<'_>,
) -> bool {
    let is_reached = |path: &String| annotator.consumer.reaches(path);
    annotator.consumer.is_enabled && paths(state, resource).iter().all(is_reached)
}

/// The path of a resource in every reading, decoded. An image has one, however it is asked for.
fn paths(state: &AppState, resource: &Resource<'_>) -> Vec<String> {
    let prefix = match resource {
        Resource::Image { .. } => state.layout.images.as_str(),
        Resource::Manifest(_) => state.layout.manifests.as_str(),
        Resource::File(_) => "/",
    };
    let readings = resource.identifier().readings();
    readings
        .iter()
        .map(|reading| format!("{prefix}{reading}"))
        .collect()
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

fn resource<'a>(state: &AppState, headers: Headers<'a>) -> Option<Resource<'a>> {
    let is_read = matches!(once(headers, "x-original-method")?, b"GET" | b"HEAD");
    let target = once(headers, "x-original-uri").filter(|_| is_read)?;
    Resource::of(target, &state.layout).ok()
}
