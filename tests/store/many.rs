//! 100,000 users: lists come from an index, in the order in which they are shown.

use std::sync::mpsc::channel;

use diesel::connection::Instrumentation;
use diesel::prelude::*;
use diesel::sql_types::Text;
use iiif_gate::store::page::{COUNTED, Paging};
use iiif_gate::store::users::{self, UserQuery, UserSort};
use iiif_gate::store::{Conn, StoreError, sessions};

use crate::sample::{at, role_id};
use crate::support::database::{Database, Listener, on_both};

const USERS: u32 = 100_000;

/// The beginning of a statement that has `numbers (n)` from 1 to `most`.
pub(crate) fn numbers(db: &Database, most: u32) -> String {
    match db.url {
        iiif_gate::config::DatabaseUrl::Sqlite(_) => format!(
            "WITH RECURSIVE numbers (n) AS
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most})"
        ),
        iiif_gate::config::DatabaseUrl::Postgres(_) => {
            format!("WITH numbers (n) AS (SELECT generate_series(1, {most}))")
        }
    }
}

fn fill(db: &Database) {
    let numbers = numbers(db, USERS);
    db.sql(&format!(
        "{numbers} INSERT INTO users (name, display_name, state, created_at, updated_at)
         SELECT 'user' || n || '@example.org', 'User ' || n, 'active',
             '2030-01-01 00:00:00', '2030-01-01 00:00:00' FROM numbers"
    ));
    db.sql("ANALYZE");
}

#[derive(QueryableByName)]
struct Sqlite {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct Postgres {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    plan: String,
}

/// How the database would answer the statement that selects what is on a page, with these values.
pub(crate) fn plan<T>(
    db: &Database,
    binds: &[&str],
    page: impl FnOnce(&mut Conn) -> Result<T, StoreError>,
) -> String {
    let (sender, statements) = channel();
    db.run(|conn| {
        conn.set_instrumentation(Listener(sender));
        page(conn)?;
        conn.set_instrumentation(None::<Box<dyn Instrumentation>>);
        let statement = statements
            .try_iter()
            .find(|text| text.contains("ORDER BY") && text.contains("LIMIT"));
        let statement = statement.unwrap();
        Ok(match conn {
            Conn::Sqlite(_) => {
                let explain = format!("EXPLAIN QUERY PLAN {statement}");
                let plan: Vec<Sqlite> = diesel::sql_query(explain).load(conn)?;
                plan.into_iter().map(|line| line.detail + "\n").collect()
            }
            Conn::Postgres(_) => {
                let binds = (1..).zip(binds);
                let statement = binds.fold(statement, |statement, (number, bind)| {
                    statement.replace(&format!("${number}"), bind)
                });
                let plan: Vec<Postgres> =
                    diesel::sql_query(format!("EXPLAIN {statement}")).load(conn)?;
                plan.into_iter().map(|line| line.plan + "\n").collect()
            }
        })
    })
}

#[test]
fn every_order_of_the_list_is_that_of_an_index() {
    on_both(|db| {
        fill(db);
        for sort in UserSort::ALL {
            for descending in [false, true] {
                let query = UserQuery {
                    sort,
                    descending,
                    ..UserQuery::default()
                };
                let plan = plan(db, &["10001"], |conn| users::page(conn, &query));
                let upper = plan.to_uppercase();
                assert!(upper.contains("INDEX"), "{sort:?}: {plan}");
                assert!(
                    !upper.contains("SORT") && !upper.contains("B-TREE"),
                    "{sort:?}: {plan}"
                );
            }
        }
        let last = UserQuery {
            paging: Paging {
                page: 2000,
                per_page: 50,
            },
            role: Some(role_id(db, "user")),
            ..UserQuery::default()
        };
        let page = db.run(|conn| users::page(conn, &last));
        assert_eq!((page.total, page.items.len()), (COUNTED, 50));
        assert_eq!((page.page, page.more), (200, true));
        assert_eq!(page.items[49].name.as_str(), "user18@example.org");
        let search = UserQuery {
            search: "USER 4711".to_owned(),
            ..UserQuery::default()
        };
        assert_eq!(db.run(|conn| users::page(conn, &search)).total, 11);
        assert_eq!(db.run(|conn| sessions::count_signed_in(conn, at(0))), 0);
    });
}
