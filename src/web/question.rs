//! What nginx asks: one client request, described in headers, and nothing else is read of it.

use actix_web::http::header::HeaderMap;
use chrono::{DateTime, Utc};

use super::cookies::cookie_name;
use super::headers::{lines, once};
use super::state::AppState;
use crate::access::decision::{Decision, decide};
use crate::access::policy::Policy;
use crate::access::rule::Kind;
use crate::identity::credentials::{bearer, cookie};
use crate::identity::principal::Principal;
use crate::identity::session::Door;
use crate::image::resource::Resource;
use crate::live::authenticate::{Asker, Credentials, authenticate};

/// The answer to a question.
pub(super) enum Answer<'a> {
    /// It was decided.
    Decided {
        /// Who asks.
        principal: Principal,
        /// For what.
        resource: Resource<'a>,
        /// May they.
        decision: Decision,
        /// The policy that said so.
        policy: std::sync::Arc<Policy>,
    },
    /// The target or a header is not what nginx sends, or not canonical.
    Malformed,
    /// Credentials contradict each other.
    Conflict,
    /// The database does not answer, and what it knows is not in memory.
    Unavailable,
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
    let credentials = Credentials {
        cookie: cookie(lines(headers, "cookie"), cookie_name(state, Door::Images)),
        bearer: bearer(lines(headers, "authorization")),
    };
    let tokens_count = resource.is_description() || state.config.bearer_opens_images;
    let principal =
        match authenticate(&state.live, &state.keys, credentials, tokens_count, now).await {
            Ok(Asker::Known(principal)) => principal,
            Ok(Asker::Rejected) => return Answer::Conflict,
            Err(error) => {
                tracing::error!(%error, "a request cannot be decided");
                return Answer::Unavailable;
            }
        };
    let policy = arc_swap::Guard::into_inner(state.live.policy());
    let decision = decide(
        &policy,
        &principal,
        Kind::from(&resource),
        resource.identifier(),
    );
    Answer::Decided {
        principal,
        resource,
        decision,
        policy,
    }
}

fn resource<'a>(state: &AppState, headers: &'a HeaderMap) -> Option<Resource<'a>> {
    let is_read = matches!(once(headers, "x-original-method")?, b"GET" | b"HEAD");
    let target = once(headers, "x-original-uri").filter(|_| is_read)?;
    Resource::of(target, &state.layout).ok()
}
