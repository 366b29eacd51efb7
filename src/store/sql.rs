//! SQL functions that diesel does not know.

#[diesel::declare_sql_function]
extern "SQL" {
    /// For searches that ignore case: SQLite's LIKE does so in ASCII, PostgreSQL's not at all.
    /// SQLite's `lower` knows ASCII only, so what was typed is tried, too.
    #[sql_name = "lower"]
    fn lowered(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}
