//! Access control for IIIF image servers: a sidecar that nginx asks by `auth_request`.
//!
//! The folders answer four questions in the order a request asks them:
//!
//! - [`identity`]: who asks?
//! - [`image`]: for what?
//! - [`access`]: may they?
//! - [`iiif`]: how do we say so to a viewer?
//!
//! These four are pure: data in, data out, no clock, chance, disk, network or log. So are two below
//! them: [`language`], texts in several languages, and [`meter`], what is counted for `/metrics`; and
//! one beside them: [`nginx`], which reads configurations of nginx.
//! Around them stand [`config`] (the environment, checked), [`schedule`] (which thread goes first),
//! [`store`] (the only diesel), [`live`] (what is kept in memory), [`web`] (the only actix) and [`cli`].
//! Each imports only what stands before it; `tests/tidy.rs` holds that.

pub mod access;
pub mod cli;
pub mod config;
pub mod identity;
pub mod iiif;
pub mod image;
pub mod language;
pub mod live;
pub mod meter;
pub mod nginx;
pub mod schedule;
pub mod store;
pub mod web;
