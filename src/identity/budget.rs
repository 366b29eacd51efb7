//! Budgets against guessing: token buckets that refill with time.
//!
//! An attempt is paid for before it is judged, so that many at once cannot slip through, and given back
//! when it was right.

use chrono::{DateTime, Duration, Utc};

/// How many attempts in a row, and how soon one comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Attempts in a row.
    pub burst: i32,
    /// The time after which one more is possible.
    pub refill: Duration,
}

/// What is left of a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// When it would be full again. At that time plus nothing, all attempts are there.
    full_at: DateTime<Utc>,
}

impl Budget {
    /// A full budget.
    pub fn full(now: DateTime<Utc>) -> Self {
        Self { full_at: now }
    }

    /// Pays for an attempt.
    ///
    /// # Errors
    /// Says how long to wait when nothing is left.
    pub fn pay(self, quota: Quota, now: DateTime<Utc>) -> Result<Self, Duration> {
        let full_at = self.full_at.max(now) + quota.refill;
        let over = full_at - (now + quota.refill * quota.burst);
        if over > Duration::zero() {
            Err(over)
        } else {
            Ok(Self { full_at })
        }
    }

    /// Gives an attempt back.
    #[must_use]
    pub fn give_back(self, quota: Quota) -> Self {
        Self {
            full_at: self.full_at - quota.refill,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Quota = Quota {
        burst: 3,
        refill: Duration::seconds(60),
    };

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn spent() -> Budget {
        (0..3).fold(Budget::full(at(0)), |budget, _| {
            budget.pay(QUOTA, at(0)).unwrap()
        })
    }

    #[test]
    fn a_budget_is_spent_and_refills() {
        assert_eq!(spent().pay(QUOTA, at(0)), Err(Duration::seconds(60)));
        assert_eq!(spent().pay(QUOTA, at(45)), Err(Duration::seconds(15)));
        let one_back = spent().pay(QUOTA, at(60)).unwrap();
        assert!(one_back.pay(QUOTA, at(60)).is_err());
        assert_eq!(
            spent().pay(QUOTA, at(10_000)),
            Budget::full(at(0)).pay(QUOTA, at(10_000))
        );
    }

    #[test]
    fn what_was_right_costs_nothing() {
        let mut budget = Budget::full(at(0));
        for _ in 0..100 {
            budget = budget.pay(QUOTA, at(0)).unwrap().give_back(QUOTA);
        }
        assert_eq!(budget, Budget::full(at(0)));
    }
}
