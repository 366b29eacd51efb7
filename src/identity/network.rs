//! Networks as people write them: `192.0.2.0/24`, `2001:db8::/32`, or a single address.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;

/// Why a text is no network, in words that say what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Nothing stands there.
    #[error("no network is written here, such as `192.0.2.0/24` or `2001:db8::/32`")]
    Empty,
    /// It is neither an address nor one with a length.
    #[error("`{0}` is no network, such as `192.0.2.0/24` or `2001:db8::/32`")]
    Unreadable(String),
    /// The length is more than an address has.
    #[error("`{text}` has a length that is none: at most `/{most}`")]
    Length {
        /// What was written.
        text: String,
        /// The length of a single address.
        most: u8,
    },
    /// Bits are set behind the length: one of the two is a slip.
    #[error(
        "`{text}` is an address and no network: write `{network}` for the network, or `{address}` \
         for that address alone"
    )]
    HostBits {
        /// What was written.
        text: String,
        /// The network that the address is in.
        network: IpNet,
        /// The address.
        address: IpAddr,
    },
    /// IPv4 in the form of IPv6, which no visitor's address has here.
    #[error("`{text}` is an IPv4 network: write `{network}`")]
    Mapped {
        /// What was written.
        text: String,
        /// The same, the usual way.
        network: IpNet,
    },
}

/// What is wrong with one line of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {error}")]
pub struct LineError {
    /// The line; the first is 1.
    pub line: usize,
    /// What is wrong with it.
    pub error: NetworkError,
}

/// Reads one network.
pub fn parse(text: &str) -> Result<IpNet, NetworkError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NetworkError::Empty);
    }
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (text, None),
    };
    let unreadable = || NetworkError::Unreadable(text.chars().take(80).collect());
    let address: IpAddr = address.trim().parse().map_err(|_| unreadable())?;
    let most: u8 = if address.is_ipv4() { 32 } else { 128 };
    let length = match length.map(str::trim) {
        None => most,
        Some(digits) => {
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(unreadable());
            }
            let length = digits.parse::<u8>().ok().filter(|length| *length <= most);
            let text = text.to_owned();
            length.ok_or(NetworkError::Length { text, most })?
        }
    };
    let network = IpNet::new(address, length).map_err(|_| unreadable())?;
    checked(text, address, network)
}

fn checked(text: &str, address: IpAddr, network: IpNet) -> Result<IpNet, NetworkError> {
    let text = text.to_owned();
    if let IpNet::V6(mapped) = network
        && let Some(network) = mapped_ipv4(mapped.addr(), mapped.prefix_len())
    {
        return Err(NetworkError::Mapped { text, network });
    }
    if network.network() != address {
        return Err(NetworkError::HostBits {
            text,
            network: network.trunc(),
            address,
        });
    }
    Ok(network)
}

/// `::ffff:192.0.2.0/120` is `192.0.2.0/24`.
fn mapped_ipv4(address: Ipv6Addr, length: u8) -> Option<IpNet> {
    let (address, length) = (address.to_ipv4_mapped()?, length.checked_sub(96)?);
    Some(IpNet::new(address.into(), length).ok()?.trunc())
}

/// Reads a list: one network per line, or several with commas between them. Every fault is told with
/// its line; a network that is written twice is in the list once.
pub fn parse_list(text: &str) -> Result<Vec<IpNet>, Vec<LineError>> {
    let (mut networks, mut errors) = (Vec::new(), Vec::new());
    let mut seen = HashSet::new();
    for (line, content) in (1..).zip(text.lines()) {
        let parts = content.split(',').filter(|part| !part.trim().is_empty());
        for part in parts {
            match parse(part) {
                Ok(network) => networks.extend(seen.insert(network).then_some(network)),
                Err(error) => errors.push(LineError { line, error }),
            }
        }
    }
    if networks.is_empty() && errors.is_empty() {
        let error = NetworkError::Empty;
        errors.push(LineError { line: 1, error });
    }
    if errors.is_empty() {
        Ok(networks)
    } else {
        Err(errors)
    }
}

/// A network as people write it: a single address without its length.
pub fn written(network: &IpNet) -> String {
    if network.prefix_len() == network.max_prefix_len() {
        network.addr().to_string()
    } else {
        network.to_string()
    }
}

/// The list that [`parse_list`] reads: one network per line.
pub fn written_list(networks: &[IpNet]) -> String {
    let lines: Vec<String> = networks.iter().map(written).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_network_is_read_as_it_is_written() {
        for (text, network) in [
            ("192.0.2.0/24", "192.0.2.0/24"),
            (" 192.0.2.7 ", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::1", "::1"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(written(&parse(text).unwrap()), network, "{text}");
        }
    }

    #[test]
    fn a_slip_is_told_with_what_would_be_right() {
        for (text, words) in [
            (
                "10.0.0.1/8",
                "write `10.0.0.0/8` for the network, or `10.0.0.1` for",
            ),
            ("2001:db8::1/32", "write `2001:db8::/32`"),
            ("10.0.0.0/33", "at most `/32`"),
            ("::/129", "at most `/128`"),
            ("10.0.0.0/999", "at most `/32`"),
            ("10.0.0/8", "`10.0.0/8` is no network, such as"),
            ("10.0.0.0/", "is no network"),
            ("10.0.0.0/-1", "is no network"),
            ("10.0.0.0/+8", "is no network"),
            ("10.0.0.0/255.0.0.0", "is no network"),
            ("010.0.0.0/8", "is no network"),
            ("10.0.0.0-10.0.0.9", "is no network"),
            ("reading room", "is no network"),
            ("fe80::1%eth0", "is no network"),
            (
                "::ffff:192.0.2.0/120",
                "is an IPv4 network: write `192.0.2.0/24`",
            ),
            ("", "no network is written here"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn every_bad_line_of_a_list_is_told() {
        let list = parse_list("192.0.2.0/24, 10.0.0.0/8\n\n::1\n192.0.2.0/24,\r\n").unwrap();
        assert_eq!(written_list(&list), "192.0.2.0/24\n10.0.0.0/8\n::1");
        let errors = parse_list("10.0.0.1/8\n::1\nx, y").unwrap_err();
        let lines: Vec<usize> = errors.iter().map(|error| error.line).collect();
        assert_eq!(lines, [1, 3, 3]);
        assert!(
            errors
                .iter()
                .any(|error| error.to_string().starts_with("line 1: `10.0"))
        );
        assert_eq!(parse_list(" \n").unwrap_err().len(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            if let Ok(network) = parse(&text) {
                prop_assert_eq!(parse(&written(&network)), Ok(network));
            }
        }

        #[test]
        fn what_is_written_is_read(address in any::<u128>(), v4 in any::<bool>(), length in 0..=128u8) {
            let network = if v4 {
                let address = u32::try_from(address >> 96).unwrap();
                IpNet::new(std::net::Ipv4Addr::from(address).into(), length / 4)
            } else {
                IpNet::new(Ipv6Addr::from(address).into(), length)
            };
            let network = network.unwrap().trunc();
            if let Ok(read) = parse(&written(&network)) {
                prop_assert_eq!(read, network);
            } else {
                prop_assert!(network.network().to_canonical().is_ipv4());
            }
        }
    }
}
