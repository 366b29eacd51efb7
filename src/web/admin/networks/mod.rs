//! Networks: list, make, change, delete.

pub(super) mod warnings;

mod edit;

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::{Query, ServiceConfig, get, post};
use serde::Deserialize;

use super::super::error::Error;
use super::super::pages::admin::networks::{NetworkRow, NetworksPage, RoleLink};
use super::{AdminVisit, pager, paging};
use crate::identity::network::written;
use crate::store::networks::{self, Network, NetworkId};
use crate::store::page::COUNTED;
use crate::store::roles::{self, Role};

const PATH: &str = "/admin/networks";
/// The section that networks belong to.
const SECTION: &str = "/admin/roles";
/// How many ranges the list shows.
const SHOWN: usize = 4;

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/networks", get().to(list))
        .route("/networks", post().to(edit::create))
        .route("/networks/new", get().to(edit::new))
        .route("/networks/{id:[0-9]+}", get().to(edit::show))
        .route("/networks/{id:[0-9]+}", post().to(edit::update))
        .route("/networks/{id:[0-9]+}/delete", get().to(edit::ask_delete))
        .route("/networks/{id:[0-9]+}/delete", post().to(edit::delete));
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    search: String,
    page: Option<String>,
}

async fn list(visit: AdminVisit, asked: Option<Query<Asked>>) -> Result<HttpResponse, Error> {
    let Asked { search, page } = asked.map(Query::into_inner).unwrap_or_default();
    let load = |conn: &mut _| Ok((networks::list(conn)?, roles::list(conn)?));
    let (mut networks, roles) = visit.state.store.read(load).await?;
    let wanted = search.trim().to_lowercase();
    networks.retain(|network| network.name.to_lowercase().contains(&wanted));
    let found = paging(page.as_deref()).of(networks, COUNTED);
    let pager = pager(&visit.state, PATH, &[("search", &search)], &found);
    let mut used = by_network(&roles);
    let row = |network: Network| {
        let roles = used.remove(&network.id).unwrap_or_default();
        row(&visit, network, roles)
    };
    visit.page(&NetworksPage {
        frame: visit.frame(SECTION),
        address: visit.address.map(|address| address.to_string()),
        proxy: warnings::proxy(&visit.forwarded, visit.address),
        networks: found.items.into_iter().map(row).collect(),
        pager,
        search,
    })
}

fn row(visit: &AdminVisit, network: Network, roles: Vec<RoleLink>) -> NetworkRow {
    let Network { ranges, .. } = &network;
    NetworkRow {
        id: network.id.0,
        ranges: ranges.iter().take(SHOWN).map(written).collect(),
        more: ranges.len().saturating_sub(SHOWN),
        yours: warnings::contains(ranges, visit.address),
        warned: !warnings::about(ranges, None).is_empty(),
        name: network.name,
        note: network.note,
        roles,
    }
}

/// The roles that are obtained by each network.
fn by_network(roles: &[Role]) -> HashMap<NetworkId, Vec<RoleLink>> {
    let mut used: HashMap<NetworkId, Vec<RoleLink>> = HashMap::new();
    for role in roles {
        for network in &role.networks {
            used.entry(*network).or_default().push(RoleLink {
                id: role.id.0,
                name: role.name.to_string(),
            });
        }
    }
    used
}
