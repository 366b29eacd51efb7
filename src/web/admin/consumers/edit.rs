//! The form of a consumer, and of a new one.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::consumers::form::FormPage;
use super::super::super::pages::admin::consumers::secret::SecretPage;
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::fields::Fields;
use super::super::{AdminVisit, explain};
use super::form::{self, Credentials};
use super::{PATH, named, path_of};
use crate::identity::consumer::{Consumer, ConsumerId, NewConsumer};
use crate::identity::principal::Role;
use crate::store::StoreError;
use crate::store::consumers;

pub(super) async fn new(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let fields = form::new(visit.state.config.annotator.max_ttl);
    let page = page(&visit, None, &fields, Errors::default()).await?;
    visit.page(&page)
}

pub(super) async fn edit(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let consumer = named(&visit, &id).await?.consumer;
    let fields = form::filled(&consumer);
    let page = page(&visit, Some(&consumer), &fields, Errors::default()).await?;
    visit.page(&page)
}

async fn page(
    visit: &AdminVisit,
    consumer: Option<&Consumer>,
    fields: &Fields,
    errors: Errors,
) -> Result<FormPage, Error> {
    Ok(FormPage {
        frame: visit.frame(PATH),
        id: consumer.map(|consumer| consumer.id.0),
        is_built_in: consumer.is_some_and(|consumer| consumer.is_built_in),
        title: consumer.map(|consumer| consumer.name.clone()),
        errors,
        ..form::shown(fields, &roles(visit).await?)
    })
}

async fn roles(visit: &AdminVisit) -> Result<Vec<Role>, Error> {
    Ok(visit.state.store.run(form::suitable).await?)
}

/// Makes a consumer and shows its secret right here: no other page could.
pub(super) async fn create(
    visit: AdminVisit,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    let consumer = form::read(&fields, &roles(&visit).await?, &mut errors);
    let credentials = form::credentials(&fields, &mut errors);
    if let (Some(consumer), Some(credentials)) = (consumer, credentials) {
        match write_new(&visit, consumer.clone(), &credentials).await {
            Ok(id) => return visit.page(&secret_page(&visit, id, consumer, credentials)),
            Err(StoreError::Taken { .. }) if credentials.made.is_some() => {
                return sent_twice(&visit, &credentials).await;
            }
            Err(error) => explain(&mut errors, "key", "Key", error)?,
        }
    }
    visit.faulty(&page(&visit, None, &fields, errors).await?)
}

async fn write_new(
    visit: &AdminVisit,
    consumer: NewConsumer,
    credentials: &Credentials,
) -> Result<ConsumerId, StoreError> {
    let Credentials { key, secret, .. } = credentials;
    let keys = &visit.state.keys.consumer_secrets;
    let sealed = keys.seal(key, secret, rand::random());
    let admin = visit.who.admin.clone();
    let work = move |conn: &mut _| consumers::create(conn, &admin, now(), &consumer, &sealed);
    visit.state.change(work).await
}

fn secret_page(
    visit: &AdminVisit,
    id: ConsumerId,
    consumer: NewConsumer,
    credentials: Credentials,
) -> SecretPage {
    SecretPage {
        frame: visit.frame(PATH),
        id: id.0,
        name: consumer.name,
        key: credentials.key.to_string(),
        secret: credentials.made,
        is_rotation: false,
        previous_until: None,
    }
}

/// The page was loaded again, or the form sent again from the browser's history.
async fn sent_twice(visit: &AdminVisit, credentials: &Credentials) -> Result<HttpResponse, Error> {
    let (keys, key) = (
        visit.state.keys.consumer_secrets.clone(),
        credentials.key.clone(),
    );
    let find = move |conn: &mut _| consumers::find_by_key(conn, &keys, key.as_str());
    let found = visit.state.store.run(find).await?.ok_or(Error::NotFound)?;
    let said = format!(
        "This form was sent before, and {} is registered: nothing was done now. Its secret is not shown \
         again; if nobody has copied it, make a new one.",
        found.consumer.name
    );
    visit.done(&said, &path_of(found.consumer.id))
}

pub(super) async fn update(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let consumer = named(&visit, &id).await?.consumer;
    let mut errors = Errors::default();
    if let Some(new) = form::read(&fields, &roles(&visit).await?, &mut errors) {
        let (admin, id) = (visit.who.admin.clone(), consumer.id);
        let said = format!("{} is saved.", new.name);
        let work = move |conn: &mut _| consumers::update(conn, &admin, now(), id, &new);
        match visit.state.change(work).await {
            Ok(()) => return visit.done(&said, &path_of(id)),
            Err(error) => explain(&mut errors, "name", "Name", error)?,
        }
    }
    visit.faulty(&page(&visit, Some(&consumer), &fields, errors).await?)
}
