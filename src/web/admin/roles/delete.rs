//! The question before a role is deleted.

use actix_web::HttpResponse;
use actix_web::web::Path;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::ConfirmPage;
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::super::visit::NoFields;
use super::super::{AdminVisit, explain};
use super::PATH;
use super::words::said;
use crate::identity::principal::{ObtainedBy, RoleId};
use crate::store::StoreError;
use crate::store::roles::{self, Role, Usage};

pub(super) async fn ask(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let page = confirmation(&visit, RoleId(*id)).await?;
    visit.page(&page)
}

async fn confirmation(visit: &AdminVisit, id: RoleId) -> Result<ConfirmPage, Error> {
    let load = move |conn: &mut _| {
        let role = roles::find(conn, id)?.ok_or(StoreError::NotFound)?;
        Ok((role, roles::usage_some(conn, id, now())?))
    };
    let (role, usage) = visit.state.store.run(load).await?;
    let page = format!("{PATH}/{}", id.0);
    Ok(ConfirmPage {
        frame: visit.frame(PATH),
        title: format!("Delete the role {}?", role.name),
        consequences: consequences(&role, usage),
        errors: Errors::default(),
        action: visit.state.path(&format!("{page}/delete")),
        button: "Delete".to_owned(),
        cancel_url: visit.state.path(&page),
    })
}

fn consequences(role: &Role, usage: Usage) -> Vec<String> {
    let (users, sessions) = (said(usage.holders), said(usage.sessions));
    let mut consequences = match role.obtained_by {
        ObtainedBy::SignIn | ObtainedBy::Assigned => {
            vec![format!("Users who hold it: {users}. They lose it.")]
        }
        ObtainedBy::Terms => vec![
            format!("Visitors who hold it now: {sessions}. They lose it."),
            "All versions of its terms go with it; the log keeps who accepted them.".to_owned(),
        ],
        ObtainedBy::Kiosk => vec![format!(
            "Visitors who hold it now: {sessions}. They lose it."
        )],
        ObtainedBy::Network => vec!["Whoever comes from its networks loses it.".to_owned()],
    };
    consequences.push(format!(
        "Rules that ask for it: {}. Where it is the only role that a rule names, nobody gets in any \
         more.",
        said(usage.rules)
    ));
    if usage.consumers > 0 {
        let consumers = said(usage.consumers);
        consequences.push(format!(
            "Consumers that give it to their users: {consumers}. Their users lose it."
        ));
    }
    consequences
}

pub(super) async fn delete(
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
