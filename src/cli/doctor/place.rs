//! The address that was given: a server, and an image on it, byte by byte as it was written.

use std::net::IpAddr;

use thiserror::Error;
use url::{Host, Url};

/// Why an address cannot be examined.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Mistake {
    #[error("`{0}` is no address of a site; begin with https:// (or http:// for localhost)")]
    NoAddress(String),
    #[error(
        "`{0}` names no image; give the address of one, such as https://images.example/iiif/images/ID"
    )]
    NoImage(String),
    #[error("`{0}` has a `?` or `#`, which no address of an image has")]
    Query(String),
    #[error("`{0}` has a blank or control character; write it with %, as viewers do")]
    Blank(String),
}

/// Scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Server {
    pub(super) secure: bool,
    /// As in a URL: IPv6 in brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Server {
    /// The value of the header `Host`.
    pub(super) fn authority(&self) -> String {
        let usual = if self.secure { 443 } else { 80 };
        if self.port == usual {
            self.host.clone()
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    /// Scheme and authority.
    pub(super) fn origin(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.authority())
    }

    /// The name to look up or to connect to.
    pub(super) fn name(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// Whether it is this machine, where browsers take http for secure.
    pub(super) fn is_local(&self) -> bool {
        let name = self.name();
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

/// Takes an absolute address apart: the server, and the target from the first slash on, untouched.
pub(super) fn split(address: &str) -> Option<(Server, String)> {
    let (scheme, rest) = address.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at_checked(end)?;
    let url = Url::parse(&format!("{scheme}://{authority}/")).ok()?;
    let secure = match url.scheme() {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let host = match url.host()? {
        Host::Ipv6(ip) => format!("[{ip}]"),
        other => other.to_string(),
    };
    let server = Server {
        secure,
        host,
        port: url.port_or_known_default()?,
    };
    let target = if target.starts_with('/') {
        target.to_owned()
    } else {
        format!("/{target}")
    };
    Some((server, target))
}

/// An image: its base URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) server: Server,
    /// Such as `/iiif/images/maps%2Fworld.tif`.
    pub(super) base: String,
}

impl Place {
    /// Reads what a person gives: the base URI, or info.json, or a picture of it.
    pub(super) fn parse(address: &str) -> Result<Self, Mistake> {
        let given = address.trim();
        if given.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(Mistake::Blank(given.to_owned()));
        }
        let (server, target) = split(given).ok_or_else(|| Mistake::NoAddress(given.to_owned()))?;
        if target.contains(['?', '#']) {
            return Err(Mistake::Query(given.to_owned()));
        }
        let base = without_request(&target).trim_end_matches('/');
        if base.is_empty() {
            return Err(Mistake::NoImage(given.to_owned()));
        }
        // What browsers do with letters that no URL has.
        let base = percent_encoding::utf8_percent_encode(base, percent_encoding::CONTROLS);
        Ok(Self {
            server,
            base: base.to_string(),
        })
    }

    /// The base URI, which the description names as its id.
    pub(super) fn url(&self) -> String {
        format!("{}{}", self.server.origin(), self.base)
    }

    /// The target of the description.
    pub(super) fn info(&self) -> String {
        format!("{}/info.json", self.base)
    }

    /// What stands before the identifier, without a slash at its end, and the identifier.
    pub(super) fn parts(&self) -> (&str, &str) {
        self.base.rsplit_once('/').unwrap_or(("", &self.base))
    }
}

/// Without `/info.json` or `/{region}/{size}/{rotation}/{quality}.{format}`.
fn without_request(target: &str) -> &str {
    if let Some(base) = target.strip_suffix("/info.json") {
        return base;
    }
    let mut parts = target.rsplitn(5, '/');
    let picture = parts.next().and_then(|last| last.split_once('.'));
    let qualities = ["default", "color", "gray", "grey", "bitonal", "native"];
    match (picture, parts.nth(3)) {
        (Some((quality, _)), Some(base)) if qualities.contains(&quality) && base.len() > 1 => base,
        _ => target,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_found_in_each_of_its_addresses_and_stays_as_it_was_written() {
        for given in [
            "https://Images.example/iiif/images/maps%2Fworld%2e.tif",
            " https://images.example/iiif/images/maps%2Fworld%2e.tif/ ",
            "https://images.example:443/iiif/images/maps%2Fworld%2e.tif/info.json",
            "https://images.example/iiif/images/maps%2Fworld%2e.tif/full/max/0/default.jpg",
        ] {
            let place = Place::parse(given).unwrap();
            let url = "https://images.example/iiif/images/maps%2Fworld%2e.tif";
            assert_eq!(place.url(), url, "{given}");
        }
        let place = Place::parse("http://[::1]:8080/iiif/Ünter").unwrap();
        assert_eq!(place.url(), "http://[::1]:8080/iiif/%C3%9Cnter");
        assert!(place.server.is_local());
        assert_eq!(place.parts(), ("/iiif", "%C3%9Cnter"));
        assert!(
            !Place::parse("https://localhost.example/a")
                .unwrap()
                .server
                .is_local()
        );
    }

    #[test]
    fn what_is_no_image_is_refused_in_words() {
        let mistake = |given| Place::parse(given).unwrap_err().to_string();
        assert!(mistake("images.example/iiif/images/a").contains("begin with https://"));
        assert!(mistake("ftp://images.example/a").contains("begin with https://"));
        assert!(mistake("https://").contains("begin with https://"));
        assert!(mistake("https://images.example").contains("names no image"));
        assert!(mistake("https://images.example/info.json").contains("names no image"));
        assert!(mistake("https://images.example/a?x=1").contains("has a `?`"));
        assert!(mistake("https://images.example/a b").contains("blank"));
    }
}
