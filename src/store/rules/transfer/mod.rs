//! Rules as files: CSV for rules, TOML for all that decides: rules, roles with their terms, networks.
//!
//! Reading a file finds everything that is wrong with it alone, each fault with its line. What it would
//! change is found out against the database, in the words of the file, and either all of it is done or
//! nothing.

mod apply;
mod apply_rules;
mod diff;
mod draft;
mod entry;
mod export;
mod read_csv;
mod read_toml;
mod resolve;
#[cfg(test)]
mod tests;
mod toml_value;
mod write;

pub use self::apply::{Scope, diff, import};
pub use self::diff::{Change, Diff, FieldChange, How};
pub use self::draft::draft;
pub use self::entry::{Document, NamedRule, NetworkEntry, RoleEntry, Told};
pub use self::export::{export_csv, export_toml};
pub use self::read_csv::parse_csv;
pub use self::read_toml::parse_toml;
