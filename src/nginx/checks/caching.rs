//! Caches in front of the gate and of guarded answers.

use crate::nginx::model::{Scope, names};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

use super::question::seconds;

/// What a decision depends on, and the variables that hold it.
const PARTS: &[(&str, &[&str])] = &[
    ("the cookies", &["http_cookie"]),
    ("the token", &["http_authorization"]),
    ("the target", &["request_uri"]),
    ("the method", &["request_method"]),
    ("the host", &["host", "http_host", "server_name"]),
    (
        "the visitor's address",
        &["remote_addr", "binary_remote_addr"],
    ),
];

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    for scope in site.model.within(server) {
        let Some(pass) = scope.pass().filter(|_| scope.location().is_some()) else {
            continue;
        };
        let kind = pass.name().trim_end_matches("_pass");
        let keeps = |name: &str| {
            scope
                .single(&format!("{kind}_{name}"))
                .filter(|line| line.arg(0) != "off")
        };
        let guarded = matches!(site.guard(scope), Guard::Gate(_));
        let replaces = scope.single(&format!("{kind}_intercept_errors"));
        if let Some(line) = replaces.filter(|line| line.arg(0) == "on")
            && (guarded || site.leads_to_gate(scope))
        {
            found.add(&traps::INTERCEPT, line, format!("in `{}`", scope.title()));
        }
        let Some(cache) = keeps("cache").or_else(|| keeps("store")) else {
            continue;
        };
        if site.is_question(scope) {
            found.add(&traps::AUTH_CACHED, cache, "");
            decisions(site, scope, cache, found);
        } else if site.leads_to_gate(scope) {
            found.add(
                &traps::GATE_CACHED,
                cache,
                format!("in `{}`", scope.title()),
            );
        } else if guarded {
            found.add(
                &traps::ANSWER_CACHED,
                cache,
                format!("in `{}`", scope.title()),
            );
        }
    }
}

fn decisions<'a>(
    site: &Site<'_, 'a>,
    scope: &Scope<'a>,
    cache: &'a Directive,
    found: &mut Findings,
) {
    let key = scope.single("proxy_cache_key");
    let text = key.map_or("$scheme$proxy_host$request_uri", |key| key.arg(0));
    let sources = site.model.sources(scope, text);
    let missing = PARTS
        .iter()
        .filter(|(_, variables)| !sources.iter().any(|name| variables.contains(&&**name)));
    let missing: Vec<&str> = missing.map(|(what, _)| *what).collect();
    if !missing.is_empty() {
        found.add(
            &traps::AUTH_CACHE_KEY,
            key.unwrap_or(cache),
            format!("the key lacks {}", missing.join(", ")),
        );
    } else if touches(text) {
        found.add(
            &traps::AUTH_CACHE_KEY,
            key.unwrap_or(cache),
            "nothing stands between two parts of the key, so one can end where the other begins",
        );
    }
    for line in scope.list("proxy_cache_valid") {
        let Some((time, codes)) = line.args().split_last() else {
            continue;
        };
        let denials = codes
            .iter()
            .any(|code| ["401", "403", "any"].contains(&&**code));
        if denials && seconds(time) > 1.0 {
            found.add(&traps::AUTH_CACHE_DENIALS, line, "");
        }
    }
    if let Some(line) = scope
        .single("proxy_cache_lock")
        .filter(|line| line.arg(0) == "on")
    {
        found.add(&traps::AUTH_CACHE_LOCK, line, "");
    }
}

/// Whether two variables stand next to each other.
fn touches(text: &str) -> bool {
    let variables = names(text);
    let pairs = variables.iter().zip(variables.iter().skip(1));
    pairs.into_iter().any(|(one, other)| {
        text.contains(&format!("${one}${other}"))
            || text.contains(&format!("${{{one}}}${{{other}}}"))
            || text.contains(&format!("${{{one}}}${other}"))
            || text.contains(&format!("${one}${{{other}}}"))
    })
}
