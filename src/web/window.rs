//! A window that a viewer opened on an access service, or that somebody came to from a refused page.
//!
//! Everything in the address is optional. `origin` is shown, and decides whether one click will do;
//! `next` becomes a link. Neither is ever a redirect's target.

use actix_web::web::{Data, Query};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::headers::preferred;
use super::pages::Page;
use super::pages::auth::{ClosedPage, SignedInPage};
use super::protect::{html, html_with_script, nonce};
use super::state::AppState;
use crate::identity::origin::Origin;
use crate::iiif::wording::Texts;
use crate::image::resource::Resource;
use crate::language::Preferred;

/// What an access service's address may say.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Asked {
    pub(super) origin: Option<String>,
    pub(super) next: Option<String>,
    pub(super) cancel: Option<String>,
}

/// The window.
pub(super) struct Window {
    state: Data<AppState>,
    /// The address of the service, without its query.
    path: String,
    /// The viewer's origin.
    pub(super) origin: Option<Origin>,
    /// Where somebody came from who has no viewer.
    pub(super) next: Option<String>,
    /// Whether the visitor gives up.
    pub(super) cancels: bool,
    pub(super) preferred: Preferred,
}

impl Window {
    /// Reads the address of a request.
    pub(super) fn of(state: &Data<AppState>, request: &HttpRequest) -> Self {
        let asked = Query::<Asked>::from_query(request.query_string());
        let asked = asked.map(Query::into_inner).unwrap_or_default();
        Self::with(state, request, asked)
    }

    /// The same window, after its form was sent.
    pub(super) fn with(state: &Data<AppState>, request: &HttpRequest, asked: Asked) -> Self {
        Self {
            path: state.path(request.uri().path()),
            origin: asked.origin.as_deref().and_then(Origin::parse),
            next: asked.next.filter(|next| is_ours(state, next)),
            cancels: asked.cancel.is_some(),
            preferred: preferred(state, request.headers()),
            state: state.clone(),
        }
    }

    pub(super) fn texts(&self) -> &Texts {
        self.state.wording.texts(&self.preferred)
    }

    /// The address of the service, with what it knows.
    pub(super) fn url(&self) -> String {
        self.address(&[])
    }

    /// The address that the form is sent to.
    pub(super) fn action(&self) -> String {
        self.path.clone()
    }

    /// The address that gives up; a page without a viewer has none.
    pub(super) fn cancel_url(&self) -> Option<String> {
        self.next
            .is_none()
            .then(|| self.address(&[("cancel", "1")]))
    }

    pub(super) fn origin_text(&self) -> Option<String> {
        self.origin.as_ref().map(Origin::to_string)
    }

    fn address(&self, more: &[(&str, &str)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(origin) = &self.origin {
            query.append_pair("origin", origin.as_str());
        }
        if let Some(next) = &self.next {
            query.append_pair("next", next);
        }
        query.extend_pairs(more);
        match query.finish() {
            query if query.is_empty() => self.path.clone(),
            query => format!("{}?{query}", self.path),
        }
    }

    /// A page with a form.
    pub(super) fn page<P: Page>(&self, page: &P) -> Result<HttpResponse, Error> {
        Ok(html(self.state.pages.render(page)?))
    }

    /// The second page: a button that closes the window, or leads on.
    pub(super) fn done(&self, page: SignedInPage, at_once: bool) -> Result<HttpResponse, Error> {
        let is_at_home = |origin: &Origin| origin.as_str() == self.state.origin;
        let page = SignedInPage {
            language: self.texts().tag.clone(),
            nonce: nonce(),
            // Only on our own site does the viewer need no second click.
            auto_close: at_once || self.origin.as_ref().is_some_and(is_at_home),
            origin: self.origin_text(),
            next: self.next.clone(),
            logout_url: self.state.path("/logout"),
            ..page
        };
        self.closing(&page.nonce, &page)
    }

    /// The last page of somebody who gave up.
    pub(super) fn canceled(&self, heading: &str) -> Result<HttpResponse, Error> {
        let page = ClosedPage {
            language: self.texts().tag.clone(),
            heading: heading.to_owned(),
            nonce: nonce(),
            auto_close: true,
            sign_in_url: Some(self.url()),
            ..ClosedPage::default()
        };
        self.closing(&page.nonce, &page)
    }

    /// A page whose script closes the window.
    pub(super) fn closing<P: Page>(&self, nonce: &str, page: &P) -> Result<HttpResponse, Error> {
        let body = self.state.pages.render(page)?;
        Ok(html_with_script(&self.state, nonce, body))
    }
}

/// Whether a path is that of an image, a manifest or a file of ours, so that a link to it leads nowhere
/// else.
fn is_ours(state: &AppState, path: &str) -> bool {
    path.starts_with("/iiif/") && Resource::of(path.as_bytes(), &state.layout).is_ok()
}

impl FromRequest for Window {
    type Error = Error;
    type Future = std::future::Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        let state = request.app_data::<Data<AppState>>();
        let window = state.map(|state| Self::of(state, request));
        std::future::ready(window.ok_or(Error::Session))
    }
}
