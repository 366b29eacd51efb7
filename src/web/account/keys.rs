//! One's own API keys.

use actix_web::HttpResponse;
use chrono::Duration;
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::account::{KeyRow, KeysPage, NewKey};
use super::super::pages::parts::{Choice, Errors};
use super::super::state::now;
use super::AccountVisit;
use crate::identity::secret::{self, API_KEY_PREFIX};
use crate::store::StoreError;
use crate::store::api_keys::{self, ApiKey, NewApiKey};

/// How long an API key may be good for, in days.
const KEY_DAYS: [(&str, &str); 4] = [
    ("30", "30 days"),
    ("90", "90 days"),
    ("365", "one year"),
    ("", "until it is revoked"),
];

pub(super) async fn show(visit: AccountVisit) -> Result<HttpResponse, Error> {
    visit.page(&keys_page(&visit).await?)
}

async fn keys_page(visit: &AccountVisit) -> Result<KeysPage, Error> {
    let id = visit.who.user.id;
    let keys = visit
        .state
        .store
        .run(move |conn| api_keys::of_user(conn, id))
        .await?;
    Ok(KeysPage {
        frame: visit.frame("/keys"),
        keys: keys.iter().map(key_row).collect(),
        days: Choice::list(&KEY_DAYS, "365"),
        ..KeysPage::default()
    })
}

fn key_row(key: &ApiKey) -> KeyRow {
    KeyRow {
        id: key.id,
        name: key.name.clone(),
        created: key.created_at.into(),
        expires: key.expires_at.map(Into::into),
        used: key.last_used_at.map(Into::into),
        expired: key.expires_at.is_some_and(|end| end <= now()),
    }
}

#[derive(Deserialize)]
pub(super) struct KeyForm {
    name: String,
    days: String,
}

/// Makes a key and shows it right here: it is written down nowhere, so no other page could.
pub(super) async fn create(
    visit: AccountVisit,
    CsrfForm(form): CsrfForm<KeyForm>,
) -> Result<HttpResponse, Error> {
    let (now, address) = (now(), visit.address);
    let (days, _) = KEY_DAYS
        .into_iter()
        .find(|(days, _)| *days == form.days)
        .unwrap_or(KEY_DAYS[0]);
    let secret = format!("{API_KEY_PREFIX}{}", secret::from_random(rand::random()));
    let key = NewApiKey {
        user_id: visit.who.user.id,
        name: form.name.trim().to_owned(),
        fingerprint: secret::fingerprint(&secret),
        expires_at: days.parse().ok().map(|days| now + Duration::days(days)),
    };
    let made = visit
        .state
        .change(move |conn| api_keys::create(conn, now, &key, address))
        .await;
    let page = keys_page(&visit).await?;
    match made {
        Ok(_) => {
            let new_key = Some(NewKey {
                name: form.name,
                secret,
            });
            visit.page(&KeysPage { new_key, ..page })
        }
        Err(error @ StoreError::Invalid(_)) => {
            let mut errors = Errors::default();
            errors.add("name", "Name", error);
            let days = Choice::list(&KEY_DAYS, &form.days);
            visit.faulty(&KeysPage {
                errors,
                name: form.name,
                days,
                ..page
            })
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct RevokeKeyForm {
    key: i32,
}

pub(super) async fn revoke(
    visit: AccountVisit,
    CsrfForm(form): CsrfForm<RevokeKeyForm>,
) -> Result<HttpResponse, Error> {
    let (id, address) = (visit.who.user.id, visit.address);
    let revoke = move |conn: &mut _| api_keys::revoke(conn, now(), id, form.key, address);
    visit.state.change(revoke).await?;
    visit.done("The key is revoked.", "/keys")
}
