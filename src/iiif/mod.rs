//! How we say so to a viewer: IIIF Auth services, info.json, probe results, token messages.
//!
//! Pure: documents in, documents out.

pub mod denial;
pub mod info;
pub mod markup;
pub mod probe;
pub mod services;
pub mod token;
pub mod wording;
