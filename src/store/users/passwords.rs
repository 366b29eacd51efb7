//! Users' passwords, which are hashes here.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::write::name_of;
use crate::identity::admin::Admin;
use crate::identity::principal::UserId;
use crate::store::audit::{self, Action, Entry, Outcome};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::schema::users;
use crate::store::sessions;
use crate::store::time::stored;
use crate::store::transaction::write;

/// Sets a user's password (its hash) as an administrator, and ends all of the user's sessions.
pub fn set_password(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: UserId,
    password_hash: &str,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let name = name_of(conn, id)?;
        let ended = store_password(conn, now, id, password_hash, None)?;
        let detail = format!("{ended} sessions ended");
        audit::done(conn, admin, now, Action::SetPassword, &name, &detail)
    })
}

/// Changes one's own password (its hash), and ends one's sessions but the one given.
pub fn change_password(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: UserId,
    password_hash: &str,
    keep_session: Option<&str>,
    address: Option<IpAddr>,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let name = name_of(conn, id)?;
        let ended = store_password(conn, now, id, password_hash, keep_session)?;
        let entry = Entry {
            at: now,
            actor: name.clone(),
            action: Action::ChangePassword,
            subject: name,
            detail: format!("{ended} other sessions ended"),
            address,
            outcome: Outcome::Done,
        };
        audit::record(conn, &entry)
    })
}

/// Stores the same password under a new hash, for example of another cost. Ends no session.
pub fn rehash(conn: &mut Conn, id: UserId, password_hash: &str) -> Result<(), StoreError> {
    diesel::update(users::table.find(id.0))
        .set(users::password_hash.eq(password_hash))
        .execute(conn)?;
    Ok(())
}

pub(super) fn store_password(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: UserId,
    password_hash: &str,
    keep_session: Option<&str>,
) -> Result<usize, StoreError> {
    diesel::update(users::table.find(id.0))
        .set((
            users::password_hash.eq(password_hash),
            users::updated_at.eq(stored(now)),
        ))
        .execute(conn)?;
    sessions::end_of_user(conn, id, keep_session)
}
