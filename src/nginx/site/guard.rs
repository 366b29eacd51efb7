//! Who guards a place: the gate, something else, or nobody.

use crate::nginx::model::{Before, Match, Scope};
use crate::nginx::syntax::Directive;

use super::{Site, is_loopback};

/// How a place is guarded.
#[derive(Debug, Clone, Copy)]
pub enum Guard<'a> {
    /// By nobody.
    Open,
    /// By the gate, or by what should be the gate.
    Gate(&'a Directive),
    /// By another program, a password or an address.
    Other(&'a Directive),
}

impl<'m, 'a> Site<'m, 'a> {
    /// How a place is guarded.
    pub fn guard(&self, scope: &Scope<'a>) -> Guard<'a> {
        let asks = scope
            .single("auth_request")
            .filter(|asks| asks.arg(0) != "off");
        let Some(asks) = asks else {
            return other_guard(scope).map_or(Guard::Open, Guard::Other);
        };
        let Some(server) = scope.server() else {
            return Guard::Open;
        };
        let another = self.asks_another(server, asks);
        if self.servers.iter().any(|own| own.id == server.id) {
            let gate = self.asks_gate(server, asks) || !(another && self.is_asked(server));
            return if gate {
                Guard::Gate(asks)
            } else {
                Guard::Other(asks)
            };
        }
        // A question that nobody answers guards nothing.
        if another {
            Guard::Other(asks)
        } else {
            Guard::Open
        }
    }

    /// The places that answer a question: the location that it leads to, and where that sends it on to.
    pub fn answering(&self, server: &Scope<'a>, asks: &Directive) -> Vec<&'m Scope<'a>> {
        let Some(server) = self.model.scopes.iter().find(|scope| scope.id == server.id) else {
            return Vec::new();
        };
        let mut found: Vec<&'m Scope<'a>> = match self.model.before(server, asks.arg(0)) {
            Before::Path(path) => self.model.locate(server, &path).into_iter().collect(),
            Before::Answered(_) => Vec::new(),
        };
        let mut seen = 0;
        while let Some(scope) = found.get(seen).copied() {
            seen += 1;
            for inner in self.model.within(scope) {
                for target in inner
                    .own("rewrite")
                    .filter_map(|rewrite| self.model.locate(server, rewrite.arg(1)))
                {
                    if !found.iter().any(|known| known.id == target.id) {
                        found.push(target);
                    }
                }
            }
        }
        found
    }

    fn asks_gate(&self, server: &Scope<'a>, asks: &Directive) -> bool {
        self.answering(server, asks)
            .iter()
            .any(|scope| self.leads_to_gate(scope))
    }

    /// Whether the gate is asked by some location of a server.
    fn is_asked(&self, server: &Scope<'a>) -> bool {
        let mut asks = self
            .model
            .within(server)
            .flat_map(|scope| scope.own("auth_request"));
        asks.any(|asks| self.asks_gate(server, asks))
    }

    /// Whether a question has a location of its own, and a program answers there.
    fn asks_another(&self, server: &Scope<'a>, asks: &Directive) -> bool {
        let answering = self.answering(server, asks);
        let own = answering
            .first()
            .and_then(|scope| scope.location())
            .is_some_and(|location| {
                matches!(location, Match::Regex(_))
                    || location.path() == asks.arg(0).split('?').next()
            });
        let program = answering.iter().any(|scope| scope.pass().is_some());
        own && program
    }
}

/// What guards a place besides `auth_request`, if it keeps the public out.
fn other_guard<'a>(scope: &Scope<'a>) -> Option<&'a Directive> {
    let allow = scope.outward().find_map(|around| {
        let own: Vec<_> = around
            .directives()
            .iter()
            .filter(|own| ["allow", "deny"].contains(&own.name()))
            .collect();
        (!own.is_empty()).then_some(own)
    });
    let closed = allow.unwrap_or_default();
    let everybody = closed
        .iter()
        .find(|line| line.arg(0) == "all" || line.arg(0).ends_with("/0"));
    let addresses = everybody.filter(|line| line.name() == "deny").copied();
    let password = scope
        .single("auth_basic")
        .or_else(|| scope.single("auth_jwt"))
        .filter(|line| line.arg(0) != "off");
    // With `satisfy any`, one of the two lets in.
    let guards = if scope.value("satisfy") == "any" && !closed.is_empty() {
        addresses.and(password.or(addresses))
    } else {
        addresses.or(password)
    };
    if guards.is_some() {
        return guards;
    }
    let server = scope.server()?;
    if let Some(line) = server
        .single("ssl_verify_client")
        .filter(|line| line.arg(0) == "on")
    {
        return Some(line);
    }
    let listens: Vec<_> = server.own("listen").collect();
    let inner = !listens.is_empty() && listens.iter().all(|listen| is_loopback(listen.arg(0)));
    listens.first().copied().filter(|_| inner)
}
