//! Limits against guessing: one for every door that takes a password, per account and per address.
//!
//! Counted before anything is hashed. Budgets refill by themselves, so nobody is locked out for ever,
//! and memory is bounded: full budgets are forgotten.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::identity::name::UserName;

/// Attempts on one account in a row, then one a minute.
const PER_ACCOUNT: NonZeroU32 = NonZeroU32::new(10).unwrap();
const ACCOUNT_REFILL: Duration = Duration::from_mins(1);
/// Attempts from one address in a row, then one every two seconds; a reading room may share one.
const PER_ADDRESS: NonZeroU32 = NonZeroU32::new(60).unwrap();
const ADDRESS_REFILL: Duration = Duration::from_secs(2);
/// From so many keys on, full budgets are forgotten.
const KEPT: usize = 50_000;

type Keyed<K, C> = RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The budgets.
pub struct Limits<C: Clock + Clone = DefaultClock> {
    accounts: Keyed<String, C>,
    addresses: Keyed<IpAddr, C>,
    clock: C,
}

/// Too many attempts: come back after this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many attempts, please wait {} seconds", .0.as_secs())]
pub struct TooMany(pub Duration);

impl Limits {
    /// Full budgets, measured by the system's monotonic clock.
    #[expect(
        clippy::new_without_default,
        reason = "there is nothing default about a clock"
    )]
    pub fn new() -> Self {
        Self::with_clock(DefaultClock::default())
    }
}

impl<C: Clock + Clone> Limits<C> {
    fn with_clock(clock: C) -> Self {
        let quota = |period, burst| {
            Quota::with_period(period)
                .unwrap_or(Quota::per_minute(burst))
                .allow_burst(burst)
        };
        Self {
            accounts: RateLimiter::new(
                quota(ACCOUNT_REFILL, PER_ACCOUNT),
                DashMapStateStore::default(),
                clock.clone(),
            ),
            addresses: RateLimiter::new(
                quota(ADDRESS_REFILL, PER_ADDRESS),
                DashMapStateStore::default(),
                clock.clone(),
            ),
            clock,
        }
    }

    /// Counts an attempt on an account from an address.
    ///
    /// # Errors
    /// Says how long to wait when either budget is empty; the right password does not help then.
    pub fn count(&self, account: &UserName, address: Option<IpAddr>) -> Result<(), TooMany> {
        if let Some(address) = address {
            self.check(&self.addresses, &network_of(address))?;
        }
        self.check(&self.accounts, &account.as_str().to_owned())
    }

    fn check<K: std::hash::Hash + Eq + Clone>(
        &self,
        budgets: &Keyed<K, C>,
        key: &K,
    ) -> Result<(), TooMany> {
        if budgets.len() > KEPT {
            budgets.retain_recent();
        }
        let wait = |not_until: governor::NotUntil<C::Instant>| {
            let wait = not_until.wait_time_from(self.clock.now());
            TooMany(Duration::from_secs(wait.as_secs() + 1))
        };
        budgets.check_key(key).map_err(wait)
    }
}

/// An IPv6 subscriber has a /64; within it, addresses cost nothing.
fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.into(),
            None => std::net::Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    impl Limits<FakeRelativeClock> {
        fn admits(&self, account: &str, address: &str) -> bool {
            let account = UserName::parse(account).unwrap();
            self.count(&account, Some(address.parse().unwrap())).is_ok()
        }
    }

    #[test]
    fn an_account_is_guarded_from_all_addresses_and_in_every_spelling_and_recovers() {
        let clock = FakeRelativeClock::default();
        let limits = Limits::with_clock(clock.clone());
        let spellings = ["alice", "ALICE", " Alice"].iter().cycle();
        for (n, spelling) in (0..PER_ACCOUNT.get()).zip(spellings) {
            assert!(limits.admits(spelling, &format!("192.0.2.{n}")));
        }
        assert!(!limits.admits("alice", "198.51.100.1"));
        assert!(limits.admits("bob", "198.51.100.1"));
        clock.advance(ACCOUNT_REFILL);
        assert!(limits.admits("alice", "198.51.100.1"));
    }

    #[test]
    fn an_address_is_limited_over_all_accounts_and_ipv6_counts_by_64_bits() {
        let limits = Limits::with_clock(FakeRelativeClock::default());
        for n in 0..PER_ADDRESS.get() {
            assert!(limits.admits(&format!("user{n}"), &format!("2001:db8:1:2::{n:x}")));
        }
        assert!(!limits.admits("other", "2001:db8:1:2:ffff::1"));
        assert!(limits.admits("other", "2001:db8:1:3::1"));
    }

    #[test]
    fn it_says_how_long_to_wait() {
        let limits = Limits::with_clock(FakeRelativeClock::default());
        let alice = UserName::parse("alice").unwrap();
        let refused = (0..=PER_ACCOUNT.get()).find_map(|_| limits.count(&alice, None).err());
        assert!(refused.unwrap().0 <= ACCOUNT_REFILL + Duration::from_secs(1));
    }
}
