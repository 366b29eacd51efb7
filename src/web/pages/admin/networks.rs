//! The pages about networks: named lists of address ranges.

use serde::Serialize;

use super::super::Page;
use super::super::lists::Pager;
use super::super::parts::{Errors, Frame};

/// The list of networks.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NetworksPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// From where the visitor comes, as nginx sees it.
    pub address: Option<String>,
    /// What is wrong with how addresses reach the gate, in words.
    pub proxy: Option<String>,
    /// A part of the name.
    pub search: String,
    /// The networks.
    pub networks: Vec<NetworkRow>,
    /// The way through them.
    pub pager: Pager,
}

/// A network in the list.
#[derive(Debug, Clone, Serialize)]
pub struct NetworkRow {
    /// The number.
    pub id: i32,
    /// The name.
    pub name: String,
    /// The first ranges.
    pub ranges: Vec<String>,
    /// How many more there are.
    pub more: usize,
    /// Why it is there.
    pub note: String,
    /// The roles that are obtained by it.
    pub roles: Vec<RoleLink>,
    /// Whether the administrator's own address is in it.
    pub yours: bool,
    /// Whether it has warnings.
    pub warned: bool,
}

/// A role, to click on.
#[derive(Debug, Clone, Serialize)]
pub struct RoleLink {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
}

impl RoleLink {
    pub(super) fn sample() -> Self {
        Self {
            id: 4,
            name: "reading-room".to_owned(),
        }
    }
}

fn frame() -> Frame {
    Frame {
        here: "/admin/roles",
        ..Frame::sample()
    }
}

impl Page for NetworksPage {
    const TEMPLATE: &'static str = "admin/networks.html";

    fn samples() -> Vec<Self> {
        let empty = Self {
            frame: frame(),
            address: Some("192.0.2.17".to_owned()),
            ..Self::default()
        };
        let house = NetworkRow {
            id: 1,
            name: "Reading room".to_owned(),
            ranges: vec!["192.0.2.0/24".to_owned(), "2001:db8:12::/48".to_owned()],
            more: 0,
            note: "The eight seats by the window.".to_owned(),
            roles: vec![RoleLink::sample()],
            yours: true,
            warned: false,
        };
        let campus = NetworkRow {
            id: 2,
            name: "Campus".to_owned(),
            ranges: vec!["10.0.0.0/8".to_owned(), "198.51.100.0/24".to_owned()],
            more: 12,
            note: String::new(),
            roles: Vec::new(),
            yours: false,
            warned: true,
        };
        let full = Self {
            address: Some("10.0.0.7".to_owned()),
            proxy: Some(
                "This request passed another proxy on its way, and the gate sees that proxy’s \
                 address, 10.0.0.7, as everybody’s."
                    .to_owned(),
            ),
            networks: vec![house, campus],
            ..empty.clone()
        };
        vec![empty, full]
    }
}

/// A network, or a new one.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NetworkPage {
    /// What surrounds it.
    #[serde(flatten)]
    pub frame: Frame,
    /// Its number, unless it is a new one.
    pub id: Option<i32>,
    /// The name in the form.
    pub name: String,
    /// The ranges in the form, one in a line.
    pub ranges: String,
    /// The note in the form.
    pub note: String,
    /// From where the visitor comes, as nginx sees it.
    pub address: Option<String>,
    /// What is odd about it, in words; it can be saved all the same.
    pub warnings: Vec<String>,
    /// The roles that are obtained by it.
    pub roles: Vec<RoleLink>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for NetworkPage {
    const TEMPLATE: &'static str = "admin/network.html";

    fn samples() -> Vec<Self> {
        let new = Self {
            frame: frame(),
            address: Some("192.0.2.17".to_owned()),
            ..Self::default()
        };
        let edit = Self {
            id: Some(1),
            name: "Reading room".to_owned(),
            ranges: "192.0.2.0/24\n10.0.0.0/8".to_owned(),
            note: "The eight seats by the window.".to_owned(),
            warnings: vec![
                "You come from 192.0.2.17, which is in this network: you hold its roles yourself."
                    .to_owned(),
                "10.0.0.0/8 is or contains a private range.".to_owned(),
            ],
            roles: vec![RoleLink::sample()],
            ..new.clone()
        };
        let mut errors = Errors::default();
        errors.add("ranges", "Ranges", "line 2: `192.0.2.300` is no address");
        let faulty = Self {
            ranges: "192.0.2.0/24\n192.0.2.300".to_owned(),
            errors,
            ..edit.clone()
        };
        vec![new, edit, faulty]
    }
}
