//! The access token service of IIIF Auth 1.0 (§2.2).
//!
//! In a viewer's hidden frame it answers with a page that posts the token to the viewer, always with
//! status 200. Any origin may frame it, unless `VIEWER_ORIGINS` lists some: a token opens descriptions
//! only. For programs it answers in JSON.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERER, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::error::Error;
use super::headers::{once, preferred};
use super::pages::auth::{ScriptJson, TokenPage};
use super::protect::nonce;
use super::session::{Presence, presence};
use super::state::{AppState, now};
use super::storage_access;
use crate::identity::access_token::Version;
use crate::identity::session::Door;
use crate::iiif::origin::Origin;
use crate::iiif::token::{Outcome, Token, TokenError, message_v1};
use crate::live::sessions::Current;

/// The longest `messageId` in bytes; Mirador sends the service's own address.
const MAX_MESSAGE_ID: usize = 8192;

/// The request's parameters.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    message_id: Option<String>,
    origin: Option<String>,
    repeated: bool,
}

/// Answers.
pub(super) async fn token(
    state: Data<AppState>,
    request: HttpRequest,
) -> Result<HttpResponse, Error> {
    let asked = Asked::of(request.query_string());
    let Some(message_id) = asked.message_id.as_deref() else {
        let outcome = issue(&state, &request, now()).await;
        return Ok(json(&state, &request, &outcome));
    };
    let target = asked.origin.as_deref().and_then(Origin::parse);
    let outcome = match &target {
        None => Err(TokenError::InvalidRequest),
        _ if asked.repeated || message_id.len() > MAX_MESSAGE_ID => Err(TokenError::InvalidRequest),
        Some(origin) if !admits(&state, &request, origin) => Err(TokenError::InvalidOrigin),
        Some(_) => issue(&state, &request, now()).await,
    };
    let message_id = message_id.get(..MAX_MESSAGE_ID).unwrap_or(message_id);
    let texts = state.wording.texts(&preferred(&state, request.headers()));
    let message = message_v1(&outcome, Some(message_id), texts);
    let mut response = page(&state, &message, target.as_ref())?;
    storage_access::load(request.headers(), response.headers_mut());
    storage_access::retry(&state, request.headers(), response.headers_mut());
    Ok(response)
}

/// Issues a token for the session behind the cookie; it ends with the session at the latest.
async fn issue(state: &AppState, request: &HttpRequest, now: DateTime<Utc>) -> Outcome {
    let (id, Current { expires_at, .. }) = match presence(state, request, Door::Images).await {
        Ok(Presence::SignedIn { id, current }) => (id, current),
        Ok(Presence::None) => return Err(TokenError::MissingCredentials),
        Ok(Presence::Invalid) => return Err(TokenError::InvalidCredentials),
        Err(error) => {
            tracing::error!(%error, "a token cannot be issued");
            return Err(TokenError::Unavailable);
        }
    };
    let lifetime = chrono::Duration::from_std(state.config.token_lifetime);
    let end = expires_at.min(now + lifetime.unwrap_or_default());
    let access_token = state
        .keys
        .tokens
        .issue(&id, Version::V1, now, end)
        .map_err(|_| TokenError::Unavailable)?;
    Ok(Token {
        access_token,
        expires_in: (end.timestamp() - now.timestamp()).max(1),
    })
}

/// Whether viewers of this origin are admitted, and the frame does stand in a page of that origin.
fn admits(state: &AppState, request: &HttpRequest, origin: &Origin) -> bool {
    let listed = &state.config.viewer_origins;
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

fn page(state: &AppState, message: &Value, target: Option<&Origin>) -> Result<HttpResponse, Error> {
    let nonce = nonce();
    // Without a valid origin there is only an error to post, and no secret in it.
    let target = target.map_or("*", Origin::as_str);
    let page = TokenPage {
        nonce: nonce.clone(),
        message_json: ScriptJson::new(message),
        target_json: ScriptJson::new(&target.into()),
        retry_json: None,
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
        // Viewers that are isolated from other origins frame nothing without these.
        .insert_header(("Cross-Origin-Embedder-Policy", "require-corp"))
        .insert_header(("Cross-Origin-Resource-Policy", "cross-origin"))
        .body(state.pages.render(&page)?))
}

impl Asked {
    fn of(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
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
