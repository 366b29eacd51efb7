//! A copy of an SQLite database, made while others use it, and a look at whether a copy is whole.

use std::path::Path;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::connection::Conn;
use super::error::StoreError;
use super::schema::{rules, users};

/// What is in a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contents {
    /// How many users.
    pub users: i64,
    /// How many rules.
    pub rules: i64,
}

/// Writes all of an SQLite database, as it is at one moment, into a new file. Writers go on meanwhile.
pub fn copy(conn: &mut Conn, to: &Path) -> Result<(), StoreError> {
    if let Conn::Postgres(_) = conn {
        let words = "only an SQLite database is copied like this";
        return Err(StoreError::Invalid(words.to_owned()));
    }
    let to = text(to)?;
    sql_query("VACUUM INTO ?")
        .bind::<Text, _>(to)
        .execute(conn)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Said {
    #[diesel(sql_type = Text)]
    words: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Looks at a copy that nobody uses: whether SQLite finds it whole, and what is in it. Changes nothing.
pub fn check(copy: &Path) -> Result<Contents, StoreError> {
    let path = utf8_percent_encode(text(copy)?, NON_ALPHANUMERIC)
        .to_string()
        .replace("%2F", "/");
    // Immutable: no file is made beside it, also where nothing may be written.
    let url = format!("file:{path}?mode=ro&immutable=1");
    let broken = |what: String| StoreError::unavailable(format!("{}: {what}", copy.display()));
    let mut conn = SqliteConnection::establish(&url).map_err(|error| broken(error.to_string()))?;
    let whole = "SELECT integrity_check AS words FROM pragma_integrity_check LIMIT 1";
    let said: Said = sql_query(whole).get_result(&mut conn)?;
    if said.words != "ok" {
        return Err(broken(format!("it is broken: {}", said.words)));
    }
    let dangling = "SELECT count(*) AS number FROM pragma_foreign_key_check";
    let dangling: Counted = sql_query(dangling).get_result(&mut conn)?;
    if dangling.number > 0 {
        return Err(broken(format!(
            "{} rows refer to what is not there",
            dangling.number
        )));
    }
    Ok(Contents {
        users: users::table.count().get_result(&mut conn)?,
        rules: rules::table.count().get_result(&mut conn)?,
    })
}

fn text(path: &Path) -> Result<&str, StoreError> {
    let words = || StoreError::Invalid(format!("the path {} is not UTF-8", path.display()));
    path.to_str().ok_or_else(words)
}
