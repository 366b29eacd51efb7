//! Who was turned away lately: what the administration shows, and lifts.

use std::net::IpAddr;
use std::time::Duration as StdDuration;

use chrono::{DateTime, Duration, Utc};
use quick_cache::sync::{Cache, EntryAction, EntryResult};

use super::{Limits, TooMany};
use crate::identity::limited::Limited;
use crate::identity::name::UserName;

/// How many are remembered; those turned away last stay.
const KEPT: usize = 10_000;
/// For how long somebody is listed who is not held up any more, and may be again: a budget is a long
/// time empty, but between two attempts there may be enough for one.
const LISTED_FOR: Duration = Duration::minutes(15);

/// Somebody who tried too often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldUp {
    /// Whom it concerns.
    pub who: Limited,
    /// Since when attempts are turned away.
    pub since: DateTime<Utc>,
    /// When one was turned away last.
    pub last: DateTime<Utc>,
    /// When there will be another attempt.
    pub until: DateTime<Utc>,
    /// How many attempts were turned away since then.
    pub times: u64,
    /// How many there may be in a row.
    pub allowed: i32,
    wait: StdDuration,
}

impl HeldUp {
    /// Whether that is so still.
    pub fn is_held(&self, now: DateTime<Utc>) -> bool {
        now < self.until
    }
}

impl From<HeldUp> for TooMany {
    fn from(held: HeldUp) -> Self {
        Self(held.wait)
    }
}

/// What is remembered.
pub(super) struct Notes(Cache<Limited, HeldUp>);

impl Notes {
    pub(super) fn new() -> Self {
        Self(Cache::new(KEPT))
    }

    /// Remembers that an attempt was turned away, and says how often that was so.
    pub(super) fn note(
        &self,
        who: &Limited,
        TooMany(wait): TooMany,
        allowed: i32,
        now: DateTime<Utc>,
    ) -> HeldUp {
        let until = now + Duration::from_std(wait).unwrap_or_default();
        let first = HeldUp {
            who: who.clone(),
            since: now,
            last: now,
            until,
            times: 1,
            allowed,
            wait,
        };
        let again = |before: &mut HeldUp| {
            let goes_on = now < before.until + LISTED_FOR;
            let (since, times) = if goes_on {
                (before.since, before.times.saturating_add(1))
            } else {
                (now, 1)
            };
            *before = HeldUp {
                since,
                times,
                ..first.clone()
            };
            EntryAction::Retain(before.clone())
        };
        match self.0.entry(who, None, |_, before| again(before)) {
            EntryResult::Retained(held) => held,
            EntryResult::Vacant(place) => {
                let _ = place.insert(first.clone());
                first
            }
            // None of these was asked for.
            EntryResult::Removed(..) | EntryResult::Replaced(..) | EntryResult::Timeout => first,
        }
    }

    fn lately(&self, now: DateTime<Utc>) -> Vec<HeldUp> {
        let all = self.0.iter().map(|(_, held)| held);
        let mut lately: Vec<_> = all.filter(|held| now < held.until + LISTED_FOR).collect();
        lately.sort_by_key(|held| std::cmp::Reverse(held.last));
        lately
    }
}

impl Limits {
    /// Who was turned away lately, the last first.
    pub fn held_up(&self, now: DateTime<Utc>) -> Vec<HeldUp> {
        self.held.lately(now)
    }

    /// What of that concerns an account.
    pub fn held_up_at(&self, account: &UserName, now: DateTime<Utc>) -> Vec<HeldUp> {
        let mut held = self.held_up(now);
        held.retain(|held| held.who.account() == Some(account));
        held
    }

    /// Fills a budget again. An account's are those from all addresses, too.
    pub fn lift(&self, who: &Limited) {
        match who {
            Limited::Address(address) => {
                self.addresses.remove(address);
            }
            Limited::Pair(account, address) => {
                self.pairs.remove(&(account.clone(), *address));
            }
            Limited::Account(account) => {
                self.accounts.remove(account);
                self.pairs
                    .retain(|(of, _): &(UserName, IpAddr), _| of != account);
                self.held.0.retain(|who, _| who.account() != Some(account));
            }
        }
        self.held.0.remove(who);
    }
}
