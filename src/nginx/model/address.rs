//! Addresses in one spelling: whoever is reached by two of them is one program.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Names of this machine, and addresses at which it listens as at `127.0.0.1`.
const HERE: &[&str] = &[
    "localhost",
    "localhost.localdomain",
    "ip6-localhost",
    "ip6-loopback",
    "0.0.0.0",
    "127.0.1.1",
];

/// An address in one spelling: in lower case, with a port, and this machine always as `127.0.0.1`.
pub fn address(text: &str, port: &str) -> String {
    let text = text.trim();
    if let Some(path) = text.strip_prefix("unix:") {
        return format!("unix:{}", socket(path.trim_end_matches(':')));
    }
    let text = text.to_ascii_lowercase();
    let own = text
        .rsplit_once(':')
        .filter(|(_, port)| !port.is_empty() && port.chars().all(|c| c.is_ascii_digit()));
    let (host, port) = own.unwrap_or((&text, port));
    format!("{}:{port}", machine(host))
}

/// Linux has `/var/run` as a link to `/run`.
fn socket(path: &str) -> String {
    match path.strip_prefix("/var/run/") {
        Some(rest) => format!("/run/{rest}"),
        None => path.to_owned(),
    }
}

fn machine(host: &str) -> String {
    let host = host.trim_end_matches('.');
    let inner = host.trim_start_matches('[').trim_end_matches(']');
    let name = match inner.parse::<Ipv6Addr>() {
        Ok(own) if own.is_loopback() || own.is_unspecified() => "localhost".to_owned(),
        Ok(own) => own
            .to_ipv4_mapped()
            .map_or_else(|| format!("[{own}]"), |own| own.to_string()),
        Err(_) => ipv4(host).map_or_else(|| host.to_owned(), |own| own.to_string()),
    };
    if HERE.contains(&&*name) {
        return Ipv4Addr::LOCALHOST.to_string();
    }
    name
}

/// An IPv4 address in any form that the system takes: `127.1` is `127.0.0.1`.
fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let parts: Option<Vec<u32>> = text.split('.').map(number).collect();
    let parts = parts?;
    let (last, first) = parts.split_last()?;
    let room = 32_u32.checked_sub(u32::try_from(first.len()).ok()?.checked_mul(8)?)?;
    if room < 8 || u64::from(*last) >= 1 << room {
        return None;
    }
    let mut bits = 0;
    for (part, shift) in first.iter().zip([24, 16, 8]) {
        bits |= u32::from(u8::try_from(*part).ok()?) << shift;
    }
    Some(Ipv4Addr::from(bits | last))
}

fn number(text: &str) -> Option<u32> {
    if let Some(digits) = text.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).ok();
    }
    let octal = text.len() > 1 && text.starts_with('0');
    u32::from_str_radix(text, if octal { 8 } else { 10 }).ok()
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn this_machine_has_one_address_however_it_is_written() {
        for text in [
            "127.0.0.1",
            "localhost",
            "LOCALHOST.",
            "127.1",
            "0x7f.1",
            "2130706433",
            "0177.0.0.1",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[0:0:0:0:0:0:0:1]",
            "ip6-localhost",
            "0.0.0.0",
        ] {
            assert_eq!(address(text, "80"), "127.0.0.1:80", "{text}");
            assert_eq!(address(&format!("{text}:8182"), "80"), "127.0.0.1:8182");
        }
        assert_eq!(address("unix:/var/run/a.sock:", "80"), "unix:/run/a.sock");
    }

    #[test]
    fn other_machines_keep_theirs() {
        assert_eq!(address("10.0.0.5", "80"), "10.0.0.5:80");
        assert_eq!(address("127.0.0.2:8182", "80"), "127.0.0.2:8182");
        assert_eq!(
            address("Images.example.org", "443"),
            "images.example.org:443"
        );
        assert_eq!(address("[2001:DB8::1]:90", "80"), "[2001:db8::1]:90");
        assert_eq!(address("1.2.3.4.5", "80"), "1.2.3.4.5:80");
        assert_eq!(address("*:443", "80"), "*:443");
    }
}
