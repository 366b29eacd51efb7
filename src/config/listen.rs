//! Where the program listens.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

/// A door of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// An address and port.
    Tcp(SocketAddr),
    /// A socket in the file system.
    Unix(PathBuf),
}

impl Listen {
    /// Reads `address:port`, `localhost:port` or `unix:/path`.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            // The limit of sockaddr_un on Linux, one byte of which ends the path.
            return match path.len() {
                _ if !path.starts_with('/') => Err("must be a whole path after `unix:`".to_owned()),
                1 => Err("must name a file after `unix:`".to_owned()),
                2..=107 => Ok(Self::Unix(PathBuf::from(path))),
                _ => Err("must have at most 107 bytes after `unix:`".to_owned()),
            };
        }
        let numeric = text
            .strip_prefix("localhost:")
            .map(|port| format!("127.0.0.1:{port}"));
        numeric
            .as_deref()
            .unwrap_or(text)
            .parse()
            .map(Self::Tcp)
            .map_err(|_| {
                "must be an IP address with a port, or `unix:` and a whole path".to_owned()
            })
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_listens_on_an_address_or_in_the_file_system() {
        for text in [
            "127.0.0.1:9780",
            "[::1]:9780",
            "0.0.0.0:80",
            "unix:/run/gate.sock",
        ] {
            assert_eq!(Listen::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(
            Listen::parse("localhost:1").unwrap().to_string(),
            "127.0.0.1:1"
        );
        for text in [
            "9780",
            ":9780",
            "gate:9780",
            "unix:run/gate.sock",
            "unix:/",
            "unix:",
        ] {
            assert!(Listen::parse(text).is_err(), "{text}");
        }
        assert!(Listen::parse(&format!("unix:/{}", "a".repeat(107))).is_err());
    }
}
