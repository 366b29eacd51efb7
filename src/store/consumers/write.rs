//! What happens to consumers.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::row::{written_origins, written_prefixes};
use crate::identity::admin::Admin;
use crate::identity::consumer::{ConsumerId, NewConsumer, NewConsumerRole, settings};
use crate::identity::principal::Role;
use crate::identity::seal::SealedSecret;
use crate::store::audit::{self, Action};
use crate::store::connection::Conn;
use crate::store::error::StoreError;
use crate::store::roles;
use crate::store::schema::{consumer_roles, consumers};
use crate::store::time::stored;
use crate::store::transaction::write;

/// Makes a consumer with this key and secret. It is enabled.
pub fn create(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    consumer: &NewConsumer,
    secret: &SealedSecret,
) -> Result<ConsumerId, StoreError> {
    write(conn, |conn| {
        let roles = check(conn, consumer)?;
        let id = insert(conn, now, consumer, secret, false)?;
        let detail = described(consumer, &roles);
        let action = Action::CreateConsumer;
        audit::done(conn, admin, now, action, secret.key(), &detail)?;
        Ok(id)
    })
}

/// Makes the consumer with this number what is given. Key and secret stay.
pub fn update(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
    consumer: &NewConsumer,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let key = key_of(conn, id)?;
        let roles = check(conn, consumer)?;
        diesel::update(consumers::table.find(id.0))
            .set((
                consumers::name.eq(consumer.name.trim()),
                consumers::max_ttl.eq(consumer.max_ttl.cast_signed()),
                consumers::origins.eq(written_origins(&consumer.origins)),
                consumers::allows_server_side.eq(consumer.allows_server_side),
                consumers::names_admins.eq(consumer.names_admins),
                consumers::prefixes.eq(written_prefixes(&consumer.prefixes)),
                consumers::updated_at.eq(stored(now)),
            ))
            .execute(conn)?;
        give(conn, id, &consumer.roles)?;
        let detail = format!("now {}", described(consumer, &roles));
        audit::done(conn, admin, now, Action::UpdateConsumer, &key, &detail)
    })
}

/// Takes the consumer's tokens, or does not.
pub fn set_enabled(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
    is_enabled: bool,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let key = key_of(conn, id)?;
        diesel::update(consumers::table.find(id.0))
            .set((
                consumers::is_enabled.eq(is_enabled),
                consumers::updated_at.eq(stored(now)),
            ))
            .execute(conn)?;
        let state = if is_enabled { "enabled" } else { "disabled" };
        audit::done(conn, admin, now, Action::SetConsumerState, &key, &state)
    })
}

/// Deletes a consumer, with all that is known about it; not the one for our own users.
pub fn delete(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    id: ConsumerId,
) -> Result<(), StoreError> {
    write(conn, |conn| {
        let key = key_of(conn, id)?;
        let (name, is_built_in): (String, bool) = consumers::table
            .find(id.0)
            .select((consumers::name, consumers::is_built_in))
            .first(conn)?;
        if is_built_in {
            let message = "this consumer is for our own users and built in: disable it instead";
            return Err(StoreError::Invalid(message.to_owned()));
        }
        diesel::delete(consumers::table.find(id.0)).execute(conn)?;
        audit::done(conn, admin, now, Action::DeleteConsumer, &key, &name)
    })
}

/// The key of the consumer, who is known by it in the audit log.
pub(super) fn key_of(conn: &mut Conn, id: ConsumerId) -> Result<String, StoreError> {
    let row = consumers::table.find(id.0);
    Ok(row.select(consumers::key).first(conn)?)
}

pub(super) fn insert(
    conn: &mut Conn,
    now: DateTime<Utc>,
    consumer: &NewConsumer,
    secret: &SealedSecret,
    is_built_in: bool,
) -> Result<ConsumerId, StoreError> {
    let now = stored(now);
    let id = diesel::insert_into(consumers::table)
        .values((
            consumers::key.eq(secret.key().as_str()),
            consumers::name.eq(consumer.name.trim()),
            consumers::secret.eq(secret.as_str()),
            consumers::is_enabled.eq(true),
            consumers::is_built_in.eq(is_built_in),
            consumers::max_ttl.eq(consumer.max_ttl.cast_signed()),
            consumers::origins.eq(written_origins(&consumer.origins)),
            consumers::allows_server_side.eq(consumer.allows_server_side),
            consumers::names_admins.eq(consumer.names_admins),
            consumers::prefixes.eq(written_prefixes(&consumer.prefixes)),
            consumers::created_at.eq(now),
            consumers::updated_at.eq(now),
            consumers::rotated_at.eq(now),
        ))
        .returning(consumers::id)
        .get_result(conn)
        .map_err(StoreError::taken("a consumer with this key"))?;
    give(conn, ConsumerId(id), &consumer.roles)?;
    Ok(ConsumerId(id))
}

fn give(conn: &mut Conn, id: ConsumerId, roles: &[NewConsumerRole]) -> Result<(), StoreError> {
    let held = consumer_roles::table.filter(consumer_roles::consumer_id.eq(id.0));
    diesel::delete(held).execute(conn)?;
    for role in roles {
        diesel::insert_into(consumer_roles::table)
            .values((
                consumer_roles::consumer_id.eq(id.0),
                consumer_roles::role_id.eq(role.id.0),
                consumer_roles::is_base.eq(role.is_base),
                consumer_roles::is_read_only.eq(role.is_read_only),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Refuses what has faults, and gives all roles that there are.
fn check(conn: &mut Conn, consumer: &NewConsumer) -> Result<Vec<Role>, StoreError> {
    let roles = roles::for_policy(conn)?;
    let faults = settings::check(consumer, &roles);
    if faults.is_empty() {
        return Ok(roles);
    }
    let messages: Vec<String> = faults.into_iter().map(|fault| fault.message).collect();
    Err(StoreError::Invalid(messages.join("; ")))
}

/// What it is, as the audit log tells it.
fn described(consumer: &NewConsumer, roles: &[Role]) -> String {
    let mut words = vec![consumer.name.trim().to_owned()];
    let origins = written_origins(&consumer.origins).replace('\n', " ");
    if !origins.is_empty() {
        words.push(format!("from {origins}"));
    }
    if consumer.allows_server_side {
        words.push("from programs".to_owned());
    }
    words.push(written_prefixes(&consumer.prefixes).replace('\n', " "));
    words.push(format!("at most {} s", consumer.max_ttl));
    for role in &consumer.roles {
        let name = roles.iter().find(|other| other.id == role.id);
        let name = name.map_or("?", |role| role.name.as_str());
        let way = if role.is_base { "all are" } else { "may name" };
        let read_only = if role.is_read_only {
            " (read only)"
        } else {
            ""
        };
        words.push(format!("{way} {name}{read_only}"));
    }
    if consumer.names_admins {
        words.push("may name administrators".to_owned());
    }
    words.join(", ")
}
