//! Annotation locations: what reaches the store, and what the browser reads.
//!
//! `standin` is a stand-in for the gate, and what is tried with it says what nginx does; `readers` has
//! the real one.

mod answers;
mod cases;
mod failure;
mod gate;
mod handed_on;
mod images;
mod own_users;
mod readers;
mod requests;
mod rights;
mod standin;
mod surroundings;
mod withdrawal;
