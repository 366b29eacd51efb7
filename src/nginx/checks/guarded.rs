//! Locations that ask the gate: is its answer proven, can another location take over, does another permission do as well?

use crate::nginx::model::{Kind, Match, Served, names};
use crate::nginx::report::Findings;
use crate::nginx::site::Site;
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

use super::Place;
use super::conditions::{conditions, refuses};

pub(super) fn check(site: &Site<'_, '_>, place: &Place<'_, '_>, found: &mut Findings) {
    let scope = place.scope;
    if let Some(line) = scope.single("satisfy").filter(|line| line.arg(0) == "any") {
        found.add(&traps::SATISFY_ANY, line, format!("in `{}`", scope.title()));
    }
    if place.served.is_empty() {
        return;
    }
    takeover(place, found);
    proof(site, place, found);
    second_opinion(site, place, found);
    kept(place, found);
    for line in scope
        .list("auth_request_set")
        .into_iter()
        .filter(|line| line.arg(1).contains("upstream_http_set_cookie"))
    {
        found.add(&traps::QUESTION_COOKIE, line, "");
    }
    let cors = scope.header("add_header", "Access-Control-Allow-Origin");
    if let Some(line) = cors.filter(|line| line.arg(2) != "always") {
        found.add(&traps::CORS_ON_SUCCESS, line, "");
    }
    if let Some(line) = scope
        .single("autoindex")
        .filter(|line| line.arg(0) == "on" && place.is_folder())
    {
        found.add(&traps::LISTING, line, "");
    }
}

/// Can a location with a pattern take over?
fn takeover(place: &Place<'_, '_>, found: &mut Findings) {
    let scope = place.scope;
    let in_server = scope
        .parent
        .as_ref()
        .is_some_and(|parent| parent.kind == Kind::Server);
    let everywhere = scope
        .server()
        .and_then(|server| server.single("auth_request"));
    let asked_anyway = everywhere.is_some_and(|asks| asks.arg(0) != "off");
    if in_server && !asked_anyway && matches!(scope.location(), Some(Match::Prefix(_))) {
        found.add(&traps::NO_CARET, scope.opening, "");
    }
}

/// Does what is served depend on a header that only the gate sends?
fn proof(site: &Site<'_, '_>, place: &Place<'_, '_>, found: &mut Findings) {
    for served in unproven(site, place) {
        found.add(&traps::GATE_NOT_PROVEN, served.directive, "");
    }
}

/// Whether nothing is served without a header that only the gate sends.
pub(super) fn is_proven(site: &Site<'_, '_>, place: &Place<'_, '_>) -> bool {
    unproven(site, place).is_empty()
}

fn unproven<'p, 'a>(site: &Site<'_, '_>, place: &'p Place<'_, 'a>) -> Vec<&'p Served<'a>> {
    if site.on_sockets() {
        return Vec::new();
    }
    let told = place.scope.list("auth_request_set");
    let proven = |name: &str| {
        let sets = |line: &&Directive| {
            line.arg(0).trim_start_matches('$') == name && line.arg(1).contains("upstream_http_")
        };
        told.iter().any(sets)
    };
    let depends = |served: &&Served<'_>| {
        let mut variables = names(served.directive.arg(0)).into_iter();
        variables.any(|name| site.model.tells_apart(name, &proven))
    };
    place
        .served
        .iter()
        .filter(|served| !depends(served))
        .collect()
}

/// May others keep what is served?
fn kept(place: &Place<'_, '_>, found: &mut Findings) {
    let scope = place.scope;
    let said = scope
        .header("add_header", "Cache-Control")
        .map_or("", |line| line.arg(1));
    let private = said.contains('$')
        || ["private", "no-store", "no-cache"]
            .iter()
            .any(|word| said.contains(word));
    let expires = scope.value("expires");
    let expired = ["epoch", "-1"].contains(&expires);
    // `expires` adds a time for which browsers need not ask again, whoever has signed out since.
    let asked_again = said.contains('$') || said.contains("no-");
    let for_a_while = !expired && !["", "off"].contains(&expires) && !asked_again;
    if !private && !expired || for_a_while {
        found.add(&traps::CACHEABLE, scope.opening, "");
    }
}

/// Does nginx refuse anything by the raw target itself?
fn second_opinion(site: &Site<'_, '_>, place: &Place<'_, '_>, found: &mut Findings) {
    let mut refusing = conditions(site.model, place.scope)
        .into_iter()
        .filter(|condition| refuses(condition));
    let raw = refusing.any(|condition| {
        let sources = site.model.sources(condition, &condition.title());
        sources.iter().any(|name| name == "request_uri")
    });
    if !raw {
        found.add(&traps::NO_SECOND_OPINION, place.scope.opening, "");
    }
}
