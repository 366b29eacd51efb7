//! Secrets of consumers: shown once, and made anew.

use serde::Serialize;

use super::super::super::Page;
use super::super::super::parts::{Errors, Frame, Moment};
use super::frame;

/// A secret that was just made: the only time that it is shown.
#[derive(Clone, Serialize)]
pub struct SecretPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The consumer's number.
    pub id: i32,
    /// What people call it.
    pub name: String,
    /// Its key.
    pub key: String,
    /// The secret; nothing if there is nobody who needs to know it.
    pub secret: Option<String>,
    /// Whether it takes the place of another.
    pub is_rotation: bool,
    /// Until when the one before is good, if it still is.
    pub previous_until: Option<Moment>,
}

impl std::fmt::Debug for SecretPage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretPage")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Page for SecretPage {
    const TEMPLATE: &'static str = "admin/consumers/secret.html";

    fn samples() -> Vec<Self> {
        let made = Self {
            frame: frame(),
            id: 2,
            name: "DocLand".to_owned(),
            key: "602368a0e905492fae87697edad14c3a".to_owned(),
            secret: Some("ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ".to_owned()),
            is_rotation: false,
            previous_until: None,
        };
        let at_once = Self {
            is_rotation: true,
            ..made.clone()
        };
        let overlapping = Self {
            previous_until: Some(Moment::sample()),
            ..at_once.clone()
        };
        let own = Self {
            secret: None,
            ..at_once.clone()
        };
        vec![made, at_once, overlapping, own]
    }
}

/// The question before a secret is made anew.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RotatePage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// The consumer's number.
    pub id: i32,
    /// What people call it.
    pub name: String,
    /// Whether it is the one of our own users.
    pub is_built_in: bool,
    /// For how many hours the secret in force goes on.
    pub hours: String,
    /// Which secret the question is about, so that the same form cannot be sent twice.
    pub replaces: String,
    /// Until when an older one is good, if there is one: it ends now.
    pub previous_until: Option<Moment>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for RotatePage {
    const TEMPLATE: &'static str = "admin/consumers/rotate.html";

    fn samples() -> Vec<Self> {
        let plain = Self {
            frame: frame(),
            id: 2,
            name: "DocLand".to_owned(),
            hours: "24".to_owned(),
            replaces: "2026-11-22T10:00:00Z".to_owned(),
            ..Self::default()
        };
        let mut errors = Errors::default();
        errors.add("hours", "Hours", "must be a number from 0 to 720");
        let faulty = Self {
            hours: "1000".to_owned(),
            previous_until: Some(Moment::sample()),
            errors,
            ..plain.clone()
        };
        let own = Self {
            is_built_in: true,
            ..plain.clone()
        };
        vec![plain, faulty, own]
    }
}
