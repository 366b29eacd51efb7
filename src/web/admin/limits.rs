//! Who tried too often to sign in, and letting them try again.

use actix_web::HttpResponse;
use actix_web::web::{ServiceConfig, get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::admin::limits::{LimitRow, LimitsPage};
use super::super::pages::lists::Count;
use super::super::state::now;
use super::AdminVisit;
use crate::identity::limited::Limited;
use crate::live::limits::HeldUp;
use crate::store::limits;

const PATH: &str = "/admin/limits";
/// The section that limits belong to.
const SECTION: &str = "/admin/users";
/// How many are shown.
const SHOWN: usize = 200;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/limits", get().to(show))
        .route("/limits/lift", post().to(lift));
}

async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let now = now();
    let held = visit.state.live.limits.held_up(now);
    visit.page(&LimitsPage {
        frame: visit.frame(SECTION),
        more: Count(held.len().saturating_sub(SHOWN) as u64),
        limits: held.iter().take(SHOWN).map(|held| row(held, now)).collect(),
    })
}

/// Somebody who is held up, in words.
pub(super) fn row(held: &HeldUp, now: DateTime<Utc>) -> LimitRow {
    let (account, address) = match &held.who {
        Limited::Address(address) => (None, Some(address)),
        Limited::Account(account) => (Some(account), None),
        Limited::Pair(account, address) => (Some(account), Some(address)),
    };
    LimitRow {
        who: held.who.to_string(),
        account: account.map(ToString::to_string),
        address: address.map(ToString::to_string),
        since: held.since.into(),
        until: held.until.into(),
        is_held: held.is_held(now),
        times: Count(held.times),
    }
}

#[derive(Deserialize)]
struct LiftForm {
    who: String,
    /// The user on whose page the button is.
    user: Option<i32>,
}

async fn lift(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<LiftForm>,
) -> Result<HttpResponse, Error> {
    let nobody = || Error::BadRequest("Nobody is called so.".to_owned());
    let who = Limited::parse(&form.who).ok_or_else(nobody)?;
    let admin = visit.who.admin.clone();
    let lift = move |conn: &mut _| limits::lift(conn, &admin, now(), &who);
    visit.state.change(lift).await?;
    let back = form.user.map(|id| format!("/admin/users/{id}"));
    visit.done(
        "The limit is lifted. Who guesses on will soon be held up again.",
        back.as_deref().unwrap_or(PATH),
    )
}
