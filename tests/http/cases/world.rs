//! Every way to hold a role, and somebody for each: who asks in the tables of cases.

use std::collections::BTreeMap;
use std::sync::Arc;

use iiif_gate::access::notation::NamedAccess;
use iiif_gate::access::pattern::Pattern;
use iiif_gate::access::rule::{Access, Kind, Period};
use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::name::{RoleName, UserName};
use iiif_gate::identity::principal::{Grant, ObtainedBy, OfferedAs, Principal, RoleId};
use iiif_gate::identity::secret::{API_KEY_PREFIX, fingerprint, from_random};
use iiif_gate::store::api_keys::{self, NewApiKey};
use iiif_gate::store::networks::{self, NewNetwork};
use iiif_gate::store::{roles, rules, terms, users};
use iiif_gate::web::state::now;

use crate::support::app::TestApp;
use crate::support::browser::Browser;
use crate::support::database::Database;

/// Where requests come from.
pub(crate) const PLACES: [(&str, &str); 6] = [
    ("home", "203.0.113.9"),
    ("house", "192.0.2.7"),
    ("house6", "2001:db8::7"),
    ("desk", "192.0.2.17"),
    ("campus", "198.51.100.4"),
    // Whatever nginx says of a socket that has no address.
    ("unknown", "unix:"),
];

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
        make_roles(&app);
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
                principal: Principal::of_user(Arc::new(user.unwrap())),
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
        let role = self.role(role);
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
        let address = PLACES.iter().find(|(known, _)| *known == place);
        let (_, address) = address.unwrap_or_else(|| panic!("where is {place}?"));
        Visitor {
            browser: visitor.browser.clone().with("X-Real-IP", address),
            principal: visitor.principal.clone().at(address.parse().ok()),
        }
    }

    fn role(&self, name: &str) -> RoleId {
        let name = RoleName::parse(name).unwrap();
        let role = self
            .app
            .database
            .run(|conn| roles::find_by_name(conn, &name));
        role.unwrap_or_else(|| panic!("which role is {name}?")).id
    }

    /// `roles staff, reader:1500 + 400 px`
    pub(crate) fn access(&self, text: &str) -> Access {
        let named: NamedAccess = text.parse().unwrap();
        named
            .resolve(|name| Some(self.role(name.as_str())))
            .unwrap()
    }

    /// Makes a rule of `ACCESS; from DAY, before it ACCESS; until DAY, after it ACCESS`.
    pub(crate) fn rule(&self, kind: Kind, pattern: &str, text: &str) {
        let mut parts = text.split(';');
        let access = self.access(parts.next().unwrap());
        let mut period = Period::default();
        for part in parts {
            let (day, other) = part.trim().split_once(',').unwrap();
            let other = other.trim();
            if let Some(day) = day.strip_prefix("from ") {
                period.from = Some(day.parse().unwrap());
                period.before = Some(self.access(other.strip_prefix("before it ").unwrap()));
            } else {
                period.until = Some(day.strip_prefix("until ").unwrap().parse().unwrap());
                period.after = Some(self.access(other.strip_prefix("after it ").unwrap()));
            }
        }
        let pattern = Pattern::parse(pattern).unwrap();
        let rule = rules::NewRule {
            period: Some(period).filter(|period| *period != Period::default()),
            ..rules::NewRule::new(kind, pattern, access)
        };
        let made = |conn: &mut _| rules::create(conn, &Admin::console(), now(), &rule);
        self.app.database.run(made);
    }
}

fn make_roles(app: &TestApp) {
    let network = |name: &str, ranges: &[&str]| {
        let network = NewNetwork {
            name: name.to_owned(),
            ranges: ranges.iter().map(|range| range.parse().unwrap()).collect(),
            note: String::new(),
        };
        app.database
            .run(|conn| networks::create(conn, &Admin::console(), now(), &network))
    };
    let house = network("House", &["192.0.2.0/24", "2001:db8::/32"]);
    let desk = network("Desk", &["192.0.2.16/28"]);
    let campus = network("Campus", &["198.51.100.0/24"]);
    for (name, obtained_by, offered_as, networks) in [
        ("reader", ObtainedBy::Assigned, OfferedAs::Usual, vec![]),
        ("staff", ObtainedBy::Assigned, OfferedAs::Usual, vec![]),
        ("agreed", ObtainedBy::Terms, OfferedAs::Usual, vec![]),
        (
            "clicked",
            ObtainedBy::Terms,
            OfferedAs::Clickthrough,
            vec![],
        ),
        ("house", ObtainedBy::Network, OfferedAs::Usual, vec![house]),
        ("desk", ObtainedBy::Kiosk, OfferedAs::Usual, vec![desk]),
        (
            "campus",
            ObtainedBy::Network,
            OfferedAs::External,
            vec![campus],
        ),
    ] {
        let role = roles::NewRole {
            name: RoleName::parse(name).unwrap(),
            title: name.to_owned(),
            obtained_by,
            offered_as,
            networks,
        };
        app.database.run(|conn| {
            let id = roles::create(conn, &Admin::console(), now(), &role)?;
            if obtained_by == ObtainedBy::Terms {
                let text = serde_json::from_value(serde_json::json!({"en": "Be kind."})).unwrap();
                terms::publish(conn, &Admin::console(), now(), id, &text, &text)?;
            }
            Ok(())
        });
    }
}
