//! Limits on signing in. They are kept in the memory of each gate; the change feed reaches them all.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::audit::{self, Action};
use super::connection::Conn;
use super::error::StoreError;
use super::schema::changes;
use super::transaction::write;
use crate::identity::admin::Admin;
use crate::identity::limited::Limited;

/// Lets somebody try again who tried too often.
pub fn lift(
    conn: &mut Conn,
    admin: &Admin,
    now: DateTime<Utc>,
    who: &Limited,
) -> Result<(), StoreError> {
    let (subject, detail) = match who {
        Limited::Address(address) => (address.to_string(), "an address".to_owned()),
        Limited::Account(account) => (account.to_string(), "from everywhere".to_owned()),
        Limited::Pair(account, address) => (account.to_string(), format!("from {address}")),
    };
    write(conn, |conn| {
        let change = (
            changes::resource.eq("limit"),
            changes::key.eq(who.to_string()),
        );
        diesel::insert_into(changes::table)
            .values(change)
            .execute(conn)?;
        audit::done(conn, admin, now, Action::LiftLimit, &subject, &detail)
    })
}
