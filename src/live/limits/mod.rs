//! Limits against guessing: the same for every door that takes a password, counted before anything is
//! hashed, in bounded memory.
//!
//! Three budgets: of an address for all accounts, of an address for one account, and of an account for
//! all addresses. The second is the smallest, so one attacker empties that, and not the account's. An
//! address from which somebody signed in to the account before does not draw on the account's budget
//! at all: its user gets in, however many others guess.
//!
//! `held` remembers who was turned away, and lets administrators fill a budget again.

mod held;
mod quotas;

use std::hash::Hash;
use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use quick_cache::sync::Cache;

use crate::identity::budget::{Budget, Quota};
use crate::identity::consumer::ConsumerId;
use crate::identity::limited::Limited;
use crate::identity::name::UserName;
use crate::meter::Tally;
pub use held::HeldUp;
use held::Notes;
use quotas::{
    ACCOUNT, ACCOUNT_FROM_ADDRESS, ADDRESS, ISSUED_TO_VISITORS, ISSUED_TOKENS, REFUSED_TOKENS,
    VISITORS, give_back, pay,
};

/// How many budgets of each kind are kept; those used last stay.
const KEPT: usize = 100_000;
/// How long an address is known after somebody signed in from it.
const KNOWN_FOR: Duration = Duration::days(30);

type Pair = (UserName, IpAddr);

/// The budgets.
pub struct Limits {
    addresses: Cache<IpAddr, Budget>,
    pairs: Cache<Pair, Budget>,
    accounts: Cache<UserName, Budget>,
    visitors: Cache<IpAddr, Budget>,
    token_addresses: Cache<IpAddr, Budget>,
    token_consumers: Cache<ConsumerId, Budget>,
    issued_tokens: Cache<String, Budget>,
    issued_to_visitors: Cache<IpAddr, Budget>,
    /// When somebody last signed in so.
    known: Cache<Pair, DateTime<Utc>>,
    /// Who was turned away lately.
    held: Notes,
    /// How often a budget was empty, by its kind.
    hits: Tally<8>,
}

/// The kinds of budgets, for `/metrics`.
const KINDS: [&str; 8] = [
    "sign-in-address",
    "sign-in-account-from-address",
    "sign-in-account",
    "sessions-of-visitors",
    "refused-tokens-of-address",
    "refused-tokens-of-consumer",
    "issued-tokens",
    "issued-to-visitors",
];

/// Too many attempts: come back after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts, please wait {} seconds", .0.as_secs())]
pub struct TooMany(pub std::time::Duration);

/// An attempt that has been paid for. Unless it turns out right, that is all.
#[must_use]
pub struct Attempt<'a> {
    limits: &'a Limits,
    pair: Pair,
    is_known: bool,
    at: DateTime<Utc>,
}

impl Limits {
    /// Full budgets.
    #[expect(
        clippy::new_without_default,
        reason = "there is nothing default about empty caches"
    )]
    pub fn new() -> Self {
        Self {
            addresses: Cache::new(KEPT),
            pairs: Cache::new(KEPT),
            accounts: Cache::new(KEPT),
            visitors: Cache::new(KEPT),
            token_addresses: Cache::new(KEPT),
            token_consumers: Cache::new(KEPT),
            issued_tokens: Cache::new(KEPT),
            issued_to_visitors: Cache::new(KEPT),
            known: Cache::new(KEPT),
            held: Notes::new(),
            hits: Tally::new(KINDS),
        }
    }

    /// How often a budget was empty, by its kind.
    pub fn hits(&self) -> impl Iterator<Item = (&'static str, u64)> {
        self.hits.each()
    }

    /// Pays, or counts that the budget is empty.
    fn pay_from<K: Hash + Eq + Clone>(
        &self,
        kind: &str,
        (budgets, quota): (&Cache<K, Budget>, Quota),
        key: &K,
        now: DateTime<Utc>,
    ) -> Result<(), TooMany> {
        pay(budgets, key, quota, now).inspect_err(|_| self.hits.count(kind))
    }

    /// Pays for an attempt on an account.
    ///
    /// # Errors
    /// Says who is held up, and for how long, when a budget is empty; the right password does not help
    /// then.
    pub fn pay(
        &self,
        account: &UserName,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<Attempt<'_>, Box<HeldUp>> {
        let address = place_of(address);
        let pair = (account.clone(), address);
        let held = |who: Limited, quota: Quota| {
            move |too_many| Box::new(self.held.note(&who, too_many, quota.burst, now))
        };
        self.pay_from("sign-in-address", (&self.addresses, ADDRESS), &address, now)
            .map_err(held(Limited::Address(address), ADDRESS))?;
        let quota = ACCOUNT_FROM_ADDRESS;
        self.pay_from(
            "sign-in-account-from-address",
            (&self.pairs, quota),
            &pair,
            now,
        )
        .map_err(held(Limited::Pair(account.clone(), address), quota))?;
        let known = self.known.get(&pair);
        let is_known = known.is_some_and(|at| now.signed_duration_since(at) < KNOWN_FOR);
        if !is_known {
            self.pay_from("sign-in-account", (&self.accounts, ACCOUNT), account, now)
                .map_err(held(Limited::Account(account.clone()), ACCOUNT))?;
        }
        Ok(Attempt {
            limits: self,
            pair,
            is_known,
            at: now,
        })
    }
}

impl Limits {
    /// Pays for a session that is begun without a password: they are kept for a while, and cost room.
    ///
    /// # Errors
    /// Says how long to wait when the address has begun too many.
    pub fn visit(&self, address: Option<IpAddr>, now: DateTime<Utc>) -> Result<(), TooMany> {
        let address = place_of(address);
        self.pay_from(
            "sessions-of-visitors",
            (&self.visitors, VISITORS),
            &address,
            now,
        )
    }

    /// Counts a refused authToken, of a known consumer if there is one. Good ones are never slowed.
    ///
    /// # Errors
    /// Says how long to wait when too many were refused.
    pub fn refused_token(
        &self,
        address: Option<IpAddr>,
        consumer: Option<ConsumerId>,
        now: DateTime<Utc>,
    ) -> Result<(), TooMany> {
        let address = place_of(address);
        self.pay_from(
            "refused-tokens-of-address",
            (&self.token_addresses, REFUSED_TOKENS),
            &address,
            now,
        )?;
        match consumer {
            Some(consumer) => self.pay_from(
                "refused-tokens-of-consumer",
                (&self.token_consumers, REFUSED_TOKENS),
                &consumer,
                now,
            ),
            None => Ok(()),
        }
    }

    /// Whether one more refused authToken would be too many. It costs nothing to ask.
    pub fn refuses_tokens(
        &self,
        address: Option<IpAddr>,
        consumer: Option<ConsumerId>,
        now: DateTime<Utc>,
    ) -> bool {
        let address = place_of(address);
        let is_spent = |budget: Option<Budget>| {
            budget.is_some_and(|budget| budget.pay(REFUSED_TOKENS, now).is_err())
        };
        is_spent(self.token_addresses.get(&address))
            || consumer.is_some_and(|consumer| is_spent(self.token_consumers.get(&consumer)))
    }

    /// Pays for an authToken for the session, user or visitor of this name.
    ///
    /// # Errors
    /// Says how long to wait when it has had too many.
    pub fn issue_token(&self, holder: &str, now: DateTime<Utc>) -> Result<(), TooMany> {
        self.pay_from(
            "issued-tokens",
            (&self.issued_tokens, ISSUED_TOKENS),
            &holder.to_owned(),
            now,
        )
    }

    /// Pays for a visitor's authToken from the address's budget, too: whoever keeps no cookies is a new
    /// visitor every time.
    ///
    /// # Errors
    /// Says how long to wait when the address has had too many.
    pub fn issue_visitor_token(
        &self,
        address: Option<IpAddr>,
        now: DateTime<Utc>,
    ) -> Result<(), TooMany> {
        let address = place_of(address);
        self.pay_from(
            "issued-to-visitors",
            (&self.issued_to_visitors, ISSUED_TO_VISITORS),
            &address,
            now,
        )
    }
}

impl Attempt<'_> {
    /// It was right, but that is not all that is asked: gives back what was paid.
    pub fn was_half_right(self) {
        self.give_back();
    }

    /// It was right: gives back what was paid, and knows the address from now on.
    pub fn was_right(self) {
        self.give_back();
        self.limits.known.insert(self.pair, self.at);
    }

    fn give_back(&self) {
        give_back(&self.limits.addresses, &self.pair.1, ADDRESS);
        give_back(&self.limits.pairs, &self.pair, ACCOUNT_FROM_ADDRESS);
        if !self.is_known {
            give_back(&self.limits.accounts, &self.pair.0, ACCOUNT);
        }
    }
}

/// nginx always says the address; whoever comes without one shares one budget.
fn place_of(address: Option<IpAddr>) -> IpAddr {
    network_of(address.unwrap_or(IpAddr::from([0, 0, 0, 0])))
}

/// An IPv6 subscriber has a /64; within it, addresses cost nothing.
pub fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.into(),
            None => std::net::Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        },
    }
}

#[cfg(test)]
mod tests;
