//! The access service of IIIF Auth 1.0 (§2.1), in a window that the viewer opened.
//!
//! Two pages, each with a click: the form, then "signed in" with a button that closes the window.
//! Firefox sends the cookie to the viewer's frames only after clicks on two documents of ours.

use actix_session::Session;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::form::{CsrfForm, FormToken};
use super::headers::{address, texts};
use super::limits::TooMany;
use super::pages::auth::{ClosedPage, SignInPage, SignedInPage};
use super::protect::{html, html_with_script, nonce};
use super::session::{Presence, begin, presence};
use super::sign_in::{Refusal, check};
use super::state::{AppState, now};
use crate::identity::session::Door;
use crate::iiif::origin::Origin;
use crate::iiif::wording::Texts;
use crate::live::sessions::Current;

/// What a viewer adds to the address. Everything is optional, and nothing of it is ever followed.
#[derive(Deserialize)]
pub(super) struct Asked {
    origin: Option<String>,
    cancel: Option<String>,
}

/// The form's fields.
#[derive(Deserialize)]
pub(super) struct Fields {
    username: String,
    password: String,
    origin: Option<String>,
}

/// Shows the form, or that somebody is signed in.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    asked: Option<Query<Asked>>,
    token: FormToken,
) -> Result<HttpResponse, Error> {
    let (origin, cancel) = match asked {
        Some(Query(Asked { origin, cancel })) => (viewer(origin.as_deref()), cancel),
        None => (None, None),
    };
    let texts = texts(&state, &request);
    if cancel.is_some() {
        return canceled(&state, texts);
    }
    match presence(&state, &request, Door::Images).await {
        Ok(Presence::SignedIn {
            current: Current {
                user: Some(user), ..
            },
            ..
        }) => signed_in(&state, texts, user.name.as_str(), origin),
        Ok(Presence::SignedIn { .. } | Presence::None | Presence::Invalid) | Err(_) => {
            let page = form(&state, texts, origin, token);
            Ok(html(state.pages.render(&page)?))
        }
    }
}

/// Signs in.
pub(super) async fn submit(
    state: Data<AppState>,
    request: HttpRequest,
    session: Session,
    token: FormToken,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let origin = viewer(fields.origin.as_deref());
    let from = address(&request);
    match check(&state, &fields.username, fields.password, from, now()).await? {
        Ok(user) => {
            begin(&session, user, &request)?;
            Ok(HttpResponse::SeeOther()
                .insert_header((LOCATION, url(&state, origin.as_ref())))
                .finish())
        }
        Err(refusal) => {
            let texts = texts(&state, &request);
            let page = SignInPage {
                username: fields.username,
                error: Some(refusal.text(texts)),
                ..form(&state, texts, origin, token)
            };
            refused(&state, &refusal, &page)
        }
    }
}

/// The form again, with what was wrong.
pub(super) fn refused(
    state: &AppState,
    refusal: &Refusal,
    page: &SignInPage,
) -> Result<HttpResponse, Error> {
    let mut response = html(state.pages.render(page)?);
    *response.status_mut() = refusal.status();
    if let Refusal::TooMany(TooMany(wait)) = refusal {
        response
            .headers_mut()
            .insert(RETRY_AFTER, wait.as_secs().into());
    }
    Ok(response)
}

fn form(state: &AppState, texts: &Texts, origin: Option<Origin>, token: FormToken) -> SignInPage {
    let cancel = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("cancel", "1")
        .finish();
    SignInPage {
        language: texts.tag.clone(),
        heading: texts.pages.sign_in.heading.clone(),
        lead: None,
        action: state.path("/iiif-login"),
        origin: origin.map(|origin| origin.to_string()),
        csrf: token.value(),
        can_register: state.config.allow_registration,
        cancel_url: Some(format!("{}?{cancel}", state.path("/iiif-login"))),
        ..SignInPage::default()
    }
}

fn signed_in(
    state: &AppState,
    texts: &Texts,
    name: &str,
    origin: Option<Origin>,
) -> Result<HttpResponse, Error> {
    let nonce = nonce();
    let page = SignedInPage {
        language: texts.tag.clone(),
        user_name: name.to_owned(),
        nonce: nonce.clone(),
        // Only on our own site does the viewer need no second click.
        auto_close: origin.as_ref().is_some_and(|o| o.as_str() == state.origin),
        origin: origin.map(|origin| origin.to_string()),
        logout_url: state.path("/logout"),
        ..SignedInPage::default()
    };
    Ok(html_with_script(state, &nonce, state.pages.render(&page)?))
}

fn canceled(state: &AppState, texts: &Texts) -> Result<HttpResponse, Error> {
    let nonce = nonce();
    let page = ClosedPage {
        language: texts.tag.clone(),
        heading: texts.pages.closed.canceled.clone(),
        nonce: nonce.clone(),
        auto_close: true,
        sign_in_url: Some(state.path("/iiif-login")),
        ..ClosedPage::default()
    };
    Ok(html_with_script(state, &nonce, state.pages.render(&page)?))
}

fn viewer(origin: Option<&str>) -> Option<Origin> {
    origin.and_then(Origin::parse)
}

fn url(state: &AppState, origin: Option<&Origin>) -> String {
    let path = state.path("/iiif-login");
    origin.map_or_else(
        || path.clone(),
        |origin| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("origin", origin.as_str())
                .finish();
            format!("{path}?{query}")
        },
    )
}
