//! Sessions, kept on the server. Their ids are fingerprints: the handle is in the cookie alone.

mod end;
mod grants;
mod list;
mod opened;

use std::collections::BTreeMap;
use std::net::IpAddr;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;

pub(super) use self::end::end_of_user;
pub use self::end::{delete, delete_all, delete_of_user, ended, revoke, revoke_of_user, sweep};
pub use self::grants::{accepted, opened_kiosk};
pub use self::list::{Listed, SessionQuery, count_live, count_signed_in, page};
pub use self::opened::{Opened, opened};
use super::connection::Conn;
use super::error::StoreError;
use super::page::{COUNTED, one_more};
use super::schema::sessions;
use super::text::shortened;
use super::time::stored;
use super::transaction::write;
use crate::identity::principal::{Grant, UserId};
use crate::identity::session::Door;

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The fingerprint of the handle in the cookie.
    pub id: String,
    /// Who is signed in.
    pub user_id: Option<UserId>,
    /// The door it was opened at.
    pub door: Door,
    /// What the pages remember, as JSON.
    pub state: String,
    /// What was obtained in it; of the terms of a role one version.
    pub grants: Vec<Grant>,
    /// Where it was opened from.
    pub address: Option<IpAddr>,
    /// The browser it was opened with, as that calls itself.
    pub user_agent: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it was last used, give or take a minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends in any case.
    pub expires_at: DateTime<Utc>,
}

/// The session with this id, unless it is past its end. Idle time is for the caller to judge.
pub fn load(conn: &mut Conn, id: &str, now: DateTime<Utc>) -> Result<Option<Session>, StoreError> {
    let row: Option<Row> = sessions::table
        .find(id)
        .filter(sessions::expires_at.gt(stored(now)))
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    Ok(with_grants(conn, vec![row])?.pop())
}

/// Opens a session.
pub fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
    write(conn, |conn| {
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(&session.id),
                sessions::user_id.eq(session.user_id.map(|id| id.0)),
                sessions::door.eq(session.door.as_str()),
                sessions::state.eq(&session.state),
                sessions::address.eq(session.address.map(|address| address.to_string())),
                sessions::user_agent.eq(shortened(&session.user_agent)),
                sessions::created_at.eq(stored(session.created_at)),
                sessions::last_seen_at.eq(stored(session.last_seen_at)),
                sessions::expires_at.eq(stored(session.expires_at)),
            ))
            .execute(conn)
            .map_err(StoreError::taken("a session of this id"))?;
        grants::replace(conn, session.created_at, &session.id, &session.grants)
    })
}

/// Changes what the pages remember, and what was obtained. Says whether the session is still there.
pub fn update_state(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: &str,
    state: &str,
    grants: &[Grant],
) -> Result<bool, StoreError> {
    write(conn, |conn| {
        let updated = diesel::update(sessions::table.find(id))
            .set(sessions::state.eq(state))
            .execute(conn)?;
        if updated == 1 {
            grants::replace(conn, now, id, grants)?;
        }
        Ok(updated == 1)
    })
}

/// Writes down when sessions were last used: many at once, now and then.
pub fn touch(conn: &mut Conn, seen: &[(String, DateTime<Utc>)]) -> Result<(), StoreError> {
    if seen.is_empty() {
        return Ok(());
    }
    // Of busy sessions many were last used in the same second.
    let mut by_time: BTreeMap<DateTime<Utc>, Vec<&str>> = BTreeMap::new();
    for (id, at) in seen {
        by_time.entry(*at).or_default().push(id);
    }
    write(conn, |conn| {
        for (at, ids) in &by_time {
            let at = stored(*at);
            let rows = sessions::table
                .filter(sessions::id.eq_any(ids))
                .filter(sessions::last_seen_at.lt(at));
            diesel::update(rows)
                .set(sessions::last_seen_at.eq(at))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// A user's sessions that have not ended, the last used first, at most so many.
pub fn of_user(
    conn: &mut Conn,
    user: UserId,
    now: DateTime<Utc>,
    most: u32,
) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::expires_at.gt(stored(now)))
        .order((sessions::last_seen_at.desc(), sessions::id))
        .limit(most.into())
        .load(conn)?;
    with_grants(conn, rows)
}

/// How many sessions of a user have not ended, at most one more than [`COUNTED`].
pub fn count_of_user(conn: &mut Conn, user: UserId, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let some: Vec<i32> = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::expires_at.gt(stored(now)))
        .select(sql::<Integer>("1"))
        .limit(one_more(COUNTED))
        .load(conn)?;
    Ok(some.len() as u64)
}

#[derive(Queryable)]
struct Row {
    id: String,
    user_id: Option<i32>,
    door: String,
    state: String,
    address: Option<String>,
    user_agent: String,
    created_at: NaiveDateTime,
    last_seen_at: NaiveDateTime,
    expires_at: NaiveDateTime,
}

/// Sessions with what was obtained in them.
fn with_grants(conn: &mut Conn, rows: Vec<Row>) -> Result<Vec<Session>, StoreError> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut grants = grants::of(conn, &ids)?;
    rows.into_iter()
        .map(|row| {
            let grants = grants.remove(&row.id).unwrap_or_default();
            row.into_session(grants)
        })
        .collect()
}

impl Row {
    fn into_session(self, grants: Vec<Grant>) -> Result<Session, StoreError> {
        Ok(Session {
            id: self.id,
            user_id: self.user_id.map(UserId),
            door: door(&self.door)?,
            state: self.state,
            grants,
            address: self.address.and_then(|address| address.parse().ok()),
            user_agent: self.user_agent,
            created_at: self.created_at.and_utc(),
            last_seen_at: self.last_seen_at.and_utc(),
            expires_at: self.expires_at.and_utc(),
        })
    }
}

fn door(word: &str) -> Result<Door, StoreError> {
    Door::parse(word).ok_or_else(|| StoreError::Invalid(format!("unknown door `{word}`")))
}
