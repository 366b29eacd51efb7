//! Reading the original's database, without changing anything in it.

use std::path::Path;

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DieselError};
use diesel::sql_query;
use diesel::sql_types::Integer;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::ExposeSecret as _;

use super::Original;
use crate::config::DatabaseUrl;
use crate::store::connection::{Conn, open_postgres};
use crate::store::error::StoreError;

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Integer)]
    user_id: i32,
    #[diesel(sql_type = Integer)]
    role_id: i32,
}

/// Reads everything that is taken over.
pub fn read(url: &DatabaseUrl) -> Result<Original, StoreError> {
    let mut conn = match url {
        DatabaseUrl::Sqlite(path) => Conn::Sqlite(open_read_only(path)?),
        DatabaseUrl::Postgres(url) => Conn::Postgres(open_postgres(url.expose_secret())?),
    };
    conn.transaction(|conn| {
        let users = r#"SELECT id, email, username, password, active FROM "user" ORDER BY id"#;
        let roles = "SELECT id, name, description FROM role ORDER BY id";
        let held = "SELECT DISTINCT user_id, role_id FROM roles_users
            WHERE user_id IS NOT NULL AND role_id IS NOT NULL ORDER BY user_id, role_id";
        let held: Vec<Held> = sql_query(held).load(conn)?;
        Ok(Original {
            users: sql_query(users).load(conn)?,
            roles: sql_query(roles).load(conn)?,
            holds: held
                .iter()
                .map(|held| (held.user_id, held.role_id))
                .collect(),
        })
    })
    .map_err(explain)
}

/// What stands for itself in the path of a `file:` URL.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'_')
    .remove(b'-');

fn open_read_only(path: &Path) -> Result<SqliteConnection, StoreError> {
    let shown = path.display();
    // SQLite would make an empty database of that name.
    let path = path.canonicalize().map_err(|error| {
        StoreError::Invalid(format!(
            "cannot read the original's database {shown}: {error}"
        ))
    })?;
    let encoded = utf8_percent_encode(path.to_str().unwrap_or_default(), PATH);
    SqliteConnection::establish(&format!("file:{encoded}?mode=ro"))
        .map_err(|error| StoreError::unavailable(format!("{shown}: {error}")))
}

fn explain(error: StoreError) -> StoreError {
    match error {
        StoreError::Other(DieselError::DatabaseError(DatabaseErrorKind::Unknown, information)) => {
            StoreError::Invalid(format!(
                "this is no database of the Flask original: {}",
                information.message()
            ))
        }
        other => other,
    }
}
