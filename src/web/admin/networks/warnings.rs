//! What is odd about a network, or about the way on which addresses reach the gate.

use std::net::IpAddr;

use ipnet::IpNet;

/// Ranges that no visitor on the internet has, and how people call them.
const INNER: [(&str, &str); 9] = [
    ("10.0.0.0/8", "a private range"),
    ("172.16.0.0/12", "a private range"),
    ("192.168.0.0/16", "a private range"),
    (
        "100.64.0.0/10",
        "a range that providers share among customers",
    ),
    ("169.254.0.0/16", "a link-local range"),
    ("127.0.0.0/8", "this machine itself (loopback)"),
    ("::1/128", "this machine itself (loopback)"),
    ("fe80::/10", "a link-local range"),
    ("fc00::/7", "a private range"),
];

/// What is odd about these ranges, for somebody who comes from this address.
pub(super) fn about(ranges: &[IpNet], own: Option<IpAddr>) -> Vec<String> {
    let mut warnings: Vec<String> = own_address(ranges, own).into_iter().collect();
    warnings.extend(ranges.iter().filter_map(odd));
    warnings
}

/// Whether the address is in one of the ranges.
pub(super) fn contains(ranges: &[IpNet], address: Option<IpAddr>) -> bool {
    address.is_some_and(|address| {
        let address = address.to_canonical();
        ranges.iter().any(|range| range.contains(&address))
    })
}

fn own_address(ranges: &[IpNet], own: Option<IpAddr>) -> Option<String> {
    let own = own.filter(|own| contains(ranges, Some(*own)))?;
    Some(format!(
        "You come from {own}, which is in this network: you hold its roles yourself. To see what \
         strangers see, look from another network, or ask the page “Explain”."
    ))
}

fn odd(range: &IpNet) -> Option<String> {
    if range.prefix_len() == 0 {
        return Some(format!(
            "{range} is every address there is: everybody is in it."
        ));
    }
    let (_, what) = INNER.iter().find(|(inner, _)| {
        let inner: Option<IpNet> = inner.parse().ok();
        inner.is_some_and(|inner| inner.contains(range) || range.contains(&inner))
    })?;
    let verb = if what.starts_with("a ") {
        "is or contains"
    } else {
        "is"
    };
    Some(format!(
        "{range} {verb} {what}. That is right if nginx itself sees your readers there. If it sees a \
         proxy of yours there, everybody on the internet is in this network."
    ))
}

/// Says so where everybody seems to have the address of another proxy. `forwarded` is the header that
/// the request had when it reached nginx; nothing is decided on it.
pub(in crate::web::admin) fn proxy(forwarded: &str, own: Option<IpAddr>) -> Option<String> {
    if forwarded.trim().is_empty() {
        return None;
    }
    let own = own?;
    let is_known = forwarded
        .split(',')
        .filter_map(|address| address.trim().parse::<IpAddr>().ok())
        .any(|address| address.to_canonical() == own.to_canonical());
    (!is_known).then(|| {
        format!(
            "This request passed another proxy on its way to nginx, and the gate sees that proxy’s \
             address, {own}, in place of yours. It is the same for all visitors."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn inner_ranges_and_those_that_contain_them_are_warned_about() {
        for text in [
            "10.1.0.0/16",
            "192.168.1.7/32",
            "192.0.0.0/2",
            "127.0.0.1/32",
            "::1/128",
            "fe80::/64",
            "fd00::/8",
            "100.64.3.0/24",
            "0.0.0.0/0",
            "::/0",
        ] {
            assert_eq!(about(&ranges(&[text]), None).len(), 1, "{text}");
        }
        let good = ranges(&["192.0.2.0/24", "2001:db8::/32", "172.32.0.0/16"]);
        assert_eq!(about(&good, None), [""; 0]);
    }

    #[test]
    fn somebody_inside_is_told_so() {
        let inside = ranges(&["192.0.2.0/24"]);
        let from = |address: &str| about(&inside, Some(address.parse().unwrap()));
        assert!(from("192.0.2.17")[0].starts_with("You come from 192.0.2.17"));
        assert_eq!(
            from("::ffff:192.0.2.17").len(),
            1,
            "IPv4 in the form of IPv6"
        );
        assert_eq!(from("198.51.100.1"), [""; 0]);
    }

    #[test]
    fn a_proxy_that_nginx_does_not_know_is_seen() {
        let own: Option<IpAddr> = "10.0.0.7".parse().ok();
        assert!(proxy("198.51.100.1", own).unwrap().contains("10.0.0.7"));
        assert_eq!(proxy("", own), None);
        // nginx knows the proxy: it took the address from the header.
        let visitor = "198.51.100.1".parse().ok();
        assert_eq!(proxy("203.0.113.9, 198.51.100.1", visitor), None);
        assert_eq!(proxy("198.51.100.1", None), None);
    }
}
