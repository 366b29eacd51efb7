//! The shipped nginx configuration, in a real nginx, started by `scripts/stack`.
//!
//! Behind it stand servers that record what reached them, so a test sees both sides: what the client
//! got, and what was asked of the gate and of the image server.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

mod addresses;
mod adversary;
mod annotator;
mod attacks;
#[path = "../support/authtoken.rs"]
mod authtoken;
#[path = "../support/authtoken_cases.rs"]
#[expect(dead_code, reason = "how long they live is tried elsewhere")]
mod authtoken_cases;
mod caching;
mod cases;
mod chain;
mod check_nginx;
mod configuration;
mod cors;
mod doctor;
mod durability;
mod failure;
mod files;
mod gates;
mod headers;
mod holes;
mod hosts;
mod http;
mod iipimage;
mod lost_database;
mod manifests;
mod methods;
mod normalization;
mod pages;
#[path = "../support/postgres.rs"]
mod postgres;
mod postgres_trouble;
mod preview;
mod program;
mod restart;
mod server;
mod several;
mod site;
mod stack;
mod surroundings;
mod targets;
mod tiers;
mod viewer;
