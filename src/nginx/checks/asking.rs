//! Is the gate asked, and is it the gate?

use crate::nginx::model::{Backend, Match, Scope, Served};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

use super::conditions::status;
use super::instead;

/// Whether the gate is asked at all.
pub(super) fn check(site: &Site<'_, '_>, found: &mut Findings) -> bool {
    let mut asked = false;
    for server in &site.servers {
        for asks in questions(site, server) {
            asked = true;
            leads_to_the_gate(site, server, asks, found);
        }
    }
    if asked {
        return true;
    }
    if let Some(server) = site.servers.first() {
        found.add(&traps::NOT_ASKED, server.opening, "");
    } else if let Some(http) = site.model.scopes.first() {
        found.add(&traps::NOT_ASKED, http.opening, "there is no trace of a gate in the whole configuration; if it listens elsewhere than usual, say so with --gate");
    }
    false
}

/// The different `auth_request` lines of a server that are meant for the gate.
fn questions<'a>(site: &Site<'_, 'a>, server: &Scope<'a>) -> Vec<&'a Directive> {
    let mut questions: Vec<&Directive> = Vec::new();
    for scope in site
        .model
        .within(server)
        .filter(|scope| scope.location().is_some())
    {
        if let Guard::Gate(asks) = site.guard(scope)
            && !questions.iter().any(|known| known.place == asks.place)
        {
            questions.push(asks);
        }
    }
    questions
}

fn leads_to_the_gate<'a>(
    site: &Site<'_, 'a>,
    server: &Scope<'a>,
    asks: &'a Directive,
    found: &mut Findings,
) {
    if instead::greeted(site, server, asks, found) {
        return;
    }
    let answering = site.answering(server, asks);
    let own = answering.first().is_some_and(|scope| {
        scope.location().and_then(Match::path) == asks.arg(0).split('?').next()
    });
    if !own && !answering.iter().any(|scope| site.leads_to_gate(scope)) {
        let taken = answering
            .first()
            .map(|scope| format!("`{}` answers `{}`", scope.title(), asks.arg(0)));
        return found.add(
            &traps::ASKS_NOBODY,
            asks,
            taken.unwrap_or_else(|| format!("no location is for `{}`", asks.arg(0))),
        );
    }
    let mut answered = false;
    for scope in &answering {
        answered |= answers_itself(site, scope, found);
        instead::excused(site, scope, found);
        answered |= is_the_gate(site, server, scope, found);
        if !scope.is_inner() && site.leads_to_gate(scope) {
            found.add(&traps::AUTH_NOT_INTERNAL, scope.opening, "");
        }
    }
    if let Some(scope) = answering.first().filter(|_| !answered) {
        found.add(
            &traps::AUTH_ELSEWHERE,
            scope.opening,
            "nothing here asks the gate",
        );
    }
}

/// Finds another program than the gate in its place, or another page of the gate; whether there is any program.
fn is_the_gate<'a>(
    site: &Site<'_, 'a>,
    server: &Scope<'a>,
    scope: &Scope<'a>,
    found: &mut Findings,
) -> bool {
    let served = site.model.serves(scope);
    for served in &served {
        let wrong = if let Some(other) = another_than_pages(site, server, served) {
            other
        } else if !site.is_gate(&served.backend) {
            String::new()
        } else if !site.is_question(scope) {
            format!(
                "the gate is asked for `{}`, not for `/query_auth`",
                served.path
            )
        } else {
            continue;
        };
        found.add(&traps::AUTH_ELSEWHERE, served.directive, wrong);
    }
    !served.is_empty()
}

/// Whether the pages of this server come from gates, none of which is the one that is asked.
fn another_than_pages<'a>(
    site: &Site<'_, 'a>,
    server: &Scope<'a>,
    asked: &Served<'a>,
) -> Option<String> {
    let all = site
        .model
        .within(server)
        .flat_map(|scope| site.model.serves(scope));
    let pages =
        all.filter(|served| site.is_gate(&served.backend) && !served.path.ends_with("/query_auth"));
    let pages: Vec<_> = pages.map(|served| served.backend).collect();
    let other = pages.first().filter(|_| !pages.contains(&asked.backend))?;
    match other {
        Backend::Address(address) => Some(format!("the gate's pages come from {address}")),
        Backend::Folder(_) | Backend::Chosen(_) => None,
    }
}

/// Finds a `return` that lets through.
fn answers_itself<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) -> bool {
    let mut answers = false;
    for line in site
        .model
        .within(scope)
        .flat_map(|inner| inner.own("return"))
    {
        answers = true;
        if status(line) < 300 {
            found.add(&traps::AUTH_ANSWERS_ITSELF, line, "");
        }
    }
    answers
}
