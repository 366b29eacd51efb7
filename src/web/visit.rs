//! A visit to the account page or the administration: who asks, and what every page there needs.

use std::net::IpAddr;
use std::pin::Pin;

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::form::FormToken;
use super::headers::{address, lines};
use super::pages::Page;
use super::pages::parts::Frame;
use super::protect::html;
use super::session::{AccountUser, AdminUser, flash, take_flash};
use super::state::AppState;
use crate::identity::principal::User;

/// Somebody whom an extractor has found to be signed in.
pub(super) trait SignedIn: FromRequest<Error = Error> + 'static {
    /// Who it is.
    fn user(&self) -> &User;
}

impl SignedIn for AccountUser {
    fn user(&self) -> &User {
        &self.user
    }
}

impl SignedIn for AdminUser {
    fn user(&self) -> &User {
        &self.user
    }
}

/// A request by a `Who`; without the right to be one there is no visit, and the handler is not called.
pub(super) struct Visit<Who> {
    /// The state of the program.
    pub(super) state: Data<AppState>,
    /// Who asks.
    pub(super) who: Who,
    /// The session at the account door.
    pub(super) session: Session,
    /// The address asked from.
    pub(super) address: Option<IpAddr>,
    /// Through which proxies the request says that it came to nginx. Any client can write this: it is
    /// good for warnings, and for nothing else.
    pub(super) forwarded: String,
    token: String,
}

impl<Who: SignedIn> FromRequest for Visit<Who> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let who = Who::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let who = who.await?;
            let state = request
                .app_data::<Data<AppState>>()
                .ok_or(Error::Session)?
                .clone();
            let session = Session::extract(&request)
                .await
                .map_err(|_| Error::Session)?;
            let token = FormToken::extract(&request).await?.value();
            Ok(Self {
                state,
                who,
                session,
                address: address(&request),
                forwarded: forwarded(&request),
                token,
            })
        })
    }
}

fn forwarded(request: &HttpRequest) -> String {
    let lines = lines(request.headers(), "x-original-forwarded-for");
    let lines: Vec<_> = lines.map(String::from_utf8_lossy).collect();
    lines.join(", ")
}

impl<Who: SignedIn> Visit<Who> {
    /// What surrounds a page in this section.
    pub(super) fn frame(&self, here: &'static str) -> Frame {
        let user = self.who.user();
        let admin = self.state.live.admin_role();
        Frame {
            user_name: user.name.to_string(),
            is_admin: admin.is_some_and(|role| user.roles.contains(role)),
            csrf: self.token.clone(),
            here,
            flash: take_flash(&self.session),
        }
    }

    /// A page as the answer.
    pub(super) fn page<P: Page>(&self, page: &P) -> Result<HttpResponse, Error> {
        Ok(html(self.state.pages.render(page)?))
    }

    /// The page of a form that could not be accepted; nothing has been changed.
    pub(super) fn faulty<P: Page>(&self, page: &P) -> Result<HttpResponse, Error> {
        let mut response = self.page(page)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    }

    /// Goes on to a page of ours, which says what was done.
    pub(super) fn done(&self, said: &str, path: &str) -> Result<HttpResponse, Error> {
        flash(&self.session, said)?;
        Ok(see_other(&self.state, path))
    }
}

/// A form that is nothing but its button.
#[derive(Deserialize)]
pub(super) struct NoFields {}

/// Goes on to a page of ours.
pub(super) fn see_other(state: &AppState, path: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((LOCATION, state.path(path)))
        .finish()
}
