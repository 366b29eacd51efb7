//! Accounts: how one comes to have one.

use super::choice::switch;
use super::values::Values;

/// How one comes to have an account.
#[derive(Debug, Clone)]
pub struct Accounts {
    /// Whether visitors may register (`ALLOW_REGISTRATION`).
    pub allow_registration: bool,
    /// Whether registered accounts wait for an administrator (`REGISTRATION_APPROVAL`).
    pub registration_approval: bool,
}

pub(super) fn read(values: &mut Values<'_>) -> Accounts {
    Accounts {
        allow_registration: values.value("ALLOW_REGISTRATION", switch),
        registration_approval: values.value("REGISTRATION_APPROVAL", switch),
    }
}
