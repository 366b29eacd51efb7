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
        AND t.name NOT LIKE 'users_search%'
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
        let all = db.store.revert().unwrap().len();
        let done: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| Store::open(&db.url).unwrap().migrate().unwrap().len()))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .sum()
        });
        assert_eq!(done, all, "each migration is done once");
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
        let all = db.store.revert().unwrap().len();
        db.sql("CREATE TABLE changes (id INTEGER)");
        db.store.migrate().unwrap_err();
        db.run(|conn| Ok(conn.batch_execute("DROP TABLE changes")?));
        assert_eq!(db.store.migrate().unwrap().len(), all);
    });
}

/// The migrations of a version before, with what it is told to have done.
fn before(db: &Database, migrations: &[(&str, [&str; 2])]) {
    db.store.revert().unwrap();
    let postgres = matches!(db.url, iiif_gate::config::DatabaseUrl::Postgres(_));
    for (version, [sqlite, postgresql]) in migrations {
        db.sql(if postgres { postgresql } else { sqlite });
        db.sql(&format!(
            "INSERT INTO __diesel_schema_migrations (version) VALUES ('{version}')"
        ));
    }
}

macro_rules! migration {
    ($name:literal, $file:literal) => {
        [
            include_str!(concat!("../../migrations/sqlite/", $name, "/", $file)),
            include_str!(concat!("../../migrations/postgres/", $name, "/", $file)),
        ]
    };
}

const TABLES: [&str; 2] = migration!("2026-11-22-000001_tables", "up.sql");
const CHANGE_FEED: [&str; 2] = migration!("2026-11-22-000002_change_feed", "up.sql");
const WAYS: [&str; 2] = migration!("2026-11-22-000003_ways_to_hold_a_role", "up.sql");
const WAYS_DOWN: [&str; 2] = migration!("2026-11-22-000003_ways_to_hold_a_role", "down.sql");
const PSEUDONYMS_DOWN: [&str; 2] = migration!("2026-11-22-000010_pseudonyms", "down.sql");
const FACTORS_DOWN: [&str; 2] = migration!("2026-11-22-000008_second_factors", "down.sql");
const LISTS_DOWN: [&str; 2] = migration!("2026-11-22-000006_long_lists", "down.sql");
const RULES_DOWN: [&str; 2] = migration!("2026-11-22-000005_one_rule_changes", "down.sql");
const CONSUMERS_DOWN: [&str; 2] = migration!("2026-11-22-000004_consumers", "down.sql");

const DATA: &str = "
    INSERT INTO users (id, name, state, created_at, updated_at)
        VALUES (7, 'alice', 'active', '2030-01-01 00:00:00', '2030-01-01 00:00:00');
    INSERT INTO roles (name, title, obtained_by, built_in) VALUES
        ('staff', 'Our staff', 'assigned', FALSE), ('gone', '', 'assigned', FALSE);
    INSERT INTO user_roles SELECT 7, id FROM roles WHERE name IN ('admin', 'staff');
    INSERT INTO rules (kind, pattern, requirement, note, created_at, updated_at) VALUES
        ('image', 'maps/*', 'roles', 'why', '2030-01-01 00:00:00', '2030-01-01 00:00:00');
    INSERT INTO rule_roles SELECT 1, id FROM roles WHERE name IN ('user', 'staff', 'gone');
    DELETE FROM roles WHERE name = 'gone';";

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

fn lines(db: &Database, select: &str) -> Vec<String> {
    let rows: Vec<Line> = db.run(|conn| Ok(diesel::sql_query(select).load(conn)?));
    rows.into_iter().map(|row| row.line).collect()
}

const HELD: &str = "SELECT name AS line FROM user_roles JOIN roles ON id = role_id
    WHERE user_id = 7 ORDER BY name";
const ASKED: &str = "SELECT name AS line FROM rule_roles JOIN roles ON id = role_id
    WHERE rule_id = 1 ORDER BY name";

#[test]
fn what_the_version_before_stored_is_kept() {
    on_both(|db| {
        let done = [("20261122000001", TABLES), ("20261122000002", CHANGE_FEED)];
        before(db, &done);
        db.sql(DATA);
        assert_eq!(db.store.migrate().unwrap().len(), 6);
        assert_eq!(lines(db, HELD), ["admin", "staff"]);
        assert_eq!(lines(db, ASKED), ["staff", "user"]);
        let (rules, roles) = db.run(iiif_gate::store::rules::policy);
        assert_eq!((rules.len(), roles.len()), (1, 3));
        // A number is never given twice, not even that of a role that was deleted before.
        db.sql("INSERT INTO roles (name, obtained_by) VALUES ('next', 'terms')");
        let id = lines(
            db,
            "SELECT CAST(id AS TEXT) AS line FROM roles WHERE name = 'next'",
        );
        assert_eq!(id, ["5"]);
        // The triggers are there again.
        db.sql("DELETE FROM changes; DELETE FROM roles WHERE name = 'staff'");
        let fed = "SELECT DISTINCT resource || key AS line FROM changes ORDER BY 1";
        assert_eq!(lines(db, fed), ["policy1", "policyroles", "user7"]);
    });
}

#[test]
fn going_back_closes_what_the_older_version_cannot_say() {
    on_both(|db| {
        db.sql(&DATA.replace(
            "INTO rule_roles SELECT",
            "INTO rule_roles (rule_id, role_id) SELECT",
        ));
        db.sql(
            "INSERT INTO roles (name, obtained_by) VALUES ('reader', 'terms');
             UPDATE rule_roles SET max_size = 1500 WHERE role_id = 1;
             INSERT INTO rules (kind, pattern, requirement, from_day, created_at, updated_at)
             VALUES ('image', '*', 'public', '2031-01-01', '2030-01-01 00:00:00', '2030-01-01 00:00:00')",
        );
        let postgres = matches!(db.url, iiif_gate::config::DatabaseUrl::Postgres(_));
        db.sql(PSEUDONYMS_DOWN[usize::from(postgres)]);
        db.sql(FACTORS_DOWN[usize::from(postgres)]);
        db.sql(LISTS_DOWN[usize::from(postgres)]);
        db.sql(RULES_DOWN[usize::from(postgres)]);
        db.sql(CONSUMERS_DOWN[usize::from(postgres)]);
        db.sql(WAYS_DOWN[usize::from(postgres)]);
        db.sql("DELETE FROM __diesel_schema_migrations WHERE version >= '20261122000003'");
        assert_eq!(lines(db, HELD), ["admin", "staff"]);
        assert_eq!(lines(db, ASKED), ["staff"]);
        let rules = "SELECT pattern || ' ' || requirement AS line FROM rules ORDER BY pattern";
        assert_eq!(lines(db, rules), ["* nobody", "maps/* roles"]);
        let reader = "SELECT obtained_by AS line FROM roles WHERE name = 'reader'";
        assert_eq!(lines(db, reader), ["assigned"]);
        assert_eq!(db.store.migrate().unwrap().len(), 6);
        assert_eq!(lines(db, HELD), ["admin", "staff"]);
    });
}

#[test]
fn consumers_come_beside_what_was_there() {
    on_both(|db| {
        let done = [
            ("20261122000001", TABLES),
            ("20261122000002", CHANGE_FEED),
            ("20261122000003", WAYS),
        ];
        before(db, &done);
        db.sql(&DATA.replace(
            "INTO rule_roles SELECT",
            "INTO rule_roles (rule_id, role_id) SELECT",
        ));
        db.sql("INSERT INTO roles (name, obtained_by) VALUES ('reader', 'terms')");
        let postgres = matches!(db.url, iiif_gate::config::DatabaseUrl::Postgres(_));
        for _ in ["there", "and there again"] {
            assert_eq!(db.store.migrate().unwrap().len(), 5);
            assert_eq!(lines(db, HELD), ["admin", "staff"]);
            assert_eq!(lines(db, ASKED), ["staff", "user"]);
            let (rules, roles) = db.run(iiif_gate::store::rules::policy);
            assert_eq!((rules.len(), roles.len()), (1, 4));
            db.sql("DELETE FROM changes; UPDATE roles SET name = 'team' WHERE name = 'staff'");
            let fed = "SELECT DISTINCT resource AS line FROM changes ORDER BY 1";
            assert_eq!(lines(db, fed), ["consumer", "policy"]);
            db.sql("UPDATE roles SET name = 'staff' WHERE name = 'team'");
            db.sql(PSEUDONYMS_DOWN[usize::from(postgres)]);
            db.sql(FACTORS_DOWN[usize::from(postgres)]);
            db.sql(LISTS_DOWN[usize::from(postgres)]);
            db.sql(RULES_DOWN[usize::from(postgres)]);
            db.sql(CONSUMERS_DOWN[usize::from(postgres)]);
            db.sql("DELETE FROM __diesel_schema_migrations WHERE version >= '20261122000004'");
        }
    });
}
