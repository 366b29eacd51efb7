//! The store, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../support/mod.rs"]
mod support;

mod api_keys;
mod audit;
mod changes;
mod many;
mod migrations;
mod roles;
mod rules;
mod sample;
mod sessions;
mod transfer;
mod trouble;
mod users;
