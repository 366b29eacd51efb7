//! Users by a part of their names.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::store::connection::{Backend, Conn};
use crate::store::error::StoreError;
use crate::store::page::{anywhere, phrase};
use crate::store::schema::users;
use crate::store::sql::lowered;

/// So many users are found by SQLite's trigrams and then sorted. Of more, enough for a page are met soon
/// by going through all users in order.
const MANY: i64 = 20_000;

/// How the users are found that a search means.
pub(in crate::store) enum Found {
    /// All are meant.
    All,
    /// By SQLite's trigrams of this phrase.
    ByTrigrams(String),
    /// By PostgreSQL's, or by going through all if it has none.
    ByExpression(String),
    /// By going through all.
    ByReading(String),
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Finds out how to find.
pub(in crate::store) fn begin(conn: &mut Conn, search: &str) -> Result<Found, StoreError> {
    if search.is_empty() {
        return Ok(Found::All);
    }
    let conn = match conn {
        Conn::Postgres(_) => return Ok(Found::ByExpression(anywhere(&search.to_lowercase()))),
        Conn::Sqlite(conn) => conn,
    };
    let Some(phrase) = phrase(search) else {
        return Ok(Found::ByReading(search.to_owned()));
    };
    let counted: Counted = sql_query(
        "SELECT count(*) AS number FROM
         (SELECT 1 FROM users_search WHERE users_search MATCH ? LIMIT ?)",
    )
    .bind::<Text, _>(&phrase)
    .bind::<BigInt, _>(MANY)
    .get_result(conn)?;
    Ok(if counted.number < MANY {
        Found::ByTrigrams(phrase)
    } else {
        Found::ByReading(search.to_owned())
    })
}

impl Found {
    /// Whether nothing was searched for.
    pub(in crate::store) fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// Those of these users that are meant.
    pub(in crate::store) fn among(
        &self,
        rows: users::BoxedQuery<'static, Backend>,
    ) -> users::BoxedQuery<'static, Backend> {
        match self {
            Self::All => rows,
            Self::ByTrigrams(phrase) => rows.filter(
                sql::<Bool>(
                    "users.id IN (SELECT rowid FROM users_search WHERE users_search MATCH ",
                )
                .bind::<Text, _>(phrase.clone())
                .sql(")"),
            ),
            // As the index has it.
            Self::ByExpression(pattern) => rows.filter(
                sql::<Bool>("((name || E'\\n' || lower(display_name)) COLLATE \"C\") LIKE ")
                    .bind::<Text, _>(pattern.clone()),
            ),
            Self::ByReading(search) => rows.filter(reading(search)),
        }
    }
}

type Reading = Box<dyn BoxableExpression<users::table, Backend, SqlType = Bool>>;

/// SQLite's `lower` knows ASCII only, so what was typed is tried, too. Names are in lower case.
fn reading(search: &str) -> Reading {
    let lower = anywhere(&search.to_lowercase());
    Box::new(
        users::name
            .like(lower.clone())
            .escape('\\')
            .or(lowered(users::display_name).like(lower).escape('\\'))
            .or(users::display_name.like(anywhere(search)).escape('\\')),
    )
}
