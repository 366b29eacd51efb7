//! Second factors: the sealed secrets of authenticator apps, and the fingerprints of recovery codes.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::audit::{self, Action, Entry, Outcome};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::{recovery_codes, second_factors, sessions, users};
use super::time::stored;
use super::transaction::write;
use crate::identity::admin::Admin;
use crate::identity::principal::{User, UserId};
use crate::identity::seal::{SealNonce, SealingKeys};
use crate::identity::second_factor::sealed_for;
use crate::identity::session::Door;

/// A user's second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// The secret, sealed.
    pub sealed: String,
    /// The step of the last code that was used.
    pub used_step: i64,
    /// Since when.
    pub since: DateTime<Utc>,
    /// How many recovery codes are left.
    pub codes_left: i64,
}

/// What is to be stored.
#[derive(Debug, Clone)]
pub struct NewSecondFactor {
    /// The secret, sealed.
    pub sealed: String,
    /// The step of the code that proved that the app knows it.
    pub used_step: i64,
    /// The fingerprints of the recovery codes.
    pub codes: Vec<String>,
}

/// Who does something about their own second factor, and where from.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The user.
    pub user: &'a User,
    /// The address.
    pub address: Option<IpAddr>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The second factor of a user.
pub fn find(conn: &mut Conn, user: UserId) -> Result<Option<SecondFactor>, StoreError> {
    let row: Option<(i32, String, i64, NaiveDateTime)> =
        second_factors::table.find(user.0).first(conn).optional()?;
    let Some((_, sealed, used_step, since)) = row else {
        return Ok(None);
    };
    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(user.0));
    Ok(Some(SecondFactor {
        sealed,
        used_step,
        since: since.and_utc(),
        codes_left: codes.count().get_result(conn)?,
    }))
}

/// Whether a user has one.
pub fn is_set(conn: &mut Conn, user: UserId) -> Result<bool, StoreError> {
    let of_user = second_factors::table.find(user.0);
    Ok(diesel::select(diesel::dsl::exists(of_user)).get_result(conn)?)
}

/// Sets one up, in place of another if there is one, and ends the user's other sessions at the account door,
/// which began without.
pub fn set_up(
    conn: &mut Conn,
    owner: Owner<'_>,
    new: &NewSecondFactor,
    keep: &str,
) -> Result<(), StoreError> {
    let id = owner.user.id;
    write(conn, |conn| {
        forget(conn, id)?;
        diesel::insert_into(second_factors::table)
            .values((
                second_factors::user_id.eq(id.0),
                second_factors::secret.eq(&new.sealed),
                second_factors::used_step.eq(new.used_step),
                second_factors::created_at.eq(stored(owner.at)),
            ))
            .execute(conn)?;
        insert_codes(conn, id, &new.codes)?;
        end_sessions(conn, id, keep)?;
        record(conn, owner, Action::SetUpSecondFactor, "")
    })
}

/// New recovery codes in place of those there are.
pub fn renew_codes(conn: &mut Conn, owner: Owner<'_>, codes: &[String]) -> Result<(), StoreError> {
    let id = owner.user.id;
    write(conn, |conn| {
        let old = recovery_codes::table.filter(recovery_codes::user_id.eq(id.0));
        diesel::delete(old).execute(conn)?;
        insert_codes(conn, id, codes)?;
        record(conn, owner, Action::SetUpSecondFactor, "new recovery codes")
    })
}

/// Uses the code of a step. Says whether that was still possible: no code is good twice, at whatever gate.
pub fn use_step(conn: &mut Conn, user: UserId, step: i64) -> Result<bool, StoreError> {
    let unused = second_factors::table
        .find(user.0)
        .filter(second_factors::used_step.lt(step));
    let used = diesel::update(unused).set(second_factors::used_step.eq(step));
    Ok(used.execute(conn)? == 1)
}

/// Uses a recovery code. Says whether there was such a one.
pub fn use_code(conn: &mut Conn, user: UserId, fingerprint: &str) -> Result<bool, StoreError> {
    let code = recovery_codes::table.find((user.0, fingerprint));
    Ok(diesel::delete(code).execute(conn)? == 1)
}

/// Removes one's own.
pub fn remove(conn: &mut Conn, owner: Owner<'_>) -> Result<(), StoreError> {
    write(conn, |conn| {
        forget(conn, owner.user.id)?;
        record(conn, owner, Action::RemoveSecondFactor, "")
    })
}

/// Removes somebody else's, who lost it, and ends the sessions that it had opened.
pub fn reset(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    user: UserId,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let name: String = users::table.find(user.0).select(users::name).first(conn)?;
        if !forget(conn, user)? {
            return Err(StoreError::Invalid(
                "this user has no second factor".to_owned(),
            ));
        }
        end_sessions(conn, user, "")?;
        audit::done(conn, admin, now, Action::RemoveSecondFactor, &name, &"")
    })
}

/// Seals with the current key what a previous one had sealed. Says how many that were; those that no key
/// opens stay as they are.
pub fn reseal(
    conn: &mut Conn,
    keys: &SealingKeys,
    mut nonce: impl FnMut() -> SealNonce,
) -> Result<usize, StoreError> {
    write(conn, |conn| {
        let columns = (second_factors::user_id, second_factors::secret);
        let rows: Vec<(i32, String)> = second_factors::table.select(columns).load(conn)?;
        let mut count = 0;
        for (id, sealed) in rows {
            let whose = sealed_for(UserId(id));
            if let Some((secret, false)) = keys.open_for(&whose, &sealed) {
                let sealed = keys.seal_for(&whose, &secret, nonce());
                diesel::update(second_factors::table.find(id))
                    .set(second_factors::secret.eq(sealed))
                    .execute(conn)?;
                count += 1;
            }
        }
        Ok(count)
    })
}

fn forget(conn: &mut Conn, user: UserId) -> Result<bool, StoreError> {
    let codes = recovery_codes::table.filter(recovery_codes::user_id.eq(user.0));
    diesel::delete(codes).execute(conn)?;
    Ok(diesel::delete(second_factors::table.find(user.0)).execute(conn)? == 1)
}

fn insert_codes(conn: &mut Conn, user: UserId, codes: &[String]) -> Result<(), StoreError> {
    for code in codes {
        let row = (
            recovery_codes::user_id.eq(user.0),
            recovery_codes::fingerprint.eq(code),
        );
        diesel::insert_into(recovery_codes::table)
            .values(row)
            .execute(conn)?;
    }
    Ok(())
}

fn end_sessions(conn: &mut Conn, user: UserId, keep: &str) -> Result<(), StoreError> {
    let others = sessions::table
        .filter(sessions::user_id.eq(user.0))
        .filter(sessions::door.eq(Door::Account.as_str()))
        .filter(sessions::id.ne(keep));
    diesel::delete(others).execute(conn)?;
    Ok(())
}

fn record(
    conn: &mut Conn,
    owner: Owner<'_>,
    action: Action,
    detail: &str,
) -> Result<(), StoreError> {
    let entry = Entry {
        at: owner.at,
        actor: owner.user.name.to_string(),
        action,
        subject: owner.user.name.to_string(),
        detail: detail.to_owned(),
        address: owner.address,
        outcome: Outcome::Done,
    };
    audit::record(conn, &entry)
}
