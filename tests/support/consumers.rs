//! Consumers in the database of a test.

use iiif_gate::identity::admin::Admin;
use iiif_gate::identity::consumer::{
    ConsumerId, ConsumerKey, ConsumerSecret, NewConsumer, NewConsumerRole, Origins, PathPrefix,
};
use iiif_gate::identity::name::RoleName;
use iiif_gate::identity::origin::Origin;
use iiif_gate::store::{consumers, roles};
use iiif_gate::web::state::now;

use super::app::TestApp;

/// The key of the usual consumer.
pub(crate) const KEY: &str = "docland";
/// Its secret.
pub(crate) const SECRET: &str = "3f1d7f2c-9a64-4f0c-8f9f-2f6f1f8a51c7";
/// Its site.
pub(crate) const SITE: &str = "https://doc.land";

/// The usual consumer: one site, programs too, and the annotation locations.
pub(crate) fn usual() -> NewConsumer {
    NewConsumer {
        name: "DocLand".to_owned(),
        max_ttl: 86_400,
        origins: Origins {
            any: false,
            listed: vec![Origin::parse(SITE).unwrap()],
        },
        allows_server_side: true,
        names_admins: false,
        prefixes: prefixes(&["/annotator/", "/annotator-open/"]),
        roles: Vec::new(),
    }
}

pub(crate) fn prefixes(paths: &[&str]) -> Vec<PathPrefix> {
    let parsed = paths.iter().map(|path| PathPrefix::parse(path).unwrap());
    parsed.collect()
}

impl TestApp {
    /// Registers a consumer.
    pub(crate) async fn consumer(&self, key: &str, secret: &str, new: &NewConsumer) -> ConsumerId {
        let key = ConsumerKey::parse(key).unwrap();
        let secret = ConsumerSecret::new(secret.as_bytes()).unwrap();
        let sealed = self
            .state
            .keys
            .consumer_secrets
            .seal(&key, &secret, [7; 12]);
        let new = new.clone();
        let id = self
            .database
            .run(|conn| consumers::create(conn, &Admin::console(), now(), &new, &sealed));
        self.catch_up().await;
        id
    }

    /// The usual consumer.
    pub(crate) async fn docland(&self) -> ConsumerId {
        self.consumer(KEY, SECRET, &usual()).await
    }

    /// A role of this name, for a consumer.
    pub(crate) fn consumer_role(
        &self,
        name: &str,
        is_base: bool,
        is_read_only: bool,
    ) -> NewConsumerRole {
        let name = RoleName::parse(name).unwrap();
        let id = self.database.run(|conn| {
            if let Some(role) = roles::find_by_name(conn, &name)? {
                return Ok(role.id);
            }
            let role = roles::NewRole::assigned(name.clone(), "");
            roles::create(conn, &Admin::console(), now(), &role)
        });
        NewConsumerRole {
            id,
            is_base,
            is_read_only,
        }
    }
}
