//! What is meant: blocks with what they inherit, locations by the order in which nginx tries them, variables with
//! the values that maps give them, and the programs and folders that answers come from.

mod address;
mod backend;
mod before;
mod listen;
mod locate;
mod proof;
mod scope;
mod stream;
#[cfg(test)]
mod tests;
mod variables;
mod version;

use std::collections::HashMap;
use std::rc::Rc;

pub use address::address;
pub use backend::{Backend, Served, folder};
pub use before::Before;
pub use locate::covers;
pub use scope::{Kind, Match, Scope};
pub use stream::Stream;
pub use variables::names;
pub use version::Version;

use regex_lite::Regex;

use super::syntax::Directive;

/// What a configuration says about requests.
#[derive(Debug)]
pub struct Model<'a> {
    /// All blocks, each after the one around it.
    pub scopes: Vec<Rc<Scope<'a>>>,
    /// The servers of the stream part.
    pub streams: Vec<Stream<'a>>,
    /// What the main part says about the log of errors.
    pub error_log: Option<&'a Directive>,
    /// The patterns of locations, by the number of the block.
    patterns: HashMap<usize, Regex>,
    /// `map`, `geo` and the like, by the variable that they make, without its dollar sign.
    maps: HashMap<&'a str, &'a Directive>,
    upstreams: HashMap<&'a str, &'a Directive>,
    /// The version of nginx, if it is known.
    pub version: Option<Version>,
}

/// Directives of http that make a variable, and which argument names it.
const MAKERS: &[(&str, usize)] = &[("map", 1), ("split_clients", 1), ("geo", 0)];

impl<'a> Model<'a> {
    /// Looks through the directives of the main file.
    pub fn new(main: &'a [Directive], version: Option<Version>) -> Self {
        let mut model = Self {
            scopes: Vec::new(),
            streams: Vec::new(),
            error_log: main.iter().rfind(|line| line.name() == "error_log"),
            patterns: HashMap::new(),
            maps: HashMap::new(),
            upstreams: HashMap::new(),
            version,
        };
        let streams = main.iter().filter(|directive| directive.name() == "stream");
        model.streams = streams.flat_map(stream::servers).collect();
        for http in main.iter().filter(|directive| directive.name() == "http") {
            model.declare(http.block());
            model.add(Kind::Http, None, http);
        }
        model
    }

    fn declare(&mut self, directives: &'a [Directive]) {
        for directive in directives {
            if directive.name() == "upstream" {
                self.upstreams.insert(directive.arg(0), directive);
            }
            let maker = MAKERS.iter().find(|(name, _)| *name == directive.name());
            if let Some((name, index)) = maker {
                // geo may name its source first.
                let index = if *name == "geo" {
                    directive.args().len().saturating_sub(1)
                } else {
                    *index
                };
                self.maps
                    .insert(directive.arg(index).trim_start_matches('$'), directive);
            }
        }
    }

    fn add(&mut self, kind: Kind<'a>, parent: Option<Rc<Scope<'a>>>, opening: &'a Directive) {
        let scope = Rc::new(Scope {
            id: self.scopes.len(),
            kind,
            parent,
            opening,
        });
        if let Some(pattern) = locate::pattern(&scope) {
            self.patterns.insert(scope.id, pattern);
        }
        self.scopes.push(Rc::clone(&scope));
        for directive in opening.block() {
            let kind = match directive.name() {
                "server" if kind == Kind::Http => Kind::Server,
                "location" => Kind::Location(Match::of(directive)),
                "if" => Kind::If,
                "limit_except" => Kind::LimitExcept,
                _ => continue,
            };
            self.add(kind, Some(Rc::clone(&scope)), directive);
        }
    }

    /// All servers that do more than send visitors elsewhere: a `return` right in a server comes before its locations.
    pub fn servers(&self) -> impl Iterator<Item = &Scope<'a>> {
        self.all_servers()
            .filter(|scope| scope.own("return").next().is_none())
    }

    /// All servers.
    pub fn all_servers(&self) -> impl Iterator<Item = &Scope<'a>> {
        self.scopes
            .iter()
            .map(|scope| &**scope)
            .filter(|scope| scope.kind == Kind::Server)
    }

    /// What is in this block: itself, and all blocks in it.
    pub fn within(&self, outer: &Scope<'a>) -> impl Iterator<Item = &Scope<'a>> {
        let outer = outer.id;
        self.scopes
            .iter()
            .map(|scope| &**scope)
            .filter(move |scope| scope.outward().any(|around| around.id == outer))
    }

    /// The blocks right in this one.
    pub fn children(&self, outer: &Scope<'a>) -> impl Iterator<Item = &Scope<'a>> {
        let outer = outer.id;
        self.scopes
            .iter()
            .map(|scope| &**scope)
            .filter(move |scope| {
                scope
                    .parent
                    .as_ref()
                    .is_some_and(|parent| parent.id == outer)
            })
    }

    /// The addresses in an upstream of this name that are in use.
    pub fn upstream(&self, name: &str) -> Option<&'a Directive> {
        self.upstreams.get(name).copied()
    }

    /// All upstreams.
    pub fn upstreams(&self) -> impl Iterator<Item = &'a Directive> {
        self.upstreams.values().copied()
    }

    /// The `map`, `geo` or `split_clients` that makes this variable.
    pub fn map(&self, variable: &str) -> Option<&'a Directive> {
        self.maps.get(variable).copied()
    }
}
