//! Addresses of others: the public one, the image server's, and those of viewers.

use url::{Host, Url};

use crate::identity::origin::Origin;

/// Where nginx puts the gate's pages.
pub const BASE_PATH: &str = "/auth";

/// The address under which browsers reach the gate, through nginx.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    /// `https://host[:port]/`.
    pub base: Url,
    /// `host[:port]`, as a browser writes it into the `Host` header.
    pub host: String,
    /// Whether it is https.
    pub secure: bool,
    /// What stands before the paths of the gate's pages.
    pub base_path: String,
}

impl PublicUrl {
    /// From `VIRTUAL_HOST` and whether it is reached by https.
    pub(super) fn new(host: VirtualHost, secure: bool) -> Self {
        let base = if secure { host.https } else { host.http };
        let name = base.host_str().unwrap_or_default();
        let host = match base.port() {
            Some(port) => format!("{name}:{port}"),
            None => name.to_owned(),
        };
        Self {
            base,
            host,
            secure,
            base_path: BASE_PATH.to_owned(),
        }
    }

    /// `https://host[:port]`, as a browser writes it into the `Origin` header.
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The whole URL of one of the gate's pages, whose path begins with `/`.
    pub fn page(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin(), self.base_path)
    }

    /// The host name alone.
    pub fn host_name(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }
}

/// A host with an optional port, as it would be reached by either protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VirtualHost {
    https: Url,
    http: Url,
}

impl VirtualHost {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return Err("must be a host name without `https://`".to_owned());
        }
        if text.contains([',', ' ']) {
            return Err("must be one host name, not a list".to_owned());
        }
        if text.contains(['/', '?', '#', '@', '\\', '*']) {
            return Err("must be a host name and perhaps a port, and nothing else".to_owned());
        }
        let url = |scheme| {
            Url::parse(&format!("{scheme}://{text}/")).map_err(|e| format!("is no host: {e}"))
        };
        Ok(Self {
            https: url("https")?,
            http: url("http")?,
        })
    }

    /// Whether it is this machine, which browsers trust without https.
    pub(super) fn is_loopback(&self) -> bool {
        is_loopback(&self.https)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Reads the base URL of an image server; identifiers are appended to it, so it ends in a slash.
pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with `http://` or `https://` and a host".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not have a query or a fragment".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not have a user name or password".to_owned());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// Reads a list of origins.
pub(super) fn origins(text: &str) -> Result<Vec<String>, String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|part| !part.is_empty())
        .map(origin)
        .collect()
}

fn origin(text: &str) -> Result<String, String> {
    Origin::parse_exact(text)
        .map(|origin| origin.to_string())
        .ok_or_else(|| format!("has `{text}`, which is no origin (scheme, host and port, no path)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_may_have_a_port_and_nothing_else() {
        for text in [
            "localhost",
            "images.example.org:8443",
            "[::1]:8080",
            "bücher.example",
        ] {
            assert!(VirtualHost::parse(text).is_ok(), "{text}");
        }
        for text in [
            "https://a.example",
            "a.example/x",
            "a, b",
            "me@a",
            "a:b",
            "a:99999",
            "*.example",
            "",
        ] {
            assert!(VirtualHost::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_this_machine_is_loopback() {
        let loopback = |text| VirtualHost::parse(text).unwrap().is_loopback();
        for text in [
            "localhost:80",
            "127.0.0.1",
            "127.8.8.8:1",
            "[::1]:8080",
            "iiif.localhost",
        ] {
            assert!(loopback(text), "{text}");
        }
        for text in [
            "localhost.example.org",
            "192.168.0.1",
            "notlocalhost",
            "[::2]",
            "0.0.0.0",
        ] {
            assert!(!loopback(text), "{text}");
        }
    }

    #[test]
    fn the_public_url_is_written_as_browsers_write_it() {
        let url = |text, secure| PublicUrl::new(VirtualHost::parse(text).unwrap(), secure);
        let plain = url("Images.Example.org:443", true);
        assert_eq!(
            (plain.host.as_str(), plain.origin().as_str()),
            ("images.example.org", "https://images.example.org")
        );
        assert_eq!(
            plain.page("/login"),
            "https://images.example.org/auth/login"
        );
        assert_eq!(
            url("localhost:8080", false).base.as_str(),
            "http://localhost:8080/"
        );
        assert_eq!(url("[::1]:8080", false).host, "[::1]:8080");
    }

    #[test]
    fn a_base_url_ends_in_a_slash() {
        assert_eq!(
            base_url("http://a:1/iiif/2").unwrap().as_str(),
            "http://a:1/iiif/2/"
        );
        for text in [
            "a:1/iiif",
            "ftp://a/",
            "http://u:p@a/",
            "http://a/?x=1",
            "http://a/#x",
            "/x",
        ] {
            assert!(base_url(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        assert_eq!(
            origins("https://A.example:443, http://b.example:8080/").unwrap(),
            ["https://a.example", "http://b.example:8080"]
        );
        for text in [
            "*",
            "https://*.example",
            "a.example",
            "https://a/x",
            "null",
            "file:///a",
        ] {
            assert!(origins(text).is_err(), "{text}");
        }
    }
}
