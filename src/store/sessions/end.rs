//! How sessions end. One that ran out is kept for a while, so that its visitor can be told so.

use chrono::{DateTime, Duration, Utc};
use diesel::prelude::*;

use super::Row;
use crate::identity::admin::Admin;
use crate::identity::principal::UserId;
use crate::identity::session::is_live;
use crate::store::SLICE;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::{sessions, users};
use crate::store::time::stored;
use crate::store::transaction::write;

/// How long a session is kept after its end.
const KEPT: Duration = Duration::hours(1);

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

pub(in crate::store) fn end_of_user(
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
        // Those that ran out are still there for a while.
        let ended: i64 = sessions::table
            .filter(sessions::user_id.eq(user.0))
            .filter(sessions::expires_at.gt(stored(now)))
            .count()
            .get_result(conn)?;
        end_of_user(conn, user, None)?;
        audit::done(
            conn,
            admin,
            now,
            Action::RevokeSession,
            &name,
            &format!("{ended} sessions"),
        )?;
        Ok(usize::try_from(ended).unwrap_or_default())
    })
}

/// Ends all sessions. Says how many there were.
pub fn delete_all(conn: &mut Conn) -> Result<usize, StoreError> {
    write(conn, |conn| {
        Ok(diesel::delete(sessions::table).execute(conn)?)
    })
}

/// Whether there was a session of this id that ran out lately. One that was ended by somebody is gone.
pub fn ended(
    conn: &mut Conn,
    id: &str,
    now: DateTime<Utc>,
    idle: Duration,
) -> Result<bool, StoreError> {
    let row: Option<Row> = sessions::table.find(id).first(conn).optional()?;
    Ok(row.is_some_and(|row| {
        let (end, seen) = (row.expires_at.and_utc(), row.last_seen_at.and_utc());
        !is_live(end, seen, now, idle)
    }))
}

/// Ends what was not used for so long, and forgets what ended long ago, of both at most [`SLICE`]. Says
/// how many of both.
pub fn sweep(conn: &mut Conn, now: DateTime<Utc>, idle: Duration) -> Result<usize, StoreError> {
    let unused = sessions::table
        .filter(sessions::last_seen_at.lt(stored(now - idle)))
        .filter(sessions::expires_at.gt(stored(now)))
        .select(sessions::id)
        .limit(SLICE.into());
    let over = sessions::table
        .filter(sessions::expires_at.le(stored(now - KEPT)))
        .select(sessions::id)
        .limit(SLICE.into());
    let (over, unused): (Vec<String>, Vec<String>) = (over.load(conn)?, unused.load(conn)?);
    if over.is_empty() && unused.is_empty() {
        return Ok(0);
    }
    write(conn, |conn| {
        let over = sessions::table.filter(sessions::id.eq_any(over));
        let forgotten = diesel::delete(over).execute(conn)?;
        let unused = sessions::table
            .filter(sessions::id.eq_any(unused))
            // One may have been used in between.
            .filter(sessions::last_seen_at.lt(stored(now - idle)));
        let ended = diesel::update(unused)
            .set(sessions::expires_at.eq(stored(now)))
            .execute(conn)?;
        Ok(ended + forgotten)
    })
}
