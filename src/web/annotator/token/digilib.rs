//! A token for a name and a password, as the annotator of digilib asks for it, where
//! `ANNOTATOR_DIGILIB_LOGIN` says so.
//!
//! The same check and the same limits as behind every sign-in form. No session begins and no cookie is
//! set: what comes back is the token and nothing else.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::web::Query;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::answer::{Granted, unavailable};
use super::issue::{Holder, issue};
use super::refusal::Refusal;
use super::visitor;
use crate::web::form;
use crate::web::headers::address;
use crate::web::sign_in::check;
use crate::web::state::AppState;

/// The name that digilib sends for somebody who has none.
const ANONYMOUS: &str = "anonymous";

/// The form's fields.
#[derive(Deserialize)]
struct Fields {
    user: String,
    #[serde(default)]
    password: String,
}

/// A token for whoever is named in the form.
pub(super) async fn grant(
    state: &AppState,
    request: &HttpRequest,
    payload: Payload,
    now: DateTime<Utc>,
) -> Result<Granted, Refusal> {
    let Fields { user, password } = fields(request, payload).await?;
    if user == ANONYMOUS && password.is_empty() {
        return visitor::grant(state, request, now);
    }
    let checked = check(state, &user, password, address(request), now).await;
    let id = match checked {
        Ok(Ok(id)) => id,
        Ok(Err(refusal)) => return Err(Refusal::NotSignedIn(refusal)),
        Err(error) => return Err(unavailable(&error)),
    };
    let user = state.live.user(id).await.map_err(|e| unavailable(&e))?;
    // Disabled in this very moment.
    let user = user.ok_or(Refusal::Closed)?;
    state
        .live
        .limits
        .issue_token(&format!("user {}", user.id.0), now)?;
    let holder = Holder::account(state, &user, None)?;
    Ok(Granted {
        token: issue(state, &holder, now)?,
        cookie: None,
    })
}

async fn fields(request: &HttpRequest, payload: Payload) -> Result<Fields, Refusal> {
    let body = form::body(request, payload)
        .await
        .map_err(|_| Refusal::Unreadable)?;
    let fields = Query::<Fields>::from_query(&body).map_err(|_| Refusal::Unreadable)?;
    Ok(fields.into_inner())
}
