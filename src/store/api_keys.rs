//! API keys: what scripts sign in with. Only their fingerprints are kept.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::audit::{self, Action, Entry, Outcome};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::{api_keys, roles, user_roles, users};
use super::text::line;
use super::time::stored;
use super::transaction::write;
use super::users::{IdentityRow, UserState, identity};
use crate::identity::principal::{USER, User, UserId};

/// The most keys a user may have.
pub const MAX_PER_USER: i64 = 50;

/// An API key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its number.
    pub id: i32,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is for.
    pub name: String,
    /// The SHA-256 of the key.
    pub fingerprint: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A key that its user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// Whose it is.
    pub user_id: UserId,
    /// What it is for.
    pub name: String,
    /// The SHA-256 of the key.
    pub fingerprint: String,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Makes a key for a user who asked for it from this address.
pub fn create(
    conn: &mut Conn,
    now: DateTime<Utc>,
    key: &NewApiKey,
    address: Option<IpAddr>,
) -> Result<i32, StoreError> {
    let name = line("name", &key.name)?;
    if name.is_empty() {
        return Err(StoreError::Invalid("the name must not be empty".to_owned()));
    }
    write(conn, |conn| {
        let held: i64 = api_keys::table
            .filter(api_keys::user_id.eq(key.user_id.0))
            .count()
            .get_result(conn)?;
        if held >= MAX_PER_USER {
            let message = format!("there are {MAX_PER_USER} API keys already: revoke one first");
            return Err(StoreError::Invalid(message));
        }
        let id = diesel::insert_into(api_keys::table)
            .values((
                api_keys::user_id.eq(key.user_id.0),
                api_keys::name.eq(&name),
                api_keys::fingerprint.eq(&key.fingerprint),
                api_keys::created_at.eq(stored(now)),
                api_keys::expires_at.eq(key.expires_at.map(stored)),
            ))
            .returning(api_keys::id)
            .get_result(conn)
            .map_err(StoreError::taken("an API key with this fingerprint"))?;
        note(conn, now, key.user_id, Action::CreateApiKey, name, address)?;
        Ok(id)
    })
}

/// A user's keys, the newest first, also those that have ended.
pub fn of_user(conn: &mut Conn, user: UserId) -> Result<Vec<ApiKey>, StoreError> {
    let rows: Vec<Row> = api_keys::table
        .filter(api_keys::user_id.eq(user.0))
        .order(api_keys::id.desc())
        .load(conn)?;
    Ok(rows.into_iter().map(ApiKey::from).collect())
}

/// Revokes a key of this user, who asked for it from this address.
pub fn revoke(
    conn: &mut Conn,
    now: DateTime<Utc>,
    user: UserId,
    id: i32,
    address: Option<IpAddr>,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let own = api_keys::table
            .find(id)
            .filter(api_keys::user_id.eq(user.0));
        let name: String = own.select(api_keys::name).first(conn)?;
        diesel::delete(own).execute(conn)?;
        note(conn, now, user, Action::RevokeApiKey, name, address)
    })
}

/// An API key as the hot path needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Whose it is.
    pub user: User,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, give or take a minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// The key with this fingerprint and its user, unless it has ended or the user is not active: in one
/// statement.
pub fn opened(
    conn: &mut Conn,
    fingerprint: &str,
    now: DateTime<Utc>,
) -> Result<Option<Opened>, StoreError> {
    type Times = (Option<NaiveDateTime>, Option<NaiveDateTime>);
    let rows: Vec<(Times, IdentityRow)> = api_keys::table
        .inner_join(users::table.left_join(user_roles::table))
        .inner_join(roles::table.on(roles::name.eq(USER)))
        .filter(api_keys::fingerprint.eq(fingerprint))
        .filter(users::state.eq(UserState::Active.as_str()))
        .select((
            (api_keys::expires_at, api_keys::last_used_at),
            (
                users::id,
                users::name,
                roles::id,
                user_roles::role_id.nullable(),
            ),
        ))
        .load(conn)?;
    let (times, users): (Vec<Times>, Vec<IdentityRow>) = rows.into_iter().unzip();
    let (Some((end, used)), Some(user)) = (times.first(), identity(&users)?) else {
        return Ok(None);
    };
    let expires_at = end.map(|at| at.and_utc());
    Ok(expires_at.is_none_or(|end| now < end).then(|| Opened {
        user,
        expires_at,
        last_used_at: used.map(|at| at.and_utc()),
    }))
}

/// Writes down when keys were last used: many at once, by fingerprint, now and then.
pub fn touch(conn: &mut Conn, used: &[(String, DateTime<Utc>)]) -> Result<(), StoreError> {
    if used.is_empty() {
        return Ok(());
    }
    write(conn, |conn| {
        for (fingerprint, at) in used {
            diesel::update(api_keys::table.filter(api_keys::fingerprint.eq(fingerprint)))
                .set(api_keys::last_used_at.eq(stored(*at)))
                .execute(conn)?;
        }
        Ok(())
    })
}

fn note(
    conn: &mut Conn,
    at: DateTime<Utc>,
    user: UserId,
    action: Action,
    subject: String,
    address: Option<IpAddr>,
) -> Result<(), StoreError> {
    let actor = users::table.find(user.0).select(users::name).first(conn)?;
    let detail = String::new();
    let outcome = Outcome::Done;
    audit::record(
        conn,
        &Entry {
            at,
            actor,
            action,
            subject,
            detail,
            address,
            outcome,
        },
    )
}

#[derive(Queryable)]
struct Row {
    id: i32,
    user_id: i32,
    name: String,
    fingerprint: String,
    created_at: NaiveDateTime,
    expires_at: Option<NaiveDateTime>,
    last_used_at: Option<NaiveDateTime>,
}

impl From<Row> for ApiKey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            user_id: UserId(row.user_id),
            name: row.name,
            fingerprint: row.fingerprint,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.map(|at| at.and_utc()),
            last_used_at: row.last_used_at.map(|at| at.and_utc()),
        }
    }
}
