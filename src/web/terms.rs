//! The access services for terms and kiosks (IIIF Auth 1.0 §2.1, 2.0 §3), in a window that the viewer
//! opened.
//!
//! Terms have two pages, each with a click, as the sign-in has: Firefox sends the cookie to the viewer's
//! frames only after clicks on two documents of ours. Terms that the viewer shows itself (clickthrough)
//! and kiosks answer with a page that closes at once; both patterns demand that.

use actix_session::Session;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::form::{CsrfForm, FormToken};
use super::headers::{address, once};
use super::iiif_login::{Asked, with_origin};
use super::session::{Presence, obtain, presence};
use super::state::{AppState, now};
use super::visitor::Visitor;
use crate::access::policy::Policy;
use crate::identity::principal::{Grant, OfferedAs, ObtainedBy, Principal, Role};
use crate::identity::session::Door;
use crate::store::sessions;

/// The form's fields.
#[derive(Deserialize)]
pub(super) struct Fields {
    origin: Option<String>,
    /// The version that was read; another one may be in force by now.
    version: i32,
}

/// Shows the terms, or that they are accepted.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    role: Path<String>,
    asked: Option<Query<Asked>>,
    session: Session,
    token: FormToken,
) -> Result<HttpResponse, Error> {
    let visitor = Visitor::of(&request, asked);
    let policy = state.live.policy();
    let role = role_named(&policy, &role, ObtainedBy::Terms)?;
    let terms = role.terms.as_ref().ok_or(Error::NotFound)?;
    if visitor.cancels {
        return visitor.not_accepted(&state);
    }
    let who = who(&state, &request).await?;
    if policy.holds(&who, role) {
        return visitor.accepted(&state, is_clickthrough(role, &request));
    }
    if is_clickthrough(role, &request) {
        accept(&state, &request, &session, &who, role, terms.version).await?;
        return visitor.accepted(&state, true);
    }
    visitor.terms(&state, role, terms, token)
}

/// Accepts the terms.
pub(super) async fn submit(
    state: Data<AppState>,
    request: HttpRequest,
    role: Path<String>,
    session: Session,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let policy = state.live.policy();
    let role = role_named(&policy, &role, ObtainedBy::Terms)?;
    let terms = role.terms.as_ref().ok_or(Error::NotFound)?;
    // A version that came into force meanwhile is shown instead.
    if fields.version == terms.version {
        let who = who(&state, &request).await?;
        accept(&state, &request, &session, &who, role, terms.version).await?;
    }
    let path = state.path(request.uri().path());
    let url = with_origin(path, fields.origin.as_deref());
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, url))
        .finish())
}

/// Opens a kiosk to whoever asks from its networks.
pub(super) async fn kiosk(
    state: Data<AppState>,
    request: HttpRequest,
    role: Path<String>,
    asked: Option<Query<Asked>>,
    session: Session,
) -> Result<HttpResponse, Error> {
    let visitor = Visitor::of(&request, asked);
    let policy = state.live.policy();
    let role = role_named(&policy, &role, ObtainedBy::Kiosk)?;
    let who = who(&state, &request).await?;
    if !role.is_at(who.address) {
        return visitor.outside_of_kiosk(&state, role);
    }
    if !policy.holds(&who, role) && is_visit(&request) {
        let role_name = role.name.clone();
        let (at, address, actor) = (now(), who.address, actor(&who));
        enter(&state, &request, &session, &who, Grant { role: role.id, version: 0 })?;
        let write = move |conn: &mut _| {
            sessions::opened_kiosk(conn, at, &actor, address, &role_name)
        };
        state.change(write).await?;
    }
    visitor.kiosk_opened(&state, role)
}

async fn accept(
    state: &AppState,
    request: &HttpRequest,
    session: &Session,
    who: &Principal,
    role: &Role,
    version: i32,
) -> Result<(), Error> {
    enter(state, request, session, who, Grant { role: role.id, version })?;
    let (at, address, actor) = (now(), who.address, actor(who));
    let role_name = role.name.clone();
    let write = move |conn: &mut _| {
        sessions::accepted(conn, at, &actor, address, &role_name, version)
    };
    Ok(state.change(write).await?)
}

/// Lets the visitor's session obtain a role. A session that begins with it costs room, and so is limited.
fn enter(
    state: &AppState,
    request: &HttpRequest,
    session: &Session,
    who: &Principal,
    grant: Grant,
) -> Result<(), Error> {
    if who.user.is_none() && who.grants.is_empty() {
        state.limits.visit(who.address, now())?;
    }
    obtain(session, grant, request)
}

fn role_named<'a>(
    policy: &'a Policy,
    name: &str,
    obtained_by: ObtainedBy,
) -> Result<&'a Role, Error> {
    let role = policy.role_named(name);
    role.filter(|role| role.obtained_by == obtained_by)
        .ok_or(Error::NotFound)
}

/// The service of version 1, where the viewer shows the terms and expects the page to close at once. A
/// picture or a frame that names the address accepts nothing.
fn is_clickthrough(role: &Role, request: &HttpRequest) -> bool {
    role.offered_as == OfferedAs::Clickthrough
        && request.uri().path().starts_with("/iiif-terms/")
        && is_visit(request)
}

/// Whether a window was opened, as far as the browser says.
fn is_visit(request: &HttpRequest) -> bool {
    let purpose = once(request.headers(), "sec-fetch-dest");
    purpose.is_none_or(|purpose| purpose == b"document")
}

/// Who opened the window.
async fn who(state: &AppState, request: &HttpRequest) -> Result<Principal, Error> {
    let principal = match presence(state, request, Door::Images).await {
        Ok(Presence::SignedIn { current, .. }) => current.principal(),
        Ok(Presence::None | Presence::Invalid) => Principal::anonymous(),
        Err(failure) => return Err(Error::unavailable(&failure)),
    };
    Ok(principal.at(address(request)))
}

/// The name in the audit log.
fn actor(who: &Principal) -> String {
    let user = who.user.as_ref();
    user.map_or_else(|| "visitor".to_owned(), |user| user.name.to_string())
}
