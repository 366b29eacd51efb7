//! The logout service (IIIF Auth 1.0 §2.3): acts at once, on a plain GET.

use actix_session::Session;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::error::Error;
use super::headers::{address, once, texts};
use super::pages::auth::ClosedPage;
use super::protect::{html_with_script, nonce};
use super::session::{Presence, presence};
use super::state::{AppState, now};
use crate::identity::session::Door;
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::store::sessions;

/// Ends the session, its cookie and its tokens. A page that embeds this address as an image or frame
/// signs nobody out: where browsers say what they fetch it for, it must be a document.
pub(super) async fn logout(
    state: Data<AppState>,
    request: HttpRequest,
    session: Session,
) -> Result<HttpResponse, Error> {
    let purpose = once(request.headers(), "sec-fetch-dest");
    if purpose.is_some_and(|purpose| purpose != b"document") {
        return Err(Error::Forbidden);
    }
    if let Ok(Presence::SignedIn { id, current }) = presence(&state, &request, Door::Images).await {
        let user = current.user.as_ref();
        let name = user.map_or_else(|| "visitor".to_owned(), |user| user.name.to_string());
        let entry = Entry {
            at: now(),
            actor: name.clone(),
            action: Action::SignOut,
            subject: name,
            detail: String::new(),
            address: address(&request),
            outcome: Outcome::Done,
        };
        let end = move |conn: &mut _| {
            sessions::delete(conn, &id)?;
            audit::record(conn, &entry)
        };
        state.change(end).await?;
    }
    session.purge();
    let nonce = nonce();
    let texts = texts(&state, &request);
    let page = ClosedPage {
        language: texts.tag.clone(),
        heading: texts.pages.closed.signed_out.clone(),
        message: Some(texts.pages.closed.signed_out_lead.clone()),
        nonce: nonce.clone(),
        auto_close: true,
        sign_in_url: Some(state.path(sign_in(&request))),
        ..ClosedPage::default()
    };
    Ok(html_with_script(&state, &nonce, state.pages.render(&page)?))
}

/// Who signs out of the account page comes here too, and goes back there.
fn sign_in(request: &HttpRequest) -> &'static str {
    match request.query_string() {
        "from=account" => "/login",
        _ => "/iiif-login",
    }
}
