//! What else happens to requests for guarded images and for the gate: copies of them, limits, and other conditions.

use crate::nginx::model::{Model, Scope};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::{Body, Directive};
use crate::nginx::traps;

/// Directives that refuse, whatever the gate says.
const REFUSE: &[&str] = &[
    "limit_req",
    "limit_conn",
    "auth_basic",
    "auth_jwt",
    "allow",
    "deny",
];
/// Beginnings of directives that run a program while a request is answered, or make a variable by one.
const PROGRAMS: &[&str] = &[
    "server_rewrite_by_lua",
    "rewrite_by_lua",
    "access_by_lua",
    "content_by_lua",
    "balancer_by_lua",
    "preread_by_lua",
    "set_by_lua",
    "js_content",
    "js_access",
    "js_preread",
    "js_set",
    "perl",
];
/// Those that make a variable.
const MAKERS: &[&str] = &["set_by_lua", "js_set", "perl_set"];
/// By which they fetch, or hand on.
const FETCHES: &[&str] = &[
    "ngx.location.capture",
    "ngx.exec",
    "ngx.req.set_uri",
    "ngx.socket",
    "resty.http",
    "set_current_peer",
    "io.open",
];

/// What happens besides in a server that asks the gate.
pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    for scope in site
        .model
        .within(server)
        .filter(|scope| scope.location().is_some() && !scope.is_inner())
    {
        let guarded = matches!(site.guard(scope), Guard::Gate(_));
        if !guarded && !site.leads_to_gate(scope) {
            continue;
        }
        let copies = scope.list("mirror").into_iter();
        for line in copies.filter(|line| line.arg(0) != "off") {
            found.add(&traps::MIRRORED, line, format!("in `{}`", scope.title()));
        }
        if !guarded || site.model.serves(scope).is_empty() {
            continue;
        }
        // That is a finding of its own.
        if scope.value("satisfy") == "any" {
            continue;
        }
        for line in REFUSE.iter().flat_map(|name| scope.list(name)) {
            if line.arg(0) != "off" && !(line.name() == "allow" && line.arg(0) == "all") {
                found.add(&traps::ALSO_REFUSED, line, "");
            }
        }
    }
}

/// Programs in nginx, in whatever server: each can open a connection of its own.
pub(super) fn programs(site: &Site<'_, '_>, found: &mut Findings) {
    for scope in &site.model.scopes {
        // What a guarded location runs, it may have from further out.
        if matches!(site.guard(scope), Guard::Gate(_)) {
            for around in scope.outward() {
                run(around.directives(), &traps::SCRIPT, found);
            }
        }
    }
    for scope in &site.model.scopes {
        run(scope.directives(), &traps::SCRIPT_BESIDE, found);
    }
    for block in others(site.model) {
        run(block.block(), &traps::SCRIPT_BESIDE, found);
    }
}

fn others<'a>(model: &Model<'a>) -> impl Iterator<Item = &'a Directive> {
    let streams = model.streams.iter().map(|stream| stream.server);
    model.upstreams().chain(streams)
}

fn run(directives: &[Directive], trap: &'static traps::Trap, found: &mut Findings) {
    let programs = directives.iter().filter(|line| {
        let starts = |start: &&str| line.name().starts_with(*start);
        // `perl_modules` and `perl_require` run nothing here.
        // One that makes a variable answers nothing by itself.
        let answers = *trap == traps::SCRIPT_BESIDE || !MAKERS.iter().any(starts);
        answers
            && PROGRAMS.iter().any(starts)
            && !(line.name().starts_with("perl_") && line.name() != "perl_set")
    });
    for line in programs {
        // Named once: in a guarded location, that says all.
        let named = found
            .list
            .iter()
            .any(|known| known.trap == &traps::SCRIPT && known.place == line.place);
        if !named {
            found.add(trap, line, fetching(line));
        }
    }
}

/// By what a program that is written in the configuration fetches something.
fn fetching(line: &Directive) -> String {
    let Body::Program(program) = &line.body else {
        return String::new();
    };
    let word = FETCHES.iter().find(|word| program.contains(**word));
    word.map_or_else(String::new, |word| {
        format!("it fetches or opens something: `{word}`")
    })
}
