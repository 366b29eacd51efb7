//! Why there is no token: a status, and one sentence in plain text.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER};

use crate::iiif::wording::{Texts, fill};
use crate::live::limits::TooMany;
use crate::web::sign_in;
use crate::web::state::AppState;

/// Why there is no token.
pub(super) enum Refusal {
    /// Nobody is signed in.
    Nobody,
    /// The name and password that came open no account, or not now.
    NotSignedIn(sign_in::Refusal),
    /// The account, or the visitor, may not annotate here.
    Closed,
    /// Nobody gets tokens here.
    Off,
    /// The page that asks may not.
    Foreign,
    /// Another method than those that are answered.
    Method,
    /// A form that cannot be read.
    Unreadable,
    /// Too many tokens.
    TooMany(TooMany),
    /// It cannot be known who asks, or nothing can be signed. The log says more.
    Unavailable,
}

impl From<TooMany> for Refusal {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many)
    }
}

impl Refusal {
    /// The answer. It never has markup in it, nor words that somebody else chose.
    pub(super) fn answer(&self, state: &AppState, texts: &Texts) -> HttpResponse {
        let mut response = HttpResponse::build(self.status());
        if let Self::TooMany(TooMany(wait))
        | Self::NotSignedIn(sign_in::Refusal::TooMany(TooMany(wait))) = self
        {
            response.insert_header((RETRY_AFTER, wait.as_secs()));
        }
        if matches!(self, Self::Method) {
            response.insert_header((ALLOW, allowed(state)));
        }
        response
            .content_type("text/plain; charset=utf-8")
            .body(self.text(state, texts))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Nobody => StatusCode::UNAUTHORIZED,
            Self::NotSignedIn(refusal) => refusal.status(),
            Self::Closed | Self::Off | Self::Foreign => StatusCode::FORBIDDEN,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn text(&self, state: &AppState, texts: &Texts) -> String {
        let (own, errors) = (&texts.annotator, &texts.pages.errors);
        match self {
            Self::Nobody => {
                // This page opens images, too; the one at /login opens the account alone.
                let url = state.config.public.page("/iiif-login");
                fill(&own.sign_in, &[("url", &url)])
            }
            Self::NotSignedIn(refusal) => refusal.text(texts),
            Self::Closed => own.closed.clone(),
            Self::Off => own.off.clone(),
            Self::Foreign => own.foreign.clone(),
            Self::Method => own.get_only.clone(),
            Self::Unreadable => errors.bad_request.heading.clone(),
            Self::TooMany(too_many) => sign_in::Refusal::TooMany(*too_many).text(texts),
            Self::Unavailable => errors.unavailable.note.clone(),
        }
    }
}

/// The methods that are answered.
pub(super) fn allowed(state: &AppState) -> &'static str {
    if state.config.annotator.digilib_login {
        "GET, HEAD, POST, OPTIONS"
    } else {
        "GET, HEAD, OPTIONS"
    }
}
