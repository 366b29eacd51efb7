//! The page with those who tried too often to sign in.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Count;
use super::super::parts::{Frame, Moment};

/// Who tried too often to sign in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LimitsPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Who it is, the last first.
    pub limits: Vec<LimitRow>,
    /// How many more there are.
    pub more: Count,
}

/// Somebody who tried too often.
#[derive(Debug, Clone, Serialize)]
pub struct LimitRow {
    /// What the button sends.
    pub who: String,
    /// The account, if it is not an address alone.
    pub account: Option<String>,
    /// The address, if it is not an account wherever from.
    pub address: Option<String>,
    /// Since when attempts are turned away.
    pub since: Moment,
    /// When there will be another attempt.
    pub until: Moment,
    /// Whether that is still to come.
    pub is_held: bool,
    /// How many attempts were turned away.
    pub times: Count,
}

impl LimitRow {
    pub(in crate::web::pages) fn samples() -> Vec<Self> {
        let pair = Self {
            who: "account ada@example.org from 192.0.2.7".to_owned(),
            account: Some("ada@example.org".to_owned()),
            address: Some("192.0.2.7".to_owned()),
            since: Moment::sample(),
            until: Moment::sample(),
            is_held: true,
            times: Count(14),
        };
        let account = Self {
            who: "account ada@example.org".to_owned(),
            address: None,
            times: Count(1_234_567),
            ..pair.clone()
        };
        let address = Self {
            who: "address 2001:db8:1234:5678::".to_owned(),
            account: None,
            address: Some("2001:db8:1234:5678::".to_owned()),
            is_held: false,
            ..pair.clone()
        };
        vec![pair, account, address]
    }
}

impl Page for LimitsPage {
    const TEMPLATE: &'static str = "admin/limits.html";

    fn samples() -> Vec<Self> {
        let frame = Frame {
            here: "/admin/users",
            ..Frame::sample()
        };
        let empty = Self {
            frame,
            ..Self::default()
        };
        let full = Self {
            limits: LimitRow::samples(),
            more: Count(3),
            ..empty.clone()
        };
        vec![empty, full]
    }
}
