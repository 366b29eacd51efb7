//! The account page, registration and the administration, over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

#[path = "../support/mod.rs"]
mod support;

mod account;
mod consumer_actions;
mod consumer_pages;
mod consumer_secrets;
mod consumer_tokens;
mod consumers;
mod crawl;
mod drafts;
mod explain;
mod headers;
mod import;
mod limits;
mod lists;
mod many_networks;
mod many_rules;
mod matrix;
mod networks;
mod new_passwords;
mod probe;
mod register;
mod roles_and_rules;
mod rule_files;
mod rule_form;
mod rule_list;
mod second_factor;
mod second_factor_rules;
mod users;
mod ways;
