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

/// So many users are read, or found by an index and then sorted. Of more, enough for a page are met soon
/// by going through all users in order.
const MANY: i64 = 20_000;
/// So many are found by SQLite's trigrams and looked up while going through an index in order. Of more,
/// reading the users themselves meets enough sooner than all are found.
const VERY_MANY: i64 = 50_000;

/// How the users are found that a search means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Found {
    /// All are meant.
    All,
    /// By SQLite's trigrams of this phrase.
    ByTrigrams(String),
    /// The same, and they are many.
    ByManyTrigrams(String),
    /// By PostgreSQL's.
    ByExpression(String),
    /// By going through all.
    ByReading(String),
    /// By the names to sign in with that begin so, by their index.
    ByIndex(String),
    /// The same by going through all.
    ByBeginning(String),
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Whether only the beginnings of names are looked for: among many users a text of one or two letters has
/// no trigram, and a PostgreSQL without `pg_trgm` has none at all.
pub fn is_for_beginnings(conn: &mut Conn, search: &str) -> Result<bool, StoreError> {
    let search = search.trim();
    if search.is_empty() || (search.chars().nth(2).is_some() && has_trigrams(conn)?) {
        return Ok(false);
    }
    let one_more: Option<i32> = users::table
        .order(users::id)
        .select(users::id)
        .offset(MANY)
        .first(conn)
        .optional()?;
    Ok(one_more.is_some())
}

/// SQLite brings them along.
fn has_trigrams(conn: &mut Conn) -> Result<bool, StoreError> {
    let Conn::Postgres(conn) = conn else {
        return Ok(true);
    };
    let counted: Counted =
        sql_query("SELECT count(*) AS number FROM pg_class WHERE relname = 'users_search'")
            .get_result(conn)?;
    Ok(counted.number > 0)
}

/// Finds out how to find users that are then put in order, by name or otherwise.
pub(in crate::store) fn begin(
    conn: &mut Conn,
    search: &str,
    by_name: bool,
) -> Result<Found, StoreError> {
    if search.is_empty() {
        return Ok(Found::All);
    }
    if is_for_beginnings(conn, search)? {
        let beginning = search.to_lowercase();
        let by_index = by_name || !are_many(conn, &beginning)?;
        return Ok(if by_index {
            Found::ByIndex(beginning)
        } else {
            Found::ByBeginning(beginning)
        });
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
    .bind::<BigInt, _>(VERY_MANY)
    .get_result(conn)?;
    Ok(match counted.number {
        ..MANY => Found::ByTrigrams(phrase),
        MANY..VERY_MANY => Found::ByManyTrigrams(phrase),
        _ => Found::ByReading(search.to_owned()),
    })
}

fn are_many(conn: &mut Conn, beginning: &str) -> Result<bool, StoreError> {
    let one_more: Option<i32> = users::table
        .filter(users::name.between(beginning, after_all(beginning)))
        .order(users::name)
        .select(users::id)
        .offset(MANY)
        .first(conn)
        .optional()?;
    Ok(one_more.is_some())
}

/// What comes after all names that begin so.
fn after_all(beginning: &str) -> String {
    format!("{beginning}{}", char::MAX)
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
            Self::ByTrigrams(phrase) => rows.filter(matching("users.id", phrase)),
            // With a sign SQLite does not begin with them, which leaves the order to an index.
            Self::ByManyTrigrams(phrase) => rows.filter(matching("+users.id", phrase)),
            // As the index has it.
            Self::ByExpression(pattern) => rows.filter(
                sql::<Bool>("((name || E'\\n' || lower(display_name)) COLLATE \"C\") LIKE ")
                    .bind::<Text, _>(pattern.clone()),
            ),
            Self::ByReading(search) => rows.filter(reading(search)),
            Self::ByIndex(beginning) => {
                rows.filter(users::name.between(beginning.clone(), after_all(beginning)))
            }
            // No index of SQLite serves this, which leaves the order to that of the list.
            Self::ByBeginning(beginning) => {
                let pattern = anywhere(beginning).split_off(1);
                rows.filter(users::name.like(pattern).escape('\\'))
            }
        }
    }
}

fn matching(id: &str, phrase: &str) -> Condition {
    let begin = format!("{id} IN (SELECT rowid FROM users_search WHERE users_search MATCH ");
    let condition = sql::<Bool>(&begin).bind::<Text, _>(phrase.to_owned());
    Box::new(condition.sql(")"))
}

type Condition = Box<dyn BoxableExpression<users::table, Backend, SqlType = Bool>>;

/// SQLite's `lower` knows ASCII only, so what was typed is tried, too. Names are in lower case.
fn reading(search: &str) -> Condition {
    let lower = anywhere(&search.to_lowercase());
    Box::new(
        users::name
            .like(lower.clone())
            .escape('\\')
            .or(lowered(users::display_name).like(lower).escape('\\'))
            .or(users::display_name.like(anywhere(search)).escape('\\')),
    )
}
