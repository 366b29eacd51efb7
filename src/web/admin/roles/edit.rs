//! The page of a role, and of a new one.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::role::{RoleFacts, RolePage};
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::fields::Fields;
use super::super::{AdminVisit, address, explain};
use super::form::{self, FirstTerms};
use super::words::{holders, lacking, said, way};
use super::{PATH, places};
use crate::identity::principal::{ObtainedBy, RoleId};
use crate::store::networks::{self, Named};
use crate::store::roles::{self, NewRole, Role, Usage};
use crate::store::{Conn, StoreError, terms};

/// A role, with everything that its page says about it.
struct Known {
    role: Role,
    usage: Usage,
    /// The version of its terms that is in force.
    version: Option<i32>,
}

impl Known {
    fn load(conn: &mut Conn, id: RoleId) -> Result<Self, StoreError> {
        let role = roles::find(conn, id)?.ok_or(StoreError::NotFound)?;
        Ok(Self {
            role,
            usage: roles::usage_some(conn, id, now())?,
            version: terms::current(conn, id)?.map(|version| version.terms.version),
        })
    }
}

async fn known(visit: &AdminVisit, id: RoleId) -> Result<Known, Error> {
    let load = move |conn: &mut _| Known::load(conn, id);
    Ok(visit.state.store.run(load).await?)
}

pub(super) async fn new(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let page = page(&visit, None, form::new(), Errors::default()).await?;
    visit.page(&page)
}

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let known = known(&visit, RoleId(*id)).await?;
    let fields = form::filled(&known.role);
    let page = page(&visit, Some(&known), fields, Errors::default()).await?;
    visit.page(&page)
}

async fn page(
    visit: &AdminVisit,
    known: Option<&Known>,
    fields: Fields,
    errors: Errors,
) -> Result<RolePage, Error> {
    let networks = visit.state.store.read(networks::names).await?;
    let role = known.map(|known| &known.role);
    Ok(RolePage {
        frame: visit.frame(PATH),
        facts: known.map(|known| facts(visit, known, &networks)),
        asks_terms: known.is_none_or(|known| known.version.is_none()),
        errors,
        ..form::shown(&fields, role, &networks, &visit.state.config.languages)
    })
}

fn facts(visit: &AdminVisit, known: &Known, networks: &[Named]) -> RoleFacts {
    let Known {
        role,
        usage,
        version,
    } = known;
    let parameters = [("role", role.name.as_str())];
    RoleFacts {
        id: role.id.0,
        built_in: role.built_in,
        obtained_by: way(role.obtained_by),
        holders: holders(&visit.state, role, *usage, networks),
        rules: said(usage.rules),
        rules_url: address(&visit.state, "/admin/rules", &parameters),
        terms_version: *version,
        has_terms: role.obtained_by == ObtainedBy::Terms,
        unobtainable: lacking(
            role.obtained_by,
            version.is_some(),
            !role.networks.is_empty(),
        ),
    }
}

pub(super) async fn create(
    visit: AdminVisit,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    save(&visit, None, fields).await
}

pub(super) async fn update(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(fields): CsrfForm<Fields>,
) -> Result<HttpResponse, Error> {
    let known = known(&visit, RoleId(*id)).await?;
    save(&visit, Some(&known), fields).await
}

async fn save(
    visit: &AdminVisit,
    known: Option<&Known>,
    fields: Fields,
) -> Result<HttpResponse, Error> {
    if places::is_search(&fields) {
        return visit.page(&page(visit, known, fields, Errors::default()).await?);
    }
    let mut errors = Errors::default();
    let role = form::read(&fields, known.map(|known| &known.role), &mut errors);
    let needs_terms = role
        .as_ref()
        .is_some_and(|role| role.obtained_by == ObtainedBy::Terms)
        && known.is_none_or(|known| known.version.is_none());
    let terms = if needs_terms {
        form::first_terms(&fields, &visit.state.config.languages, &mut errors)
    } else {
        None
    };
    if let (Some(role), true) = (role, errors.is_empty()) {
        let said = format!("The role {} is saved.", role.name);
        match write(visit, known.map(|known| known.role.id), role, terms).await {
            Ok(()) => return visit.done(&said, PATH),
            Err(error) => explain(&mut errors, "name", "Name", error)?,
        }
    }
    visit.faulty(&page(visit, known, fields, errors).await?)
}

async fn write(
    visit: &AdminVisit,
    id: Option<RoleId>,
    role: NewRole,
    terms: Option<FirstTerms>,
) -> Result<(), StoreError> {
    let admin = visit.who.admin.clone();
    let work = move |conn: &mut Conn| {
        let id = match id {
            None => roles::create(conn, &admin, now(), &role)?,
            Some(id) => {
                roles::update(conn, &admin, now(), id, &role)?;
                id
            }
        };
        if let Some((heading, text)) = terms {
            terms::publish(conn, &admin, now(), id, &heading, &text)?;
        }
        Ok(())
    };
    visit.state.change(work).await
}
