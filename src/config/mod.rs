//! (being written)

pub mod database_url;

pub use database_url::DatabaseUrl;
