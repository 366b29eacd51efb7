//! Signing in to the account page and the administration: the same check, another cookie.

use actix_session::Session;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::form::{CsrfForm, FormToken};
use super::headers::{address, texts};
use super::iiif_login::refused;
use super::pages::auth::SignInPage;
use super::protect::html;
use super::second_factor;
use super::session::begin;
use super::sign_in::{Passed, Visitor, check_password};
use super::state::{AppState, now};
use crate::identity::principal::UserId;
use crate::iiif::wording::Texts;

/// Where to go afterwards.
#[derive(Deserialize)]
pub(super) struct Asked {
    next: Option<String>,
}

/// The form's fields.
#[derive(Deserialize)]
pub(super) struct Fields {
    username: String,
    password: String,
    next: Option<String>,
}

/// Shows the form.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    asked: Option<Query<Asked>>,
    token: FormToken,
) -> Result<HttpResponse, Error> {
    let next = asked.and_then(|Query(asked)| asked.next);
    let texts = texts(&state, &request);
    Ok(html(state.pages.render(&form(
        &state,
        texts,
        next.as_deref(),
        token,
    ))?))
}

/// Signs in.
pub(super) async fn submit(
    state: Data<AppState>,
    request: HttpRequest,
    session: Session,
    token: FormToken,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let from = address(&request);
    let visitor = Visitor {
        username: &fields.username,
        address: from,
        now: now(),
        opens_account: true,
    };
    match check_password(&state, visitor, fields.password).await? {
        Ok(Passed::CodeNeeded(ticket)) => {
            let texts = texts(&state, &request);
            let next = fields.next.as_deref();
            let page = second_factor::page(&state, texts, ticket, next, token);
            Ok(html(state.pages.render(&page)?))
        }
        Ok(Passed::SignedIn(user)) => {
            signed_in(&state, &session, user, &request, fields.next.as_deref())
        }
        Err(refusal) => {
            let texts = texts(&state, &request);
            let page = SignInPage {
                username: fields.username,
                error: Some(refusal.text(texts)),
                ..form(&state, texts, fields.next.as_deref(), token)
            };
            refused(&state, &refusal, &page)
        }
    }
}

/// Opens the account, and leads on.
pub(super) fn signed_in(
    state: &AppState,
    session: &Session,
    user: UserId,
    request: &HttpRequest,
    next: Option<&str>,
) -> Result<HttpResponse, Error> {
    begin(session, user, request)?;
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, destination(state, next)))
        .finish())
}

fn form(state: &AppState, texts: &Texts, next: Option<&str>, token: FormToken) -> SignInPage {
    SignInPage {
        language: texts.tag.clone(),
        heading: texts.pages.sign_in.account_heading.clone(),
        action: state.path("/login"),
        next: next.map(|next| destination(state, Some(next))),
        csrf: token.value(),
        can_register: state.config.accounts.allow_registration,
        ..SignInPage::default()
    }
}

/// A path of our own pages, or the account page: never anything that a browser could take for
/// another place.
pub(super) fn destination(state: &AppState, next: Option<&str>) -> String {
    let home = state.path("/");
    match next {
        Some(next) if is_own_path(next, &home) && !next.starts_with(&state.path("/login")) => {
            next.to_owned()
        }
        _ => home,
    }
}

fn is_own_path(path: &str, home: &str) -> bool {
    path.starts_with(home)
        && path.len() <= 2000
        && !path.contains("//")
        && !path.split(['/', '?']).any(is_dot_segment)
        && path
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/-_.~?&=+%".contains(&b))
}

/// Browsers resolve `%2e` like a dot (URL Standard, section 4.4).
fn is_dot_segment(segment: &str) -> bool {
    matches!(
        segment.to_ascii_lowercase().replace("%2e", ".").as_str(),
        "." | ".."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_our_own_are_followed() {
        for path in [
            "/auth/",
            "/auth/admin/users?page=2&search=a%40b",
            "/auth/admin/rules/3",
        ] {
            assert!(is_own_path(path, "/auth/"), "{path}");
        }
        for path in [
            "",
            "/",
            "/evil",
            "//evil",
            "/auth//evil",
            "/auth/../evil",
            "/auth/%2e%2E/evil",
            "/auth/.%2e/evil",
            "/auth/\\evil",
            "/auth/\tx",
            "https:evil",
            "https://images.example@evil",
            "javascript:alert(1)",
            "/auth/x\r\nSet-Cookie:a=b",
            "/auth/x#y",
            "\u{0}/auth/",
            " /auth/",
            "/auth/é",
            "/authevil",
            &format!("/auth/{}", "a".repeat(8000)),
        ] {
            assert!(!is_own_path(path, "/auth/"), "{path}");
        }
    }
}
