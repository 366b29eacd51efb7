//! Keeps the house in order: layers, sizes, documents and links.
//!
//! `UPDATE=1 cargo test --test tidy` rewrites the documents that are made from the code.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot read the repository has failed"
)]

mod attacks;
mod cli_document;
mod code;
mod deploy;
mod doctor_document;
mod layers;
mod links;
mod metrics_document;
mod reasons_document;
mod settings_document;
mod traps_document;
mod tree;
