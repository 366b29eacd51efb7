//! What is kept in memory, so that deciding about a tile touches no disk.
//!
//! The policy is an immutable snapshot that readers take without waiting. Sessions, users and API keys
//! are bounded caches: a look-up that misses asks the database once, however many ask at the same time.
//! The change feed ([`feed`]) makes all of it forget what changed, here at once, elsewhere within
//! [`feed::INTERVAL`].

mod accounts;
pub mod authenticate;
mod consumers;
pub mod feed;
pub mod keys;
pub mod policy;
pub mod sessions;
mod tokens;

use std::sync::Arc;

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};
use moka::future::Cache;
use tokio::sync::{Mutex, RwLock};

use crate::access::policy::Policy;
use crate::config::Config;
use crate::identity::name::UserName;
use crate::identity::principal::{ADMIN, RoleId, User, UserId};
use crate::store::{Conn, Store, StoreError, changes, users};
use consumers::LiveConsumers;
use feed::Position;
use keys::Keys;
use policy::{DefaultSettings, read_policy};
use sessions::{ApiKey, LiveSession};
use tokens::KnownTokens;

/// How many sessions, users and API keys are kept; one takes some 500 bytes.
const KEPT: u64 = 200_000;

/// The failure of a look-up, shared by everyone who waited for it.
pub type Failure = Arc<StoreError>;

/// Everything that is kept in memory.
pub struct Live {
    store: Store,
    defaults: DefaultSettings,
    session_idle: chrono::Duration,
    audit_retention: chrono::Duration,
    policy: ArcSwap<Policy>,
    sessions: Cache<String, Arc<LiveSession>>,
    users: Cache<UserId, Arc<User>>,
    api_keys: Cache<String, Arc<ApiKey>>,
    account_ids: Cache<UserName, UserId>,
    tokens: KnownTokens,
    consumers: LiveConsumers,
    /// Held for reading while something is loaded and for writing while things are forgotten, so that
    /// nothing loaded before a change is kept after it. Only look-ups that miss ever wait here.
    loading: RwLock<()>,
    /// How far the change feed has been read.
    position: Mutex<Position>,
}

impl Live {
    /// Reads the policy and remembers how far the change feed is.
    pub async fn start(
        store: Store,
        config: &Config,
        keys: &Keys,
        now: DateTime<Utc>,
    ) -> Result<Arc<Self>, StoreError> {
        let position = store.run(changes::latest).await?;
        let defaults = DefaultSettings::of(config);
        let read = move |conn: &mut Conn| read_policy(conn, defaults);
        let policy = store.run(read).await?;
        let sealing = keys.consumer_secrets.clone();
        let consumers = LiveConsumers::start(&store, sealing, &config.annotator, now).await?;
        Ok(Arc::new(Self {
            store,
            consumers,
            defaults,
            session_idle: duration(config.session_idle),
            audit_retention: duration(config.audit_retention),
            policy: ArcSwap::from_pointee(policy),
            sessions: Cache::new(KEPT),
            users: Cache::new(KEPT),
            api_keys: Cache::new(KEPT),
            tokens: KnownTokens::new(),
            account_ids: Cache::new(KEPT),
            loading: RwLock::new(()),
            position: Mutex::new(Position::at(position)),
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

    /// The user, if active.
    pub async fn user(&self, id: UserId) -> Result<Option<Arc<User>>, Failure> {
        if let Some(user) = self.users.get(&id).await {
            return Ok(Some(user));
        }
        let _loading = self.loading.read().await;
        let load = async {
            let user = self
                .store
                .run(move |conn| users::identity_of(conn, id))
                .await?;
            user.map(Arc::new).ok_or(StoreError::NotFound)
        };
        found(self.users.try_get_with(id, load).await)
    }
}

/// Not finding something is no failure, and is not kept: it may be there the next moment.
fn found<T>(result: Result<T, Failure>) -> Result<Option<T>, Failure> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(failure) if matches!(*failure, StoreError::NotFound) => Ok(None),
        Err(failure) => Err(failure),
    }
}

fn duration(duration: std::time::Duration) -> chrono::Duration {
    chrono::Duration::from_std(duration).unwrap_or(chrono::Duration::MAX)
}
