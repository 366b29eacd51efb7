//! Headers that are set in one block and lost in the next, and those that let every site read.

use crate::nginx::model::Scope;
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

/// Parts of names of headers that say who somebody is.
const IDENTITY: &[&str] = &[
    "user",
    "remote",
    "auth",
    "cookie",
    "email",
    "group",
    "role",
    "forwarded",
];
/// Headers of answers that protect.
const PROTECTING: &[&str] = &[
    "strict-transport-security",
    "x-content-type-options",
    "content-security-policy",
    "x-frame-options",
    "referrer-policy",
];

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    for scope in site
        .model
        .within(server)
        .filter(|scope| scope.location().is_some())
    {
        let guarded = matches!(site.guard(scope), Guard::Gate(_));
        let gate = site.leads_to_gate(scope);
        if guarded || gate {
            lost_in_answers(scope, found);
            any_origin(scope, found);
        }
        let passes_all = scope.value("proxy_pass_request_headers") != "off";
        if passes_all && scope.pass().is_some_and(|pass| pass.name() == "proxy_pass") {
            lost_in_requests(scope, found);
        }
    }
}

/// The lines further out that the block's own lines of the same directive displace, without naming the header again.
fn lost<'a>(scope: &Scope<'a>, name: &str) -> Vec<&'a Directive> {
    let mut around = scope
        .outward()
        .skip_while(|around| around.own(name).next().is_none());
    let Some(inner) = around.next() else {
        return Vec::new();
    };
    let own: Vec<&Directive> = inner.own(name).collect();
    let outer = around
        .map(|outer| outer.own(name).collect::<Vec<_>>())
        .find(|outer| !outer.is_empty());
    let outer = outer.unwrap_or_default().into_iter();
    outer
        .filter(|line| {
            !own.iter()
                .any(|own| own.arg(0).eq_ignore_ascii_case(line.arg(0)))
        })
        .collect()
}

fn lost_in_requests(scope: &Scope<'_>, found: &mut Findings) {
    for line in lost(scope, "proxy_set_header") {
        let header = line.arg(0).to_ascii_lowercase();
        // The usual three carry nothing that a program has to believe.
        let usual = [
            "x-forwarded-for",
            "x-forwarded-proto",
            "x-forwarded-host",
            "x-forwarded-port",
        ]
        .contains(&&*header);
        let who = IDENTITY.iter().any(|part| header.contains(part));
        if who && !usual {
            found.add(
                &traps::LOST_HEADERS,
                scope.opening,
                format!("`{}` in {} does not count here", line.source, line.place),
            );
        }
    }
}

fn lost_in_answers(scope: &Scope<'_>, found: &mut Findings) {
    for line in lost(scope, "add_header") {
        if PROTECTING.contains(&&*line.arg(0).to_ascii_lowercase()) {
            found.add(
                &traps::LOST_ADD_HEADER,
                scope.opening,
                format!("`{}` in {} does not count here", line.source, line.place),
            );
        }
    }
}

fn any_origin(scope: &Scope<'_>, found: &mut Findings) {
    let credentials = scope.header("add_header", "Access-Control-Allow-Credentials");
    let origin = scope.header("add_header", "Access-Control-Allow-Origin");
    if let (Some(credentials), Some(origin)) = (credentials, origin)
        && credentials.arg(1).eq_ignore_ascii_case("true")
        && origin.arg(1).contains("$http_origin")
    {
        found.add(&traps::CORS_ANY_ORIGIN, origin, "");
    }
}
