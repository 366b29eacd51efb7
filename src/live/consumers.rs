//! Consumers in memory, as a snapshot like the policy, and how often their tokens came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;
use chrono::{DateTime, Utc};

use super::Live;
use crate::config::Annotator;
use crate::identity::consumer::{ConsumerId, ConsumerKey, ConsumerSecret, Consumers};
use crate::identity::origin::Origin;
use crate::identity::seal::SealingKeys;
use crate::identity::secret;
use crate::store::consumers::{self, BuiltIn, Counted};
use crate::store::{Store, StoreError};

/// What is known of consumers.
pub(super) struct LiveConsumers {
    keys: SealingKeys,
    /// Pages of these may use the tokens of our own users, too (`ANNOTATOR_TOKEN_ORIGINS`).
    own_origins: Vec<Origin>,
    snapshot: ArcSwap<Consumers>,
    /// Not written down yet.
    counts: Mutex<HashMap<(ConsumerId, &'static str), Times>>,
}

#[derive(Debug, Clone, Copy)]
struct Times {
    times: u64,
    last_at: DateTime<Utc>,
}

impl LiveConsumers {
    /// Makes the consumer for our own users if there is none, and reads all.
    pub(super) async fn start(
        store: &Store,
        keys: SealingKeys,
        settings: &Annotator,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let (sealing, max_ttl) = (keys.clone(), settings.max_ttl);
        let prepare = move |conn: &mut _| {
            consumers::ensure_built_in(conn, now, &sealing, &built_in(max_ttl)?)
        };
        store.run(prepare).await?;
        let own_origins = settings.token_origins.iter();
        let own_origins = own_origins.filter_map(|text| Origin::parse(text));
        let live = Self {
            keys,
            own_origins: own_origins.collect(),
            snapshot: ArcSwap::default(),
            counts: Mutex::default(),
        };
        live.read(store).await?;
        Ok(live)
    }

    pub(super) async fn read(&self, store: &Store) -> Result<(), StoreError> {
        let keys = self.keys.clone();
        let mut all = store.run(move |conn| consumers::all(conn, &keys)).await?;
        for consumer in all.iter_mut().filter(|consumer| consumer.is_built_in) {
            consumer.origins.listed.extend(self.own_origins.clone());
        }
        for consumer in all.iter().filter(|consumer| consumer.secrets.is_none()) {
            tracing::error!(
                consumer = %consumer.key,
                "the secret of a consumer cannot be opened with AUTH_SECRET_KEY or \
                 AUTH_SECRET_KEY_PREVIOUS: give the consumer a new one"
            );
        }
        self.snapshot.store(Arc::new(all.into_iter().collect()));
        Ok(())
    }
}

/// What the consumer for our own users is made from, should there be none.
fn built_in(max_ttl: u32) -> Result<BuiltIn, StoreError> {
    let secret = secret::from_random(rand::random());
    let secret = ConsumerSecret::new(secret.as_bytes())
        .map_err(|error| StoreError::Invalid(error.to_string()))?;
    Ok(BuiltIn {
        key: ConsumerKey::from_random(rand::random()),
        secret,
        nonce: rand::random(),
        max_ttl,
    })
}

impl Live {
    /// The consumers as they are now.
    pub fn consumers(&self) -> arc_swap::Guard<Arc<Consumers>> {
        self.consumers.snapshot.load()
    }

    /// Counts a token that was accepted, or refused for this reason.
    pub fn count(&self, consumer: ConsumerId, reason: &'static str, now: DateTime<Utc>) {
        let once = Times {
            times: 1,
            last_at: now,
        };
        self.add([((consumer, reason), once)]);
    }

    /// Writes down what was counted.
    pub async fn write_counts(&self) -> Result<(), StoreError> {
        let taken = std::mem::take(&mut *self.counts());
        let counted: Vec<Counted> = taken
            .iter()
            .map(|((consumer, reason), times)| Counted {
                consumer: *consumer,
                reason,
                times: times.times,
                last_at: times.last_at,
            })
            .collect();
        let result = self
            .store
            .run(move |conn| consumers::count(conn, &counted))
            .await;
        if result.is_err() {
            // Kept for the next time.
            self.add(taken);
        }
        result
    }

    fn add(&self, counted: impl IntoIterator<Item = ((ConsumerId, &'static str), Times)>) {
        let mut counts = self.counts();
        for (key, more) in counted {
            let entry = counts.entry(key).or_insert(Times { times: 0, ..more });
            entry.times += more.times;
            entry.last_at = entry.last_at.max(more.last_at);
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<(ConsumerId, &'static str), Times>> {
        // Held for a moment only, and nothing in it can break off halfway.
        let counts = self.consumers.counts.lock();
        counts.unwrap_or_else(PoisonError::into_inner)
    }
}
