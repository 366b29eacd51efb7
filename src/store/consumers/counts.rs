//! How often a consumer's tokens were accepted, or refused and why.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::identity::consumer::ConsumerId;
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{consumer_counts, consumers};
use crate::store::time::stored;
use crate::store::transaction::write;

/// The reason of what was not refused.
pub const ACCEPTED: &str = "accepted";

/// How often something happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// [`ACCEPTED`], or the reason word of a refusal.
    pub reason: String,
    /// How often.
    pub times: u64,
    /// When last.
    pub last_at: DateTime<Utc>,
}

/// How often something happened to a consumer's tokens since it was last written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The consumer.
    pub consumer: ConsumerId,
    /// [`ACCEPTED`], or the reason word of a refusal.
    pub reason: &'static str,
    /// How often.
    pub times: u64,
    /// When last.
    pub last_at: DateTime<Utc>,
}

/// Adds to the counts: many at once, now and then. Those of consumers that were deleted are dropped.
pub fn count(conn: &mut Conn, counted: &[Counted]) -> Result<(), StoreError> {
    if counted.is_empty() {
        return Ok(());
    }
    write(conn, |conn| {
        let ids: Vec<i32> = consumers::table.select(consumers::id).load(conn)?;
        let known = counted
            .iter()
            .filter(|counted| ids.contains(&counted.consumer.0));
        for counted in known {
            add(conn, counted)?;
        }
        Ok(())
    })
}

fn add(conn: &mut Conn, counted: &Counted) -> Result<(), StoreError> {
    let row = consumer_counts::table.find((counted.consumer.0, counted.reason));
    let more = i64::try_from(counted.times).unwrap_or(i64::MAX);
    let last_at = stored(counted.last_at);
    let before: Option<(i64, NaiveDateTime)> = row
        .select((consumer_counts::times, consumer_counts::last_at))
        .first(conn)
        .optional()?;
    match before {
        None => diesel::insert_into(consumer_counts::table)
            .values((
                consumer_counts::consumer_id.eq(counted.consumer.0),
                consumer_counts::reason.eq(counted.reason),
                consumer_counts::times.eq(more),
                consumer_counts::last_at.eq(last_at),
            ))
            .execute(conn)?,
        Some((times, before)) => diesel::update(row)
            .set((
                consumer_counts::times.eq(times.saturating_add(more)),
                consumer_counts::last_at.eq(last_at.max(before)),
            ))
            .execute(conn)?,
    };
    Ok(())
}

/// The counts by consumer, the most frequent first.
pub(super) fn all(conn: &mut Conn) -> Result<HashMap<i32, Vec<Count>>, StoreError> {
    let rows: Vec<(i32, String, i64, NaiveDateTime)> = consumer_counts::table
        .order((consumer_counts::times.desc(), consumer_counts::reason))
        .load(conn)?;
    let mut all: HashMap<i32, Vec<Count>> = HashMap::new();
    for (consumer, reason, times, last_at) in rows {
        all.entry(consumer).or_default().push(Count {
            reason,
            times: times.unsigned_abs(),
            last_at: last_at.and_utc(),
        });
    }
    Ok(all)
}
