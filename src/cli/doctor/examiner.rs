//! Goes through a site: first as a viewer, then as somebody who signs in, then as somebody who tries to get in.

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serde_json::Value;

use super::answer::Answer;
use super::ask::{Ask, Part, Seen};
use super::checks::{attack, cors, description, offers, surroundings, transport};
use super::finding::Finding;
use super::first::{First, Impossible};
use super::place::{Place, Server};
use super::wire::Wire;

/// What is wanted of an examination.
#[derive(Debug)]
pub(super) struct Wishes {
    /// Where the viewer pretends to stand.
    pub(super) origin: String,
    /// Who signs in.
    pub(super) user: Option<(String, SecretString)>,
    /// The cookie of somebody who signed in elsewhere.
    pub(super) cookie: Option<SecretString>,
    /// Go on with a certificate that is not trusted.
    pub(super) insecure: bool,
    /// The port of plain http, if it was said.
    pub(super) http_port: Option<u16>,
    /// Ports where image servers listen.
    pub(super) ports: Ports,
}

/// Which ports are tried.
#[derive(Debug)]
pub(super) enum Ports {
    None,
    /// Where image servers usually listen.
    Usual,
    These(Vec<u16>),
}

const USUAL_PORTS: [u16; 4] = [8080, 8182, 8183, 9000];

pub(super) struct Examiner<'w> {
    pub(super) wire: &'w mut dyn Wire,
    pub(super) place: Place,
    pub(super) wishes: Wishes,
    pub(super) findings: Vec<Finding>,
    /// All that was seen, without bodies.
    pub(super) seen: Vec<Seen>,
    /// When somebody signed in.
    pub(super) signed_in: Option<DateTime<Utc>>,
}

impl Examiner<'_> {
    /// Asks, and remembers what came.
    pub(super) fn ask(&mut self, ask: Ask) -> Seen {
        let answer = self.wire.send(&ask);
        let at = self.wire.now();
        let bare = answer.clone().map(|answer| Answer {
            body: Vec::new(),
            ..answer
        });
        self.seen.push(Seen {
            ask: ask.clone(),
            answer: bare,
            at,
        });
        Seen { ask, answer, at }
    }

    pub(super) fn ask_all(&mut self, asks: Vec<Ask>) -> Vec<Seen> {
        asks.into_iter().map(|ask| self.ask(ask)).collect()
    }

    /// As a viewer on another site.
    pub(super) fn viewer(&self, target: impl Into<String>) -> Ask {
        Ask::get(Part::Image, &self.place.server, target).with("Origin", &self.wishes.origin)
    }

    /// Examines all, and says whether the image is a protected one.
    pub(super) fn examine(&mut self) -> Result<bool, Impossible> {
        self.connection()?;
        let first = self.first()?;
        self.document(&first);
        self.plain(&first);
        self.as_viewer(&first);
        self.as_user(&first);
        self.as_intruder(&first);
        self.ports();
        let cors = cors::all(&self.seen);
        self.findings.extend(cors);
        let versions = surroundings::versions(&self.seen);
        self.findings.push(versions);
        let when = self
            .signed_in
            .map(|at| at.format("%H:%M:%S UTC").to_string());
        self.findings.push(surroundings::address(when.as_deref()));
        Ok(first.is_protected)
    }

    fn connection(&mut self) -> Result<(), Impossible> {
        let server = self.place.server.clone();
        let certificate = if server.secure {
            Some(
                self.wire
                    .certificate(&server)
                    .map_err(Impossible::Trouble)?,
            )
        } else {
            None
        };
        self.findings
            .extend(transport::connection(&server, certificate.as_ref()));
        match certificate {
            Some(certificate) if !certificate.problems.is_empty() && !self.wishes.insecure => {
                Err(Impossible::Untrusted(certificate.problems.join(", ")))
            }
            _ => Ok(()),
        }
    }

    fn document(&mut self, first: &First) {
        let told = &first.info;
        let status = match &first.document {
            Some(_) => description::status(told, first.is_protected),
            None => description::STATUS.bad(format!("{}, without a description", told.told())),
        };
        self.findings.push(status);
        if let Some(document) = &first.document {
            // A lesser image has an id of its own.
            let of_lower = first.info.status() == 302;
            let found = description::document(&self.place, document);
            let own = |finding: &Finding| !of_lower || finding.kind.name != description::ID.name;
            self.findings.extend(found.into_iter().filter(own));
            self.findings
                .extend(description::entries(&self.place, document));
        }
        if first.is_protected {
            let nothing = Value::Null;
            let document = first.document.as_ref().unwrap_or(&nothing);
            self.findings.extend(offers::offers(document));
        }
        if first.is_protected && !first.is_refused {
            let target = format!("{}/{}", self.place.base, first.picture);
            self.findings
                .push(attack::OPEN.bad(format!("GET {target}: the picture came")));
        }
    }

    fn plain(&mut self, first: &First) {
        let usual = (self.place.server.port == 443).then_some(80);
        let port = self.wishes.http_port.or(usual);
        let seen = port.filter(|_| self.place.server.secure).map(|port| {
            let server = Server {
                secure: false,
                port,
                ..self.place.server.clone()
            };
            self.ask(Ask::get(Part::Attack, &server, self.place.info()))
        });
        if self.place.server.secure {
            self.findings
                .push(transport::plain(&self.place, seen.as_ref()));
        }
        self.findings
            .extend(transport::headers(&self.place, &first.info));
    }

    fn ports(&mut self) {
        let local = self.place.server.is_local();
        let ports = match &self.wishes.ports {
            Ports::None => return self.no_ports("it was not wanted"),
            Ports::Usual if local => {
                return self
                    .no_ports("on this machine itself they may be open; ask from another one");
            }
            Ports::Usual => USUAL_PORTS.to_vec(),
            Ports::These(ports) => ports.clone(),
        };
        let mut closed = Vec::new();
        for port in ports {
            let server = Server {
                secure: false,
                port,
                ..self.place.server.clone()
            };
            if port == self.place.server.port {
                continue;
            }
            if self.wire.is_open(&server) {
                let seen = self.ask_all(surroundings::at_port(&self.place, port));
                self.findings.push(surroundings::port(port, &seen));
            } else {
                closed.push(port.to_string());
            }
        }
        let told = format!("closed: {}", closed.join(", "));
        self.findings.push(surroundings::PORT.fine(told.clone()));
        self.findings.push(surroundings::OPEN_PORT.fine(told));
    }

    fn no_ports(&mut self, why: &str) {
        self.findings.push(surroundings::PORT.unknown(why));
        self.findings.push(surroundings::OPEN_PORT.unknown(why));
    }
}
