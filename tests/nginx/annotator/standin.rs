//! nginx between a stand-in for the gate and an annotation store that records.

use crate::http::{Answer, ask, get, raw, request, values};
use crate::server::{Reply, Request, Server};
use crate::stack::Stack;

/// A site that may read the answers.
pub(super) const SITE: &str = "https://docland.example";

/// The token that the stand-in takes, and the one that it hands on.
pub(super) const GOOD: &str = "X-Annotator-Auth-Token: good.browser.token";
pub(super) const HANDED_ON: &str = "internal.store.token";

pub(super) struct Annotations {
    pub(super) stack: Stack,
    pub(super) gate: Server,
    pub(super) store: Server,
}

impl Annotations {
    pub(super) fn start() -> Self {
        Self::with(gate, store)
    }

    /// A gate and a store that answer like this.
    pub(super) fn with(
        gate: impl Fn(&Request) -> Reply + Send + Sync + 'static,
        store: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let (gate, store) = (Server::start(gate), Server::start(store));
        let stack = Stack::start(&[
            ("GATE_ADDRESS", &format!("127.0.0.1:{}", gate.port)),
            ("IMAGE_SERVER", "other"),
            ("IMAGE_SERVER_URL", "http://127.0.0.1:9/"),
            (
                "ANNOTATION_STORE_URL",
                &format!("http://127.0.0.1:{}/api/", store.port),
            ),
            ("ANNOTATOR_OPEN", "true"),
        ]);
        gate.take();
        Self { stack, gate, store }
    }

    pub(super) fn get(&self, target: &str, headers: &[&str]) -> Answer {
        get(self.stack.port, target, headers)
    }

    pub(super) fn ask(&self, method: &str, target: &str, headers: &[&str]) -> Answer {
        ask(self.stack.port, method, target, headers)
    }

    pub(super) fn send(&self, method: &str, target: &str, headers: &[&str], body: &[u8]) -> Answer {
        let length = format!("Content-Length: {}", body.len());
        let mut all = vec![length.as_str()];
        all.extend(headers);
        let mut bytes = request(method, target.as_bytes(), &all);
        bytes.extend_from_slice(body);
        raw(self.stack.port, &bytes)
    }
}

/// What a gate says about annotation locations.
pub(super) fn gate(request: &Request) -> Reply {
    match request.target.as_str() {
        "/query_auth" => decide(request),
        "/annotator-preflight" => (204, preflight(request), Vec::new()),
        other => (200, Vec::new(), format!("page {other}").into_bytes()),
    }
}

fn preflight(request: &Request) -> Vec<String> {
    if request.header("Origin").as_deref() != Some(SITE) {
        return vec!["Vary: Origin".to_owned()];
    }
    vec![
        format!("Access-Control-Allow-Origin: {SITE}"),
        "Access-Control-Allow-Methods: GET, POST, PUT, DELETE, OPTIONS".to_owned(),
        "Access-Control-Allow-Headers: Content-Type, X-Annotator-Auth-Token".to_owned(),
        "Access-Control-Max-Age: 600".to_owned(),
        "Vary: Origin".to_owned(),
    ]
}

fn decide(request: &Request) -> Reply {
    let tokens = values(&request.headers, "X-Annotator-Auth-Token");
    let target = request.header("X-Original-URI").unwrap_or_default();
    let origin = request.header("Origin").filter(|origin| origin == SITE);
    let is_open = target.starts_with("/annotator-open/");
    let (status, reason) = match &tokens[..] {
        [] if is_open => (204, "annotator-anonymous"),
        [] => (401, "missing_token"),
        [token] if token.is_empty() => (401, "missing_token"),
        [token] if token == "good.browser.token" => (204, "annotator"),
        [token] if token == "elsewhere" => (403, "origin_not_allowed"),
        [token] if token == "away" => (403, "unavailable"),
        [_] => (401, "expired"),
        _ => (401, "malformed"),
    };
    let mut headers = vec![format!("X-Auth-Reason: {reason}")];
    headers.extend(origin.map(|origin| format!("X-Auth-Origin: {origin}")));
    match (status, reason) {
        (204, "annotator") => headers.extend(introduction()),
        (401, "missing_token") => {
            headers.push("WWW-Authenticate: AnnotatorToken realm=\"annotator\"".to_owned());
        }
        (401, _) => headers.push(format!(
            "WWW-Authenticate: AnnotatorToken realm=\"annotator\", error=\"invalid_token\", \
             error_description=\"{reason}\""
        )),
        _ => {}
    }
    (status, headers, Vec::new())
}

fn introduction() -> [String; 5] {
    [
        "X-Auth-User: docland/j%C3%BCrgen".to_owned(),
        "X-Annotator-Consumer: docland".to_owned(),
        "X-Annotator-User: j%C3%BCrgen".to_owned(),
        "X-Annotator-Roles: reader,editor".to_owned(),
        format!("X-Annotator-Token: {HANDED_ON}"),
    ]
}

/// An annotation store that sets all the headers that must not get through.
pub(super) fn store(request: &Request) -> Reply {
    let mut headers: Vec<String> = [
        "Access-Control-Allow-Origin: *",
        "Access-Control-Allow-Credentials: true",
        "Access-Control-Expose-Headers: Location",
        "Cache-Control: public, max-age=60",
        "Set-Cookie: session=1",
        "Vary: Cookie",
        "WWW-Authenticate: Basic realm=\"store\"",
        "X-Accel-Redirect: /viewer-secret",
        "Content-Security-Policy: default-src *",
        "Clear-Site-Data: \"*\"",
        "Refresh: 0;url=https://elsewhere.example/",
        "Service-Worker-Allowed: /",
        "Content-Type: application/json",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    let status = match (request.method.as_str(), request.target.as_str()) {
        ("POST", target) => {
            let host = request.header("Host").unwrap_or_default();
            let place = match target {
                "/api/relative" => "/api/annotations/7".to_owned(),
                "/api/elsewhere" => "https://other.example/annotations/7".to_owned(),
                _ => format!("http://{host}/api/annotations/7"),
            };
            headers.push(format!("Location: {place}"));
            201
        }
        ("DELETE", _) => return (204, headers, Vec::new()),
        (_, "/api/401") => 401,
        (_, "/api/403") => 403,
        (_, "/api/404") => 404,
        (_, "/api/500") => 500,
        _ => 200,
    };
    let body = match request.target.as_str() {
        "/api/large" => vec![b'x'; 3_000_000],
        _ => b"\"of the store\"".to_vec(),
    };
    (status, headers, body)
}
