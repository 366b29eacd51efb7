//! The command line: the real program, on an SQLite database of its own.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod backup;
mod check_nginx;
mod consumer_tokens;
mod consumers;
mod flask;
mod program;
mod roles;
mod rules;
mod seed;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;
mod trouble;
mod users;
