//! The real site: HTTP/1.1 over TCP and TLS, a connection for each request, all within limits.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::{DateTime, Utc};
use openssl::asn1::Asn1Time;
use openssl::error::ErrorStack;
use openssl::ssl::{SslConnector, SslMethod, SslStream, SslVerifyMode};

use super::answer::Answer;
use super::ask::Ask;
use super::place::Server;
use super::wire::{Certificate, Trouble, Wire};
use crate::web::state;

const PATIENCE: Duration = Duration::from_secs(10);
const TO_CONNECT: Duration = Duration::from_secs(5);
/// How long a port is tried that had better be closed.
const TO_KNOCK: Duration = Duration::from_secs(2);
/// More than any description has; of a picture the beginning is enough.
const MAX_BYTES: usize = 512 * 1024;
const MAX_REQUESTS: usize = 200;
/// After so many requests without an answer, one after the other, no more are sent.
const MAX_SILENT: usize = 3;

/// The net.
pub(super) struct Network {
    connector: SslConnector,
    /// What was wrong with the certificate of the last connection.
    problems: Arc<Mutex<Vec<String>>>,
    requests: usize,
    silent: usize,
}

impl Network {
    pub(super) fn new() -> Result<Self, ErrorStack> {
        let problems: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&problems);
        let mut connector = SslConnector::builder(SslMethod::tls_client())?;
        // Whether to go on is decided by whoever asked for the examination, when all problems are known.
        connector.set_verify_callback(SslVerifyMode::PEER, move |is_good, chain| {
            if let (false, Ok(mut problems)) = (is_good, noted.lock()) {
                problems.push(chain.error().error_string().to_owned());
            }
            true
        });
        Ok(Self {
            connector: connector.build(),
            problems,
            requests: 0,
            silent: 0,
        })
    }

    /// How many requests were sent.
    pub(super) fn requests(&self) -> usize {
        self.requests
    }

    fn secured(&self, server: &Server, plain: TcpStream) -> Result<SslStream<TcpStream>, Trouble> {
        if let Ok(mut problems) = self.problems.lock() {
            problems.clear();
        }
        let connected = self.connector.connect(server.name(), plain);
        connected.map_err(|error| Trouble::NoTls(error.to_string()))
    }

    fn exchange(&self, ask: &Ask) -> Result<Answer, Trouble> {
        let plain = connect(&ask.server, TO_CONNECT)?;
        if ask.server.secure {
            talk(self.secured(&ask.server, plain)?, ask)
        } else {
            talk(plain, ask)
        }
    }
}

impl Wire for Network {
    fn send(&mut self, ask: &Ask) -> Result<Answer, Trouble> {
        if self.gave_up() {
            return Err(Trouble::GaveUp);
        }
        self.requests += 1;
        let answer = self.exchange(ask);
        match &answer {
            Err(Trouble::Silent(_)) => self.silent += 1,
            _ => self.silent = 0,
        }
        answer
    }

    fn certificate(&mut self, server: &Server) -> Result<Certificate, Trouble> {
        let stream = self.secured(server, connect(server, TO_CONNECT)?)?;
        let no_tls = |error: ErrorStack| Trouble::NoTls(error.to_string());
        let today = Asn1Time::days_from_now(0).map_err(no_tls)?;
        let certificate = stream.ssl().peer_certificate();
        let days = match certificate {
            Some(certificate) => today.diff(certificate.not_after()).map_err(no_tls)?.days,
            None => 0,
        };
        let mut problems = match self.problems.lock() {
            Ok(problems) => problems.clone(),
            Err(_) => Vec::new(),
        };
        problems.dedup();
        Ok(Certificate {
            problems,
            days,
            version: stream.ssl().version_str().to_owned(),
        })
    }

    fn is_open(&mut self, server: &Server) -> bool {
        connect(server, TO_KNOCK).is_ok()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a site over the net has no condition to wait for"
    )]
    fn pause(&mut self, time: Duration) {
        std::thread::sleep(time);
    }

    fn now(&self) -> DateTime<Utc> {
        state::now()
    }

    fn gave_up(&self) -> bool {
        self.silent >= MAX_SILENT || self.requests >= MAX_REQUESTS
    }
}

/// Connects to the first of the host's addresses that answers.
fn connect(server: &Server, patience: Duration) -> Result<TcpStream, Trouble> {
    let unknown = || Trouble::UnknownHost(server.name().to_owned());
    let addresses = (server.name(), server.port).to_socket_addrs();
    let mut trouble = unknown();
    for address in addresses.map_err(|_| unknown())? {
        match TcpStream::connect_timeout(&address, patience) {
            Ok(stream) => {
                let set = [
                    stream.set_read_timeout(Some(PATIENCE)),
                    stream.set_write_timeout(Some(PATIENCE)),
                ];
                return match set.into_iter().find_map(Result::err) {
                    None => Ok(stream),
                    Some(error) => Err(Trouble::NoConnection(error.to_string())),
                };
            }
            Err(error) => trouble = of_connecting(&error, server, patience),
        }
    }
    Err(trouble)
}

fn of_connecting(error: &std::io::Error, server: &Server, patience: Duration) -> Trouble {
    match error.kind() {
        ErrorKind::ConnectionRefused => Trouble::Refused(server.name().to_owned(), server.port),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Trouble::Silent(patience.as_secs()),
        _ => Trouble::NoConnection(error.to_string()),
    }
}

fn talk(mut stream: impl Read + Write, ask: &Ask) -> Result<Answer, Trouble> {
    // Who refuses the head may close before all is written, and has answered nevertheless.
    let written = stream.write_all(&ask.bytes());
    let (mut bytes, mut buffer) = (Vec::new(), [0; 16 * 1024]);
    loop {
        let read = stream.read(&mut buffer);
        let (length, stopped) = match &read {
            Ok(length) => (*length, None),
            Err(error) => (0, Some(error)),
        };
        bytes.extend_from_slice(buffer.get(..length).unwrap_or_default());
        if bytes.is_empty() && length == 0 {
            let error = written.as_ref().err().or(stopped);
            return Err(match error.map(std::io::Error::kind) {
                Some(ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    Trouble::Silent(PATIENCE.as_secs())
                }
                _ => Trouble::NoHttp("it was closed without a word".to_owned()),
            });
        }
        let ended = length == 0 || bytes.len() > MAX_BYTES;
        if let Some(answer) = Answer::parse(&bytes, ask.method != "HEAD", ended) {
            return answer.map_err(Trouble::NoHttp);
        }
        if ended {
            return Err(Trouble::NoHttp("it broke off".to_owned()));
        }
    }
}
