//! What every page gets: the headers that protect it, the cookie behind its forms, and a readable page
//! in place of a bare error.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName,
    HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage as _, HttpResponse, ResponseError as _};

use super::cookies::{cookie_name, form_cookie_name};
use super::error::Error;
use super::form::FormSecret;
use super::headers::{lines as header_lines, preferred};
use super::request_id::request_id;
use super::state::AppState;
use crate::identity::credentials::{Presented, cookie};
use crate::identity::secret;
use crate::identity::session::{Door, signed_anew};
use crate::language::Preferred;
use crate::store::StoreError;

/// What no page of ours asks for, nor may anything in it.
pub(super) const PERMISSIONS_POLICY: &str =
    "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// Wraps all pages but the token page, which viewers must be able to frame.
///
/// No `Cross-Origin-Opener-Policy`: it would tell the viewer that its sign-in window is closed. The
/// referrer is sent to ourselves, because without it browsers send forms with `Origin: null`.
pub(super) async fn page(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let Some(state) = request.app_data::<Data<AppState>>().cloned() else {
        return Err(Error::NotFound.into());
    };
    renew_signatures(&state, &mut request);
    // The same headers (RFC 9110 §9.3.2); the server leaves the body out.
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let reads = preferred(&state, request.headers());
    let form = FormSecret::of(&request, &state.config);
    request.extensions_mut().insert(form.clone());
    let number = request_id(request.headers()).map(ToOwned::to_owned);
    let mut response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => return Err(session_failed(&state, &error, number.as_deref(), &reads)),
    };
    if let Some(error) = response
        .response()
        .error()
        .and_then(actix_web::Error::as_error::<Error>)
    {
        log(error);
        let rendered = error_response(&state, error, number.as_deref(), &reads);
        response = response.into_response(rendered);
    }
    if form.is_new_and_used() {
        let cookie = form_cookie(&state, &form);
        response
            .response_mut()
            .add_cookie(&cookie)
            .map_err(|_| Error::Session)?;
    }
    add_headers(&state, response.headers_mut());
    state.counts.page(response.status());
    Ok(response)
}

/// After a new `AUTH_SECRET_KEY`, sessions signed with the previous one go on.
fn renew_signatures(state: &AppState, request: &mut ServiceRequest) {
    for door in [Door::Images, Door::Account] {
        let lines = header_lines(request.headers(), COOKIE.as_str());
        let Presented::One(value) = cookie(lines, cookie_name(state, door)) else {
            continue;
        };
        let Some(renewed) = signed_anew(value, &state.keys.cookies) else {
            continue;
        };
        let old = value.to_owned();
        let lines: Vec<String> = request
            .headers()
            .get_all(COOKIE)
            .filter_map(|line| Some(line.to_str().ok()?.replace(&old, &renewed)))
            .collect();
        if let Ok(line) = HeaderValue::from_str(&lines.join("; ")) {
            request.headers_mut().insert(COOKIE, line);
        }
    }
}

/// The session library tells no more of a database that does not answer than 500, and no page.
fn session_failed(
    state: &AppState,
    error: &actix_web::Error,
    number: Option<&str>,
    reads: &Preferred,
) -> actix_web::Error {
    let error = Error::Store(StoreError::Unavailable {
        reason: error.to_string(),
    });
    log(&error);
    let mut page = error_response(state, &error, number, reads);
    add_headers(state, page.headers_mut());
    state.counts.page(page.status());
    InternalError::from_response(error, page).into()
}

fn log(error: &Error) {
    if error.status_code().is_server_error() {
        let cause = std::error::Error::source(error).map(ToString::to_string);
        tracing::error!(%error, cause, "a page failed");
    }
}

/// The error as a page, with the headers that belong to it.
fn error_response(
    state: &AppState,
    error: &Error,
    number: Option<&str>,
    reads: &Preferred,
) -> HttpResponse {
    let bare = error.error_response();
    if bare.status().is_redirection() {
        return bare;
    }
    let mut page = error.page(state.wording.texts(reads));
    page.number = number.map(str::to_owned);
    let html = state.pages.render(&page).unwrap_or_default();
    let (parts, _) = bare.into_parts();
    let mut response = parts.set_body(BoxBody::new(html));
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, html);
    response
}

fn form_cookie(state: &AppState, form: &FormSecret) -> Cookie<'static> {
    Cookie::build(form_cookie_name(&state.config), form.value().to_owned())
        .path("/")
        .secure(state.config.public.secure)
        .http_only(true)
        .same_site(SameSite::Strict)
        .finish()
}

pub(super) fn add_headers(state: &AppState, headers: &mut HeaderMap) {
    let mut default = |name: HeaderName, value: &str| {
        if let (false, Ok(value)) = (headers.contains_key(&name), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    };
    default(
        CONTENT_SECURITY_POLICY,
        &content_security_policy(state, None),
    );
    default(X_FRAME_OPTIONS, "DENY");
    default(X_CONTENT_TYPE_OPTIONS, "nosniff");
    default(REFERRER_POLICY, "same-origin");
    default(CACHE_CONTROL, "no-store");
    default(
        HeaderName::from_static("permissions-policy"),
        PERMISSIONS_POLICY,
    );
}

/// The policy of a page: our own stylesheet and logo, and the one script that carries the nonce.
pub(super) fn content_security_policy(state: &AppState, nonce: Option<&str>) -> String {
    let logo = state.config.institution.logo.as_deref().unwrap_or_default();
    let logo =
        crate::identity::origin::Origin::parse(logo).map_or_else(String::new, |o| format!(" {o}"));
    let script = nonce.map_or_else(String::new, |nonce| format!(" script-src 'nonce-{nonce}';"));
    format!(
        "default-src 'none'; style-src 'self'; img-src 'self'{logo};{script} form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A nonce for one script on one page.
pub(super) fn nonce() -> String {
    secret::from_random(rand::random())
}

/// A page as the answer.
pub(super) fn html(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(body)
}

/// A page with one script that carries this nonce.
pub(super) fn html_with_script(state: &AppState, nonce: &str, body: String) -> HttpResponse {
    let policy = content_security_policy(state, Some(nonce));
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .body(body)
}
