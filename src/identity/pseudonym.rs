//! What stands in for a name and an address where it is no longer of interest whose they were.
//!
//! A pseudonym is the same for the same name as long as the key is, so that one still sees what belongs
//! together. Nobody finds the name by trying all names who does not have the key.

use std::fmt::Write as _;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::key::Key;

/// How many bytes of the digest are shown.
const SHOWN: usize = 6;
/// As much of an address as says roughly where somebody was.
const PREFIXES: (u8, u8) = (24, 48);

/// What stands in for a name: with a blank, which no user's name has.
pub fn pseudonym(key: &Key, name: &str) -> String {
    let digest = key.sign(name.as_bytes());
    let mut text = "visitor ".to_owned();
    for byte in digest.iter().take(SHOWN) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The network that stands in for an address.
pub fn network_of(address: IpAddr) -> IpNet {
    let (v4, v6) = PREFIXES;
    let address = address.to_canonical();
    let network = match address {
        IpAddr::V4(address) => Ipv4Net::new(address, v4).map(IpNet::from),
        IpAddr::V6(address) => Ipv6Net::new(address, v6).map(IpNet::from),
    };
    network.map_or_else(|_| address.into(), |network| network.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_pseudonym_for_each_key_and_two_names_have_two() {
        let (one, other) = (Key::derive("a", "p"), Key::derive("b", "p"));
        assert_eq!(pseudonym(&one, "alice"), pseudonym(&one, "alice"));
        assert_ne!(pseudonym(&one, "alice"), pseudonym(&one, "bob"));
        assert_ne!(pseudonym(&one, "alice"), pseudonym(&other, "alice"));
        assert_eq!(pseudonym(&one, "alice").len(), "visitor ".len() + 12);
        assert!(super::super::name::UserName::parse(&pseudonym(&one, "alice")).is_err());
    }

    #[test]
    fn of_an_address_the_network_is_left() {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ] {
            assert_eq!(network_of(address.parse().unwrap()).to_string(), network);
        }
    }
}
