//! How much there is of what, and paying from it.

use std::hash::Hash;

use chrono::{DateTime, Duration, Utc};
use quick_cache::sync::{Cache, EntryAction, EntryResult};

use super::TooMany;
use crate::identity::budget::{Budget, Quota};

/// A reading room may share one address.
pub(super) const ADDRESS: Quota = Quota {
    burst: 60,
    refill: Duration::seconds(2),
};
pub(super) const ACCOUNT_FROM_ADDRESS: Quota = Quota {
    burst: 6,
    refill: Duration::seconds(60),
};
pub(super) const ACCOUNT: Quota = Quota {
    burst: 10,
    refill: Duration::seconds(30),
};
/// Visitors who begin a session without a password, by accepting terms or at a kiosk.
pub(super) const VISITORS: Quota = Quota {
    burst: 120,
    refill: Duration::seconds(1),
};
/// Refused authTokens: those of one address, and those of one consumer.
pub(super) const REFUSED_TOKENS: Quota = Quota {
    burst: 60,
    refill: Duration::seconds(1),
};
/// Tokens for one session or visitor: a browser needs one in an hour, and a broken one asks 20 times a second.
pub(super) const ISSUED_TOKENS: Quota = Quota {
    burst: 30,
    refill: Duration::seconds(2),
};
/// Tokens for visitors from one address, behind which may be many of them.
pub(super) const ISSUED_TO_VISITORS: Quota = Quota {
    burst: 120,
    refill: Duration::milliseconds(500),
};
/// Takes one from the budget of this key.
pub(super) fn pay<K: Hash + Eq + Clone>(
    budgets: &Cache<K, Budget>,
    key: &K,
    quota: Quota,
    now: DateTime<Utc>,
) -> Result<(), TooMany> {
    let pay = |budget: &mut Budget| {
        let paid = budget.pay(quota, now);
        EntryAction::Retain(paid.map(|less| *budget = less))
    };
    // Nobody else sees the budget meanwhile, nor makes one.
    let paid = match budgets.entry(key, None, |_, budget| pay(budget)) {
        EntryResult::Retained(paid) => paid,
        EntryResult::Vacant(place) => Budget::full(now).pay(quota, now).map(|less| {
            let _ = place.insert(less);
        }),
        // None of these was asked for.
        EntryResult::Removed(..) | EntryResult::Replaced(..) | EntryResult::Timeout => {
            Err(quota.refill)
        }
    };
    paid.map_err(|wait| {
        let wait = wait.to_std().unwrap_or_default();
        TooMany(std::time::Duration::from_secs(wait.as_secs() + 1))
    })
}

/// Puts one back.
pub(super) fn give_back<K: Hash + Eq + Clone>(budgets: &Cache<K, Budget>, key: &K, quota: Quota) {
    budgets.entry(key, None, |_, budget| {
        *budget = budget.give_back(quota);
        EntryAction::<()>::Retain(())
    });
}
