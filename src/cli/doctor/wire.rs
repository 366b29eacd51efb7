//! What an examination needs of the world: a site to ask, a clock, and patience.

use std::time::Duration;

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::answer::Answer;
use super::ask::Ask;
use super::place::Server;

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Trouble {
    #[error("there is no host `{0}`")]
    UnknownHost(String),
    #[error("nobody listens on port {1} of {0} (the connection was refused)")]
    Refused(String, u16),
    #[error("no answer within {0} seconds")]
    Silent(u64),
    #[error("no connection: {0}")]
    NoConnection(String),
    #[error("no TLS connection: {0}")]
    NoTls(String),
    #[error("the answer is no HTTP: {0}")]
    NoHttp(String),
    #[error("not asked, since the site does not answer any more, or enough was asked")]
    GaveUp,
}

/// What a certificate is like.
#[derive(Debug, Clone, Default)]
pub(super) struct Certificate {
    /// Why browsers do not trust it.
    pub(super) problems: Vec<String>,
    /// In how many days it ends.
    pub(super) days: i32,
    /// The version of TLS that was agreed upon.
    pub(super) version: String,
}

/// A site, or something that is played instead of one.
pub(super) trait Wire {
    /// Sends a request and reads the answer.
    fn send(&mut self, ask: &Ask) -> Result<Answer, Trouble>;
    /// Looks at the certificate.
    fn certificate(&mut self, server: &Server) -> Result<Certificate, Trouble>;
    /// Whether somebody listens on a port.
    fn is_open(&mut self, server: &Server) -> bool;
    /// Waits.
    fn pause(&mut self, time: Duration);
    /// The time.
    fn now(&self) -> DateTime<Utc>;
    /// Whether the site stopped answering.
    fn gave_up(&self) -> bool {
        false
    }
}
