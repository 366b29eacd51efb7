//! Decoded text in what is sent on or answered.

use crate::nginx::model::{Match, Scope};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

use super::conditions::status;

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    for scope in site.model.within(server) {
        let pass = scope.own("proxy_pass").last();
        let headers = pass
            .map(|_| scope.list("proxy_set_header"))
            .unwrap_or_default();
        for line in headers.into_iter().chain(pass) {
            let mut texts = line.args().iter();
            if let Some(name) = texts.find_map(|text| site.model.decoded(scope, text)) {
                found.add(
                    &traps::DECODED_IN_REQUEST,
                    line,
                    format!("`${name}` is decoded"),
                );
            }
        }
        for line in scope.own("return").chain(scope.own("add_header")) {
            let text = in_header(line).unwrap_or_default();
            if let Some(name) = site.model.decoded(scope, text) {
                found.add(
                    &traps::DECODED_IN_ANSWER,
                    line,
                    format!("`${name}` is decoded"),
                );
            }
        }
        path(site, scope, found);
        onto(site, server, scope, found);
    }
}

/// Does a rewrite lead to a guarded location that serves what the path then says? The gate is asked about the visitor's.
fn onto<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, scope: &Scope<'a>, found: &mut Findings) {
    let lines = scope
        .own("rewrite")
        .filter(|line| !["break", "redirect", "permanent"].contains(&line.arg(2)));
    for line in lines {
        let target = site.model.target(server, line.arg(1));
        let by_path = target.filter(|target| {
            let pass = target.own_pass();
            let made =
                pass.is_some_and(|pass| pass.arg(0).contains('$') || pass.name() != "proxy_pass");
            matches!(site.guard(target), Guard::Gate(_))
                && !site.leads_to_gate(target)
                && !made
                && !site.model.serves(target).is_empty()
        });
        if let Some(target) = by_path {
            found.add(
                &traps::REWRITTEN,
                line,
                format!("it leads to `{}`", target.title()),
            );
        }
    }
}

/// What a line writes into a header of the answer. A body may hold anything.
fn in_header(line: &Directive) -> Option<&str> {
    if line.name() == "add_header" {
        return Some(line.arg(1));
    }
    let redirects = (300..400).contains(&status(line));
    line.args().last().filter(|_| redirects).map(String::as_str)
}

/// Does a guarded location send on a path that nginx decoded?
fn path<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    if !matches!(site.guard(scope), Guard::Gate(_)) || site.leads_to_gate(scope) {
        return;
    }
    if let Some(line) = scope
        .own("fastcgi_param")
        .find(|line| line.arg(0) == "REQUEST_URI")
        && let Some(name) = site.model.decoded(scope, line.arg(1))
    {
        found.add(&traps::DECODED_PATH, line, format!("`${name}` is decoded"));
    }
    let Some(pass) = scope.own("proxy_pass").last() else {
        return;
    };
    let address = pass.arg(0).rsplit_once("://").map_or("", |(_, rest)| rest);
    let has_path = address.contains('/') && !address.starts_with("unix:");
    let prefix = matches!(scope.location(), Some(Match::Prefix(_) | Match::Caret(_)));
    if has_path && prefix && !address.contains('$') {
        found.add(&traps::DECODED_PATH, pass, "");
    }
    // A changed address is sent on decoded, unless variables make another of it.
    let changed = scope.own("rewrite").find(|line| line.arg(2) == "break");
    if let Some(line) = changed.filter(|_| !address.contains('$')) {
        found.add(&traps::DECODED_PATH, line, "");
    }
}
