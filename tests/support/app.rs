//! The whole application in the test's own process, with a database and an image server of its own.

use std::collections::BTreeMap;

use actix_web::body::to_bytes;
use actix_web::dev::Service as _;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Data;
use actix_web::{App, http::Method};
use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Kind, Requirement};
use iiif_gate::config::Config;
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::name::{RoleName, UserName};
use iiif_gate::identity::password;
use iiif_gate::identity::principal::{RoleId, UserId};
use iiif_gate::store::users::{self, UserState};
use iiif_gate::store::{roles, rules};
use iiif_gate::web::routes;
use iiif_gate::web::state::{AppState, now};

use super::browser::{Browser, Reply, form};
use super::database::Database;
use super::image_server;

/// Where the gate is reached in these tests.
pub(crate) const ORIGIN: &str = "https://images.example";
/// Everybody's password.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The key that signs.
pub(crate) const SECRET_KEY: &str = "k7QmZ2vR9xT4bN8wL1cP6yH3fJ5dG0sA";
/// What signs the tokens that are handed on to the annotation store.
pub(crate) const STORE_SECRET: &str = "a secret of the store, for tests";
const SALT: &str = "a salt for tests only";

/// The application.
pub(crate) struct TestApp {
    pub(crate) database: Database,
    pub(crate) state: Data<AppState>,
}

impl TestApp {
    /// With these settings beside the usual ones.
    pub(crate) async fn new(database: Database, settings: &[(&str, &str)]) -> Self {
        let image_server = image_server::start();
        let mut raw: BTreeMap<String, String> = [
            ("VIRTUAL_HOST", "images.example"),
            ("VIRTUAL_HOST_PROTO", "https"),
            ("AUTH_SECRET_KEY", SECRET_KEY),
            ("AUTH_PASSWORD_SALT", SALT),
            ("ANNOTATOR_STORE_SECRET", STORE_SECRET),
            ("AUTH_DB_CONNECTION", &database.setting),
            ("BCRYPT_COST", "4"),
            ("INSTITUTION_NAME", "Example Archive"),
            ("IMAGE_SERVER", "other"),
            ("IMAGE_SERVER_URL", &image_server),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        for (name, value) in settings {
            raw.insert((*name).to_owned(), (*value).to_owned());
        }
        let config = Config::parse(&raw).unwrap();
        let state = AppState::new(config, database.store.clone()).await.unwrap();
        Self {
            database,
            state: Data::new(state),
        }
    }

    /// On SQLite, with the usual settings.
    pub(crate) async fn usual() -> Self {
        Self::new(Database::sqlite(), &[]).await
    }

    /// On SQLite and on PostgreSQL.
    pub(crate) async fn both() -> [Self; 2] {
        [
            Self::usual().await,
            Self::new(Database::postgres(), &[]).await,
        ]
    }

    /// Makes an active user with these roles beside the built-in one.
    pub(crate) fn user(&self, name: &str, roles: &[&str]) -> UserId {
        let hash = password::hash(PASSWORD, SALT, 4, [7; 16], || ()).unwrap();
        let names: Vec<String> = roles.iter().map(|role| (*role).to_owned()).collect();
        self.database.run(|conn| {
            let mut ids = Vec::new();
            for name in &names {
                let name = RoleName::parse(name).unwrap();
                let found = roles::find_by_name(conn, &name)?;
                ids.push(if let Some(role) = found {
                    role.id
                } else {
                    let role = roles::NewRole::assigned(name, "");
                    roles::create(conn, &Admin::console(), now(), &role)?
                });
            }
            let new = users::NewUser {
                name: UserName::parse(name).unwrap(),
                display_name: String::new(),
                password_hash: Some(hash),
                state: UserState::Active,
                roles: ids,
            };
            users::create(conn, &Admin::console(), now(), &new)
        })
    }

    /// Makes a rule for images: `public`, `nobody`, or the name of a role.
    pub(crate) fn rule(&self, pattern: &str, requirement: &str) {
        self.rule_of(Kind::Image, pattern, requirement);
    }

    /// Makes a rule.
    pub(crate) fn rule_of(&self, kind: Kind, pattern: &str, requirement: &str) {
        let role = RoleName::parse(requirement).unwrap();
        self.database.run(|conn| {
            let requirement = match requirement {
                "public" => Requirement::Public,
                "nobody" => Requirement::Nobody,
                _ => {
                    let roles = roles::find_by_name(conn, &role)?.map(|role| role.id);
                    Requirement::AnyOf(
                        roles
                            .into_iter()
                            .collect::<Vec<RoleId>>()
                            .into_iter()
                            .collect(),
                    )
                }
            };
            let pattern = Pattern::parse(pattern).unwrap();
            let rule = rules::NewRule::new(kind, pattern, requirement);
            rules::create(conn, &Admin::console(), now(), &rule).map(drop)
        });
    }

    /// Lets the caches see what was done to the database by other ways.
    pub(crate) async fn catch_up(&self) {
        self.state.live.catch_up().await.unwrap();
    }

    /// Sends a request as nginx would pass it on.
    pub(crate) async fn send(&self, request: TestRequest) -> Reply {
        let app = init_service(App::new().configure(routes(self.state.clone()))).await;
        let response = match app.call(request.to_request()).await {
            Ok(response) => response.into_parts().1.map_into_boxed_body(),
            Err(error) => error.error_response(),
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = to_bytes(response.into_body()).await.unwrap();
        Reply {
            status,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        }
    }

    /// What `/query_auth` says to a browser's request.
    pub(crate) async fn ask(&self, browser: &Browser, target: &str) -> Reply {
        self.asked(browser, "/query_auth", target).await
    }

    /// What `/describe` says to a browser's request.
    pub(crate) async fn describe(&self, browser: &Browser, target: &str) -> Reply {
        self.asked(browser, "/describe", target).await
    }

    async fn asked(&self, browser: &Browser, path: &str, target: &str) -> Reply {
        let request = browser
            .request(Method::GET, path)
            .append_header(("X-Original-URI", target))
            .append_header(("X-Original-Method", "GET"));
        self.send(request).await
    }

    /// Gets a page.
    pub(crate) async fn get(&self, browser: &mut Browser, path: &str) -> Reply {
        let reply = self.send(browser.request(Method::GET, path)).await;
        browser.keep(&reply);
        reply
    }

    /// Sends the form of a page, with the token that stands there.
    pub(crate) async fn submit(
        &self,
        browser: &mut Browser,
        page: &str,
        action: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let token = self.get(browser, page).await.field("csrf");
        let mut all = fields.to_vec();
        all.push(("csrf", &token));
        let reply = self.post(browser, action, &all).await;
        browser.keep(&reply);
        reply
    }

    /// Sends a form as a browser does from a page of ours.
    pub(crate) async fn post(
        &self,
        browser: &Browser,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let request = browser
            .request(Method::POST, path)
            .append_header(("Origin", ORIGIN))
            .append_header(("Sec-Fetch-Site", "same-origin"))
            .append_header(("Content-Type", "application/x-www-form-urlencoded"))
            .set_payload(form(fields));
        self.send(request).await
    }

    /// A browser whose user signed in through a viewer.
    pub(crate) async fn viewer(&self, name: &str) -> Browser {
        self.signed_in(name, "/iiif-login").await
    }

    /// A browser whose user signed in to the account.
    pub(crate) async fn account(&self, name: &str) -> Browser {
        self.signed_in(name, "/login").await
    }

    async fn signed_in(&self, name: &str, path: &str) -> Browser {
        let mut browser = Browser::default();
        let fields = [("username", name), ("password", PASSWORD)];
        let reply = self.submit(&mut browser, path, path, &fields).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        browser
    }
}
