//! May they: rules, the policy they make, and the decision.
//!
//! Pure and total: every principal and resource has a decision.

pub mod check;
pub mod decision;
pub mod lint;
pub mod notation;
pub mod pattern;
pub mod policy;
pub mod rule;
pub mod ways;
pub mod zone;
