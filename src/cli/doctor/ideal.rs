//! A site without faults, played in memory: `--dry-run` asks it, and the tests break it in one place at a time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::answer::Answer;
use super::ask::Ask;
use super::ideal_document::document;
use super::page::sign_in_form;
use super::place::{Place, Server};
use super::wire::{Certificate, Trouble, Wire};

const CORS: (&str, &str) = ("Access-Control-Allow-Origin", "*");
const RESOURCE: (&str, &str) = ("Cross-Origin-Resource-Policy", "cross-origin");
const PRIVATE: (&str, &str) = ("Cache-Control", "private, no-cache");
const NO_STORE: (&str, &str) = ("Cache-Control", "no-store");
const VARY: (&str, &str) = ("Vary", "Cookie, Authorization");

/// What is changed about an answer.
pub(super) type Change = Box<dyn Fn(&Ask, &mut Answer)>;

/// The site, and what it was asked.
pub(super) struct Ideal {
    pub(super) place: Place,
    pub(super) is_signed_in: bool,
    pub(super) now: DateTime<Utc>,
    pub(super) asked: Vec<String>,
    pub(super) change: Option<Change>,
    pub(super) certificate: Certificate,
    pub(super) open_port: Option<u16>,
}

impl Ideal {
    pub(super) fn new(place: Place, now: DateTime<Utc>) -> Self {
        Self {
            place,
            is_signed_in: false,
            now,
            asked: Vec::new(),
            change: None,
            certificate: Certificate {
                problems: Vec::new(),
                days: 60,
                version: "TLSv1.3".to_owned(),
            },
            open_port: None,
        }
    }

    fn answer(&mut self, ask: &Ask) -> Answer {
        let (path, query) = ask.target.split_once('?').unwrap_or((&ask.target, ""));
        let image = path.strip_prefix(&self.place.base);
        let (prefix, _) = self.place.parts();
        if !ask.server.secure && self.place.server.secure {
            let location = format!("{}{}", self.place.server.origin(), ask.target);
            return with(308, &[("Location", &location)], "");
        }
        if ask.host.is_some() {
            return with(421, &[], "");
        }
        match image {
            _ if ask.method == "OPTIONS" => preflight(),
            Some("/info.json") => self.info(ask),
            Some(picture) if picture.ends_with("default.jpg") && !picture.contains("doctor") => {
                self.picture(ask)
            }
            _ if path == "/auth/probe" => self.probe(ask),
            _ if path.starts_with("/auth/") => self.page(ask, path, query),
            _ if path.starts_with(prefix) => with(404, &[CORS, RESOURCE], ""),
            _ => with(404, &[], ""),
        }
    }

    fn info(&self, ask: &Ask) -> Answer {
        let opens = self.is_signed_in && bears(ask, "first");
        let body = document(&self.place).to_string();
        let headers = [
            CORS,
            RESOURCE,
            PRIVATE,
            VARY,
            ("Content-Type", "application/json"),
        ];
        with(if opens { 200 } else { 401 }, &headers, &body)
    }

    fn picture(&self, ask: &Ask) -> Answer {
        let opens = self.is_signed_in && ask.header("Cookie") == Some("gate=handle");
        match ask.method {
            "GET" | "HEAD" if opens => {
                let headers = [
                    CORS,
                    RESOURCE,
                    PRIVATE,
                    VARY,
                    ("Content-Type", "image/jpeg"),
                ];
                with(200, &headers, "\u{fffd}")
            }
            "GET" | "HEAD" => with(401, &[CORS, RESOURCE, PRIVATE], ""),
            _ => with(405, &[CORS, RESOURCE], ""),
        }
    }

    fn probe(&self, ask: &Ask) -> Answer {
        let opens = self.is_signed_in && bears(ask, "second");
        let mut result = json!({
            "@context": "http://iiif.io/api/auth/2/context.json",
            "type": "AuthProbeResult2",
            "status": if opens { 200 } else { 401 },
        });
        if !opens {
            put(&mut result, "heading", json!({"en": ["Sign in"]}));
            put(&mut result, "note", json!({"en": ["Please sign in."]}));
        }
        with(200, &[CORS, RESOURCE, NO_STORE], &result.to_string())
    }

    fn page(&mut self, ask: &Ask, path: &str, query: &str) -> Answer {
        let knows = self.is_signed_in
            && ask
                .header("Cookie")
                .is_some_and(|c| c.contains("gate=handle"));
        match (path, ask.method) {
            ("/auth/login" | "/auth/access", "POST") => {
                if ask.header("Sec-Fetch-Site").is_some() {
                    return with(403, &[], "");
                }
                self.is_signed_in = true;
                let secure = if self.place.server.secure {
                    "; Secure; SameSite=None"
                } else {
                    ""
                };
                let cookie = format!("gate=handle; Path=/; HttpOnly; Max-Age=3600{secure}");
                with(
                    303,
                    &[("Location", "/auth/login"), ("Set-Cookie", &cookie)],
                    "",
                )
            }
            ("/auth/login" | "/auth/access", _) if knows => html("Signed in"),
            ("/auth/login" | "/auth/access", _) => html(
                "<form method=post action=/auth/login><input name=name><input type=password name=password></form>",
            ),
            ("/auth/token", _) => Self::token(1, knows, query),
            ("/auth/token2", _) => Self::token(2, knows, query),
            ("/auth/logout", _) => {
                if ask.header("Sec-Fetch-Dest") == Some("image") {
                    return with(403, &[], "");
                }
                self.is_signed_in = false;
                html("Signed out")
            }
            _ => with(404, &[], ""),
        }
    }

    fn token(version: u8, knows: bool, query: &str) -> Answer {
        let parameter = |name: &str| {
            let mut all = url::form_urlencoded::parse(query.as_bytes());
            all.find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let (id, origin) = (parameter("messageId"), parameter("origin"));
        let (token, wrong, missing) = match version {
            1 => ("first", "error", "missingCredentials"),
            _ => ("second", "profile", "missingAspect"),
        };
        let kind = if knows {
            "AuthAccessToken2"
        } else {
            "AuthAccessTokenError2"
        };
        let mut message = json!({"messageId": id, "type": kind});
        put(
            &mut message,
            "@context",
            "http://iiif.io/api/auth/2/context.json",
        );
        let is_usable = origin.is_some() || (id.is_none() && version == 1);
        if knows && is_usable {
            put(&mut message, "accessToken", token);
            put(&mut message, "expiresIn", 300);
        } else {
            let why = if is_usable { missing } else { "invalidRequest" };
            put(&mut message, wrong, why);
        }
        match (id, version) {
            (None, 1) => with(
                if knows { 200 } else { 401 },
                &[NO_STORE],
                &message.to_string(),
            ),
            _ => posting(&message, origin.as_deref().unwrap_or("*")),
        }
    }
}

impl Wire for Ideal {
    fn send(&mut self, ask: &Ask) -> Result<Answer, Trouble> {
        let elsewhere = (ask.server != self.place.server).then(|| ask.server.origin());
        self.asked.push(match elsewhere {
            Some(origin) => format!("{}, at {origin}", ask.line()),
            None => ask.line(),
        });
        self.now += TimeDelta::milliseconds(5);
        let mut answer = self.answer(ask);
        let date = self.now.to_rfc2822();
        answer.headers.push(("Date".to_owned(), date));
        let hsts = ("Strict-Transport-Security", "max-age=31536000");
        answer.headers.push((hsts.0.to_owned(), hsts.1.to_owned()));
        if let Some(change) = &self.change {
            change(ask, &mut answer);
        }
        Ok(answer)
    }

    fn certificate(&mut self, _: &Server) -> Result<Certificate, Trouble> {
        Ok(self.certificate.clone())
    }

    fn is_open(&mut self, server: &Server) -> bool {
        self.asked
            .push(format!("whether port {} is open", server.port));
        self.open_port == Some(server.port)
    }

    fn pause(&mut self, time: Duration) {
        self.now += TimeDelta::from_std(time).unwrap_or_default();
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }
}

/// A page that posts a message.
fn posting(message: &Value, target: &str) -> Answer {
    let message = message.to_string().replace('<', "\\u003c");
    let target = Value::from(target);
    let script = format!("<script>window.parent.postMessage({message}, {target});</script>");
    with(200, &[("Content-Type", "text/html"), NO_STORE], &script)
}

fn put(object: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value.into());
    }
}

fn bears(ask: &Ask, token: &str) -> bool {
    ask.header("Authorization") == Some(&format!("Bearer {token}"))
}

fn with(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter();
    Answer {
        status,
        headers: headers
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: body.as_bytes().to_vec(),
    }
}

fn preflight() -> Answer {
    let names = ("Access-Control-Allow-Headers", "Authorization, Range");
    with(204, &[CORS, RESOURCE, names], "")
}

fn html(body: &str) -> Answer {
    debug_assert!(!body.contains("<form") || sign_in_form(body).is_some());
    let policy = "default-src 'none'; frame-ancestors 'none'";
    let headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        NO_STORE,
    ];
    with(200, &headers, body)
}
