//! For what: from the raw request target to the image, manifest or file it names.
//!
//! Pure. Decisions are made on nothing but the raw target (`$request_uri`), because that is the one
//! string that nginx, the gate and the image server all see unchanged.

pub mod annotation;
pub mod identifier;
pub mod resource;
pub mod size;
pub mod target;
mod usual;
