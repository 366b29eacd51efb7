//! The one place where errors become HTTP. `protect` makes pages of them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use super::pages::PageError;
use super::pages::auth::ErrorPage;
use super::passwords::PasswordsError;
use crate::iiif::wording::{Notice, Texts, fill};
use crate::live::limits::TooMany;
use crate::store::StoreError;

/// What a page handler can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing here, or the visitor must not know.
    #[error("not found")]
    NotFound,
    /// The visitor is known, and may not.
    #[error("forbidden")]
    Forbidden,
    /// The request does not come from a form of ours.
    #[error("the form was not sent from a page of ours")]
    ForeignForm,
    /// A form or parameter cannot be read.
    #[error("bad request: {0}")]
    BadRequest(String),
    /// Too many attempts.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// Nobody is signed in: the sign-in page is at this address.
    #[error("sign-in needed")]
    SignInNeeded(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template.
    #[error(transparent)]
    Page(#[from] PageError),
    /// Hashing.
    #[error(transparent)]
    Password(#[from] PasswordsError),
    /// The session library.
    #[error("the session cannot be kept")]
    Session,
}

impl Error {
    /// What the visitor reads. What the log needs stays in the log.
    pub(super) fn page(&self, texts: &Texts) -> ErrorPage {
        let errors = &texts.pages.errors;
        let Notice { heading, note } = match self {
            Self::NotFound | Self::Store(StoreError::NotFound) => &errors.not_found,
            Self::Forbidden => &errors.forbidden,
            Self::ForeignForm => &errors.foreign_form,
            Self::BadRequest(_) => &errors.bad_request,
            Self::TooMany(_) => &errors.too_many,
            Self::SignInNeeded(_) => &texts.reasons.sign_in_needed,
            Self::Store(
                StoreError::Unavailable { .. } | StoreError::ReadOnly | StoreError::Stale,
            ) => &errors.unavailable,
            Self::Store(_) | Self::Page(_) | Self::Password(_) | Self::Session => &errors.fault,
        };
        let (message, hint) = match self {
            Self::BadRequest(what) => (what.clone(), Some(note.clone())),
            Self::TooMany(TooMany(wait)) => {
                let seconds = wait.as_secs().to_string();
                (fill(note, &[("seconds", &seconds)]), None)
            }
            _ => (note.clone(), None),
        };
        ErrorPage {
            language: texts.tag.clone(),
            status: self.status_code().as_u16(),
            title: heading.clone(),
            message,
            hint,
            number: None,
        }
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::Store(StoreError::NotFound) => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::SignInNeeded(_) => StatusCode::SEE_OTHER,
            Self::Store(
                StoreError::Unavailable { .. } | StoreError::ReadOnly | StoreError::Stale,
            ) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) | Self::Page(_) | Self::Password(_) | Self::Session => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::SignInNeeded(location) => {
                response.insert_header(("Location", location.as_str()));
            }
            Self::TooMany(TooMany(wait)) => {
                response.insert_header(("Retry-After", wait.as_secs()));
            }
            _ => {}
        }
        response.finish()
    }
}
