//! The gate over HTTP: what nginx, viewers and people get from it.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

#[path = "../support/mod.rs"]
mod support;

mod access_services;
mod alerts;
mod annotator;
mod annotator_token;
mod cases;
mod cold_start;
mod describe;
mod downloads;
mod faults;
mod forgetting;
mod forms;
mod front;
mod guessing;
mod health;
mod institutions;
mod logout;
mod metrics;
mod passwords;
mod pseudonyms;
mod query_auth;
mod request_id;
mod restored;
mod revocation;
mod sign_in;
mod stale;
mod token;
mod versions;
