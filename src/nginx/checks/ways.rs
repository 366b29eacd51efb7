//! Does any way lead to what the gate guards without asking it? The check that matters most.
//!
//! Every block that visitors reach is looked at, in every server, and every inner block that they are sent on to: by
//! `rewrite`, `error_page` and `try_files`. What happens before the question (a rewrite, a `return`, a refusal)
//! is not guarded by it.

use crate::nginx::model::{Backend, Kind, Match, Scope, Served};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Protected, Site, is_loopback};
use crate::nginx::syntax::Directive;
use crate::nginx::traps::{self, Trap};

use super::conditions::{conditions, error_pages, refuses, refuses_text, status};
use super::reach::{by_header, reaches};

/// Refusals that do not need the gate's permission first.
const EARLY: &[u16] = &[
    400, 401, 403, 408, 413, 414, 418, 421, 429, 494, 495, 496, 497, 500, 503,
];

pub(super) fn check(site: &Site<'_, '_>, found: &mut Findings) {
    streams(site, found);
    for server in site.model.servers() {
        let mut ways = Ways {
            site,
            server,
            seen: Vec::new(),
            left: Vec::new(),
        };
        ways.begin();
        while let Some((scope, around)) = ways.left.pop() {
            ways.look(scope, around, found);
        }
        by_header(site, server, &ways.seen, found);
    }
}

/// Ports that are passed on as they are.
fn streams(site: &Site<'_, '_>, found: &mut Findings) {
    for stream in &site.model.streams {
        let mut listens = stream
            .server
            .block()
            .iter()
            .filter(|line| line.name() == "listen");
        let outside = listens.any(|line| !is_loopback(line.arg(0)));
        let addresses = stream
            .addresses
            .iter()
            .map(|address| Backend::Address(address.clone()));
        for backend in addresses.filter(|_| outside) {
            let protected = site
                .protected
                .iter()
                .find(|protected| protected.backend == backend);
            if let Some(protected) = protected {
                let what = describe(&backend);
                found.add(
                    &traps::UNGUARDED_IMAGES,
                    stream.server,
                    format!("this port leads to {what}, {}", protected.because),
                );
            }
        }
    }
}

struct Ways<'s, 'm, 'a> {
    site: &'s Site<'m, 'a>,
    server: &'m Scope<'a>,
    seen: Vec<usize>,
    /// Blocks to look at, and the line that leads to one from a guarded block.
    left: Vec<(&'m Scope<'a>, Option<&'a Directive>)>,
}

impl<'m, 'a> Ways<'_, 'm, 'a> {
    /// Begins with what visitors can name.
    fn begin(&mut self) {
        let outer = self
            .site
            .model
            .within(self.server)
            .filter(|scope| !scope.is_inner() && !self.site.model.is_shadowed(scope));
        self.left.extend(outer.map(|scope| (scope, None)));
    }

    fn look(&mut self, scope: &'m Scope<'a>, around: Option<&'a Directive>, found: &mut Findings) {
        if self.seen.contains(&scope.id) {
            return;
        }
        self.seen.push(scope.id);
        let guard = self.site.guard(scope);
        for served in self.site.model.serves(scope) {
            if let Some(protected) = reaches(self.site, self.server, scope, &served) {
                self.judge(scope, guard, around, &served, protected, found);
            }
        }
        let from = match guard {
            Guard::Gate(_) => true,
            Guard::Open | Guard::Other(_) => false,
        };
        for (line, target) in self.onward(scope, from) {
            let targets = self.site.model.target(self.server, target);
            let inner = targets.filter(|target| target.is_inner());
            self.left
                .extend(inner.map(|target| (target, from.then_some(line).or(around))));
        }
    }

    /// The lines by which a block sends requests on, and where to.
    fn onward(&self, scope: &Scope<'a>, guarded: bool) -> Vec<(&'a Directive, &'a str)> {
        let mut onward = Vec::new();
        let mut returned = Vec::new();
        for inner in
            self.site.model.within(scope).filter(|inner| {
                inner.around().map(|own| own.id) == scope.around().map(|own| own.id)
            })
        {
            returned.extend(inner.own("return").map(status));
            let rewrites = inner
                .own("rewrite")
                .filter(|line| !["break", "redirect", "permanent"].contains(&line.arg(2)));
            onward.extend(rewrites.map(|line| (line, line.arg(1))));
        }
        for page in error_pages(scope) {
            let early = page
                .codes
                .iter()
                .any(|code| EARLY.contains(code) || returned.contains(code));
            if early || !guarded {
                onward.push((page.line, page.target));
            }
        }
        if let Some(line) = scope.own("try_files").last().filter(|_| !guarded) {
            onward.extend(line.args().last().map(|target| (line, target.as_str())));
        }
        onward
    }

    fn judge(
        &self,
        scope: &Scope<'a>,
        guard: Guard<'a>,
        around: Option<&'a Directive>,
        served: &Served<'a>,
        protected: &Protected,
        found: &mut Findings,
    ) {
        let what = describe(&served.backend);
        let because = &protected.because;
        match guard {
            Guard::Gate(_) => {}
            Guard::Open | Guard::Other(_) if self.only_describes(scope) => {}
            // Nobody at all gets in.
            Guard::Other(line) if line.name() == "deny" && !has_exceptions(scope) => {}
            Guard::Other(line) => found.add(
                &traps::OTHER_GUARD,
                line,
                format!("`{}` leads to {what}, {because}", scope.title()),
            ),
            Guard::Open => {
                let (trap, line) = self.name(scope, around, served, protected);
                let harmless =
                    is_one_address(scope, served) || refuses_text(self.site.model, scope, ";");
                if *trap != traps::SAME_PROGRAM || !harmless {
                    found.add(
                        trap,
                        line,
                        format!("`{}` leads to {what}, {because}", scope.title()),
                    );
                }
            }
        }
    }

    fn name(
        &self,
        scope: &Scope<'a>,
        around: Option<&'a Directive>,
        served: &Served<'a>,
        protected: &Protected,
    ) -> (&'static Trap, &'a Directive) {
        if let Some(line) = around {
            return (&traps::WAY_AROUND, line);
        }
        let asks = self.site.servers.iter().any(|own| own.id == self.server.id);
        if asks && matches!(scope.location(), Some(Match::Regex(_))) {
            return (&traps::REGEX_SIBLING, scope.opening);
        }
        if served.directive.name() == "proxy_pass" && apart(&served.path, &protected.path) {
            return (&traps::SAME_PROGRAM, served.directive);
        }
        let opening = if scope.kind == Kind::Server {
            served.directive
        } else {
            scope.opening
        };
        (&traps::UNGUARDED_IMAGES, opening)
    }

    /// Whether everything but descriptions is refused, as on the listener that the gate reads IIPImage's from.
    fn only_describes(&self, scope: &Scope<'a>) -> bool {
        let refusing = conditions(self.site.model, scope)
            .into_iter()
            .filter(|condition| refuses(condition));
        refusing.into_iter().any(|condition| {
            let words = condition.opening.words.join(" ");
            words.contains("$request_uri !~ ^/") && words.contains("/info\\.json$")
        })
    }
}

/// Whether some addresses get in where all others do not.
fn has_exceptions(scope: &Scope<'_>) -> bool {
    let mut around = scope
        .outward()
        .filter(|around| around.own("deny").next().is_some());
    around
        .next()
        .is_some_and(|around| around.own("allow").next().is_some())
}

/// Whether one address of a program is asked for and no other, as for its health.
fn is_one_address(scope: &Scope<'_>, served: &Served<'_>) -> bool {
    let fixed = !served.directive.arg(0).contains('$') && served.path.len() > 1;
    fixed && matches!(scope.location(), Some(Match::Exact(_)))
}

/// Whether two paths are in different applications: their first segments are known, and differ.
fn apart(one: &str, other: &str) -> bool {
    let first = |path: &str| {
        let end = path
            .match_indices('/')
            .nth(1)
            .map_or(path.len(), |(at, _)| at + 1);
        path.get(..end).unwrap_or_default().to_owned()
    };
    let (one, other) = (first(one), first(other));
    !one.starts_with(&other) && !other.starts_with(&one)
}

fn describe(backend: &Backend) -> String {
    match backend {
        Backend::Address(address) => format!("the program at {address}"),
        Backend::Folder(folder) => format!("the folder {folder}"),
        Backend::Chosen(name) => format!("whatever ${name} says"),
    }
}
