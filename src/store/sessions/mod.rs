//! Sessions, kept on the server. Their ids are fingerprints: the handle is in the cookie alone.

mod list;

use std::net::IpAddr;

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use diesel::prelude::*;

pub use self::list::{Listed, SessionQuery, page};
use super::audit::{self, Action};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::{sessions, users};
use super::text::shortened;
use super::time::stored;
use super::transaction::write;
use crate::identity::admin::Admin;
use crate::identity::principal::UserId;
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
    row.map(Session::try_from).transpose()
}

/// Opens a session.
pub fn insert(conn: &mut Conn, session: &Session) -> Result<(), StoreError> {
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
    Ok(())
}

/// Changes what the pages remember. Says whether the session is still there.
pub fn update_state(conn: &mut Conn, id: &str, state: &str) -> Result<bool, StoreError> {
    let updated = diesel::update(sessions::table.find(id))
        .set(sessions::state.eq(state))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Ends a session. Says whether there was one.
pub fn delete(conn: &mut Conn, id: &str) -> Result<bool, StoreError> {
    write(conn, |conn| {
        Ok(diesel::delete(sessions::table.find(id)).execute(conn)? == 1)
    })
}

/// Ends a user's sessions, except one if that is given. Says how many.
pub fn delete_of_user(
    conn: &mut Conn,
    user: UserId,
    except: Option<&str>,
) -> Result<usize, StoreError> {
    write(conn, |conn| end_of_user(conn, user, except))
}

pub(super) fn end_of_user(
    conn: &mut Conn,
    user: UserId,
    except: Option<&str>,
) -> Result<usize, StoreError> {
    let of_user = sessions::table.filter(sessions::user_id.eq(user.0));
    Ok(match except {
        Some(id) => diesel::delete(of_user.filter(sessions::id.ne(id))).execute(conn)?,
        None => diesel::delete(of_user).execute(conn)?,
    })
}

/// Ends a session as an administrator.
pub fn revoke(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: &str,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let (row, name): (Row, Option<String>) = sessions::table
            .left_join(users::table)
            .filter(sessions::id.eq(id))
            .select((sessions::all_columns, users::name.nullable()))
            .first(conn)?;
        diesel::delete(sessions::table.find(id)).execute(conn)?;
        let name = name.unwrap_or_else(|| "nobody".to_owned());
        let detail = format!("opened {} UTC", row.created_at.format("%Y-%m-%d %H:%M:%S"));
        audit::done(conn, admin, now, Action::RevokeSession, &name, &detail)
    })
}

/// Ends all sessions of a user as an administrator. Says how many.
pub fn revoke_of_user(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    user: UserId,
) -> Result<usize, StoreError> {
    write(conn, |conn| {
        let name: String = users::table.find(user.0).select(users::name).first(conn)?;
        let ended = end_of_user(conn, user, None)?;
        audit::done(
            conn,
            admin,
            now,
            Action::RevokeSession,
            &name,
            &format!("{ended} sessions"),
        )?;
        Ok(ended)
    })
}

/// Writes down when sessions were last used: many at once, now and then.
pub fn touch(conn: &mut Conn, seen: &[(String, DateTime<Utc>)]) -> Result<(), StoreError> {
    if seen.is_empty() {
        return Ok(());
    }
    write(conn, |conn| {
        for (id, at) in seen {
            let at = stored(*at);
            let row = sessions::table
                .find(id)
                .filter(sessions::last_seen_at.lt(at));
            diesel::update(row)
                .set(sessions::last_seen_at.eq(at))
                .execute(conn)?;
        }
        Ok(())
    })
}

/// A user's sessions that have not ended, the last used first.
pub fn of_user(
    conn: &mut Conn,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Session>, StoreError> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::expires_at.gt(stored(now)))
        .order((sessions::last_seen_at.desc(), sessions::id))
        .load(conn)?;
    rows.into_iter().map(Session::try_from).collect()
}

/// How many sessions have somebody signed in.
pub fn count_signed_in(conn: &mut Conn, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let count: i64 = sessions::table
        .filter(sessions::user_id.is_not_null())
        .filter(sessions::expires_at.gt(stored(now)))
        .count()
        .get_result(conn)?;
    Ok(count.unsigned_abs())
}

/// Ends what is past its end, or was not used for so long. Says how many.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>, idle: Duration) -> Result<usize, StoreError> {
    let seen = stored(now - idle);
    let over = sessions::expires_at
        .le(stored(now))
        .or(sessions::last_seen_at.lt(seen));
    write(conn, |conn| {
        Ok(diesel::delete(sessions::table.filter(over)).execute(conn)?)
    })
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

impl TryFrom<Row> for Session {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let door = Door::parse(&row.door)
            .ok_or_else(|| StoreError::Invalid(format!("unknown door `{}`", row.door)))?;
        Ok(Self {
            id: row.id,
            user_id: row.user_id.map(UserId),
            door,
            state: row.state,
            address: row.address.and_then(|address| address.parse().ok()),
            user_agent: row.user_agent,
            created_at: row.created_at.and_utc(),
            last_seen_at: row.last_seen_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
        })
    }
}
