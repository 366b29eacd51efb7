//! Whom a limit on signing in holds up.

use std::fmt;
use std::net::IpAddr;

use super::name::UserName;

/// Whom a limit on signing in holds up. As a text it stands in forms and in the change feed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Limited {
    /// An address, whatever the account.
    Address(IpAddr),
    /// An account, wherever from. There need not be an account of this name.
    Account(UserName),
    /// An account from one address.
    Pair(UserName, IpAddr),
}

impl Limited {
    /// The reverse of its text.
    pub fn parse(text: &str) -> Option<Self> {
        let name = |text| UserName::parse(text).ok();
        // No name has a blank in it.
        match text.split(' ').collect::<Vec<_>>()[..] {
            ["address", address] => Some(Self::Address(address.parse().ok()?)),
            ["account", account] => Some(Self::Account(name(account)?)),
            ["account", account, "from", address] => {
                Some(Self::Pair(name(account)?, address.parse().ok()?))
            }
            _ => None,
        }
    }

    /// The account, if it is about one.
    pub fn account(&self) -> Option<&UserName> {
        match self {
            Self::Address(_) => None,
            Self::Account(account) | Self::Pair(account, _) => Some(account),
        }
    }
}

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => write!(f, "address {address}"),
            Self::Account(account) => write!(f, "account {account}"),
            Self::Pair(account, address) => write!(f, "account {account} from {address}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_held_up_is_written_and_read_again() {
        for text in [
            "address 192.0.2.1",
            "address 2001:db8::",
            "account alice@example.org",
            "account alice@example.org from 192.0.2.1",
        ] {
            assert_eq!(Limited::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "address",
            "address x",
            "account ",
            "account a b",
            "account a from b",
            "x y",
        ] {
            assert_eq!(Limited::parse(text), None, "{text}");
        }
    }
}
