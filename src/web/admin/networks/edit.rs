//! The page of a network, and of a new one.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::ConfirmPage;
use super::super::super::pages::admin::networks::{NetworkPage, RoleLink};
use super::super::super::pages::parts::Errors;
use super::super::super::state::now;
use super::super::super::visit::NoFields;
use super::super::{AdminVisit, explain};
use super::{PATH, SECTION, by_network, warnings};
use crate::identity::network::{parse_list, written_list};
use crate::store::networks::{self, Network, NetworkId, NewNetwork};
use crate::store::{StoreError, roles};

/// What a form may set; nothing else that is sent has any effect.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct NetworkForm {
    name: String,
    ranges: String,
    note: String,
}

/// A network with the roles that are obtained by it.
type Used = (Network, Vec<RoleLink>);

async fn find(visit: &AdminVisit, id: NetworkId) -> Result<Used, Error> {
    let load = move |conn: &mut _| {
        let network = networks::find(conn, id)?.ok_or(StoreError::NotFound)?;
        let mut used = by_network(&roles::list(conn)?);
        Ok((network, used.remove(&id).unwrap_or_default()))
    };
    Ok(visit.state.store.run(load).await?)
}

pub(super) async fn new(visit: AdminVisit) -> Result<HttpResponse, Error> {
    visit.page(&page(
        &visit,
        None,
        NetworkForm::default(),
        Errors::default(),
    ))
}

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let used = find(&visit, NetworkId(*id)).await?;
    let form = NetworkForm {
        name: used.0.name.clone(),
        ranges: written_list(&used.0.ranges),
        note: used.0.note.clone(),
    };
    visit.page(&page(&visit, Some(used), form, Errors::default()))
}

fn page(visit: &AdminVisit, used: Option<Used>, form: NetworkForm, errors: Errors) -> NetworkPage {
    let ranges = parse_list(&form.ranges).unwrap_or_default();
    let mut warnings = warnings::about(&ranges, visit.address);
    warnings.extend(warnings::proxy(&visit.forwarded, visit.address));
    NetworkPage {
        frame: visit.frame(SECTION),
        id: used.as_ref().map(|(network, _)| network.id.0),
        name: form.name,
        ranges: form.ranges,
        note: form.note,
        address: visit.address.map(|address| address.to_string()),
        warnings,
        roles: used.map(|(_, roles)| roles).unwrap_or_default(),
        errors,
    }
}

pub(super) async fn create(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<NetworkForm>,
) -> Result<HttpResponse, Error> {
    save(&visit, None, form).await
}

pub(super) async fn update(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<NetworkForm>,
) -> Result<HttpResponse, Error> {
    let used = find(&visit, NetworkId(*id)).await?;
    save(&visit, Some(used), form).await
}

async fn save(
    visit: &AdminVisit,
    used: Option<Used>,
    form: NetworkForm,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    if let Some(network) = read(&form, &mut errors) {
        match write(
            visit,
            used.as_ref().map(|(network, _)| network.id),
            &network,
        )
        .await
        {
            Ok(id) => return saved(visit, id, &network),
            Err(error) => explain(&mut errors, "name", "Name", error)?,
        }
    }
    visit.faulty(&page(visit, used, form, errors))
}

/// Where there are warnings the page of the network shows them; otherwise the list comes next.
fn saved(visit: &AdminVisit, id: NetworkId, network: &NewNetwork) -> Result<HttpResponse, Error> {
    let said = format!("The network {} is saved.", network.name);
    if warnings::about(&network.ranges, visit.address).is_empty() {
        return visit.done(&said, PATH);
    }
    let said = format!("{said} Please read what stands above its form.");
    visit.done(&said, &format!("{PATH}/{}", id.0))
}

async fn write(
    visit: &AdminVisit,
    id: Option<NetworkId>,
    network: &NewNetwork,
) -> Result<NetworkId, StoreError> {
    let (admin, network) = (visit.who.admin.clone(), network.clone());
    let work = move |conn: &mut _| match id {
        None => networks::create(conn, &admin, now(), &network),
        Some(id) => networks::update(conn, &admin, now(), id, &network).map(|()| id),
    };
    visit.state.change(work).await
}

fn read(form: &NetworkForm, errors: &mut Errors) -> Option<NewNetwork> {
    let name = form.name.trim();
    if name.is_empty() {
        errors.add("name", "Name", "must not be empty");
    }
    let ranges = parse_list(&form.ranges).map_err(|faults| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("; ")
    });
    let ranges = errors.take("ranges", "Ranges", ranges)?;
    errors.is_empty().then(|| NewNetwork {
        name: name.to_owned(),
        ranges,
        note: form.note.trim().to_owned(),
    })
}

pub(super) async fn ask_delete(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    let page = confirmation(&visit, NetworkId(*id)).await?;
    visit.page(&page)
}

async fn confirmation(visit: &AdminVisit, id: NetworkId) -> Result<ConfirmPage, Error> {
    let (network, roles) = find(visit, id).await?;
    let consequences = if roles.is_empty() {
        vec!["No role is obtained by it, so nobody loses anything.".to_owned()]
    } else {
        let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
        vec![format!(
            "Roles are obtained by it: {}. As long as they are, it cannot be deleted: take it out of \
             them first.",
            names.join(", ")
        )]
    };
    let page = format!("{PATH}/{}", id.0);
    Ok(ConfirmPage {
        frame: visit.frame(SECTION),
        title: format!("Delete the network {}?", network.name),
        consequences,
        errors: Errors::default(),
        action: visit.state.path(&format!("{page}/delete")),
        button: "Delete".to_owned(),
        cancel_url: visit.state.path(&page),
    })
}

pub(super) async fn delete(
    visit: AdminVisit,
    id: Path<i32>,
    _: CsrfForm<NoFields>,
) -> Result<HttpResponse, Error> {
    let (id, admin) = (NetworkId(*id), visit.who.admin.clone());
    let mut page = confirmation(&visit, id).await?;
    match visit
        .state
        .change(move |conn| networks::delete(conn, &admin, now(), id))
        .await
    {
        Ok(()) => visit.done("The network is deleted.", PATH),
        Err(error) => {
            explain(&mut page.errors, "name", "Name", error)?;
            visit.faulty(&page)
        }
    }
}
