//! The list of users: searched, filtered, sorted, in pages.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::web::Query;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::pages::admin::Column;
use super::super::super::pages::admin::users::{UserRow, UsersPage};
use super::super::super::pages::parts::Choice;
use super::super::super::state::AppState;
use super::super::roles::title;
use super::super::{AdminVisit, address, filter, pager, paging};
use super::PATH;
use crate::identity::principal::{ObtainedBy, RoleId};
use crate::store::roles::{self, Role};
use crate::store::users::{self, User, UserQuery, UserSort, UserState};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    search: String,
    state: String,
    role: String,
    sort: String,
    page: Option<String>,
}

pub(super) async fn show(
    visit: AdminVisit,
    asked: Option<Query<Asked>>,
) -> Result<HttpResponse, Error> {
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    let (sort, descending) = sort(&asked.sort);
    let wanted = UserQuery {
        search: asked.search.clone(),
        state: UserState::parse(&asked.state),
        role: None,
        sort,
        descending,
        paging: paging(asked.page.as_deref()),
    };
    let name = asked.role.clone();
    let load = move |conn: &mut _| {
        let roles = roles::list(conn)?;
        let role = roles
            .iter()
            .find(|role| role.name.as_str() == name)
            .map(|role| role.id);
        let beginnings = users::is_for_beginnings(conn, &wanted.search)?;
        let found = users::page(conn, &UserQuery { role, ..wanted })?;
        Ok((roles, found, beginnings))
    };
    let (roles, found, beginnings) = visit.state.store.read(load).await?;
    let names: HashMap<RoleId, &Role> = roles.iter().map(|role| (role.id, role)).collect();
    let states = UserState::ALL.map(|state| (state.as_str(), state.as_str()));
    let parameters = asked.parameters();
    visit.page(&UsersPage {
        frame: visit.frame(PATH),
        states: filter("all", &states, &asked.state),
        roles: role_choices(&roles, &asked.role),
        sort: asked.sort.clone(),
        columns: columns(&visit.state, &asked),
        users: found.items.iter().map(|user| row(user, &names)).collect(),
        pager: pager(&visit.state, PATH, &parameters, &found),
        search: asked.search.clone(),
        beginnings,
    })
}

impl Asked {
    fn parameters(&self) -> [(&str, &str); 4] {
        [
            ("search", self.search.as_str()),
            ("state", &self.state),
            ("role", &self.role),
            ("sort", &self.sort),
        ]
    }
}

/// `created` is ascending, `-created` descending; anything else is by name.
fn sort(text: &str) -> (UserSort, bool) {
    let descending = text.strip_prefix('-');
    let sort = UserSort::parse(descending.unwrap_or(text)).unwrap_or_default();
    (sort, descending.is_some())
}

fn columns(state: &AppState, asked: &Asked) -> Vec<Column> {
    let (now, descending) = sort(&asked.sort);
    let column = |label, by: UserSort| {
        let is_now = by == now;
        let reverse = if is_now && !descending { "-" } else { "" };
        let sort = format!("{reverse}{}", by.as_str());
        let [search, state_filter, role, _] = asked.parameters();
        Column {
            label,
            url: Some(address(
                state,
                PATH,
                &[search, state_filter, role, ("sort", &sort)],
            )),
            sorted: match (is_now, descending) {
                (true, true) => "descending",
                (true, false) => "ascending",
                (false, _) => "",
            },
        }
    };
    let plain = |label| Column {
        label,
        url: None,
        sorted: "",
    };
    vec![
        column("Name", UserSort::Name),
        plain("State"),
        plain("Roles"),
        column("Last sign-in (UTC)", UserSort::LastSignIn),
        column("Since (UTC)", UserSort::Created),
    ]
}

fn role_choices(roles: &[Role], chosen: &str) -> Vec<Choice> {
    let assigned = roles
        .iter()
        .filter(|role| role.obtained_by == ObtainedBy::Assigned);
    let titles: Vec<(&str, String)> = assigned
        .map(|role| (role.name.as_str(), title(role)))
        .collect();
    let choices: Vec<(&str, &str)> = titles
        .iter()
        .map(|(name, title)| (*name, title.as_str()))
        .collect();
    filter("all", &choices, chosen)
}

fn row(user: &User, roles: &HashMap<RoleId, &Role>) -> UserRow {
    UserRow {
        id: user.id.0,
        name: user.name.to_string(),
        display_name: user.display_name.clone(),
        state: user.state.as_str(),
        roles: user
            .roles
            .iter()
            .filter_map(|id| Some(roles.get(id)?.name.to_string()))
            .collect(),
        last_sign_in: user.last_sign_in_at.map(Into::into),
        created: user.created_at.into(),
    }
}
