//! The parts of a decision, each ready to be done again and again: over a database with few rules or with many.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use actix_web::rt::System;
use chrono::{DateTime, Duration, Utc};
use iiif_gate::access::decision::decide;
use iiif_gate::access::policy::Policy;
use iiif_gate::access::rule::Kind;
use iiif_gate::config::{Config, DatabaseUrl};
use iiif_gate::identity::access_token::Version;
use iiif_gate::identity::credentials::Presented;
use iiif_gate::identity::principal::Principal;
use iiif_gate::identity::secret;
use iiif_gate::identity::session::cookie_value;
use iiif_gate::image::resource::Resource;
use iiif_gate::live::authenticate::{Asker, Credentials, Tokens, authenticate};
use iiif_gate::store::Store;
use iiif_gate::store::seed::{self, Seed};
use iiif_gate::web::state::{AppState, now};
use tempfile::TempDir;

/// What a viewer asks for, of an image that a rule is about.
const TARGET: &[u8] = b"/iiif/images/members%2Fworld.tif/0,0,512,512/256,/0/default.jpg";
/// The same image, as rules name it.
const IMAGE: &str = "members/world.tif";

/// A gate without its listeners, and a reader who is signed in.
pub(crate) struct Scene {
    state: AppState,
    policy: Arc<Policy>,
    principal: Principal,
    now: DateTime<Utc>,
    cookie: String,
    token: String,
    _folder: TempDir,
}

impl Scene {
    /// Over a database with so many rules.
    pub(crate) fn with_rules(rules: u32) -> Self {
        let (folder, now) = (TempDir::new().unwrap(), now());
        let database = format!("sqlite://{}/gate.db", folder.path().display());
        let config = config(&database);
        let store = Store::open(&DatabaseUrl::parse(&database).unwrap()).unwrap();
        store.migrate().unwrap();
        let handle = secret::from_random([7; 32]);
        let session = secret::fingerprint(handle.clone());
        let seed = Seed {
            users: 2,
            roles: 5,
            networks: 10,
            rules,
            audit: 0,
            sessions: vec![session.clone()],
            password_hash: String::new(),
            expires_at: now + Duration::days(1),
        };
        store.blocking(|conn| seed::fill(conn, now, &seed)).unwrap();
        let state = System::new()
            .block_on(AppState::new(config, store))
            .unwrap();
        let token = state
            .keys
            .tokens
            .issue(&session, Version::V1, now, seed.expires_at);
        let mut scene = Self {
            policy: arc_swap::Guard::into_inner(state.live.policy()),
            principal: Principal::anonymous(),
            now,
            cookie: cookie_value(&handle, state.keys.cookies.first().unwrap()),
            token: token.unwrap(),
            state,
            _folder: folder,
        };
        scene.principal = System::new().block_on(scene.by_cookie());
        assert!(scene.principal.user.is_some(), "the reader is signed in");
        scene
    }

    /// From the raw target to the image.
    pub(crate) fn canonicalize(&self) -> Resource<'static> {
        Resource::of(TARGET, &self.state.layout).unwrap()
    }

    /// The rule for the image.
    pub(crate) fn find_rule(&self) -> bool {
        self.policy.rule_for(Kind::Image, IMAGE).is_some()
    }

    /// May the reader see the image?
    pub(crate) fn decide(&self, resource: &Resource<'_>) -> bool {
        let identifier = resource.identifier();
        let decision = decide(
            &self.policy,
            &self.principal,
            Kind::Image,
            identifier,
            self.now,
        );
        decision.rule.is_some()
    }

    /// Who asks, by a cookie.
    pub(crate) async fn by_cookie(&self) -> Principal {
        self.asker(Presented::One(&self.cookie), Presented::Nothing)
            .await
    }

    /// Who asks, by an access token.
    pub(crate) async fn by_token(&self) -> Principal {
        self.asker(Presented::Nothing, Presented::One(&self.token))
            .await
    }

    async fn asker(&self, cookie: Presented<&str>, bearer: Presented<&str>) -> Principal {
        let credentials = Credentials {
            cookie,
            bearer,
            pass: Presented::Nothing,
            address: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        };
        let (live, keys) = (&self.state.live, &self.state.keys);
        match authenticate(live, keys, credentials, Tokens::Any, self.now).await {
            Ok(Asker::Known(principal)) => principal,
            other => panic!("nobody asks: {other:?}"),
        }
    }
}

fn config(database: &str) -> Config {
    let raw: BTreeMap<String, String> = [
        ("VIRTUAL_HOST", "images.example"),
        ("AUTH_SECRET_KEY", "k7QmZ2vR9xT4bN8wL1cP6yH3fJ5dG0sA"),
        ("AUTH_PASSWORD_SALT", "a salt for measurements"),
        ("ANNOTATOR_STORE_SECRET", "a secret for measurements, alone"),
        ("AUTH_DB_CONNECTION", database),
        ("IMAGE_SERVER", "other"),
        ("IMAGE_SERVER_URL", "http://127.0.0.1:9/"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    Config::parse(&raw).unwrap()
}
