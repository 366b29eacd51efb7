//! Proof that an administrator asked: the store changes nothing for anybody else.

use std::net::IpAddr;

use super::name::UserName;
use super::principal::{Principal, RoleId};

/// Somebody who may administer: a user with the role `admin`, or whoever runs the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admin {
    who: String,
    address: Option<IpAddr>,
}

impl Admin {
    /// The person at the command line, who can read the database anyway.
    pub fn console() -> Self {
        Self {
            who: "console".to_owned(),
            address: None,
        }
    }

    /// The user, if the role `admin` (whose number is given) is held right now.
    pub fn from_principal(
        principal: &Principal,
        admin_role: RoleId,
        address: Option<IpAddr>,
    ) -> Option<Self> {
        let user = principal
            .user
            .as_ref()
            .filter(|user| user.roles.contains(admin_role))?;
        Some(Self::named(&user.name, address))
    }

    fn named(name: &UserName, address: Option<IpAddr>) -> Self {
        Self {
            who: name.to_string(),
            address,
        }
    }

    /// The name in the audit log.
    pub fn who(&self) -> &str {
        &self.who
    }

    /// The address asked from, for the audit log.
    pub fn address(&self) -> Option<IpAddr> {
        self.address
    }
}
