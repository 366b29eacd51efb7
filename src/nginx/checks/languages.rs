//! What of the visitor's request reaches the image server besides the path: its query, and headers that it believes.

use crate::nginx::model::{Scope, names};
use crate::nginx::report::Findings;
use crate::nginx::site::Site;
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

use super::Place;
use super::conditions::refuses_text;

/// Variables that hold the query.
const QUERY: &[&str] = &["request_uri", "args", "query_string", "is_args"];
/// Parts of paths of programs that show the same images by query.
const SPEAKS_BY_QUERY: &[&str] = &["digilib", "scaler", "iipsrv", "fcgi"];

pub(super) fn check(site: &Site<'_, '_>, place: &Place<'_, '_>, found: &mut Findings) {
    let scope = place.scope;
    let Some(pass) = scope.pass().filter(|_| !place.served.is_empty()) else {
        return;
    };
    match pass.name() {
        "proxy_pass" => {
            proxied_query(scope, pass, found);
            let cleared = |header| {
                scope
                    .header("proxy_set_header", header)
                    .is_some_and(|line| line.arg(1).is_empty())
            };
            let all = scope.value("proxy_pass_request_headers") != "off";
            if all && !(cleared("Cookie") && cleared("Authorization")) {
                found.add(&traps::CLIENT_HEADERS, pass, "");
            }
        }
        "fastcgi_pass" => fastcgi(site, scope, pass, found),
        _ => {}
    }
}

fn proxied_query(scope: &Scope<'_>, pass: &Directive, found: &mut Findings) {
    let text = pass.arg(0);
    let variables = names(text);
    let built = variables.iter().any(|name| !scope_is_host(text, name));
    let named = variables.iter().any(|name| QUERY.contains(name));
    let emptied = scope
        .own("set")
        .any(|line| line.arg(0) == "$args" && line.arg(1).is_empty());
    // nginx adds the query by itself unless a variable makes the path.
    if emptied || built && !named {
        return;
    }
    let title = format!("{text} {}", scope.title()).to_ascii_lowercase();
    let trap = if SPEAKS_BY_QUERY.iter().any(|name| title.contains(name)) {
        &traps::OTHER_PROTOCOLS
    } else {
        &traps::QUERY_PASSED
    };
    found.add(trap, pass, "the query goes along");
}

/// Whether a variable of `http://$host` stands for the host alone, with nothing behind it.
fn scope_is_host(text: &str, name: &str) -> bool {
    text.ends_with(&format!("://${name}"))
}

fn fastcgi(site: &Site<'_, '_>, scope: &Scope<'_>, pass: &Directive, found: &mut Findings) {
    let parameters = scope.list("fastcgi_param");
    // IIPImage takes the first of two.
    let value = |name: &str| parameters.iter().find(|line| line.arg(0) == name).copied();
    if value("SCRIPT_FILENAME").is_some() {
        return;
    }
    if let Some(line) = value("QUERY_STRING").filter(|line| !line.arg(1).is_empty()) {
        found.add(&traps::OTHER_PROTOCOLS, line, "the query goes along");
    }
    if let Some(line) = value("REQUEST_URI") {
        if names(line.arg(1)).iter().any(|name| QUERY.contains(name)) {
            found.add(&traps::OTHER_PROTOCOLS, line, "the query goes along");
        } else if !refuses_text(site.model, scope, "&") {
            found.add(
                &traps::OTHER_PROTOCOLS,
                line,
                "`&` in the path is not refused, and IIPImage takes it for the start of a query",
            );
        }
    }
    if scope.value("fastcgi_pass_request_headers") != "off" {
        found.add(&traps::CLIENT_HEADERS, pass, "");
    }
}
