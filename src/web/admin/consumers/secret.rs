//! A new secret for a consumer.

use actix_web::HttpResponse;
use actix_web::web::Path;
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::consumers::secret::{RotatePage, SecretPage};
use super::super::super::pages::parts::{Errors, Moment};
use super::super::super::state::now;
use super::super::AdminVisit;
use super::{PATH, form, named, path_of};
use crate::identity::consumer::ConsumerId;
use crate::store::StoreError;
use crate::store::consumers::{self, Details};

/// For how many hours the secret before goes on, if nothing else is said.
const USUAL_HOURS: &str = "24";
/// The most hours.
const MAX_HOURS: u32 = 720;

#[derive(Deserialize)]
pub(super) struct RotateForm {
    hours: String,
    #[serde(default)]
    replaces: String,
}

pub(super) async fn ask(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let found = named(&visit, &id).await?;
    visit.page(&question(&visit, &found, USUAL_HOURS, Errors::default()))
}

fn question(visit: &AdminVisit, found: &Details, hours: &str, errors: Errors) -> RotatePage {
    RotatePage {
        frame: visit.frame(PATH),
        id: found.consumer.id.0,
        name: found.consumer.name.clone(),
        is_built_in: found.consumer.is_built_in,
        hours: hours.to_owned(),
        replaces: mark(found),
        previous_until: previous_until(found, now()),
        errors,
    }
}

/// What tells one secret of a consumer from the next, and says nothing about either.
fn mark(found: &Details) -> String {
    found
        .rotated_at
        .to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Until when the secret before the last is good, if it still is.
pub(super) fn previous_until(found: &Details, now: DateTime<Utc>) -> Option<Moment> {
    let (_, until) = found.consumer.secrets.as_ref()?.previous.as_ref()?;
    (now < *until).then(|| (*until).into())
}

/// Makes a secret and shows it right here: no other page could.
pub(super) async fn rotate(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<RotateForm>,
) -> Result<HttpResponse, Error> {
    let found = named(&visit, &id).await?;
    if form.replaces != mark(&found) {
        return made_anew(&visit, found.consumer.id);
    }
    let mut errors = Errors::default();
    let hours = form.hours.trim().parse().ok();
    let hours: Option<u32> = hours.filter(|hours| *hours <= MAX_HOURS);
    let fault = format!("must be a number from 0 to {MAX_HOURS}");
    let Some(hours) = errors.take("hours", "Hours", hours.ok_or(fault)) else {
        return visit.faulty(&question(&visit, &found, &form.hours, errors));
    };
    let overlap = Duration::hours(hours.into());
    let (secret, text) = form::made().ok_or(Error::Session)?;
    let keys = &visit.state.keys.consumer_secrets;
    let sealed = keys.seal(&found.consumer.key, &secret, rand::random());
    let (admin, now, id) = (visit.who.admin.clone(), now(), found.consumer.id);
    let made_at = found.rotated_at;
    let work = move |conn: &mut _| {
        consumers::rotate_from(conn, &admin, now, id, made_at, &sealed, overlap)
    };
    match visit.state.change(work).await {
        // Sent twice at once.
        Err(StoreError::Taken { .. }) => return made_anew(&visit, id),
        done => done?,
    }
    visit.page(&SecretPage {
        frame: visit.frame(PATH),
        id: id.0,
        key: found.consumer.key.to_string(),
        secret: (!found.consumer.is_built_in).then_some(text),
        name: found.consumer.name,
        is_rotation: true,
        previous_until: (hours > 0).then(|| (now + overlap).into()),
    })
}

fn made_anew(visit: &AdminVisit, id: ConsumerId) -> Result<HttpResponse, Error> {
    let said = "The secret was made anew after this form had been opened, so nothing was done now. \
                Secrets are not shown again; if nobody has copied it, make a new one.";
    visit.done(said, &path_of(id))
}
