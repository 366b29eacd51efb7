//! What is looked at: one file for each part of a site. Each holds what may be found there, and small functions
//! from what was seen to what that means, none of which asks for anything itself.

use super::finding::Kind;

pub(super) mod attack;
pub(super) mod caching;
pub(super) mod cors;
pub(super) mod description;
pub(super) mod login;
pub(super) mod offers;
pub(super) mod probe;
pub(super) mod session;
pub(super) mod surroundings;
pub(super) mod token;
pub(super) mod transport;

/// All that may be found, part by part, each with its heading.
pub static PARTS: &[(&str, &[&Kind])] = &[
    ("The connection", transport::KINDS),
    (
        "The description of the image (info.json)",
        description::KINDS,
    ),
    ("The auth services", offers::KINDS),
    ("What viewers on other sites may read (CORS)", cors::KINDS),
    ("Caches", caching::KINDS),
    ("Signing in", login::KINDS),
    ("Tokens", token::KINDS),
    ("The probe service", probe::KINDS),
    ("Being signed in, and signing out", session::KINDS),
    ("Attacks", attack::KINDS),
    ("The surroundings", surroundings::KINDS),
];
