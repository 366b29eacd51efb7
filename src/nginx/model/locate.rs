//! Which location a path leads to.
//!
//! nginx takes an exact location at once, then remembers the longest prefix, and lets the first pattern that fits win over it
//! unless that prefix is `^~`. A pattern that cannot be run here fits nothing, so where it matters ask [`covers`] as well.

use regex_lite::Regex;

use super::{Match, Model, Scope};

impl<'a> Model<'a> {
    /// The location that this path leads to.
    pub fn locate<'m>(&'m self, outer: &Scope<'a>, path: &str) -> Option<&'m Scope<'a>> {
        let path = path.split('?').next().unwrap_or_default();
        self.find(outer, path).map(|(scope, _)| scope)
    }

    /// The location in a block, and whether no pattern further out may win over it.
    fn find<'m>(&'m self, outer: &Scope<'a>, path: &str) -> Option<(&'m Scope<'a>, bool)> {
        let plain = self
            .children(outer)
            .filter_map(|scope| Some((rank(scope.location()?, path)?, scope)));
        let plain = plain.max_by_key(|(rank, _)| *rank).map(|(_, scope)| scope);
        let inner = plain.and_then(|scope| self.find(scope, path));
        if let Some((scope, true)) = inner {
            return Some((scope, true));
        }
        if let Some(scope) = plain.filter(|scope| covers(scope)) {
            return Some((inner.map_or(scope, |(scope, _)| scope), true));
        }
        let mut patterns = self.children(outer).filter(|scope| self.fits(scope, path));
        if let Some(scope) = patterns.next() {
            return Some((
                self.find(scope, path).map_or(scope, |(inner, _)| inner),
                true,
            ));
        }
        inner.or(plain.map(|scope| (scope, false)))
    }

    fn fits(&self, scope: &Scope<'a>, path: &str) -> bool {
        self.patterns
            .get(&scope.id)
            .is_some_and(|pattern| pattern.is_match(path))
    }

    /// The named location of this server.
    pub fn named<'m>(&'m self, server: &Scope<'a>, name: &str) -> Option<&'m Scope<'a>> {
        self.children(server)
            .find(|scope| scope.location() == Some(Match::Named(name)))
    }

    /// Where an internal redirect to this URI or name leads.
    pub fn target<'m>(&'m self, server: &Scope<'a>, uri: &str) -> Option<&'m Scope<'a>> {
        if uri.starts_with('@') {
            return self.named(server, uri);
        }
        // What a visitor adds behind the beginning of a path leads nowhere else.
        let uri = ["$request_uri", "$document_uri", "$uri"]
            .iter()
            .fold(uri.to_owned(), |uri, name| uri.replace(name, "/x"));
        self.locate(server, &uri)
    }

    /// Whether a location with a pattern never gets a request, since a `^~` beside it takes all that fit.
    pub fn is_shadowed(&self, scope: &Scope<'a>) -> bool {
        let (Some(Match::Regex(pattern)), Some(parent)) = (scope.location(), &scope.parent) else {
            return false;
        };
        let ignores_case = scope.opening.arg(0).starts_with("~*");
        let Some(start) = beginning(pattern).filter(|_| !ignores_case) else {
            return false;
        };
        let caret = self.children(parent).find(
            |own| matches!(own.location(), Some(Match::Caret(path)) if start.starts_with(path)),
        );
        let Some(Match::Caret(caret)) = caret.and_then(Scope::location) else {
            return false;
        };
        // A longer plain one would let patterns come to turn again.
        !self.children(parent).any(
            |own| matches!(own.location(), Some(Match::Prefix(path)) if path.starts_with(caret)),
        )
    }
}

/// What every path begins with that a pattern fits, if that is plain to see.
fn beginning(pattern: &str) -> Option<String> {
    let rest = pattern
        .strip_prefix('^')
        .filter(|_| !pattern.contains('|'))?;
    let mut start = String::new();
    let mut chars = rest.chars().peekable();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => chars.next_if(char::is_ascii_punctuation)?,
            '.' | '[' | '(' | '$' | '+' => break,
            '?' | '*' | '{' => {
                start.pop();
                break;
            }
            _ => c,
        };
        start.push(plain);
    }
    Some(start)
}

/// The pattern of a location, if it is one that can be run here.
pub(super) fn pattern(scope: &Scope<'_>) -> Option<Regex> {
    let Match::Regex(pattern) = scope.location()? else {
        return None;
    };
    let ignores_case = scope.opening.arg(0).starts_with("~*");
    Regex::new(&format!(
        "{}{pattern}",
        if ignores_case { "(?i)" } else { "" }
    ))
    .ok()
}

fn rank(location: Match<'_>, path: &str) -> Option<usize> {
    match location {
        Match::Exact(own) => (own == path).then_some(usize::MAX),
        Match::Prefix(own) | Match::Caret(own) => path.starts_with(own).then_some(own.len()),
        Match::Regex(_) | Match::Named(_) => None,
    }
}

/// Whether a location without a pattern is chosen over every pattern beside it.
pub fn covers(scope: &Scope<'_>) -> bool {
    matches!(scope.location(), Some(Match::Exact(_) | Match::Caret(_)))
}
