//! A request, as it is written on the wire: nothing in it is made canonical.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::answer::Answer;
use super::place::{Server, split};
use super::wire::Trouble;

/// As whom and for what a request is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// As a viewer does, for a description or an image.
    Image,
    /// As a viewer of version 2, for the probe.
    Probe,
    /// For a page: signing in, tokens, signing out.
    Page,
    /// As somebody who tries to get in.
    Attack,
}

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) part: Part,
    pub(super) server: Server,
    pub(super) method: &'static str,
    pub(super) target: String,
    /// `Host`, if it is not the server's.
    pub(super) host: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<String>,
}

/// A request, and what came of it.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) ask: Ask,
    pub(super) answer: Result<Answer, Trouble>,
    pub(super) at: DateTime<Utc>,
}

impl Ask {
    pub(super) fn get(part: Part, server: &Server, target: impl Into<String>) -> Self {
        Self {
            part,
            server: server.clone(),
            method: "GET",
            target: target.into(),
            host: None,
            headers: Vec::new(),
            body: None,
        }
    }

    /// For an absolute address, with this query.
    pub(super) fn at(part: Part, address: &str, query: &str) -> Option<Self> {
        let (server, target) = split(address)?;
        Some(Self::get(part, &server, format!("{target}{query}")))
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn by(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The bytes to send.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let host = self.host.clone();
        let host = host.unwrap_or_else(|| self.server.authority());
        let mut text = format!(
            "{} {} HTTP/1.1\r\nHost: {host}\r\n",
            self.method, self.target
        );
        let own = [
            ("User-Agent", "iiif-gate-doctor"),
            ("Accept", "*/*"),
            ("Connection", "close"),
        ];
        let given = self.headers.iter();
        let given = given.map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.into_iter().chain(given) {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        if let Some(body) = &self.body {
            let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
        } else {
            text.push_str("\r\n");
        }
        text.into_bytes()
    }

    /// For people: no secret is in it.
    pub(super) fn line(&self) -> String {
        let mut line = format!("{} {}", self.method, self.target);
        for (name, value) in &self.headers {
            let is_secret = ["Cookie", "Authorization"].contains(&name.as_str());
            let is_none = value.is_empty() || value.starts_with("Bearer undefined");
            let value = if is_secret && !is_none { "…" } else { value };
            let _ = write!(line, ", {name}: {value}");
        }
        if let Some(host) = &self.host {
            let _ = write!(line, ", Host: {host}");
        }
        line
    }
}

impl Seen {
    /// The answer, if one came.
    pub(super) fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref().ok()
    }

    pub(super) fn status(&self) -> u16 {
        self.answer().map_or(0, |answer| answer.status)
    }

    /// Asked this, seen that.
    pub(super) fn told(&self) -> String {
        let said = match &self.answer {
            Ok(answer) => answer.said(),
            Err(trouble) => trouble.to_string(),
        };
        format!("{}: {said}", self.ask.line())
    }

    /// The first value of a header of the answer.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.answer().and_then(|answer| answer.header(name))
    }
}
