//! `iiif-gate healthcheck`: asks the running gate whether it is ready.
//!
//! For Docker and other supervisors, so that no image needs curl. A single request over the standard
//! library: no runtime has to start every few seconds.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;

use super::failure::{Failure, Result};
use super::output;
use crate::config::{Config, Listen};

/// How long the gate may take for each step.
const PATIENCE: Duration = Duration::from_secs(3);
/// More than the gate says about its health.
const MAX_BYTES: u64 = 16 * 1024;
const QUESTION: &[u8] = b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// Ask the running gate whether it is ready
///
/// Exit code 0 if it is, 1 if it is not or does not answer.
#[derive(Debug, Args)]
pub(super) struct Options {}

impl Options {
    /// Runs the command.
    pub(super) fn run(self) -> Result {
        let Self {} = self;
        let place = Config::health_listener_from_env()?;
        let answer = ask(&place).map_err(|error| {
            Failure::Yours(error.context(format!("the gate does not answer on {place}")))
        })?;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        if status(head) == Some(200) {
            output::say("the gate is ready");
            Ok(())
        } else {
            Err(Failure::yours(format!(
                "the gate is not ready: {}",
                body.trim_start_matches("not ready\n").trim()
            )))
        }
    }
}

fn ask(place: &Listen) -> anyhow::Result<String> {
    match place {
        Listen::Tcp(address) => {
            let stream = TcpStream::connect_timeout(&reachable(*address), PATIENCE)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            exchange(stream)
        }
        Listen::Unix(path) => {
            let stream = UnixStream::connect(path)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            exchange(stream)
        }
    }
}

/// Who listens on all addresses is found on the loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    address
}

fn exchange(mut stream: impl Read + Write) -> anyhow::Result<String> {
    stream.write_all(QUESTION).context("cannot ask")?;
    let mut answer = Vec::new();
    stream
        .take(MAX_BYTES)
        .read_to_end(&mut answer)
        .context("cannot read the answer")?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The status of an answer that begins `HTTP/1.1 200 OK`.
fn status(head: &str) -> Option<u16> {
    head.strip_prefix("HTTP/1.")?
        .split(' ')
        .nth(1)?
        .trim()
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_is_in_the_first_line() {
        assert_eq!(status("HTTP/1.1 200 OK\r\nA: b"), Some(200));
        assert_eq!(status("HTTP/1.0 503"), Some(503));
        for head in ["", "HTTP/1.1", "200 OK", "HTTP/2 200", "HTTP/1.1 x"] {
            assert_eq!(status(head), None, "{head}");
        }
    }

    #[test]
    fn who_listens_everywhere_is_asked_on_the_loopback() {
        for (listens, asked) in [
            ("0.0.0.0:1", "127.0.0.1:1"),
            ("[::]:1", "[::1]:1"),
            ("10.0.0.1:1", "10.0.0.1:1"),
        ] {
            assert_eq!(reachable(listens.parse().unwrap()).to_string(), asked);
        }
    }
}
