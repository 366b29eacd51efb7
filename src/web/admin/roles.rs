//! Roles: list, make, change, delete.

use actix_web::HttpResponse;
use actix_web::web::{Path, ServiceConfig, get, post};
use serde::Deserialize;

use super::super::error::Error;
use super::super::form::CsrfForm;
use super::super::pages::admin::ConfirmPage;
use super::super::pages::admin::roles::{RolePage, RoleRow, RolesPage};
use super::super::pages::lists::Count;
use super::super::pages::parts::Errors;
use super::super::state::{AppState, now};
use super::super::visit::NoFields;
use super::{AdminVisit, address, explain};
use crate::identity::name::RoleName;
use crate::identity::principal::{ObtainedBy, RoleId};
use crate::store::StoreError;
use crate::store::roles::{self, NewRole, Role};

const PATH: &str = "/admin/roles";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/roles", get().to(list))
        .route("/roles", post().to(create))
        .route("/roles/new", get().to(new))
        .route("/roles/{id:[0-9]+}", get().to(show))
        .route("/roles/{id:[0-9]+}", post().to(update))
        .route("/roles/{id:[0-9]+}/delete", get().to(ask_delete))
        .route("/roles/{id:[0-9]+}/delete", post().to(delete));
}

/// What people read for a role.
pub(in crate::web) fn title(role: &Role) -> String {
    if role.title.is_empty() {
        role.name.to_string()
    } else {
        role.title.clone()
    }
}

async fn list(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let load = |conn: &mut _| Ok((roles::list(conn)?, roles::usages(conn, now())?));
    let (roles, usages) = visit.state.store.run(load).await?;
    let row = |role: &Role| {
        row(
            &visit.state,
            role,
            usages.get(&role.id).copied().unwrap_or_default().holders,
        )
    };
    visit.page(&RolesPage {
        frame: visit.frame(PATH),
        roles: roles.iter().map(row).collect(),
    })
}

fn row(state: &AppState, role: &Role, holders: u64) -> RoleRow {
    let users = if holders == 1 { "user" } else { "users" };
    let (obtained_by, holders, url) = match role.obtained_by {
        ObtainedBy::SignIn => ("signing in", "every active user".to_owned(), None),
        _ => {
            let url = address(state, "/admin/users", &[("role", role.name.as_str())]);
            (
                "being given it",
                format!("{} {users}", Count(holders)),
                Some(url),
            )
        }
    };
    RoleRow {
        id: role.id.0,
        name: role.name.to_string(),
        title: role.title.clone(),
        obtained_by,
        built_in: role.built_in,
        holders,
        holders_url: url,
    }
}

async fn new(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&RolePage {
        frame: visit.frame(PATH),
        ..RolePage::default()
    })
}

async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let role = find(&visit, RoleId(*id)).await?;
    visit.page(&RolePage {
        frame: visit.frame(PATH),
        id: Some(role.id.0),
        built_in: role.built_in,
        name: role.name.to_string(),
        title: role.title,
        errors: Errors::default(),
    })
}

async fn find(visit: &AdminVisit, id: RoleId) -> Result<Role, Error> {
    let found = visit
        .state
        .store
        .run(move |conn| roles::find(conn, id))
        .await?;
    found.ok_or(Error::NotFound)
}

#[derive(Deserialize)]
struct RoleForm {
    name: String,
    #[serde(default)]
    title: String,
}

async fn create(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<RoleForm>,
) -> Result<HttpResponse, Error> {
    save(&visit, None, form).await
}

async fn update(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<RoleForm>,
) -> Result<HttpResponse, Error> {
    let role = find(&visit, RoleId(*id)).await?;
    save(&visit, Some(role), form).await
}

async fn save(
    visit: &AdminVisit,
    role: Option<Role>,
    form: RoleForm,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    let id = role.as_ref().map(|role| role.id);
    if let Some(name) = errors.take("name", "Name", RoleName::parse(&form.name)) {
        let said = format!("The role {name} is saved.");
        let admin = visit.who.admin.clone();
        let title = form.title.clone();
        let wanted = match role.clone() {
            None => NewRole::assigned(name, &title),
            Some(role) => NewRole {
                name,
                title,
                ..role.into()
            },
        };
        let write = move |conn: &mut _| match id {
            None => roles::create(conn, &admin, now(), &wanted).map(|_| ()),
            Some(id) => roles::update(conn, &admin, now(), id, &wanted),
        };
        match visit.state.change(write).await {
            Ok(()) => return visit.done(&said, PATH),
            Err(error) => explain(&mut errors, "name", "Name", error)?,
        }
    }
    visit.faulty(&RolePage {
        frame: visit.frame(PATH),
        id: id.map(|id| id.0),
        built_in: role.is_some_and(|role| role.built_in),
        name: form.name,
        title: form.title,
        errors,
    })
}

async fn ask_delete(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let page = confirmation(&visit, RoleId(*id)).await?;
    visit.page(&page)
}

async fn confirmation(visit: &AdminVisit, id: RoleId) -> Result<ConfirmPage, Error> {
    let load = move |conn: &mut _| {
        let role = roles::find(conn, id)?.ok_or(StoreError::NotFound)?;
        Ok((role, roles::usage(conn, id, now())?))
    };
    let (role, usage) = visit.state.store.run(load).await?;
    let page = format!("{PATH}/{}", id.0);
    Ok(ConfirmPage {
        frame: visit.frame(PATH),
        title: format!("Delete the role {}?", role.name),
        consequences: vec![
            format!("Users who hold it: {}. They lose it.", Count(usage.holders)),
            format!(
                "Rules that ask for it: {}. Where it is the only role that a rule names, nobody gets \
                 in any more.",
                Count(usage.rules)
            ),
        ],
        errors: Errors::default(),
        action: visit.state.path(&format!("{page}/delete")),
        button: "Delete".to_owned(),
        cancel_url: visit.state.path(&page),
    })
}

async fn delete(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (RoleId(*id), visit.who.admin.clone());
    let mut page = confirmation(&visit, id).await?;
    match visit
        .state
        .change(move |conn| roles::delete(conn, &admin, now(), id))
        .await
    {
        Ok(()) => visit.done("The role is deleted.", PATH),
        Err(error) => {
            explain(&mut page.errors, "name", "Name", error)?;
            visit.faulty(&page)
        }
    }
}
