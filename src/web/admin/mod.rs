//! The administration: one file per resource, and nothing without an [`AdminUser`].

pub(super) mod roles;

mod audit;
mod consumers;
mod dashboard;
mod draft;
mod explain;
mod fields;
mod limits;
mod networks;
mod rules;
mod sessions;
mod transfer;
mod users;

use std::collections::HashMap;

use actix_web::web::{PathConfig, PayloadConfig, ServiceConfig, route, scope};
use serde::Deserialize;

use super::error::Error;
use super::form::MAX_IMPORT_BYTES;
use super::pages::lists::Pager;
use super::pages::parts::{Choice, Errors};
use super::session::AdminUser;
use super::state::AppState;
use super::visit::Visit;
use crate::identity::principal::RoleId;
use crate::store::StoreError;
use crate::store::page::{Page, Paging};

/// A request by an administrator.
type AdminVisit = Visit<AdminUser>;

/// How many entries a page of a list has.
const PER_PAGE: u32 = 50;

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    let paths = PathConfig::default().error_handler(|_, _| Error::NotFound.into());
    config.service(
        scope("/admin")
            .app_data(paths)
            .app_data(PayloadConfig::new(MAX_IMPORT_BYTES))
            .configure(dashboard::routes)
            .configure(users::routes)
            .configure(roles::routes)
            .configure(networks::routes)
            .configure(rules::routes)
            .configure(consumers::routes)
            .configure(sessions::routes)
            .configure(limits::routes)
            .configure(audit::routes)
            .configure(transfer::routes)
            .configure(draft::routes)
            .configure(explain::routes)
            .default_service(route().to(super::nothing_here)),
    );
}

/// The fields of the boxes that are ticked: `roles.3=on`. Other fields are of no interest.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
struct Ticked(HashMap<String, String>);

impl Ticked {
    fn roles(&self) -> Vec<RoleId> {
        let number = |name: &String| name.strip_prefix("roles.")?.parse().ok().map(RoleId);
        let mut roles: Vec<RoleId> = self.0.keys().filter_map(number).collect();
        roles.sort_unstable();
        roles
    }
}

/// Puts what the store refuses beside the field that was taken, or above the form. What is not the
/// administrator's mistake stays an error.
fn explain(
    errors: &mut Errors,
    field: &'static str,
    label: &'static str,
    error: StoreError,
) -> Result<(), Error> {
    match error {
        StoreError::Taken { .. } => errors.add(field, label, error),
        StoreError::LastAdmin | StoreError::BuiltIn | StoreError::Invalid(_) => {
            errors.add_general(error);
        }
        StoreError::Unavailable { .. }
        | StoreError::Stale
        | StoreError::ReadOnly
        | StoreError::Newer { .. }
        | StoreError::NotFound
        | StoreError::Rows(_)
        | StoreError::Other(_) => return Err(error.into()),
    }
    Ok(())
}

fn paging(page: Option<&str>) -> Paging {
    Paging {
        page: page.and_then(|page| page.parse().ok()).unwrap_or(1),
        per_page: PER_PAGE,
    }
}

/// The way through a list at this path; its other parameters are kept.
fn pager<T>(state: &AppState, path: &str, parameters: &[(&str, &str)], page: &Page<T>) -> Pager {
    let shown = page.items.len() as u64;
    let url = |number: u64| {
        let number = number.to_string();
        address(state, path, &[parameters, &[("page", &number)]].concat())
    };
    Pager {
        more: page.more,
        ..Pager::new(
            page.page.into(),
            page.per_page.into(),
            shown,
            page.total,
            url,
        )
    }
}

/// The address of a list with these parameters; those that say nothing are left out.
fn address(state: &AppState, path: &str, parameters: &[(&str, &str)]) -> String {
    let said = parameters.iter().filter(|(_, value)| !value.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(said)
        .finish();
    let path = state.path(path);
    if query.is_empty() {
        path
    } else {
        format!("{path}?{query}")
    }
}

/// Choices with one for everything before them.
fn filter(all: &str, choices: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    Choice::list(&[&[("", all)], choices].concat(), chosen)
}
