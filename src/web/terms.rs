//! The access services for terms and kiosks (IIIF Auth 1.0 §2.1, 2.0 §3), in a window that the viewer
//! opened.
//!
//! Terms have two pages, each with a click, as the sign-in has: Firefox sends the cookie to the viewer's
//! frames only after clicks on two documents of ours. Terms that the viewer shows itself (clickthrough)
//! and kiosks answer with a page that closes at once; both patterns demand that.

use actix_session::Session;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::form::{CsrfForm, FormToken};
use super::headers::{address, once};
use super::pages::access::{KioskPage, TermsHtml, TermsPage};
use super::pages::auth::SignedInPage;
use super::protect::nonce;
use super::session::{Presence, obtain, presence, unreadable};
use super::state::{AppState, now};
use super::window::{Asked, Window};
use crate::access::policy::Policy;
use crate::identity::principal::{Grant, ObtainedBy, OfferedAs, Principal, Role, Terms};
use crate::identity::session::Door;
use crate::iiif::wording::fill;
use crate::store::sessions;

/// The form's fields.
#[derive(Deserialize)]
pub(super) struct Fields {
    origin: Option<String>,
    next: Option<String>,
    /// The version that was read; another one may be in force by now.
    version: i32,
}

/// Shows the terms, or that they are accepted.
pub(super) async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    role: Path<String>,
    window: Window,
    session: Session,
    token: FormToken,
) -> Result<HttpResponse, Error> {
    let policy = state.live.policy();
    let (role, terms) = terms_of(&policy, &role)?;
    if window.cancels {
        return window.canceled(&window.texts().pages.closed.not_accepted);
    }
    let who = who(&state, &request).await?;
    let at_once = is_clickthrough(role, &request);
    let accepted = policy.holds(&who, role);
    if !accepted && !at_once {
        return window.page(&page(&window, role, terms, token));
    }
    if !accepted {
        accept(&state, &request, &session, &who, role, terms.version).await?;
    }
    let page = SignedInPage {
        accepted: Some(role.shown().to_owned()),
        ..SignedInPage::default()
    };
    window.done(page, at_once)
}

fn page(window: &Window, role: &Role, terms: &Terms, token: FormToken) -> TermsPage {
    let texts = window.texts();
    let heading = terms.heading.best(&window.preferred);
    let version = terms.version.to_string();
    let (language, text) = terms.text.best_entry(&window.preferred).unzip();
    let text_language = language.filter(|language| **language != texts.tag);
    TermsPage {
        language: texts.tag.clone(),
        heading: heading.unwrap_or(role.shown()).to_owned(),
        lead: None,
        html: TermsHtml::of(text.unwrap_or_default()),
        text_language: text_language.map(ToString::to_string),
        version: terms.version,
        issue: fill(
            &texts.pages.terms.version,
            &[("version", &version), ("date", &texts.date(terms.since))],
        ),
        action: window.action(),
        csrf: token.value(),
        origin: window.origin_text(),
        next: window.next.clone(),
        cancel_url: window.cancel_url(),
    }
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
    let (role, terms) = terms_of(&policy, &role)?;
    // A version that came into force meanwhile is shown instead.
    if fields.version == terms.version {
        let who = who(&state, &request).await?;
        accept(&state, &request, &session, &who, role, terms.version).await?;
    }
    let asked = Asked {
        origin: fields.origin,
        next: fields.next,
        cancel: None,
    };
    let window = Window::with(&state, &request, asked);
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, window.url()))
        .finish())
}

/// Opens a kiosk to whoever asks from its networks.
pub(super) async fn kiosk(
    state: Data<AppState>,
    request: HttpRequest,
    role: Path<String>,
    window: Window,
    session: Session,
) -> Result<HttpResponse, Error> {
    let policy = state.live.policy();
    let role = role_named(&policy, &role, ObtainedBy::Kiosk)?;
    let who = who(&state, &request).await?;
    let is_inside = policy.is_at(role, who.address);
    if is_inside && !policy.holds(&who, role) && is_visit(&request) {
        let grant = Grant {
            role: role.id,
            version: 0,
        };
        enter(&state, &request, &session, &who, grant)?;
        let (at, name) = (now(), role.name.clone());
        let write =
            move |conn: &mut _| sessions::opened_kiosk(conn, at, &actor(&who), who.address, &name);
        state.change(write).await?;
    }
    let page = KioskPage {
        language: window.texts().tag.clone(),
        role: role.shown().to_owned(),
        is_inside,
        next: window.next.clone(),
        nonce: nonce(),
        auto_close: window.next.is_none(),
    };
    window.closing(&page.nonce, &page)
}

async fn accept(
    state: &AppState,
    request: &HttpRequest,
    session: &Session,
    who: &Principal,
    role: &Role,
    version: i32,
) -> Result<(), Error> {
    enter(
        state,
        request,
        session,
        who,
        Grant {
            role: role.id,
            version,
        },
    )?;
    let (at, address, actor) = (now(), who.address, actor(who));
    let name = role.name.clone();
    let write = move |conn: &mut _| sessions::accepted(conn, at, &actor, address, &name, version);
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
        state.live.limits.visit(who.address, now())?;
    }
    obtain(session, grant, request)
}

fn terms_of<'a>(policy: &'a Policy, name: &str) -> Result<(&'a Role, &'a Terms), Error> {
    let role = role_named(policy, name, ObtainedBy::Terms)?;
    let terms = role.terms.as_ref().ok_or(Error::NotFound)?;
    Ok((role, terms))
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
        Err(failure) => return Err(unreadable(&failure)),
    };
    Ok(principal.at(address(request)))
}

/// The name in the audit log.
fn actor(who: &Principal) -> String {
    let user = who.user.as_ref();
    user.map_or_else(|| "visitor".to_owned(), |user| user.name.to_string())
}
