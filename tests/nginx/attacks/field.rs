//! What is attacked: a site with people, a second nginx before the same gate, and the gate's own socket.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::h2::Http2;
use super::table::{Attack, PEOPLE};
use crate::http::{Answer, raw, read_head, values};
use crate::program::Nginx;
use crate::site::Site;

/// A site with people, and a second nginx with the shipped parts before the same gate.
pub(crate) struct Field {
    pub(crate) site: Site,
    pub(crate) nginx: Nginx,
    /// `nobody`, `mallory` and `alice`: the values of their cookies.
    pub(crate) cookies: [Option<String>; 3],
    /// An access token of alice's.
    pub(crate) bearer: String,
}

/// A server that speaks HTTP/2 without TLS, and at another address one with odd habits.
fn servers(port: u16) -> String {
    let both = [
        (format!("127.0.0.1:{port} http2"), ""),
        (
            format!("127.0.0.2:{port}"),
            "merge_slashes off; underscores_in_headers on; ignore_invalid_headers off;",
        ),
    ];
    let servers = both.map(|(listen, habits)| {
        format!(
            "server {{ listen {listen} default_server; {habits} include conf.d/iiif-gate/other-hosts.conf; }}
             server {{ listen {listen}; server_name localhost; {habits} include conf.d/iiif-gate/server.conf; }}"
        )
    });
    format!("include conf.d/iiif-gate/http.conf; {}", servers.concat())
}

impl Field {
    pub(crate) fn new() -> Self {
        let site = Site::start();
        let socket = site.stack.folder.path().join("run/gate.sock");
        let settings = [
            ("GATE_ADDRESS", format!("unix:{}", socket.display())),
            ("IMAGE_SERVER", "other".to_owned()),
            ("IMAGE_SERVER_URL", site.image_server()),
            ("MANIFEST_DIR", "/nowhere".to_owned()),
        ];
        let settings = settings
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let nginx = Nginx::start_with(&settings, servers);
        let value = |user| {
            let line = site.sign_in(user);
            line.trim_start_matches("Cookie: iiif-gate=").to_owned()
        };
        let cookies = [None, Some(value("mallory")), Some(value("alice"))];
        let alice = format!("Cookie: iiif-gate={}", cookies[2].as_deref().unwrap());
        let token = site.get("/auth/iiif-token", &[&alice]).text();
        let (_, token) = token.split_once("\"accessToken\":\"").unwrap();
        let bearer = token.split('"').next().unwrap().to_owned();
        Self {
            site,
            nginx,
            cookies,
            bearer,
        }
    }

    /// The statuses by which a person is answered: over HTTP/1.1, HTTP/2, by the odd server; and by the gate.
    pub(crate) fn check(
        &self,
        attack: &Attack,
        person: usize,
        h2: &mut Http2,
        wrong: &mut Vec<String>,
    ) {
        let request = attack.filled(&self.cookies, &self.bearer, person);
        let mut compare = |way: &str, found: u16, expected: u16| {
            let reached = self.site.reached();
            if found != expected || !may_reach(&request.target, found, &reached) {
                let (id, who) = (&attack.id, PEOPLE[person]);
                let target = String::from_utf8_lossy(&request.target).into_owned();
                wrong.push(format!(
                    "{id} {way} {who} {target}: {found}, not {expected}; reached: {reached:?}"
                ));
            }
        };
        let expected = attack.client[person];
        if attack.ways.contains('1') {
            let answer = raw(self.site.stack.port, &request.bytes());
            compare("1.1", answer.status, expected);
            // What begins with two slashes is another location there, in which nothing is.
            let found = match odd(self.nginx.port, &request.bytes()) {
                404 if expected == 400 => 400,
                status => status,
            };
            compare("odd", found, expected);
        }
        if attack.ways.contains('2') {
            compare("2", h2.ask(&request.fields()), expected);
        }
        if let Some(expected) = attack.gate {
            let answer = self.gate(&request.question());
            compare("gate", answer.status, expected[person]);
            assert!(answer.body.is_empty(), "{}: a body", attack.id);
            assert_eq!(
                values(&answer.headers, "Set-Cookie"),
                [""; 0],
                "{}",
                attack.id
            );
        }
    }

    /// What the gate itself says.
    pub(crate) fn gate(&self, question: &[u8]) -> Answer {
        Gate::open(&self.site).ask(question)
    }
}

/// Of what is refused by nginx nothing reaches the image server; else the picture that was served, or the
/// description of the image that was named.
fn may_reach(target: &[u8], status: u16, reached: &[String]) -> bool {
    let target = String::from_utf8_lossy(target);
    let path = target.split('?').next().unwrap_or_default();
    let path = path.trim_start_matches("http://localhost");
    let image = path.trim_start_matches("/iiif/images/");
    reached.iter().all(|seen| {
        let Some(seen) = seen.strip_prefix("/base/") else {
            return false;
        };
        let is_description = seen.strip_suffix("/info.json").is_some_and(|id| {
            image
                .strip_prefix(id)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        match status {
            200 | 206 => seen == image,
            303 | 401 | 403 => is_description,
            _ => false,
        }
    })
}

/// The status by which the odd server answers.
fn odd(port: u16, bytes: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.2", port)).unwrap();
    let deadline = Duration::from_secs(20);
    stream.set_read_timeout(Some(deadline)).unwrap();
    let _ = stream.write_all(bytes);
    let (first, _) = read_head(&mut BufReader::new(stream)).unwrap();
    let status = first.split(' ').nth(1).and_then(|code| code.parse().ok());
    status.unwrap_or(0)
}

/// A connection straight to the gate.
pub(crate) struct Gate(BufReader<UnixStream>);

impl Gate {
    pub(crate) fn open(site: &Site) -> Self {
        let socket = site.stack.folder.path().join("run/gate.sock");
        let stream = UnixStream::connect(socket).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        Self(BufReader::new(stream))
    }

    pub(crate) fn ask(&mut self, question: &[u8]) -> Answer {
        self.0.get_mut().write_all(question).unwrap();
        let (first, headers) = read_head(&mut self.0).unwrap();
        let length = values(&headers, "Content-Length");
        let length = length
            .first()
            .and_then(|length| length.parse().ok())
            .unwrap_or(0);
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        let status = first.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            headers,
            body,
        }
    }
}
