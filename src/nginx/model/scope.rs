//! The places of a configuration in which directives hold, and what they inherit.

use std::rc::Rc;

use crate::nginx::syntax::Directive;

/// Directives that hand a request to a program.
const PASSES: &[&str] = &[
    "proxy_pass",
    "fastcgi_pass",
    "uwsgi_pass",
    "scgi_pass",
    "grpc_pass",
    "memcached_pass",
];
/// A block of the http part, as nginx sees it.
#[derive(Debug)]
pub struct Scope<'a> {
    /// Its number, in the order of the configuration.
    pub id: usize,
    /// What kind of block it is.
    pub kind: Kind<'a>,
    /// The block around it.
    pub parent: Option<Rc<Scope<'a>>>,
    /// The directive that opens it.
    pub opening: &'a Directive,
}

/// The kinds of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// `http`
    Http,
    /// `server`
    Server,
    /// `location`
    Location(Match<'a>),
    /// `if`
    If,
    /// `limit_except`
    LimitExcept,
}

/// Which requests a location is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match<'a> {
    /// `location = /path`
    Exact(&'a str),
    /// `location /path`
    Prefix(&'a str),
    /// `location ^~ /path`
    Caret(&'a str),
    /// `location ~ pattern`
    Regex(&'a str),
    /// `location @name`
    Named(&'a str),
}

impl<'a> Match<'a> {
    /// As the arguments of `location` say it.
    pub(super) fn of(directive: &'a Directive) -> Self {
        let (first, second) = (directive.arg(0), directive.arg(1));
        match (first, second) {
            ("=", path) => Self::Exact(path),
            ("^~", path) => Self::Caret(path),
            ("~" | "~*", pattern) => Self::Regex(pattern),
            // nginx takes these without the blank, too.
            _ if first.starts_with('@') => Self::Named(first),
            _ if first.starts_with("^~") => Self::Caret(first.trim_start_matches("^~")),
            _ if first.starts_with('=') => Self::Exact(first.trim_start_matches('=')),
            _ if first.starts_with('~') => Self::Regex(first.trim_start_matches(['~', '*'])),
            _ => Self::Prefix(first),
        }
    }

    /// The path it begins with or equals.
    pub fn path(self) -> Option<&'a str> {
        match self {
            Self::Exact(path) | Self::Prefix(path) | Self::Caret(path) => Some(path),
            Self::Regex(_) | Self::Named(_) => None,
        }
    }
}

impl<'a> Scope<'a> {
    /// Its own directives.
    pub fn directives(&self) -> &'a [Directive] {
        self.opening.block()
    }

    /// Its own directives of this name.
    pub fn own(&self, name: &str) -> impl Iterator<Item = &'a Directive> {
        self.directives()
            .iter()
            .filter(move |directive| directive.name() == name)
    }

    /// Itself and the blocks around it, from the inside to the outside.
    pub fn outward(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |scope| scope.parent.as_deref())
    }

    /// What holds here of a directive that stands once: the innermost.
    pub fn single(&self, name: &str) -> Option<&'a Directive> {
        self.outward().find_map(|scope| scope.own(name).last())
    }

    /// What holds here of a directive that may stand several times: all of the innermost block that has one.
    pub fn list(&self, name: &str) -> Vec<&'a Directive> {
        let lists = self
            .outward()
            .map(|scope| scope.own(name).collect::<Vec<_>>());
        lists
            .into_iter()
            .find(|list| !list.is_empty())
            .unwrap_or_default()
    }

    /// The first argument of [`Self::single`], or nothing at all.
    pub fn value(&self, name: &str) -> &'a str {
        self.single(name).map_or("", |directive| directive.arg(0))
    }

    /// What `proxy_set_header` or `add_header` says about a header here.
    pub fn header(&self, directive: &str, header: &str) -> Option<&'a Directive> {
        let list = self.list(directive);
        list.into_iter()
            .rfind(|line| line.arg(0).eq_ignore_ascii_case(header))
    }

    /// Its own directive that hands requests to a program.
    pub fn own_pass(&self) -> Option<&'a Directive> {
        PASSES.iter().find_map(|name| self.own(name).last())
    }

    /// The directive by which requests are handed to a program here; conditions take it from their location.
    pub fn pass(&self) -> Option<&'a Directive> {
        self.own_pass().or_else(|| match self.kind {
            Kind::If | Kind::LimitExcept => self.parent.as_deref().and_then(Self::pass),
            Kind::Http | Kind::Server | Kind::Location(_) => None,
        })
    }

    /// The server it belongs to.
    pub fn server(&self) -> Option<&Self> {
        self.outward().find(|scope| scope.kind == Kind::Server)
    }

    /// How it matches, if it is a location.
    pub fn location(&self) -> Option<Match<'a>> {
        match self.kind {
            Kind::Location(location) => Some(location),
            Kind::Http | Kind::Server | Kind::If | Kind::LimitExcept => None,
        }
    }

    /// The location that it is, or that it is a condition in.
    pub fn around(&self) -> Option<&Self> {
        self.outward().find(|scope| scope.location().is_some())
    }

    /// Whether nobody outside gets here: it is named, or `internal`.
    pub fn is_inner(&self) -> bool {
        self.outward().any(|scope| {
            matches!(scope.location(), Some(Match::Named(_)))
                || scope.location().is_some() && scope.own("internal").next().is_some()
        })
    }

    /// How it is written: `location ^~ /iiif/images/`.
    pub fn title(&self) -> String {
        self.opening.words.join(" ")
    }
}
