//! The store, on SQLite and on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

#[path = "../support/mod.rs"]
mod support;

mod api_keys;
mod audit;
mod changes;
mod consumer_users;
mod consumers;
mod drafts;
mod exports;
mod many;
mod many_rules;
mod migrations;
mod networks;
mod policy_files;
mod pseudonyms;
mod roles;
mod rule_files;
mod rules;
mod sample;
mod sessions;
mod terms;
mod transfer;
mod trouble;
mod users;
