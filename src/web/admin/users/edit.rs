//! The page of a user, and of a new one.

use actix_web::HttpResponse;
use actix_web::web::Path;
use serde::Deserialize;

use super::super::super::error::Error;
use super::super::super::form::CsrfForm;
use super::super::super::pages::admin::users::{UserFacts, UserPage};
use super::super::super::pages::parts::{Choice, Errors};
use super::super::super::state::now;
use super::super::roles::title;
use super::super::roles::words::counted;
use super::super::{AdminVisit, Ticked, explain, limits};
use super::{PATH, path_of};
use crate::identity::name::UserName;
use crate::identity::principal::{ObtainedBy, RoleId, UserId};
use crate::store::roles::{self, Role};
use crate::store::users::{self, NewUser, User, UserChange, UserState};
use crate::store::{StoreError, second_factors, sessions};

/// What a form may set; nothing else that is sent has any effect.
#[derive(Deserialize)]
pub(super) struct UserForm {
    name: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    password: String,
    #[serde(flatten)]
    ticked: Ticked,
}

pub(super) async fn new(visit: AdminVisit) -> Result<HttpResponse, Error> {
    let roles = visit.state.store.run(roles::list).await?;
    visit.page(&UserPage {
        frame: visit.frame(PATH),
        roles: choices(&roles, &[]),
        ..UserPage::default()
    })
}

pub(super) async fn show(visit: AdminVisit, id: Path<i32>) -> Result<HttpResponse, Error> {
    visit.page(&page(&visit, UserId(*id)).await?)
}

/// The page of a user as it stands in the database.
pub(super) async fn page(visit: &AdminVisit, id: UserId) -> Result<UserPage, Error> {
    let now = now();
    let load = move |conn: &mut _| {
        let user = users::find(conn, id)?.ok_or(StoreError::NotFound)?;
        Ok((
            user,
            roles::list(conn)?,
            sessions::count_of_user(conn, id, now)?,
            second_factors::find(conn, id)?,
        ))
    };
    let (user, roles, sessions, factor) = visit.state.store.run(load).await?;
    let held = visit.state.live.limits.held_up_at(&user.name, now);
    Ok(UserPage {
        frame: visit.frame(PATH),
        limits: held.iter().map(|held| limits::row(held, now)).collect(),
        user: Some(UserFacts {
            second_factor: factor.map(|factor| factor.since.into()),
            ..facts(&user, sessions)
        }),
        name: user.name.to_string(),
        display_name: user.display_name.clone(),
        roles: choices(&roles, &user.roles),
        errors: Errors::default(),
    })
}

fn facts(user: &User, sessions: u64) -> UserFacts {
    UserFacts {
        id: user.id.0,
        name: user.name.to_string(),
        state: user.state.as_str(),
        created: user.created_at.into(),
        last_sign_in: user.last_sign_in_at.map(Into::into),
        sign_ins: user.sign_in_count,
        has_password: user.password_hash.is_some(),
        sessions: counted(sessions, ["session", "sessions"]),
        is_signed_in: sessions > 0,
        second_factor: None,
    }
}

fn choices(roles: &[Role], held: &[RoleId]) -> Vec<Choice> {
    let assigned = roles
        .iter()
        .filter(|role| role.obtained_by == ObtainedBy::Assigned);
    let choice = |role: &Role| Choice {
        value: role.id.0.to_string(),
        label: title(role),
        chosen: held.contains(&role.id),
    };
    assigned.map(choice).collect()
}

pub(super) async fn create(
    visit: AdminVisit,
    CsrfForm(form): CsrfForm<UserForm>,
) -> Result<HttpResponse, Error> {
    let mut errors = Errors::default();
    let name = errors.take("name", "User name", UserName::parse(&form.name));
    if !form.password.is_empty() {
        let verdict = visit
            .state
            .passwords
            .check(&form.password, form.name.trim());
        errors.take("password", "Password", verdict);
    }
    if let (Some(name), true) = (name, errors.is_empty()) {
        match insert(&visit, name, &form).await {
            Ok(id) => return visit.done("The user is made.", &path_of(id.0)),
            Err(Error::Store(error)) => explain(&mut errors, "name", "User name", error)?,
            Err(error) => return Err(error),
        }
    }
    let roles = visit.state.store.run(roles::list).await?;
    visit.faulty(&UserPage {
        frame: visit.frame(PATH),
        user: None,
        limits: Vec::new(),
        roles: choices(&roles, &form.ticked.roles()),
        name: form.name,
        display_name: form.display_name,
        errors,
    })
}

async fn insert(visit: &AdminVisit, name: UserName, form: &UserForm) -> Result<UserId, Error> {
    let password_hash = match form.password.as_str() {
        "" => None,
        password => Some(visit.state.passwords.hash(password.to_owned()).await?),
    };
    let user = NewUser {
        name,
        display_name: form.display_name.clone(),
        password_hash,
        state: UserState::Active,
        roles: form.ticked.roles(),
    };
    let admin = visit.who.admin.clone();
    Ok(visit
        .state
        .change(move |conn| users::create(conn, &admin, now(), &user))
        .await?)
}

pub(super) async fn update(
    visit: AdminVisit,
    id: Path<i32>,
    CsrfForm(form): CsrfForm<UserForm>,
) -> Result<HttpResponse, Error> {
    let mut page = page(&visit, UserId(*id)).await?;
    let name = page
        .errors
        .take("name", "User name", UserName::parse(&form.name));
    let roles = form.ticked.roles();
    if let Some(name) = name {
        match replace(&visit, UserId(*id), name, &form).await {
            Ok(()) => return visit.done("The user is saved.", &path_of(*id)),
            Err(error) => explain(&mut page.errors, "name", "User name", error)?,
        }
    }
    for choice in &mut page.roles {
        choice.chosen = roles.iter().any(|role| role.0.to_string() == choice.value);
    }
    visit.faulty(&UserPage {
        name: form.name,
        display_name: form.display_name,
        ..page
    })
}

async fn replace(
    visit: &AdminVisit,
    id: UserId,
    name: UserName,
    form: &UserForm,
) -> Result<(), StoreError> {
    let (admin, display_name) = (visit.who.admin.clone(), form.display_name.clone());
    let roles = form.ticked.roles();
    let write = move |conn: &mut _| {
        let state = users::find(conn, id)?.ok_or(StoreError::NotFound)?.state;
        let change = UserChange {
            name,
            display_name,
            state,
            roles,
        };
        users::update(conn, &admin, now(), id, &change)
    };
    visit.state.change(write).await
}
