//! The access service for signing in (IIIF Auth 1.0 §2.1, 2.0 §3), in a window that the viewer opened.
//!
//! Two pages, each with a click: the form, then "signed in" with a button that closes the window.
//! Firefox sends the cookie to the viewer's frames only after clicks on two documents of ours.

use actix_session::Session;
use actix_web::http::header::{LOCATION, RETRY_AFTER};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::form::{CsrfForm, FormToken};
use super::headers::address;
use super::pages::Page;
use super::pages::auth::{SignInPage, SignedInPage};
use super::protect::html;
use super::session::{Presence, begin, presence};
use super::sign_in::{Refusal, check};
use super::state::{AppState, now};
use super::window::{Asked, Window};
use crate::identity::session::Door;
use crate::live::limits::TooMany;
use crate::live::sessions::Current;

/// The form's fields.
#[derive(Deserialize)]
pub(super) struct Fields {
    username: String,
    password: String,
    origin: Option<String>,
    next: Option<String>,
}

/// Shows the form, or that somebody is signed in.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    window: Window,
    token: FormToken,
) -> Result<HttpResponse, Error> {
    if window.cancels {
        return window.canceled(&window.texts().pages.closed.canceled);
    }
    match presence(&state, &request, Door::Images).await {
        Ok(Presence::SignedIn {
            current: Current {
                user: Some(user), ..
            },
            ..
        }) => {
            let page = SignedInPage {
                user_name: user.name.to_string(),
                ..SignedInPage::default()
            };
            window.done(page, false)
        }
        Ok(Presence::SignedIn { .. } | Presence::None | Presence::Invalid) | Err(_) => {
            window.page(&form(&state, &window, token))
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
    let asked = Asked {
        origin: fields.origin,
        next: fields.next,
        cancel: None,
    };
    let window = Window::with(&state, &request, asked);
    let from = address(&request);
    match check(&state, &fields.username, fields.password, from, now()).await? {
        Ok(user) => {
            begin(&session, user, &request)?;
            Ok(HttpResponse::SeeOther()
                .insert_header((LOCATION, window.url()))
                .finish())
        }
        Err(refusal) => {
            let page = SignInPage {
                username: fields.username,
                error: Some(refusal.text(window.texts())),
                ..form(&state, &window, token)
            };
            refused(&state, &refusal, &page)
        }
    }
}

/// The form again, with what was wrong.
pub(super) fn refused<P: Page>(
    state: &AppState,
    refusal: &Refusal,
    page: &P,
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

fn form(state: &AppState, window: &Window, token: FormToken) -> SignInPage {
    let texts = window.texts();
    SignInPage {
        language: texts.tag.clone(),
        heading: texts.pages.sign_in.heading.clone(),
        action: window.action(),
        origin: window.origin_text(),
        next: window.next.clone(),
        csrf: token.value(),
        can_register: state.config.accounts.allow_registration,
        cancel_url: window.cancel_url(),
        ..SignInPage::default()
    }
}
