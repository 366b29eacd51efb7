//! The list of roles.

use std::collections::HashMap;

use actix_web::HttpResponse;

use super::super::super::error::Error;
use super::super::super::pages::admin::roles::{RoleRow, RolesPage};
use super::super::super::state::now;
use super::super::AdminVisit;
use super::PATH;
use super::words::{holders, unobtainable, way};
use crate::identity::principal::{self, RoleId};
use crate::store::{networks, roles};

pub(super) async fn show(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let now = now();
    let load = move |conn: &mut _| {
        Ok((
            roles::list(conn)?,
            roles::usages_some(conn, now)?,
            networks::names(conn)?,
        ))
    };
    let (roles, usages, networks) = visit.state.store.read(load).await?;
    let policy = visit.state.live.policy();
    let in_policy: HashMap<RoleId, &principal::Role> =
        policy.roles().map(|role| (role.id, role)).collect();
    let row = |role: &roles::Role| {
        let usage = usages.get(&role.id).copied().unwrap_or_default();
        RoleRow {
            id: role.id.0,
            name: role.name.to_string(),
            title: role.title.clone(),
            obtained_by: way(role.obtained_by),
            built_in: role.built_in,
            holders: holders(&visit.state, role, usage, &networks),
            unobtainable: in_policy.get(&role.id).copied().and_then(unobtainable),
        }
    };
    visit.page(&RolesPage {
        frame: visit.frame(PATH),
        roles: roles.iter().map(row).collect(),
    })
}
