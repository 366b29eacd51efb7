//! Migrations.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use iiif_gate::store::{Conn, Store, StoreError};

use crate::support::database::{Database, on_both};

#[derive(QueryableByName, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    data_type: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

const SQLITE: &str = "
    SELECT t.name AS table_name, c.name AS name, lower(c.type) AS data_type,
        c.\"notnull\" = 0 AS nullable
    FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '\\_\\_%' ESCAPE '\\'
    ORDER BY 1, c.cid";
const POSTGRES: &str = "
    SELECT table_name::text, column_name::text AS name, data_type::text, is_nullable = 'YES' AS nullable
    FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'
    ORDER BY 1, ordinal_position";

fn columns(db: &Database) -> Vec<Column> {
    db.run(|conn| {
        let query = match conn {
            Conn::Sqlite(_) => SQLITE,
            Conn::Postgres(_) => POSTGRES,
        };
        let mut columns: Vec<Column> = diesel::sql_query(query).load(conn)?;
        for column in &mut columns {
            // The two call their types differently.
            column.data_type = match column.data_type.as_str() {
                "bigint" => "integer".to_owned(),
                "timestamp without time zone" => "timestamp".to_owned(),
                other => other.to_owned(),
            };
        }
        Ok(columns)
    })
}

#[test]
fn both_databases_have_the_same_tables() {
    let (sqlite, postgres) = (columns(&Database::sqlite()), columns(&Database::postgres()));
    assert_eq!(sqlite, postgres);
    assert!(sqlite.len() > 50, "{}", sqlite.len());
}

#[test]
fn migrations_go_up_and_down_and_up_again() {
    on_both(|db| {
        let before = columns(db);
        assert_eq!(db.store.pending().unwrap(), Vec::<String>::new());
        let down = db.store.revert().unwrap();
        assert_eq!(columns(db), []);
        let mut up = db.store.migrate().unwrap();
        assert_eq!(columns(db), before);
        up.reverse();
        assert_eq!(up, down);
        assert_eq!(
            db.store.migrate().unwrap(),
            Vec::<String>::new(),
            "twice is harmless"
        );
    });
}

#[test]
fn several_instances_may_migrate_at_once() {
    on_both(|db| {
        db.store.revert().unwrap();
        let done: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| Store::open(&db.url).unwrap().migrate().unwrap().len()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(done, 2, "each migration is done once");
    });
}

#[test]
fn a_newer_database_is_refused() {
    on_both(|db| {
        db.sql("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')");
        let error = Store::open(&db.url).unwrap_err();
        assert!(matches!(error, StoreError::Newer { .. }), "{error}");
        assert!(
            error.to_string().contains("newer version of iiif-gate"),
            "{error}"
        );
        assert!(matches!(db.store.migrate(), Err(StoreError::Newer { .. })));
    });
}

#[test]
fn a_failed_migration_leaves_nothing_behind() {
    on_both(|db| {
        db.store.revert().unwrap();
        db.sql("CREATE TABLE changes (id INTEGER)");
        db.store.migrate().unwrap_err();
        db.run(|conn| Ok(conn.batch_execute("DROP TABLE changes")?));
        assert_eq!(db.store.migrate().unwrap().len(), 2);
    });
}
