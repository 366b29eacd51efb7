//! Origins of viewers (RFC 6454): scheme, host and port, never a path.

use std::fmt;

/// An `http` or `https` origin in its ASCII serialization, `https://viewer.example`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// The origin of a URL or of an origin with or without a trailing slash (IIIF Auth 1.0 §2.1.2 shows
    /// one); `None` for anything opaque, relative, or of another scheme.
    pub fn parse(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        let web = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
        web.then(|| Self(url.origin().ascii_serialization()))
    }

    /// An origin and nothing more, as settings and forms want it: no path, user, query or wildcard.
    pub fn parse_exact(text: &str) -> Option<Self> {
        let url = url::Url::parse(text).ok()?;
        let is_bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && !text.contains('*');
        Self::parse(text).filter(|_| is_bare)
    }

    /// The serialization.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_reduced_to_scheme_host_and_port() {
        for (text, origin) in [
            ("https://viewer.example", "https://viewer.example"),
            ("https://viewer.example/", "https://viewer.example"),
            (
                "https://VIEWER.example:443/page?x#y",
                "https://viewer.example",
            ),
            ("http://localhost:8080", "http://localhost:8080"),
            ("https://a.b/\"+x+\"", "https://a.b"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().as_str(), origin);
        }
        for text in [
            "",
            "null",
            "*",
            "javascript:alert(1)",
            "data:text/html,x",
            "file:///etc",
            "//a.b",
            "a.b",
            "https://",
        ] {
            assert_eq!(Origin::parse(text), None, "{text}");
        }
    }
}
