//! Limits: who is stopped, and who is not.

use super::*;

impl Limits {
    fn admits(&self, account: &str, address: &str, second: i64) -> bool {
        self.attempt(account, address, second).is_ok()
    }

    fn attempt(
        &self,
        account: &str,
        address: &str,
        second: i64,
    ) -> Result<Attempt<'_>, Box<HeldUp>> {
        let account = UserName::parse(account).unwrap();
        let now = DateTime::from_timestamp(second, 0).unwrap();
        self.pay(&account, Some(address.parse().unwrap()), now)
    }
}

#[test]
fn an_account_is_guarded_from_all_addresses_in_every_spelling_and_recovers() {
    let limits = Limits::new();
    let spellings = ["alice", "ALICE", " Alice"].iter().cycle();
    for (n, spelling) in (0..ACCOUNT.burst).zip(spellings) {
        assert!(limits.admits(spelling, &format!("192.0.2.{n}"), 0));
    }
    assert!(!limits.admits("alice", "198.51.100.1", 0));
    assert!(limits.admits("bob", "198.51.100.1", 0));
    assert!(limits.admits("alice", "198.51.100.1", 30));
}

#[test]
fn one_attacker_locks_nobody_out() {
    let limits = Limits::new();
    let tried = (0..3600)
        .filter(|second| limits.admits("admin", "192.0.2.66", *second))
        .count();
    assert!(tried <= 66, "{tried}");
    assert!(limits.admits("admin", "198.51.100.1", 3600));
}

#[test]
fn a_known_address_gets_in_however_many_others_guess() {
    let limits = Limits::new();
    limits
        .attempt("alice", "198.51.100.1", 0)
        .unwrap()
        .was_right();
    for n in 0..50 {
        let _ = limits.attempt("alice", &format!("192.0.2.{n}"), 1);
    }
    assert!(!limits.admits("alice", "198.51.100.2", 1));
    assert!(limits.admits("alice", "198.51.100.1", 1));
}

#[test]
fn signing_in_costs_nothing_when_it_is_right() {
    let limits = Limits::new();
    for _ in 0..200 {
        limits
            .attempt("shared", "198.51.100.1", 0)
            .unwrap()
            .was_right();
    }
}

#[test]
fn an_address_is_limited_over_all_accounts_and_ipv6_counts_by_64_bits() {
    let limits = Limits::new();
    for n in 0..ADDRESS.burst {
        assert!(limits.admits(&format!("user{n}"), &format!("2001:db8:1:2::{n:x}"), 0));
    }
    assert!(!limits.admits("other", "2001:db8:1:2:ffff::1", 0));
    assert!(limits.admits("other", "2001:db8:1:3::1", 0));
}

#[test]
fn who_asks_for_tokens_without_end_is_stopped_alone_and_told_when_to_come_back() {
    let limits = Limits::new();
    let now = |second| DateTime::from_timestamp(second, 0).unwrap();
    let asks = |holder: &str, second| limits.issue_token(holder, now(second));
    assert!((0..ISSUED_TOKENS.burst).all(|_| asks("one", 0).is_ok()));
    let TooMany(wait) = asks("one", 0).unwrap_err();
    assert!(wait.as_secs() <= 3);
    assert!(asks("other", 0).is_ok());
    assert!(asks("one", 2).is_ok() && asks("one", 2).is_err());
}

#[test]
fn visitors_without_cookies_share_what_their_address_has() {
    let limits = Limits::new();
    let now = DateTime::from_timestamp(0, 0).unwrap();
    let from = |address: &str| limits.issue_visitor_token(Some(address.parse().unwrap()), now);
    assert!((0..ISSUED_TO_VISITORS.burst).all(|_| from("192.0.2.1").is_ok()));
    assert!(from("192.0.2.1").is_err() && from("192.0.2.2").is_ok());
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

#[test]
fn who_is_turned_away_is_listed_with_a_count_and_forgotten_when_it_is_over() {
    let limits = Limits::new();
    for second in 0..20 {
        let _ = limits.attempt("alice", "192.0.2.1", second);
    }
    let _ = limits.attempt("bob", "192.0.2.1", 20);
    let [held] = limits.held_up(at(20)).try_into().unwrap();
    assert_eq!(held.who.to_string(), "account alice from 192.0.2.1");
    assert_eq!((held.since, held.last, held.times), (at(6), at(19), 14));
    assert!(held.is_held(at(20)) && !held.is_held(at(61)));
    let alice = UserName::parse("alice").unwrap();
    assert_eq!(limits.held_up_at(&alice, at(61)), [held]);
    assert!(limits.held_up(at(61 + 15 * 60)).is_empty());
}

#[test]
fn what_is_lifted_begins_anew_and_nothing_else_does() {
    let limits = Limits::new();
    let fill = || {
        for n in 0..40 {
            let _ = limits.attempt("alice", &format!("192.0.2.{}", n % 4), 0);
            let _ = limits.attempt("bob", "192.0.2.9", 0);
        }
    };
    fill();
    assert!(!limits.admits("alice", "192.0.2.1", 0) && !limits.admits("bob", "192.0.2.9", 0));
    limits.lift(&Limited::parse("account alice").unwrap());
    assert!(limits.admits("alice", "192.0.2.1", 0) && limits.admits("alice", "192.0.2.2", 0));
    assert!(!limits.admits("bob", "192.0.2.9", 0));
    limits.lift(&Limited::parse("account bob from 192.0.2.9").unwrap());
    assert!(limits.admits("bob", "192.0.2.9", 0));
    for n in 0..99 {
        let _ = limits.attempt(&format!("user{n}"), "198.51.100.1", 0);
    }
    assert!(!limits.admits("other", "198.51.100.1", 0));
    limits.lift(&Limited::parse("address 198.51.100.1").unwrap());
    assert!(limits.admits("other", "198.51.100.1", 0));
}

#[test]
fn what_is_remembered_of_who_was_turned_away_is_bounded() {
    let limits = Limits::new();
    for n in 0..12_000 {
        let who = Limited::Account(UserName::parse(&format!("user{n}")).unwrap());
        limits
            .held
            .note(&who, TooMany(std::time::Duration::from_secs(30)), 10, at(0));
    }
    assert!(limits.held_up(at(1)).len() <= 10_000);
}

#[test]
fn somebody_who_is_right_gives_nothing_back_to_others() {
    let limits = Limits::new();
    while limits.admits("alice", "192.0.2.1", 0) {}
    for _ in 0..10 {
        limits.attempt("bob", "192.0.2.1", 0).unwrap().was_right();
    }
    assert!(!limits.admits("alice", "192.0.2.1", 0));
}
