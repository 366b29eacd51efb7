//! How we say so to a viewer: IIIF Auth services, info.json, token messages.
//!
//! Pure: documents in, documents out.

pub mod info;
pub mod markup;
pub mod origin;
pub mod services;
pub mod token;
pub mod wording;
