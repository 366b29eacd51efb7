//! The store, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../support/mod.rs"]
mod support;

mod changes;
mod migrations;
mod sample;
mod users;
