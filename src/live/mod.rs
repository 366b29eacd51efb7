//! What is kept in memory, so that deciding about a tile touches no disk.
//!
//! The policy is an immutable snapshot that readers take without waiting. Sessions, API keys and accounts
//! are bounded caches, each with its user: a look-up that misses asks the database once, however many ask
//! at the same time.
//! The change feed ([`feed`]) makes all of it forget what changed, here at once, elsewhere within
//! [`feed::INTERVAL`].

mod accounts;
mod api_keys;
pub mod authenticate;
mod by_digest;
pub mod cache;
mod consumers;
pub mod feed;
mod flights;
mod fresh;
pub mod keys;
pub mod limits;
pub mod policy;
mod seen;
pub mod sessions;
mod stamps;
mod tokens;
mod upkeep;
pub mod vitals;

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use tokio::sync::{Mutex, RwLock};

use crate::access::policy::Policy;
use crate::config::Config;
use crate::identity::key::Key;
use crate::identity::name::UserName;
use crate::identity::principal::{ADMIN, RoleId};
use crate::store::{Conn, Store, StoreError, changes};
use api_keys::LiveKey;
use by_digest::ByDigest;
use cache::Cache;
use consumers::LiveConsumers;
use feed::Position;
use fresh::Freshness;
use keys::Keys;
use limits::Limits;
use policy::{DefaultSettings, read_policy};
use seen::Notes;
use sessions::LiveSession;
use stamps::{Stamped, Stamps};
use tokens::KnownTokens;
use vitals::Vitals;

/// How many sessions, API keys and accounts are kept; one takes some 200 bytes, with its user.
const KEPT: usize = 200_000;

/// The failure of a look-up, shared by everyone who waited for it.
pub type Failure = Arc<StoreError>;

/// Everything that is kept in memory.
pub struct Live {
    store: Store,
    defaults: DefaultSettings,
    session_idle: chrono::Duration,
    audit_retention: chrono::Duration,
    /// After how long entries name visitors no more, and the key for what stands in for them.
    pseudonyms: Option<(chrono::Duration, Key)>,
    policy: ArcSwap<Policy>,
    sessions: ByDigest<LiveSession, Failure>,
    api_keys: ByDigest<LiveKey, Failure>,
    accounts: Cache<UserName, Stamped, Failure>,
    stamps: Stamps,
    seen_sessions: Notes,
    used_keys: Notes,
    tokens: KnownTokens,
    consumers: LiveConsumers,
    /// Limits against guessing.
    pub limits: Limits,
    /// Held for reading while something is loaded and for writing while things are forgotten, so that
    /// nothing loaded before a change is kept after it. Only look-ups that miss ever wait here.
    loading: RwLock<()>,
    /// How far the change feed has been read.
    position: Mutex<Position>,
    vitals: Vitals,
    /// Until when all of this counts.
    freshness: Freshness,
}

impl Live {
    /// Reads the policy and remembers how far the change feed is.
    pub async fn start(
        store: Store,
        config: &Config,
        keys: &Keys,
        now: DateTime<Utc>,
    ) -> Result<Arc<Self>, StoreError> {
        let replaced = store.replaced();
        let position = Position::at(store.run(changes::end).await?, replaced);
        let defaults = DefaultSettings::of(config);
        let settings = defaults.clone();
        let read = move |conn: &mut Conn| read_policy(conn, &settings);
        let policy = store.run(read).await?;
        store.run(keys.reseal()).await?;
        let sealing = keys.consumer_secrets.clone();
        let consumers = LiveConsumers::start(&store, sealing, &config.annotator, now).await?;
        Ok(Arc::new(Self {
            store,
            consumers,
            defaults,
            session_idle: duration(config.session_idle),
            audit_retention: duration(config.audit.retention),
            pseudonyms: config
                .audit
                .pseudonyms_after
                .map(|after| (duration(after), keys.pseudonyms.clone())),
            policy: ArcSwap::from_pointee(policy),
            sessions: ByDigest::new(KEPT),
            api_keys: ByDigest::new(KEPT),
            accounts: Cache::new(KEPT),
            stamps: Stamps::new(),
            seen_sessions: Notes::within(duration(config.session_idle)),
            used_keys: Notes::within(chrono::Duration::MAX),
            tokens: KnownTokens::new(),
            limits: Limits::new(),
            loading: RwLock::new(()),
            vitals: Vitals::new(position.id(), now),
            position: Mutex::new(position),
            freshness: Freshness::new(config.stale_limit, now),
        }))
    }

    /// The policy as it is now.
    pub fn policy(&self) -> arc_swap::Guard<Arc<Policy>> {
        self.policy.load()
    }

    /// The number of the built-in role `admin`.
    pub fn admin_role(&self) -> Option<RoleId> {
        self.policy().role_named(ADMIN).map(|role| role.id)
    }
}

fn duration(duration: std::time::Duration) -> chrono::Duration {
    chrono::Duration::from_std(duration).unwrap_or(chrono::Duration::MAX)
}
