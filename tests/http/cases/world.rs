//! Every way to hold a role, and somebody for each: who asks in the tables of cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use iiif_gate::access::rule::Kind;
use iiif_gate::identity::name::UserName;
use iiif_gate::identity::principal::{Grant, Principal};
use iiif_gate::identity::secret::{API_KEY_PREFIX, fingerprint, from_random};
use iiif_gate::store::api_keys::{self, NewApiKey};
use iiif_gate::store::users;
use iiif_gate::web::state::now;

use super::given::{address, make_roles, make_rule};
use super::table::Given;
use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::database::Database;

/// Somebody, as the gate meets them and as `explain` is told of them.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) browser: Browser,
    pub(crate) principal: Principal,
}

/// The application with roles, and people who hold them.
pub(crate) struct World {
    pub(crate) app: TestApp,
    visitors: BTreeMap<&'static str, Visitor>,
}

impl World {
    /// With rules beside: nobody is met before they are there.
    pub(crate) async fn new(settings: &[(&str, &str)]) -> Self {
        let app = TestApp::new(Database::sqlite(), settings).await;
        app.database.run(make_roles);
        let mut world = Self {
            app,
            visitors: BTreeMap::new(),
        };
        world.meet().await;
        world
    }

    async fn meet(&mut self) {
        let ids = [
            ("alice", self.app.user("alice", &[])),
            ("stella", self.app.user("stella", &["staff"])),
            ("rita", self.app.user("rita", &["reader"])),
        ];
        self.app.catch_up().await;
        let anonymous = Visitor {
            browser: Browser::default(),
            principal: Principal::anonymous(),
        };
        for (name, id) in ids {
            let user = self.app.database.run(|conn| users::identity_of(conn, id));
            let visitor = Visitor {
                browser: self.app.viewer(name).await,
                principal: Principal::of_user(user.unwrap()),
            };
            self.visitors.insert(name, visitor);
        }
        let mut script = self.visitors["stella"].clone();
        script.browser = self.with_key("stella");
        let tess = self.accepting(anonymous.clone(), "agreed").await;
        let tom = self
            .accepting(self.visitors["alice"].clone(), "agreed")
            .await;
        let kim = self.at_kiosk(anonymous.clone()).await;
        let others = [
            ("nobody", anonymous),
            ("script", script),
            ("tess", tess),
            ("tom", tom),
            ("kim", kim),
        ];
        self.visitors.extend(others);
    }

    fn with_key(&self, user: &str) -> Browser {
        let key = format!("{API_KEY_PREFIX}{}", from_random([9; 32]));
        let user_id = self.app.database.run(|conn| {
            let name = UserName::parse(user).unwrap();
            Ok(users::find_by_name(conn, &name)?.unwrap().id)
        });
        let new = NewApiKey {
            user_id,
            name: "script".to_owned(),
            fingerprint: fingerprint(&key),
            expires_at: None,
        };
        self.app
            .database
            .run(|conn| api_keys::create(conn, now(), &new, None));
        Browser::default().with("Authorization", &format!("Bearer {key}"))
    }

    /// The same somebody in another browser, after accepting a role's terms there.
    async fn accepting(&self, visitor: Visitor, role: &str) -> Visitor {
        let Visitor {
            mut browser,
            principal,
        } = visitor;
        if let Some(user) = &principal.user {
            browser = self.app.viewer(user.name.as_str()).await;
        }
        let path = format!("/iiif-terms/{role}");
        let reply = self
            .app
            .submit(&mut browser, &path, &path, &[("version", "1")])
            .await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        self.granted(browser, principal, role, 1)
    }

    async fn at_kiosk(&self, visitor: Visitor) -> Visitor {
        let mut browser = visitor.browser.with("X-Real-IP", "192.0.2.17");
        let reply = self.app.get(&mut browser, "/iiif-kiosk/desk").await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        browser.headers.clear();
        self.granted(browser, visitor.principal, "desk", 0)
    }

    fn granted(&self, browser: Browser, principal: Principal, role: &str, version: i32) -> Visitor {
        let role = self.app.database.run(|conn| super::given::role(conn, role));
        let principal = Principal {
            grants: Arc::new([Grant { role, version }]),
            ..principal
        };
        Visitor { browser, principal }
    }

    /// Somebody, asking from somewhere.
    pub(crate) fn visitor(&self, name: &str, place: &str) -> Visitor {
        let visitor = self
            .visitors
            .get(name)
            .unwrap_or_else(|| panic!("who is {name}?"));
        let address = address(place);
        Visitor {
            browser: visitor.browser.clone().with("X-Real-IP", address),
            principal: visitor.principal.clone().at(address.parse().ok()),
        }
    }

    /// Makes a rule: see [`make_rule`].
    pub(crate) fn rule(&self, kind: Kind, pattern: &str, text: &str) {
        let (pattern, text) = (pattern.to_owned(), text.to_owned());
        let given = Given {
            kind,
            pattern,
            text,
        };
        self.app.database.run(|conn| make_rule(conn, &given));
    }
}
