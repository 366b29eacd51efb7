//! One's own account: who am I, where am I signed in, my password, my API keys.
//!
//! Everything here is looked up by the user of the session, never by a number that the browser sends.

mod keys;
mod password;
mod second_factor;
mod sessions;

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get, post};

use super::admin::roles::title;
use super::error::Error;
use super::pages::account::AccountPage;
use super::session::AccountUser;
use super::session_row;
use super::state::now;
use super::visit::Visit;
use crate::identity::principal::ObtainedBy;
use crate::store::audit::{Action, Entry, Outcome};
use crate::store::{StoreError, roles, users};

/// How many sessions are shown.
const SHOWN: u32 = 100;

/// A request by somebody signed in.
type AccountVisit = Visit<AccountUser>;

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/", get().to(show))
        .route("/password", get().to(password::show))
        .route("/password", post().to(password::change))
        .route("/second-factor", get().to(second_factor::show))
        .route("/second-factor", post().to(second_factor::set_up))
        .route("/second-factor/codes", post().to(second_factor::renew))
        .route("/second-factor/remove", post().to(second_factor::remove))
        .route("/keys", get().to(keys::show))
        .route("/keys", post().to(keys::create))
        .route("/keys/revoke", post().to(keys::revoke))
        .route("/sessions/end", post().to(sessions::end))
        .route("/sessions/end-all", post().to(sessions::end_all))
        .route("/sign-out", post().to(sessions::sign_out));
}

async fn show(visit: AccountVisit) -> Result<HttpResponse, Error> {
    let (id, now) = (visit.who.user.id, now());
    let load = move |conn: &mut _| {
        let user = users::find(conn, id)?.ok_or(StoreError::NotFound)?;
        Ok((
            user,
            roles::list(conn)?,
            crate::store::sessions::of_user(conn, id, now, SHOWN)?,
        ))
    };
    let (user, roles, sessions) = visit.state.store.run(load).await?;
    let held = roles
        .iter()
        .filter(|role| role.obtained_by == ObtainedBy::SignIn || user.roles.contains(&role.id));
    let row = |session| session_row::row(session, user.name.as_str(), &visit.who.session_id);
    visit.page(&AccountPage {
        frame: visit.frame("/"),
        display_name: user.display_name.clone(),
        roles: held.map(title).collect(),
        since: user.created_at.into(),
        is_cut: sessions.len() == SHOWN as usize,
        sessions: sessions.iter().map(row).collect(),
    })
}

fn entry(visit: &AccountVisit, action: Action, outcome: Outcome, detail: String) -> Entry {
    let name = visit.who.user.name.to_string();
    Entry {
        at: now(),
        actor: name.clone(),
        action,
        subject: name,
        detail,
        address: visit.address,
        outcome,
    }
}
