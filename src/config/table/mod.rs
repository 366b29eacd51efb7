//! The table of all settings; parser and documentation are made from it.

mod accounts;
mod annotator;
mod gate;
mod server;
mod stack;

use super::setting::Setting;

/// All settings, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    gate::SETTINGS
        .iter()
        .chain(accounts::SETTINGS)
        .chain(server::SETTINGS)
        .chain(annotator::SETTINGS)
        .chain(stack::SETTINGS)
}

/// The declaration of a setting.
pub fn find(name: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.name == name)
}
