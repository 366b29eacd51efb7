//! Timestamps: UTC, in microseconds, because that is what PostgreSQL keeps.

use chrono::{DateTime, NaiveDateTime, SubsecRound as _, Utc};

pub(super) fn stored(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc().trunc_subsecs(6)
}
