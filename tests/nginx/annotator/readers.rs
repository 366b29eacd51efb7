//! The real gate between nginx and a recording annotation store, and the sites whose readers come.
//!
//! - `docland` has pages at `https://docland.example`, and no programs.
//! - `mapland` has pages at `https://mapland.example`, and programs; it names administrators, and its
//!   tokens may name the roles `editor` and `guest`, of which `guest` may only read.
//! - `plates` has programs, images below `dir`, and the role `staff` for everybody.

use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::consumer::{
    ConsumerId, ConsumerKey, ConsumerSecret, NewConsumer, NewConsumerRole, Origins, settings,
};
use iiif_gate::identity::key::Key;
use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::seal::{SealedSecret, SealingKeys};
use iiif_gate::store::{Conn, StoreError, consumers, roles};
use iiif_gate::web::state::now;
use serde_json::{Value, json};

use super::standin;
use crate::authtoken::with_claims;
use crate::http::{Answer, ask, raw, request};
use crate::server::{Request, Server};
use crate::site::Site;

const INSTALLATION: &str = "a secret of this installation, for tests";
pub(super) const SECRET: &str = "a secret that both sites share";
pub(super) const DOCLAND: &str = "Origin: https://docland.example";
pub(super) const MAPLAND: &str = "Origin: https://mapland.example";

pub(super) struct Readers {
    pub(super) site: Site,
    pub(super) store: Server,
}

impl Readers {
    pub(super) fn start() -> Self {
        Self::start_with(&[])
    }

    /// With these settings besides.
    pub(super) fn start_with(settings: &[(&str, &str)]) -> Self {
        Self::start_filled(settings, sites)
    }

    /// With other consumers.
    pub(super) fn start_filled(
        settings: &[(&str, &str)],
        make: impl FnOnce(&mut Conn) -> Result<(), StoreError>,
    ) -> Self {
        let store = Server::start(standin::store);
        let url = format!("http://127.0.0.1:{}/api/", store.port);
        let mut all = vec![
            ("AUTH_SECRET_KEY", INSTALLATION),
            ("ANNOTATION_STORE_URL", &*url),
            ("ANNOTATOR_OPEN", "true"),
        ];
        all.extend(settings);
        let site = Site::start_filled(&all, make);
        Self { site, store }
    }

    pub(super) fn get(&self, target: &str, headers: &[&str]) -> Answer {
        self.site.get(target, headers)
    }

    pub(super) fn ask(&self, method: &str, target: &str, headers: &[&str]) -> Answer {
        ask(self.site.stack.port, method, target, headers)
    }

    pub(super) fn post(&self, target: &str, headers: &[&str]) -> Answer {
        let mut all = vec!["Content-Length: 2", "Content-Type: application/json"];
        all.extend(headers);
        let mut bytes = request("POST", target.as_bytes(), &all);
        bytes.extend_from_slice(b"{}");
        raw(self.site.stack.port, &bytes)
    }

    /// The one request that has reached the store since the last time.
    pub(super) fn seen(&self) -> Request {
        let mut seen = self.store.take();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }

    /// Nothing has reached the store.
    pub(super) fn is_untouched(&self) -> bool {
        self.store.take().is_empty()
    }
}

/// The body of a refusal.
pub(super) fn refusal(reason: &str) -> String {
    format!("{{\"error\":\"{reason}\"}}\n")
}

/// A token of the consumer for this user, as a header line.
pub(super) fn token(consumer: &str, user: &str) -> String {
    token_with(consumer, &json!({ "userId": user }))
}

/// A token with these claims.
pub(super) fn token_with(consumer: &str, claims: &Value) -> String {
    let token = with_claims(consumer, SECRET, claims, now());
    format!("X-Annotator-Auth-Token: {token}")
}

/// The secret of a consumer, as the gate of these tests keeps it.
pub(super) fn sealed(consumer: &str, secret: &str) -> SealedSecret {
    keys().seal(
        &ConsumerKey::parse(consumer).unwrap(),
        &ConsumerSecret::new(secret.as_bytes()).unwrap(),
        [7; 12],
    )
}

/// What the gate of these tests keeps secrets with.
pub(super) fn keys() -> SealingKeys {
    SealingKeys::new(Key::derive(INSTALLATION, "consumer-secret"), Vec::new())
}

/// A consumer with pages at these origins, and annotations alone.
pub(super) fn with_pages(name: &str, origins: &str) -> NewConsumer {
    NewConsumer {
        name: name.to_owned(),
        max_ttl: 86_400,
        origins: Origins {
            any: false,
            listed: settings::origins(origins).unwrap(),
        },
        allows_server_side: false,
        names_admins: false,
        prefixes: settings::prefixes("/annotator/\n/annotator-open/").unwrap(),
        roles: Vec::new(),
    }
}

pub(super) fn create(
    conn: &mut Conn,
    key: &str,
    new: &NewConsumer,
) -> Result<ConsumerId, StoreError> {
    consumers::create(conn, &Admin::console(), now(), new, &sealed(key, SECRET))
}

fn role(
    conn: &mut Conn,
    name: &str,
    is_base: bool,
    is_read_only: bool,
) -> Result<NewConsumerRole, StoreError> {
    let name = RoleName::parse(name).unwrap();
    let id = if let Some(role) = roles::find_by_name(conn, &name)? {
        role.id
    } else {
        let new = roles::NewRole::assigned(name, "");
        roles::create(conn, &Admin::console(), now(), &new)?
    };
    Ok(NewConsumerRole {
        id,
        is_base,
        is_read_only,
    })
}

fn sites(conn: &mut Conn) -> Result<(), StoreError> {
    let docland = with_pages("DocLand", "https://docland.example");
    create(conn, "docland", &docland)?;
    let mapland = NewConsumer {
        allows_server_side: true,
        names_admins: true,
        roles: vec![
            role(conn, "editor", false, false)?,
            role(conn, "guest", false, true)?,
        ],
        ..with_pages("MapLand", "https://mapland.example")
    };
    create(conn, "mapland", &mapland)?;
    let plates = NewConsumer {
        allows_server_side: true,
        prefixes: settings::prefixes("/iiif/images/dir\n/iiif/images/pub1").unwrap(),
        roles: vec![role(conn, "staff", true, false)?],
        ..with_pages("Plates", "https://docland.example")
    };
    create(conn, "plates", &plates).map(drop)
}
