//! What the gate is told with a question, and how.

use crate::nginx::model::{Scope, Version, names};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

/// Since this version, connections are kept without a word.
const KEEPS_CONNECTIONS: Version = Version(1, 29, 7);
/// The longest that is sensible, in seconds.
const CONNECT: f64 = 5.0;
const READ: f64 = 15.0;

pub(super) fn check(site: &Site<'_, '_>, found: &mut Findings) {
    for server in &site.servers {
        let direct = directly_asked(site, server);
        for scope in site
            .model
            .within(server)
            .filter(|scope| site.leads_to_gate(scope))
        {
            address(site, scope, found);
            let question = site.is_question(scope);
            if !question && !site.is_words(scope) {
                continue;
            }
            target(site, scope, found);
            let explicit = scope.value("proxy_pass_request_headers");
            let is_direct = direct.contains(&scope.id);
            if explicit != "off" && (is_direct || explicit.is_empty()) {
                found.add(&traps::AUTH_HEADERS, scope.opening, "");
            }
            if explicit == "off" {
                credentials(scope, found);
            }
            if question {
                body(scope, found);
                connection(site, scope, found);
                others(site, scope, found);
                patience(scope, found);
            }
        }
    }
}

/// The locations that an `auth_request` names.
fn directly_asked(site: &Site<'_, '_>, server: &Scope<'_>) -> Vec<usize> {
    let scopes = site
        .model
        .scopes
        .iter()
        .filter(|scope| scope.server().is_some_and(|own| own.id == server.id));
    let asks = scopes.filter_map(|scope| match site.guard(scope) {
        Guard::Gate(asks) => Some(asks),
        Guard::Open | Guard::Other(_) => None,
    });
    let server = site.servers.iter().find(|own| own.id == server.id);
    let located = asks.filter_map(|asks| site.model.locate(server?, asks.arg(0)));
    located.map(|scope| scope.id).collect()
}

/// Which image, and what is to be done with it.
fn target<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    for (header, variable, trap) in [
        ("X-Original-URI", "request_uri", &traps::ORIGINAL_URI),
        (
            "X-Original-Method",
            "request_method",
            &traps::ORIGINAL_METHOD,
        ),
    ] {
        match scope.header("proxy_set_header", header) {
            None => found.add(trap, scope.opening, format!("nothing sets `{header}` here")),
            Some(line) if is_variable(&site.model.only_set(scope, line.arg(1)), variable) => {}
            Some(line) => found.add(trap, line, format!("`{header}` is `{}`", line.arg(1))),
        }
    }
}

fn is_variable(text: &str, name: &str) -> bool {
    text == format!("${name}") || text == format!("${{{name}}}")
}

/// Where the visitor is.
fn address<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    let Some(line) = scope.header("proxy_set_header", "X-Real-IP") else {
        if scope.value("proxy_pass_request_headers") == "off" {
            found.add(&traps::NO_ADDRESS, scope.opening, "");
        } else {
            found.add(
                &traps::CLIENT_ADDRESS,
                scope.opening,
                "nothing sets `X-Real-IP` here, so the visitor's own arrives",
            );
        }
        return;
    };
    let chosen = |name: &String| {
        ["http_", "arg_", "cookie_", "proxy_add_x_forwarded_for"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    if let Some(name) = site
        .model
        .sources(scope, line.arg(1))
        .into_iter()
        .find(chosen)
    {
        found.add(
            &traps::CLIENT_ADDRESS,
            line,
            format!("visitors say what `${name}` is"),
        );
    } else if line.arg(1).is_empty() {
        found.add(&traps::NO_ADDRESS, line, "");
    }
}

/// Who asks.
fn credentials(scope: &Scope<'_>, found: &mut Findings) {
    let names = |header| {
        scope
            .header("proxy_set_header", header)
            .is_some_and(|line| !line.arg(1).is_empty())
    };
    let missing: Vec<&str> = ["Cookie", "Authorization"]
        .into_iter()
        .filter(|header| !names(header))
        .collect();
    if !missing.is_empty() {
        found.add(
            &traps::NO_CREDENTIALS,
            scope.opening,
            format!("nothing sets `{}` here", missing.join("` and `")),
        );
    }
}

fn body(scope: &Scope<'_>, found: &mut Findings) {
    let length = scope.header("proxy_set_header", "Content-Length");
    let none = length.is_some_and(|line| line.arg(1).is_empty());
    if scope.value("proxy_pass_request_body") != "off" {
        found.add(
            &traps::AUTH_BODY,
            scope.opening,
            "`proxy_pass_request_body off` is missing",
        );
    } else if !none {
        found.add(
            &traps::AUTH_BODY,
            scope.opening,
            "the length of the visitor's body is sent without the body",
        );
    }
}

/// Are connections kept?
fn connection<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    if site
        .model
        .version
        .is_some_and(|version| version >= KEEPS_CONNECTIONS)
    {
        return;
    }
    let Some(pass) = scope.pass() else {
        return;
    };
    let old = ["", "1.0"].contains(&scope.value("proxy_http_version"));
    let empty = scope
        .header("proxy_set_header", "Connection")
        .is_some_and(|line| line.arg(1).is_empty());
    if old {
        found.add(
            &traps::NO_KEEPALIVE,
            pass,
            "`proxy_http_version 1.1` is missing",
        );
    } else if !empty {
        found.add(
            &traps::NO_KEEPALIVE,
            pass,
            "`proxy_set_header Connection \"\"` is missing",
        );
    } else if !keeps(site, pass) {
        found.add(
            &traps::NO_KEEPALIVE,
            pass,
            "there is no `upstream` with `keepalive` for the gate",
        );
    }
}

fn keeps(site: &Site<'_, '_>, pass: &Directive) -> bool {
    let host = pass
        .arg(0)
        .rsplit_once("://")
        .map_or(pass.arg(0), |(_, rest)| rest);
    let host = host.split(['/', '$']).next().unwrap_or_default();
    // A variable chooses among upstreams; which one, only nginx knows.
    host.is_empty() && !names(pass.arg(0)).is_empty()
        || site.model.upstream(host).is_some_and(|upstream| {
            let mut lines = upstream.block().iter();
            lines.any(|line| line.name() == "keepalive" && line.arg(0) != "0")
        })
}

/// Is another gate asked where one cannot decide?
fn others<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    let mut gates: Vec<_> = site.model.serves(scope).into_iter().collect();
    gates.retain(|served| site.is_gate(&served.backend));
    gates.dedup_by(|one, other| one.backend == other.backend);
    let (Some(gate), true) = (gates.first(), gates.len() > 1) else {
        return;
    };
    let says = scope.header("proxy_set_header", "X-If-Undecided");
    let next = scope.single("proxy_next_upstream");
    let is_told = says.is_some_and(|line| line.arg(1) == "503");
    let asks = |line: &Directive| line.args().iter().any(|arg| arg == "http_503");
    if !is_told {
        found.add(
            &traps::NO_OTHER_GATE,
            gate.directive,
            "nothing sets `X-If-Undecided` to 503 here",
        );
    } else if !next.is_some_and(asks) {
        found.add(
            &traps::NO_OTHER_GATE,
            next.unwrap_or(gate.directive),
            "`http_503` is not among the reasons to ask another one",
        );
    }
}

fn patience(scope: &Scope<'_>, found: &mut Findings) {
    for (name, most) in [
        ("proxy_connect_timeout", CONNECT),
        ("proxy_read_timeout", READ),
    ] {
        match scope.single(name) {
            None => found.add(
                &traps::LONG_TIMEOUTS,
                scope.opening,
                format!("`{name}` is 60 s, as nothing else is said"),
            ),
            Some(line) if seconds(line.arg(0)) > most => found.add(&traps::LONG_TIMEOUTS, line, ""),
            Some(_) => {}
        }
    }
}

/// A time as nginx writes it: `1m 30s`, `250ms`, `10`.
pub(super) fn seconds(text: &str) -> f64 {
    let mut total = 0.0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number: f64 = rest
            .get(..digits)
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(0.0);
        let after = rest.get(digits..).unwrap_or_default();
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let factor = match after.get(..letters).unwrap_or_default() {
            "ms" => 0.001,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => 1.0,
        };
        total += number * factor;
        let left = after.get(letters..).unwrap_or_default().trim_start();
        if left.len() == rest.len() {
            break;
        }
        rest = left;
    }
    total
}
