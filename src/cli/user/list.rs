//! `iiif-gate user list`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use clap::Args;
use serde::Serialize;

use crate::cli::failure::Result;
use crate::cli::{database, output, table};
use crate::identity::name::{RoleName, UserName};
use crate::identity::principal::RoleId;
use crate::store::page::Paging;
use crate::store::users::{self, User, UserQuery, UserState};
use crate::store::{Conn, Store, StoreError};

/// List users, by name
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those with this in their name or display name
    #[arg(long, default_value = "")]
    search: String,
    /// Only those in this state: `active`, `disabled` or `pending`
    #[arg(long, value_parser = state)]
    state: Option<UserState>,
    /// Only those with this role
    #[arg(long, value_parser = RoleName::parse)]
    role: Option<RoleName>,
    /// Print a JSON document
    #[arg(long)]
    json: bool,
}

/// A user in `--json`.
#[derive(Debug, Serialize)]
struct Listed {
    id: i32,
    name: UserName,
    display_name: String,
    state: &'static str,
    roles: Vec<String>,
    has_password: bool,
    created_at: DateTime<Utc>,
    last_sign_in_at: Option<DateTime<Utc>>,
    sign_in_count: i32,
}

impl List {
    pub(super) fn run(&self, store: &Store) -> Result {
        let users = store.blocking(|conn| self.all(conn))?;
        if self.json {
            return output::json(&users);
        }
        let rows: Vec<[String; 5]> = users.iter().map(row).collect();
        table::print(
            [
                "NAME",
                "STATE",
                "ROLES",
                "LAST SIGN-IN (UTC)",
                "DISPLAY NAME",
            ],
            &rows,
        )
    }

    fn all(&self, conn: &mut Conn) -> Result<Vec<Listed>, StoreError> {
        let names = database::role_names(conn)?;
        let role = self
            .role
            .as_ref()
            .map(|role| database::role(conn, role))
            .transpose()?;
        let mut query = UserQuery {
            search: self.search.clone(),
            state: self.state,
            role: role.map(|role| role.id),
            paging: Paging {
                page: 1,
                per_page: 1000,
            },
            ..UserQuery::default()
        };
        let mut listed = Vec::new();
        loop {
            let page = users::page(conn, &query)?;
            let pages = page.pages();
            listed.extend(page.items.into_iter().map(|user| entry(user, &names)));
            if query.paging.page >= pages {
                return Ok(listed);
            }
            query.paging.page += 1;
        }
    }
}

fn state(text: &str) -> std::result::Result<UserState, String> {
    UserState::parse(text).ok_or_else(|| "valid: `active`, `disabled`, `pending`".to_owned())
}

fn entry(user: User, names: &HashMap<RoleId, String>) -> Listed {
    Listed {
        id: user.id.0,
        name: user.name,
        display_name: user.display_name,
        state: user.state.as_str(),
        roles: user
            .roles
            .iter()
            .filter_map(|id| names.get(id).cloned())
            .collect(),
        has_password: user.password_hash.is_some(),
        created_at: user.created_at,
        last_sign_in_at: user.last_sign_in_at,
        sign_in_count: user.sign_in_count,
    }
}

fn row(user: &Listed) -> [String; 5] {
    let last = user
        .last_sign_in_at
        .map(|at| at.format("%Y-%m-%d %H:%M").to_string());
    [
        user.name.to_string(),
        user.state.to_owned(),
        user.roles.join(" "),
        last.unwrap_or_else(|| "never".to_owned()),
        user.display_name.clone(),
    ]
}
