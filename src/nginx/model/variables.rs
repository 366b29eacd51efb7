//! Variables: what they can be, where they come from, and whether they hold decoded text.

use crate::nginx::syntax::Directive;

use super::{Kind, Match, Model, Scope};

/// Holders of the decoded path, which may contain line ends.
const DECODED: &[&str] = &[
    "uri",
    "document_uri",
    "request_filename",
    "fastcgi_script_name",
    "fastcgi_path_info",
];
/// Maps can name each other, but hardly so often.
const MAX_DEPTH: usize = 8;
/// More combinations of values than this are not looked at.
const MAX_VALUES: usize = 4096;

/// The names of the variables in a text.
pub fn names(mut text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    while let Some((_, name, rest)) = first(text) {
        if !name.is_empty() {
            found.push(name);
        }
        text = rest;
    }
    found
}

/// What stands before the first variable of a text, its name, and what stands behind it.
fn first(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('$')?;
    if let Some((name, rest)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        return Some((before, name, rest));
    }
    let end = match rest.chars().next()? {
        // $1 is one digit long.
        c if c.is_ascii_digit() => 1,
        _ => rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len()),
    };
    Some((before, rest.get(..end)?, rest.get(end..)?))
}

/// The variables that are being looked into, and this one; nothing in a circle, which nginx would not follow either.
fn deeper<'t>(within: &[&'t str], name: &'t str) -> Option<Vec<&'t str>> {
    let fits = within.len() < MAX_DEPTH && !within.contains(&name);
    fits.then(|| [within, &[name]].concat())
}

/// The values in a `map`, and the key of each.
pub(super) fn entries(map: &Directive) -> impl Iterator<Item = (&str, &str)> {
    let words = [
        "hostnames",
        "volatile",
        "include",
        "ranges",
        "proxy",
        "proxy_recursive",
        "delete",
    ];
    let entries = map
        .block()
        .iter()
        .filter(move |entry| entry.words.len() == 2 && !words.contains(&entry.name()));
    entries.map(|entry| (entry.name(), entry.arg(0)))
}

impl<'a> Model<'a> {
    /// Everything that a text can come to here; nothing if some variable can be anything.
    pub fn values(&self, scope: &Scope<'a>, text: &str) -> Option<Vec<String>> {
        self.expand(scope, text, &[])
    }

    fn expand(&self, scope: &Scope<'a>, text: &str, within: &[&str]) -> Option<Vec<String>> {
        let Some((before, name, rest)) = first(text) else {
            return Some(vec![text.to_owned()]);
        };
        let inner = deeper(within, name)?;
        let texts = self.texts(scope, name);
        let own: Option<Vec<_>> = texts
            .iter()
            .map(|text| self.expand(scope, text, &inner))
            .collect();
        let own: Vec<String> = own?.into_iter().flatten().collect();
        let rest = self.expand(scope, rest, within)?;
        let pairs = own
            .iter()
            .flat_map(|own| rest.iter().map(move |rest| format!("{before}{own}{rest}")));
        let values: Vec<String> = pairs.take(MAX_VALUES).collect();
        (!values.is_empty()).then_some(values)
    }

    /// What a variable is made of: the values of its map, or what `set` gives it in this server.
    fn texts(&self, scope: &Scope<'a>, name: &str) -> Vec<&'a str> {
        if let Some(map) = self.map(name) {
            return entries(map).map(|(_, value)| value).collect();
        }
        self.sets(scope, name).map(|set| set.arg(1)).collect()
    }

    /// The text that a variable always is in this server, if it is made by `set` alone, and always of the same.
    pub fn only_set(&self, scope: &Scope<'a>, text: &str) -> String {
        let name = names(text).first().copied().unwrap_or_default();
        let alone = text == format!("${name}") || text == format!("${{{name}}}");
        let mut values: Vec<&str> = self.sets(scope, name).map(|set| set.arg(1)).collect();
        values.dedup();
        match values[..] {
            [value] if alone && self.map(name).is_none() => value.to_owned(),
            _ => text.to_owned(),
        }
    }

    /// The `set` directives of this server that give the variable a value.
    fn sets(&self, scope: &Scope<'a>, name: &str) -> impl Iterator<Item = &'a Directive> {
        let server = scope.server().map_or(usize::MAX, |server| server.id);
        let name = format!("${name}");
        self.scopes
            .iter()
            .filter(move |scope| scope.server().is_some_and(|own| own.id == server))
            .flat_map(|scope| scope.own("set"))
            .filter(move |set| set.arg(0) == name)
    }

    /// All variables that a text depends on, by way of maps and sets.
    pub fn sources(&self, scope: &Scope<'a>, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut left: Vec<String> = names(text).into_iter().map(ToOwned::to_owned).collect();
        while let Some(name) = left.pop() {
            if found.contains(&name) {
                continue;
            }
            let own = self
                .map(&name)
                .map(|map| if map.name() == "geo" { "" } else { map.arg(0) });
            let texts = own.into_iter().chain(self.texts(scope, &name));
            left.extend(texts.flat_map(names).map(ToOwned::to_owned));
            found.push(name);
        }
        found
    }

    /// The variable in a text that holds decoded parts of the path, if one does.
    pub fn decoded(&self, scope: &Scope<'a>, text: &str) -> Option<String> {
        self.holding(scope, text, &|name| {
            let digits = name.chars().all(|c| c.is_ascii_digit());
            DECODED.contains(&name)
                || digits && captures_decoded(scope)
                || named_by_location(scope, name)
        })
    }

    /// The variable in a text that holds something of where `is_origin` says that it begins, if one does.
    pub fn holding(
        &self,
        scope: &Scope<'a>,
        text: &str,
        is_origin: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let found = names(text)
            .into_iter()
            .find(|name| self.holds(scope, name, is_origin, &[]));
        found.map(ToOwned::to_owned)
    }

    fn holds(
        &self,
        scope: &Scope<'a>,
        name: &str,
        is_origin: &dyn Fn(&str) -> bool,
        within: &[&str],
    ) -> bool {
        if is_origin(name) {
            return true;
        }
        let Some(inner) = deeper(within, name) else {
            return false;
        };
        let holds = |name: &&str| self.holds(scope, name, is_origin, &inner);
        let Some(map) = self.map(name) else {
            return self
                .sets(scope, name)
                .any(|set| names(set.arg(1)).iter().any(holds));
        };
        let source = names(map.arg(0)).iter().any(holds);
        // Only what a pattern cut out of the source is text of the client's; other values are the operator's.
        entries(map).any(|(key, value)| {
            names(value).iter().any(|name| {
                if is_capture(key, name) {
                    source
                } else {
                    holds(name)
                }
            })
        })
    }
}

/// Whether a variable in a value of a map is cut out by the pattern that is its key.
fn is_capture(key: &str, name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_digit())
        || key.contains(&format!("(?<{name}>"))
        || key.contains(&format!("(?P<{name}>"))
        || key.contains(&format!("(?'{name}'"))
}

/// Whether `$1` here is part of the decoded path: it is, but in a condition on something raw.
fn captures_decoded(scope: &Scope<'_>) -> bool {
    if scope.kind == Kind::If && scope.own("rewrite").next().is_none() {
        let source = scope.opening.arg(0).trim_start_matches('(');
        let pattern = scope
            .opening
            .words
            .get(2)
            .is_some_and(|operator| operator.starts_with(['~', '!']));
        if pattern {
            return DECODED.contains(&source.trim_start_matches('$'));
        }
    }
    true
}

/// Whether a pattern of the location, or of a condition on the path in it, makes this variable.
fn named_by_location(scope: &Scope<'_>, name: &str) -> bool {
    scope.outward().any(|around| match around.kind {
        Kind::Location(Match::Regex(pattern)) => is_named(pattern, name),
        Kind::If => {
            let text = around.opening.words.join(" ");
            is_named(&text, name)
                && names(&text)
                    .first()
                    .is_some_and(|source| DECODED.contains(source))
        }
        Kind::Http | Kind::Server | Kind::Location(_) | Kind::LimitExcept => false,
    })
}

fn is_named(pattern: &str, name: &str) -> bool {
    ["<", "P<"]
        .iter()
        .any(|open| pattern.contains(&format!("(?{open}{name}>")))
}
