//! Asking for an account, where the settings allow it.

use actix_web::web::{Data, Query, ServiceConfig, get, post};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::error::Error;
use super::form::{CsrfForm, FormToken};
use super::headers::address;
use super::pages::parts::Errors;
use super::pages::register::RegisterPage;
use super::protect::html;
use super::state::{AppState, now};
use crate::identity::name::UserName;
use crate::identity::origin::Origin;
use crate::store::users::{self, UserState};
use crate::store::{StoreError, audit};

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/register", get().to(show))
        .route("/register", post().to(submit));
}

#[derive(Default, Deserialize)]
struct Asked {
    origin: Option<String>,
}

#[derive(Deserialize)]
struct Form {
    username: String,
    #[serde(default)]
    display_name: String,
    password: String,
    repeat: String,
    origin: Option<String>,
}

async fn show(
    state: Data<AppState>,
    asked: Option<Query<Asked>>,
    token: FormToken,
) -> Result<HttpResponse, Error> {
    let origin = asked.and_then(|Query(asked)| asked.origin);
    Ok(html(state.pages.render(&page(
        &state,
        origin.as_deref(),
        token,
    )?)?))
}

async fn submit(
    state: Data<AppState>,
    request: HttpRequest,
    token: FormToken,
    CsrfForm(form): CsrfForm<Form>,
) -> Result<HttpResponse, Error> {
    let page = page(&state, form.origin.as_deref(), token)?;
    let mut errors = Errors::default();
    let name = errors.take(
        "username",
        "E-mail address",
        UserName::parse(&form.username),
    );
    let verdict = state.passwords.check(&form.password, form.username.trim());
    errors.take("password", "Password", verdict);
    if form.repeat != form.password {
        errors.add("repeat", "Password again", "is not the same");
    }
    if let (Some(name), true) = (name, errors.is_empty()) {
        register(&state, &request, name, &form, &mut errors).await?;
    }
    if errors.is_empty() {
        return Ok(html(
            state.pages.render(&RegisterPage { done: true, ..page })?,
        ));
    }
    let (username, display_name) = (form.username, form.display_name);
    let body = state.pages.render(&RegisterPage {
        username,
        display_name,
        errors,
        ..page
    })?;
    Ok(HttpResponse::UnprocessableEntity()
        .content_type("text/html; charset=utf-8")
        .body(body))
}

/// Where somebody approves accounts, a name that is taken is not told to strangers: the answer is the
/// same, after the same time.
async fn register(
    state: &AppState,
    request: &HttpRequest,
    name: UserName,
    form: &Form,
    errors: &mut Errors,
) -> Result<(), Error> {
    // Never given back: a name that is taken can be found out here, too.
    let _paid = state.attempt(&name, address(request), now())?;
    let hash = state.passwords.hash(form.password.clone()).await?;
    let approval = state.config.accounts.registration_approval;
    let user_state = if approval {
        UserState::Pending
    } else {
        UserState::Active
    };
    let display_name = form.display_name.trim().to_owned();
    let entry = audit::Entry {
        at: now(),
        actor: name.to_string(),
        action: audit::Action::Register,
        subject: name.to_string(),
        detail: String::new(),
        address: address(request),
        outcome: audit::Outcome::Done,
    };
    let write = move |conn: &mut _| {
        users::register(conn, now(), &name, &display_name, &hash, user_state)?;
        audit::record(conn, &entry)
    };
    match state.change(write).await {
        Ok(()) => Ok(()),
        Err(StoreError::Taken { .. }) if approval => Ok(()),
        Err(error @ StoreError::Taken { .. }) => {
            errors.add("username", "E-mail address", error);
            Ok(())
        }
        Err(error @ StoreError::Invalid(_)) => {
            errors.add_general(error);
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// The empty form; a visitor whom the settings do not allow to register sees nothing here.
fn page(state: &AppState, origin: Option<&str>, token: FormToken) -> Result<RegisterPage, Error> {
    if !state.config.accounts.allow_registration {
        return Err(Error::NotFound);
    }
    let origin = origin
        .and_then(Origin::parse)
        .map(|origin| origin.as_str().to_owned());
    let sign_in_url = match &origin {
        Some(origin) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            let query = query.append_pair("origin", origin).finish();
            format!("{}?{query}", state.path("/iiif-login"))
        }
        None => state.path("/login"),
    };
    Ok(RegisterPage {
        csrf: token.value(),
        origin,
        approval: state.config.accounts.registration_approval,
        sign_in_url,
        ..RegisterPage::default()
    })
}
