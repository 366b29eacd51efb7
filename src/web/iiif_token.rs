//! The access token services of IIIF Auth 1.0 (§2.2) and 2.0 (§4), each with an address of its own.
//!
//! In a viewer's hidden frame they answer with a page that posts the token to the viewer, always with
//! status 200. Any origin may frame it, unless `VIEWER_ORIGINS` lists some: a token opens descriptions
//! only. For programs version 1 answers in JSON. What is told of an external service hands out tokens
//! by the address asked from alone.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERER, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::error::Error;
use super::headers::{address, once, preferred, undecided};
use super::pages::auth::{ScriptJson, TokenPage};
use super::protect::nonce;
use super::session::{Presence, has_expired, presence};
use super::state::{AppState, now};
use super::storage_access;
use crate::identity::access_token::{OF_NETWORK, Version};
use crate::identity::origin::Origin;
use crate::identity::principal::{ObtainedBy, OfferedAs};
use crate::identity::session::Door;
use crate::iiif::token::{Outcome, Token, TokenError, message_v1, message_v2};

/// The longest `messageId` in bytes; Mirador sends the service's own address.
const MAX_MESSAGE_ID: usize = 8192;

/// Says that the page's script asked the browser for the cookie already (requirement BR-18).
const AGAIN: &str = "asked";

/// The request's parameters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    message_id: Option<String>,
    origin: Option<String>,
    repeated: bool,
    again: bool,
}

/// Version 1.
pub(super) async fn v1(state: Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Error> {
    answer(&state, &request, Version::V1, None).await
}

/// Version 2.
pub(super) async fn v2(state: Data<AppState>, request: HttpRequest) -> Result<HttpResponse, Error> {
    answer(&state, &request, Version::V2, None).await
}

/// Version 1, for a network.
pub(super) async fn external_v1(
    state: Data<AppState>,
    request: HttpRequest,
    role: Path<String>,
) -> Result<HttpResponse, Error> {
    answer(&state, &request, Version::V1, Some(&role)).await
}

/// Version 2, for a network.
pub(super) async fn external_v2(
    state: Data<AppState>,
    request: HttpRequest,
    role: Path<String>,
) -> Result<HttpResponse, Error> {
    answer(&state, &request, Version::V2, Some(&role)).await
}

async fn answer(
    state: &AppState,
    request: &HttpRequest,
    version: Version,
    role: Option<&str>,
) -> Result<HttpResponse, Error> {
    let asked = Asked::of(request.query_string());
    if asked.message_id.is_none() && version == Version::V1 {
        let outcome = issue(state, request, version, role, now()).await;
        return Ok(json(state, request, &outcome));
    }
    let message_id = asked.message_id.as_deref().unwrap_or_default();
    let target = asked.origin.as_deref().and_then(Origin::parse);
    let is_usable = !asked.repeated && (1..=MAX_MESSAGE_ID).contains(&message_id.len());
    let outcome = match &target {
        Some(origin) if is_usable && !admits(state, request, origin) => {
            Err(TokenError::InvalidOrigin)
        }
        Some(_) if is_usable => issue(state, request, version, role, now()).await,
        Some(_) | None => Err(TokenError::InvalidRequest),
    };
    let message_id = message_id.get(..MAX_MESSAGE_ID).unwrap_or(message_id);
    let message = match version {
        Version::V1 => {
            let texts = state.wording.texts(&preferred(state, request.headers()));
            message_v1(&outcome, Some(message_id), texts)
        }
        Version::V2 => message_v2(&outcome, message_id, &state.wording),
    };
    let retry = asked.retry(state, request, &outcome);
    let mut response = page(state, &message, target.as_ref(), retry)?;
    if matches!(outcome, Err(TokenError::Unavailable)) {
        *response.status_mut() = undecided(request.headers().into(), StatusCode::OK);
    }
    storage_access::load(request.headers(), response.headers_mut());
    storage_access::retry(state, request.headers(), response.headers_mut());
    Ok(response)
}

/// Issues a token: for the session behind the cookie, with which it ends at the latest, or for the
/// address asked from.
async fn issue(
    state: &AppState,
    request: &HttpRequest,
    version: Version,
    role: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome {
    let lifetime = chrono::Duration::from_std(state.config.token_lifetime);
    let longest = now + lifetime.unwrap_or_default();
    let (subject, end) = if let Some(role) = role {
        (of_network(state, request, role)?, longest)
    } else {
        let (id, ends) = of_session(state, request).await?;
        (id, ends.min(longest))
    };
    let token = state.keys.tokens.issue(&subject, version, now, end);
    Ok(Token {
        access_token: token.map_err(|_| TokenError::Unavailable)?,
        expires_in: (end.timestamp() - now.timestamp()).max(1),
    })
}

/// The session behind the cookie, and when it ends. One that opens nothing any more is none.
async fn of_session(
    state: &AppState,
    request: &HttpRequest,
) -> Result<(String, DateTime<Utc>), TokenError> {
    let unavailable = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "a token cannot be issued");
        TokenError::Unavailable
    };
    match presence(state, request, Door::Images).await {
        Ok(Presence::SignedIn { id, current }) => {
            let expires_at = current.expires_at;
            let who = current.principal().at(address(request));
            if state.live.policy().held(&who).is_empty() {
                return Err(TokenError::InvalidCredentials);
            }
            Ok((id, expires_at))
        }
        Ok(Presence::None) if storage_access::is_withheld(request.headers()) => {
            Err(TokenError::BlockedCredentials)
        }
        Ok(Presence::None) => Err(TokenError::MissingCredentials),
        Ok(Presence::Invalid) => match has_expired(state, request, Door::Images).await {
            Ok(true) => Err(TokenError::ExpiredCredentials),
            Ok(false) => Err(TokenError::InvalidCredentials),
            Err(error) => Err(unavailable(&error)),
        },
        Err(error) => Err(unavailable(&error)),
    }
}

/// A token for somebody in a network stands for nobody: what it opens, the address opens as well.
fn of_network(state: &AppState, request: &HttpRequest, role: &str) -> Result<String, TokenError> {
    let policy = state.live.policy();
    let role = policy.role_named(role).filter(|role| {
        role.obtained_by == ObtainedBy::Network && role.offered_as == OfferedAs::External
    });
    match role {
        Some(role) if policy.is_at(role, address(request)) => {
            Ok(format!("{OF_NETWORK}{}", role.id.0))
        }
        Some(_) => Err(TokenError::Elsewhere),
        None => Err(TokenError::InvalidRequest),
    }
}

/// Whether viewers of this origin are admitted, and the frame does stand in a page of that origin.
fn admits(state: &AppState, request: &HttpRequest, origin: &Origin) -> bool {
    let listed = &state.config.viewers.origins;
    let referer = once(request.headers(), REFERER.as_str())
        .and_then(|referer| std::str::from_utf8(referer).ok())
        .and_then(Origin::parse);
    (listed.is_empty() || listed.iter().any(|one| one == origin.as_str()))
        && referer.is_none_or(|referer| referer == *origin)
}

fn json(state: &AppState, request: &HttpRequest, outcome: &Outcome) -> HttpResponse {
    let texts = state.wording.texts(&preferred(state, request.headers()));
    let status = outcome.as_ref().err().map_or(200, |error| error.status());
    HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .json(message_v1(outcome, None, texts))
}

fn page(
    state: &AppState,
    message: &Value,
    target: Option<&Origin>,
    retry: Option<String>,
) -> Result<HttpResponse, Error> {
    let nonce = nonce();
    // Without a valid origin there is only an error to post, and no secret in it.
    let target = target.map_or("*", Origin::as_str);
    let page = TokenPage {
        nonce: nonce.clone(),
        message_json: ScriptJson::new(message),
        target_json: ScriptJson::new(&target.into()),
        retry_json: retry.map(|url| ScriptJson::new(&url.into())),
    };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; base-uri 'none'; form-action 'none'"
    );
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("Permissions-Policy", super::protect::PERMISSIONS_POLICY))
        // Viewers that are isolated from other origins frame nothing without these.
        .insert_header(("Cross-Origin-Embedder-Policy", "require-corp"))
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
        .body(state.pages.render(&page)?))
}

impl Asked {
    /// Where the page may be loaded once more, with the cookie that the browser withheld.
    fn retry(&self, state: &AppState, request: &HttpRequest, outcome: &Outcome) -> Option<String> {
        let no_cookie = [
            TokenError::MissingCredentials,
            TokenError::BlockedCredentials,
        ];
        let missed = outcome
            .as_ref()
            .is_err_and(|error| no_cookie.contains(error));
        let (path, query) = (request.uri().path(), request.query_string());
        (missed && !self.again).then(|| format!("{}?{query}&{AGAIN}=1", state.path(path)))
    }

    fn of(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            asked.again |= name == AGAIN;
            let field = match &*name {
                "messageId" => &mut asked.message_id,
                "origin" => &mut asked.origin,
                _ => continue,
            };
            asked.repeated |= field.replace(value.into_owned()).is_some();
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_raw_and_encoded() {
        for query in [
            "messageId=https://i.example/auth/iiif-token&origin=https://v.example",
            "messageId=https%3A%2F%2Fi.example%2Fauth%2Fiiif-token&origin=https%3A%2F%2Fv.example",
        ] {
            let asked = Asked::of(query);
            assert_eq!(
                asked.message_id.as_deref(),
                Some("https://i.example/auth/iiif-token")
            );
            assert_eq!(asked.origin.as_deref(), Some("https://v.example"));
            assert!(!asked.repeated);
        }
        assert!(Asked::of("messageId=1&origin=a&origin=b").repeated);
        assert_eq!(Asked::of("x=1"), Asked::default());
    }
}
