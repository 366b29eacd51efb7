//! What nginx fetches by itself, which is never asked about.

use crate::nginx::model::Scope;
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::traps;

/// Directives that fetch a place for another.
const FETCHES: &[&str] = &["mirror", "add_before_body", "add_after_body"];

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &'a Scope<'a>, found: &mut Findings) {
    for scope in site
        .model
        .within(server)
        .filter(|scope| scope.location().is_some())
    {
        if let Some(line) = scope.single("ssi").filter(|line| line.arg(0) == "on") {
            found.add(&traps::SUBREQUEST, line, "");
        }
        fetches(site, scope, found);
        prefix_off(scope, found);
    }
}

fn fetches<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    let Some(server) = site
        .servers
        .iter()
        .find(|own| scope.server().is_some_and(|server| server.id == own.id))
    else {
        return;
    };
    for line in FETCHES.iter().flat_map(|name| scope.list(name)) {
        let target = site.model.locate(server, line.arg(0));
        let guarded = target.filter(|target| matches!(site.guard(target), Guard::Gate(_)));
        if let Some(target) = guarded {
            found.add(
                &traps::SUBREQUEST,
                line,
                format!("it fetches `{}`", target.title()),
            );
        }
    }
}

fn prefix_off(scope: &Scope<'_>, found: &mut Findings) {
    use crate::nginx::model::Match;
    let off = scope.own("auth_request").find(|line| line.arg(0) == "off");
    if let (Some(line), Some(Match::Prefix(path) | Match::Caret(path))) = (off, scope.location())
        && !path.ends_with('/')
    {
        found.add(
            &traps::AUTH_OFF_PREFIX,
            line,
            format!("`{}` is also for `{path}x`", scope.title()),
        );
    }
}
