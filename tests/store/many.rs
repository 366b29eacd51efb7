//! 100,000 users: lists come from an index, in the order in which they are shown.

use std::sync::mpsc::channel;

use diesel::connection::Instrumentation;
use diesel::prelude::*;
use diesel::sql_types::Text;
use iiif_gate::store::page::{COUNTED, FOUND, Paging};
use iiif_gate::store::users::{self, UserQuery, UserSort};
use iiif_gate::store::{Conn, StoreError, roles, sessions};

use crate::sample::{at, new_role, new_user, role_id};
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
            .filter(|text| text.contains("ORDER BY") && text.contains("LIMIT"))
            .last();
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
        let staff = new_role(db, "staff");
        db.sql(&format!(
            "INSERT INTO user_roles (user_id, role_id) SELECT id, {} FROM users",
            staff.0
        ));
        let usage = db.run(|conn| roles::usage_some(conn, staff, at(0)));
        assert_eq!(usage.holders, COUNTED + 1);
        let usage = db.run(|conn| roles::usage(conn, staff, at(0)));
        assert_eq!(usage.holders, u64::from(USERS));
        let search = UserQuery {
            search: "USER 4711".to_owned(),
            ..UserQuery::default()
        };
        assert_eq!(db.run(|conn| users::page(conn, &search)).total, 11);
        assert_eq!(db.run(|conn| sessions::count_signed_in(conn, at(0))), 0);
    });
}

/// The same on a PostgreSQL that has no trigrams.
fn without_trigrams(db: &Database) {
    if let iiif_gate::config::DatabaseUrl::Postgres(_) = db.url {
        db.sql("DROP INDEX users_search");
    }
}

#[test]
fn a_short_text_finds_names_that_begin_so_by_their_index() {
    on_both(|db| {
        let found = |search: &str, sort| {
            let query = UserQuery {
                search: search.to_owned(),
                sort,
                ..UserQuery::default()
            };
            let page = db.run(|conn| users::page(conn, &query));
            let first = page.items.first().map(|user| user.name.to_string());
            (page.total, page.more, first)
        };
        new_user(db, "other", &[]);
        let other = Some("other".to_owned());
        assert_eq!(found("th", UserSort::Name), (1, false, other.clone()));
        fill(db);
        db.sql(
            "INSERT INTO users (name, state, created_at, updated_at) VALUES
                ('zz\u{fc}rich', 'active', '2030-01-02 00:00:00', '2030-01-02 00:00:00')",
        );
        assert_eq!(
            found("th", UserSort::Name),
            (0, false, None),
            "too many to look"
        );
        for sort in UserSort::ALL {
            assert_eq!(found("O", sort), (1, false, other.clone()), "{sort:?}");
            let zurich = Some("zz\u{fc}rich".to_owned());
            assert_eq!(found("zz", sort), (1, false, zurich), "{sort:?}");
            assert_eq!(found("%", sort), (0, false, None), "{sort:?}");
            let common = found("us", sort);
            assert_eq!((common.0, common.1), (FOUND, true), "{sort:?}");
        }
        let rare = UserQuery {
            search: "zz".to_owned(),
            ..UserQuery::default()
        };
        let binds = ["'zz'", "'zz\u{10ffff}'", "501"];
        let plan = plan(db, &binds, |conn| users::page(conn, &rare)).to_uppercase();
        assert!(plan.contains("INDEX"), "{plan}");
        assert!(
            !plan.contains("SCAN USERS") && !plan.contains("SEQ SCAN"),
            "{plan}"
        );
        without_trigrams(db);
        assert_eq!(found("other", UserSort::Name), (1, false, other.clone()));
        assert_eq!(found("user", UserSort::Created).0, FOUND);
    });
}
