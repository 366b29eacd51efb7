//! The shipped nginx configuration, in a real nginx, started by `scripts/stack`.
//!
//! Behind it stand servers that record what reached them, so a test sees both sides: what the client
//! got, and what was asked of the gate and of the image server.

mod caching;
mod configuration;
mod cors;
mod failure;
mod headers;
mod hosts;
mod http;
mod iipimage;
mod manifests;
mod methods;
mod normalization;
mod pages;
mod server;
mod stack;
mod targets;
