//! A small HTTP server that records what reached it, for the places of the gate and the image server.

use std::io::{BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use crate::http::{read_head, values};

/// A request that arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        values(&self.headers, name).into_iter().next()
    }

    /// Names of its headers in lower case, sorted.
    pub(crate) fn header_names(&self) -> Vec<String> {
        let mut names: Vec<_> = self
            .headers
            .iter()
            .map(|(name, _)| name.to_ascii_lowercase())
            .collect();
        names.sort();
        names
    }
}

/// What to answer: status, header lines, body.
pub(crate) type Reply = (u16, Vec<String>, Vec<u8>);

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

/// A running server. Its threads end with the test program.
pub(crate) struct Server {
    pub(crate) port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at(0, handler)
    }

    pub(crate) fn start_at(
        port: u16,
        handler: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let handler: Arc<Handler> = Arc::new(handler);
        let connections = Arc::new(AtomicUsize::new(0));
        let (seen, opened) = (Arc::clone(&requests), Arc::clone(&connections));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                opened.fetch_add(1, Ordering::Relaxed);
                let (handler, seen) = (Arc::clone(&handler), Arc::clone(&seen));
                std::thread::spawn(move || serve(&stream, &*handler, &seen));
            }
        });
        Self {
            port,
            requests,
            connections,
        }
    }

    /// How many connections were opened so far.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Takes out what was recorded.
    pub(crate) fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

fn serve(stream: &TcpStream, handler: &Handler, seen: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream);
    while let Some((first, headers)) = read_head(&mut reader) {
        let mut words = first.split(' ').map(ToOwned::to_owned);
        let mut request = Request {
            method: words.next().unwrap_or_default(),
            target: words.next().unwrap_or_default(),
            headers,
            body: Vec::new(),
        };
        let length = request.header("Content-Length");
        request.body = vec![0; length.and_then(|length| length.parse().ok()).unwrap_or(0)];
        if reader.read_exact(&mut request.body).is_err() {
            return;
        }
        seen.lock().unwrap().push(request.clone());
        let (status, headers, body) = handler(&request);
        if status == 0 {
            return;
        }
        let mut answer = format!("HTTP/1.1 {status} Answer\r\n");
        for header in headers {
            answer.push_str(&header);
            answer.push_str("\r\n");
        }
        if status != 204 && status != 304 {
            answer += "Content-Length: ";
            answer += &body.len().to_string();
            answer += "\r\n";
        }
        answer.push_str("\r\n");
        let mut answer = answer.into_bytes();
        if request.method != "HEAD" {
            answer.extend_from_slice(&body);
        }
        let mut stream = stream;
        if stream.write_all(&answer).is_err() {
            return;
        }
    }
}

/// Stands for the gate: `pub...` is for everybody, `forbidden...` for nobody, the rest for the cookie of alice.
pub(crate) fn gate(request: &Request) -> Reply {
    let reply = |status, headers: &[&str], body: &str| {
        let headers = headers.iter().map(ToString::to_string).collect();
        (status, headers, body.as_bytes().to_vec())
    };
    if request.target != "/query_auth" && request.target != "/describe" {
        let seen = format!("{} {}", request.method, request.target);
        let headers = [
            "Content-Type: text/plain",
            "Set-Cookie: a=b",
            "Cache-Control: no-store",
        ];
        return reply(200, &headers, &seen);
    }
    let target = request.header("X-Original-URI").unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let name = path.split('/').nth(3).unwrap_or_default();
    let alice = request
        .header("Cookie")
        .is_some_and(|cookie| cookie.contains("gate=alice"));
    let (status, reason) = verdict(name, alice);
    let reason = format!("X-Auth-Reason: {reason}");
    if request.target == "/query_auth" {
        let image = path
            .strip_prefix("/iiif/preview/")
            .map(|rest| format!("X-Auth-Image: {}", limited(rest)));
        let headers = [Some(&*reason), image.as_deref()];
        return reply(
            status,
            &headers.into_iter().flatten().collect::<Vec<_>>(),
            "",
        );
    }
    let own = "Access-Control-Allow-Origin: https://gate.example";
    match (status, path.ends_with("/info.json")) {
        (204, true) => reply(200, &["Content-Type: application/json", own], "{}"),
        (204, false) => reply(303, &["Location: https://localhost/x/info.json", own], ""),
        (401, _) => reply(401, &["WWW-Authenticate: Bearer realm=\"x\"", own], "{}"),
        (status, _) => reply(status, &[own], "{}"),
    }
}

/// The same request for an image, with `max` as the size that everybody may see.
fn limited(image: &str) -> String {
    let (before, after) = image.rsplit_once("/max/").unwrap_or((image, ""));
    if after.is_empty() {
        return before.to_owned();
    }
    format!("{before}/100,/{after}")
}

/// The answer of [`gate`] and its reason, for the first segment of an identifier.
fn verdict(name: &str, alice: bool) -> (u16, &'static str) {
    match name {
        name if name.starts_with("pub") => (204, "public"),
        name if name.starts_with("now") => (204, "public-for-now"),
        name if name.starts_with("size") => (204, "public-size"),
        name if name.starts_with("forbidden") => (403, "nobody"),
        _ if alice => (204, "session"),
        _ => (401, "anonymous"),
    }
}

/// Stands for an image server that sets all the headers that must not get through.
pub(crate) fn images(request: &Request) -> Reply {
    let mut headers: Vec<String> = [
        "Access-Control-Allow-Origin: https://evil.example",
        "Access-Control-Allow-Credentials: true",
        "Cache-Control: public, s-maxage=9, max-age=86400",
        "Expires: Thu, 01 Jan 2099 00:00:00 GMT",
        "Set-Cookie: tracking=1",
        "X-Accel-Redirect: /viewer-secret",
        "ETag: \"picture\"",
        "Link: <http://iiif.io/api/image/2/level1.json>;rel=\"profile\"",
        "Last-Modified: Sat, 21 Nov 2026 10:00:00 GMT",
        "Content-Type: image/jpeg",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    if request.target.contains("missing") {
        return (404, headers, b"no such image".to_vec());
    }
    if request.header("If-None-Match").as_deref() == Some("\"picture\"") {
        return (304, headers, Vec::new());
    }
    if request.header("Range").as_deref() == Some("bytes=0-1") {
        headers.push("Content-Range: bytes 0-1/7".to_owned());
        return (206, headers, b"pi".to_vec());
    }
    (200, headers, b"picture".to_vec())
}
