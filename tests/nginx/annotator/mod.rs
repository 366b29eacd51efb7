//! Annotation locations: what reaches the store, and what the browser reads.
//!
//! `standin` has a stand-in for the gate and says what nginx does; `gate` has the real one.

mod answers;
mod failure;
mod requests;
mod standin;
mod surroundings;
