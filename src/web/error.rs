//! The one place where errors become HTTP. `protect` makes pages of them.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};

use super::limits::TooMany;
use super::pages::PageError;
use super::pages::auth::ErrorPage;
use super::passwords::PasswordsError;
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
    pub(super) fn page(&self) -> ErrorPage {
        let (title, message, hint): (&str, String, &str) = match self {
            Self::NotFound | Self::Store(StoreError::NotFound) => (
                "Page not found",
                "There is nothing at this address.".into(),
                "",
            ),
            Self::Forbidden => (
                "Not for you",
                "You are signed in, but this part is for administrators.".into(),
                "Ask an administrator for the role `admin` if you need it.",
            ),
            Self::ForeignForm => (
                "The form is too old",
                "It was not sent from a page of ours, or that page is no longer valid.".into(),
                "Go back, load the page again, and send it once more. Open it at its public address.",
            ),
            Self::BadRequest(what) => (
                "That could not be read",
                what.clone(),
                "Go back and try again.",
            ),
            Self::TooMany(_) => ("Please wait", format!("There were {self}."), ""),
            Self::SignInNeeded(_) => ("Sign in", "Please sign in first.".into(), ""),
            Self::Store(StoreError::Unavailable { .. } | StoreError::ReadOnly) => (
                "Not available",
                "The database does not answer right now.".into(),
                "Please try again in a minute.",
            ),
            Self::Store(_) | Self::Page(_) | Self::Password(_) | Self::Session => (
                "Something went wrong",
                "This is a fault of the program. It has been written to its log.".into(),
                "Please try again, and tell the administrator if it happens again.",
            ),
        };
        ErrorPage {
            status: self.status_code().as_u16(),
            title: title.to_owned(),
            message,
            hint: (!hint.is_empty()).then(|| hint.to_owned()),
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
            Self::Store(StoreError::Unavailable { .. } | StoreError::ReadOnly) => {
                StatusCode::SERVICE_UNAVAILABLE
            }
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
