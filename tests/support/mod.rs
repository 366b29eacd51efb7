//! What tests share.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "each test program uses some of it, and a test may fail"
)]

pub(crate) mod app;
pub(crate) mod authtoken;
pub(crate) mod authtoken_cases;
pub(crate) mod browser;
pub(crate) mod consumers;
pub(crate) mod database;
pub(crate) mod image_server;
pub(crate) mod postgres;
