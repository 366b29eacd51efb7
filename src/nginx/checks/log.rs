//! What the log holds.

use crate::nginx::model::{Scope, names};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

/// Variables that let whoever reads them be somebody else.
const SECRET: &[&str] = &[
    "http_cookie",
    "http_authorization",
    "http_x_annotator_auth_token",
    "sent_http_set_cookie",
    "upstream_http_set_cookie",
];
/// Variables with the query, or with the address of another page.
const QUERY: &[&str] = &[
    "request",
    "request_uri",
    "args",
    "query_string",
    "http_referer",
];

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    for scope in site
        .model
        .within(server)
        .filter(|scope| scope.location().is_some())
    {
        let concerned = site.leads_to_gate(scope) || matches!(site.guard(scope), Guard::Gate(_));
        if !concerned || scope.is_inner() {
            continue;
        }
        let errors = scope.single("error_log").or(site.model.error_log);
        if let Some(line) = errors.filter(|line| line.arg(1).starts_with("debug")) {
            found.add(
                &traps::SECRETS_IN_LOG,
                line,
                "at this level it holds all headers",
            );
        }
        let lines = scope.list("access_log");
        if lines.is_empty() {
            found.add(
                &traps::QUERY_IN_LOG,
                server.opening,
                "nothing is said about the log, so it is nginx's own",
            );
        }
        for line in lines.into_iter().filter(|line| line.arg(0) != "off") {
            judge(site, scope, line, found);
        }
    }
}

fn judge<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, line: &Directive, found: &mut Findings) {
    let named = line
        .args()
        .get(1)
        .filter(|arg| !arg.contains('='))
        .map_or("combined", String::as_str);
    let formats = site
        .model
        .scopes
        .iter()
        .flat_map(|scope| scope.own("log_format"));
    let format = formats.filter(|format| format.arg(0) == named).last();
    let text = format.map_or("$request $http_referer".to_owned(), |format| {
        format.args().join(" ")
    });
    let variables = names(&text);
    let secret = site.model.holding(scope, &text, &|name| {
        SECRET.contains(&name) || name.starts_with("cookie_")
    });
    if let Some(name) = secret {
        found.add(
            &traps::SECRETS_IN_LOG,
            line,
            format!("the format `{named}` holds `${name}`"),
        );
    } else if let Some(name) = variables.iter().find(|name| QUERY.contains(name)) {
        found.add(
            &traps::QUERY_IN_LOG,
            line,
            format!("the format `{named}` holds `${name}`"),
        );
    }
}
