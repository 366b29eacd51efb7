//! Who asks: names, passwords, credentials and the principal they add up to.
//!
//! Pure: the clock and random bytes are arguments.

pub mod access_token;
pub mod admin;
pub mod annotator;
pub mod budget;
pub mod consumer;
pub mod credentials;
mod hs256;
pub mod image_pass;
pub mod key;
pub mod limited;
pub mod name;
pub mod network;
pub mod origin;
pub mod password;
pub mod principal;
pub mod pseudonym;
pub mod seal;
pub mod second_factor;
pub mod secret;
pub mod session;
