//! What of the gate can be reached from outside though it is not meant for visitors, and programs that visitors choose.

use crate::nginx::model::{Backend, Match, Scope, Served};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

/// Where health and metrics are listened for unless it is told otherwise.
const HEALTH: &str = ":9781";
/// Beginnings of variables that hold what visitors send.
const SENT: &[&str] = &[
    "arg_",
    "http_",
    "cookie_",
    "args",
    "query_string",
    "request_uri",
    "uri",
    "document_uri",
    "ssl_server_name",
];

pub(super) fn check(site: &Site<'_, '_>, found: &mut Findings) {
    for server in site.model.servers() {
        for scope in site.model.within(server).filter(|scope| !scope.is_inner()) {
            for served in site.model.serves(scope) {
                match &served.backend {
                    Backend::Address(address)
                        if address.ends_with(HEALTH) && !site.is_gate(&served.backend) =>
                    {
                        if !matches!(site.guard(scope), Guard::Other(_)) {
                            found.add(&traps::HEALTH_EXPOSED, served.directive, "");
                        }
                    }
                    Backend::Address(_) if site.is_gate(&served.backend) => {
                        inner_pages(site, server, scope, &served, found);
                    }
                    Backend::Chosen(name)
                        if visitors_choose(site, scope, name)
                            || names_host(site, server, scope, name) =>
                    {
                        found.add(
                            &traps::CHOSEN_BACKEND,
                            served.directive,
                            format!("`${name}` is made of what visitors send"),
                        );
                    }
                    Backend::Address(_) | Backend::Folder(_) | Backend::Chosen(_) => {}
                }
            }
        }
    }
}

fn visitors_choose<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, name: &str) -> bool {
    let sources = site.model.sources(scope, &format!("${name}"));
    let digits = |name: &str| name.chars().all(|c| c.is_ascii_digit());
    sources.iter().any(|name| {
        SENT.iter().any(|start| {
            if start.ends_with('_') {
                name.starts_with(start)
            } else {
                name == start
            }
        }) || digits(name)
    }) || site.model.decoded(scope, &format!("${name}")).is_some()
}

/// Whether a variable is the host that visitors name, in a server that is there for any.
fn names_host<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, scope: &Scope<'a>, name: &str) -> bool {
    let mut listens = server.own("listen");
    let default = listens.any(|line| {
        let own = site.model.default_server(line);
        own.is_some_and(|own| own.id == server.id)
    });
    let mut named = server.own("server_name").flat_map(Directive::args);
    let pattern = named.any(|name| name.contains(['*', '~']) || name.starts_with('.'));
    let sources = site.model.sources(scope, &format!("${name}"));
    (default || pattern) && sources.iter().any(|name| name == "host")
}

/// Do visitors reach the question by way of the pages?
fn inner_pages<'m, 'a>(
    site: &Site<'m, 'a>,
    server: &'m Scope<'a>,
    scope: &Scope<'a>,
    served: &Served<'a>,
    found: &mut Findings,
) {
    let Some(Match::Prefix(path) | Match::Caret(path)) = scope.location() else {
        return;
    };
    let has_path = served
        .directive
        .arg(0)
        .rsplit_once("://")
        .is_some_and(|(_, rest)| rest.contains('/'));
    for inner in ["/query_auth", "/describe"] {
        let outside = if has_path {
            inner
                .strip_prefix(&*served.path)
                .map(|rest| format!("{path}{rest}"))
        } else if served.directive.arg(0).contains('$') {
            // What the variable holds cannot be told; the outermost of such locations is the likely one.
            is_outermost(site, server, scope, path)
                .then(|| format!("{}{inner}", path.trim_end_matches('/')))
        } else {
            inner.starts_with(path).then(|| inner.to_owned())
        };
        let located = outside
            .as_deref()
            .and_then(|outside| site.model.locate(server, outside));
        if let Some(outside) = outside
            .as_ref()
            .filter(|_| located.is_some_and(|located| located.id == scope.id))
        {
            found.add(
                &traps::QUESTION_EXPOSED,
                scope.opening,
                format!("`{outside}` leads to the gate's `{inner}`"),
            );
        }
    }
}

/// Whether no other location of the pages has a path that this one's begins with.
pub(super) fn is_outermost(
    site: &Site<'_, '_>,
    server: &Scope<'_>,
    scope: &Scope<'_>,
    path: &str,
) -> bool {
    let all = site.model.scopes.iter().filter(|other| {
        other.id != scope.id && other.server().is_some_and(|own| own.id == server.id)
    });
    let mut outer = all.filter(|other| {
        other
            .location()
            .and_then(Match::path)
            .is_some_and(|own| path.starts_with(own))
    });
    !outer.any(|other| site.leads_to_gate(other))
}
