//! Answers of the gate that something changes on the way: cookies, and headers that decide what browsers keep and allow.

use crate::nginx::model::{Match, Scope};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

use super::exposed::is_outermost;

/// Directives that write cookies anew.
const COOKIES: &[&str] = &[
    "proxy_cookie_domain",
    "proxy_cookie_path",
    "proxy_cookie_flags",
];
/// Of an answer by which the gate steers browsers, and which nginx has no reason to touch.
const STEERS: &[&str] = &[
    "content-security-policy",
    "x-frame-options",
    "cross-origin-opener-policy",
    "cache-control",
    "location",
    "set-cookie",
];
/// With one of these, viewers lose the window of the sign-in, or the frame of the token.
const BREAKS: &[&str] = &["x-frame-options", "cross-origin-opener-policy"];

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &'a Scope<'a>, found: &mut Findings) {
    for scope in site
        .model
        .within(server)
        .filter(|scope| scope.location().is_some())
    {
        let gate = site.leads_to_gate(scope) && !site.is_question(scope);
        if !gate && !matches!(site.guard(scope), Guard::Gate(_)) {
            continue;
        }
        let mut changed = more_headers(scope);
        if gate {
            changed.extend(of_the_gate(scope));
            let path = scope.location().and_then(Match::path);
            let outside = path.filter(|_| !scope.is_inner());
            if outside.is_some_and(|path| is_outermost(site, server, scope, path)) {
                changed.extend(of_the_pages(scope));
            }
        }
        for line in changed {
            found.add(&traps::CHANGED, line, format!("in `{}`", scope.title()));
        }
    }
}

/// The module of that name adds to what it says further out.
fn more_headers<'a>(scope: &Scope<'a>) -> Vec<&'a Directive> {
    let lines = ["more_set_headers", "more_clear_headers"];
    let all = scope.outward().flat_map(Scope::directives);
    all.filter(|line| lines.contains(&line.name()))
        .filter(|line| {
            let text = line.args().join(" ").to_ascii_lowercase();
            text.contains("access-control-") || STEERS.iter().any(|name| text.contains(name))
        })
        .collect()
}

/// What the gate says about keeping, and about scripts.
fn of_the_gate<'a>(scope: &Scope<'a>) -> Vec<&'a Directive> {
    let kept = scope
        .single("expires")
        .filter(|line| !["off", "epoch", "-1"].contains(&line.arg(0)));
    let hidden = hides(scope, &|name| {
        STEERS.contains(&name) && name != "set-cookie"
    });
    kept.into_iter().chain(hidden).collect()
}

/// What matters where people sign in.
fn of_the_pages<'a>(scope: &Scope<'a>) -> Vec<&'a Directive> {
    let cookies = COOKIES.iter().flat_map(|name| scope.list(name));
    let cookies = cookies.filter(|line| line.arg(0) != "off");
    let hidden = hides(scope, &|name| name == "set-cookie");
    let added = scope.list("add_header").into_iter().filter(|line| {
        BREAKS.contains(&&*line.arg(0).to_ascii_lowercase()) && !line.arg(1).is_empty()
    });
    cookies.chain(hidden).chain(added).collect()
}

fn hides<'a>(scope: &Scope<'a>, is_meant: &dyn Fn(&str) -> bool) -> Vec<&'a Directive> {
    let mut lines = scope.list("proxy_hide_header");
    lines.retain(|line| is_meant(&line.arg(0).to_ascii_lowercase()));
    lines
}
