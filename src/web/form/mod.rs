//! Forms that only our own pages can send.
//!
//! Two independent checks: the browser's word on where the form comes from (`Sec-Fetch-Site`,
//! `Origin`), and a token that is signed over a cookie of its own (`SameSite=Strict`). A request
//! without any cookie and without these headers comes from a program that the visitor runs knowingly;
//! it carries nothing that could be abused.

mod multipart;

use std::borrow::Cow;
use std::cell::Cell;
use std::future::{Ready, ready};
use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::{CONTENT_TYPE, COOKIE, HeaderMap, ORIGIN};
use actix_web::web::{Bytes, Data};
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;

use super::cookies::form_cookie_name;
use super::error::Error;
use super::headers::{lines, once};
use super::state::AppState;
use crate::config::Config;
use crate::identity::credentials::{Presented, cookie};
use crate::identity::secret;

/// The largest form in bytes that anybody may send.
pub(super) const MAX_BYTES: usize = 64 * 1024;
/// The largest form in bytes below `/admin`: an import of users.
pub(super) const MAX_IMPORT_BYTES: usize = 6 * 1024 * 1024;

/// The random value behind the tokens of one browser's forms, from its cookie or new.
#[derive(Debug, Clone)]
pub(super) struct FormSecret {
    value: String,
    is_new: bool,
    used: Rc<Cell<bool>>,
}

impl FormSecret {
    pub(super) fn of(request: &ServiceRequest, config: &Config) -> Self {
        let lines = lines(request.headers(), COOKIE.as_str());
        let known = match cookie(lines, form_cookie_name(config)) {
            Presented::One(value) if secret::is_well_formed(value) => Some(value.to_owned()),
            _ => None,
        };
        let is_new = known.is_none();
        let value = known.unwrap_or_else(|| secret::from_random(rand::random()));
        Self {
            value,
            is_new,
            used: Rc::default(),
        }
    }

    pub(super) fn value(&self) -> &str {
        &self.value
    }

    pub(super) fn is_new_and_used(&self) -> bool {
        self.is_new && self.used.get()
    }

    fn token(&self, state: &AppState) -> String {
        let key = state.keys.forms.first();
        let signature = key.map(|key| key.sign(self.value.as_bytes()));
        URL_SAFE_NO_PAD.encode(signature.unwrap_or_default())
    }

    fn verifies(&self, state: &AppState, token: &str) -> bool {
        let token = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        let mut keys = state.keys.forms.iter();
        !self.is_new && keys.any(|key| key.verifies(self.value.as_bytes(), &token))
    }
}

/// The value of a page's hidden field `csrf`.
pub struct FormToken(String);

impl FormToken {
    /// The value.
    pub fn value(self) -> String {
        self.0
    }
}

impl FromRequest for FormToken {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<Data<AppState>>();
        let secret = request.extensions().get::<FormSecret>().cloned();
        ready(match (state, secret) {
            (Some(state), Some(secret)) => {
                secret.used.set(true);
                Ok(Self(secret.token(state)))
            }
            _ => Err(Error::Session),
        })
    }
}

/// A form sent from a page of ours. Fields that `T` does not name are ignored; one that stands there
/// twice is refused, unless `T` is a list of pairs.
pub struct CsrfForm<T>(pub T);

impl<T> Deref for CsrfForm<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for CsrfForm<T> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let state = request.app_data::<Data<AppState>>().ok_or(Error::Session)?;
            check_source(state, request.headers())?;
            let body = read(&request, payload).await?;
            let body = urlencoded(&request, &body)?;
            check_token(state, &request, &body)?;
            let form = actix_web::web::Query::<T>::from_query(&body).map_err(|_| {
                Error::BadRequest(
                    "A field of the form is missing, or stands there twice.".to_owned(),
                )
            })?;
            Ok(Self(form.into_inner()))
        })
    }
}

/// A form that anybody may send, as if it had no file.
pub(super) async fn body(request: &HttpRequest, payload: Payload) -> Result<String, Error> {
    let body = read(request, payload).await?;
    Ok(urlencoded(request, &body)?.into_owned())
}

fn unreadable() -> Error {
    Error::BadRequest("The form cannot be read.".to_owned())
}

/// Browsers say where a form comes from; it must be our own public address.
fn check_source(state: &AppState, headers: &HeaderMap) -> Result<(), Error> {
    let is_ours = headers
        .get_all(ORIGIN)
        .all(|origin| origin.as_bytes() == state.origin.as_bytes())
        && headers
            .get_all("sec-fetch-site")
            .all(|site| site.as_bytes() == b"same-origin");
    if is_ours {
        Ok(())
    } else {
        Err(Error::ForeignForm)
    }
}

fn check_token(state: &AppState, request: &HttpRequest, body: &str) -> Result<(), Error> {
    let headers = request.headers();
    let by_program = ["cookie", "origin", "sec-fetch-site", "referer"]
        .iter()
        .all(|name| !headers.contains_key(*name));
    if by_program {
        return Ok(());
    }
    let tokens: Vec<_> = url::form_urlencoded::parse(body.as_bytes())
        .filter(|(name, _)| name == "csrf")
        .map(|(_, token)| token.into_owned())
        .collect();
    let secret = request.extensions().get::<FormSecret>().cloned();
    match (secret, tokens.as_slice()) {
        (Some(secret), [token]) if secret.verifies(state, token) => Ok(()),
        _ => Err(Error::ForeignForm),
    }
}

/// A form's content type, in small letters.
fn content_type(request: &HttpRequest) -> String {
    let kind = once(request.headers(), CONTENT_TYPE.as_str()).unwrap_or_default();
    String::from_utf8_lossy(kind).into_owned()
}

/// Whether a content type is this one, with or without parameters.
fn is(content_type: &str, media_type: &str) -> bool {
    let name = content_type.split(';').next().unwrap_or_default();
    name.trim().eq_ignore_ascii_case(media_type)
}

/// The form as if it had no file. NUL is in no text, and no database takes it.
fn urlencoded<'a>(request: &HttpRequest, body: &'a [u8]) -> Result<Cow<'a, str>, Error> {
    let kind = content_type(request);
    let body = if is(&kind, "multipart/form-data") {
        let fields = multipart::fields(&kind, body);
        let fields = fields.map_err(|error| Error::BadRequest(error.to_string()))?;
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        Cow::Owned(body.extend_pairs(fields).finish())
    } else {
        Cow::Borrowed(std::str::from_utf8(body).map_err(|_| unreadable())?)
    };
    if body.contains("%00") || body.contains('\0') {
        return Err(unreadable());
    }
    Ok(body)
}

async fn read(request: &HttpRequest, payload: Payload) -> Result<Bytes, Error> {
    let kind = content_type(request);
    let known = ["application/x-www-form-urlencoded", "multipart/form-data"];
    if !known.iter().any(|known| is(&kind, known)) {
        return Err(unreadable());
    }
    let mut payload = payload;
    Bytes::from_request(request, &mut payload)
        .await
        .map_err(|error| Error::BadRequest(format!("The form cannot be read: {error}.")))
}
