//! What the lines of a server itself make of a path, before a location is chosen for it.
//!
//! nginx runs them for the question to the gate as well, whose path is not the visitor's.

use regex_lite::Regex;

use crate::nginx::syntax::Directive;

use super::{Kind, Model, Scope};

/// Where a path is after the lines of the server.
#[derive(Debug)]
pub enum Before<'a> {
    /// A location is chosen by this path.
    Path(String),
    /// This line answers.
    Answered(&'a Directive),
}

impl<'a> Model<'a> {
    /// Runs what can be run here: conditions on the path, and patterns that are of the plain kind.
    pub fn before(&self, server: &Scope<'a>, path: &str) -> Before<'a> {
        let mut path = path.split('?').next().unwrap_or_default().to_owned();
        for line in server.directives() {
            let lines: &[Directive] = match line.name() {
                "if" if holds(line, &path) => line.block(),
                "rewrite" => std::slice::from_ref(line),
                _ => continue,
            };
            for line in lines {
                match line.name() {
                    "return" => return Before::Answered(line),
                    "rewrite" => match rewritten(line, &path) {
                        Some(new) if ["last", "break"].contains(&line.arg(2)) => {
                            return Before::Path(new);
                        }
                        Some(new) => path = new,
                        None => {}
                    },
                    _ => {}
                }
            }
        }
        Before::Path(path)
    }

    /// What a location's own `rewrite ... break` lines make the path begin with.
    pub(super) fn broken(&self, scope: &Scope<'a>) -> Vec<String> {
        let Some(place) = scope.around() else {
            return Vec::new();
        };
        let own = self.within(place).filter(|inner| {
            inner.id == place.id
                || inner.kind == Kind::If && inner.around().is_some_and(|own| own.id == place.id)
        });
        let lines = own
            .flat_map(|scope| scope.own("rewrite"))
            .filter(|line| line.arg(2) == "break");
        lines
            .map(|line| line.arg(1).split('$').next().unwrap_or_default().to_owned())
            .collect()
    }
}

/// Whether a condition on the path is true for this one.
fn holds(condition: &Directive, path: &str) -> bool {
    let text = condition.args().join(" ");
    let text = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let mut words = text.unwrap_or_default().trim().splitn(3, ' ');
    let (Some("$uri" | "$document_uri"), Some(sign), Some(value)) =
        (words.next(), words.next(), words.next())
    else {
        return false;
    };
    let value = value.trim();
    let (negative, sign) = match sign.strip_prefix('!') {
        Some(sign) => (true, sign),
        None => (false, sign),
    };
    let fits = match sign {
        "=" => Some(value == path),
        "~" => Regex::new(value).ok().map(|own| own.is_match(path)),
        "~*" => Regex::new(&format!("(?i){value}"))
            .ok()
            .map(|own| own.is_match(path)),
        _ => None,
    };
    fits.is_some_and(|fits| fits != negative)
}

fn rewritten(line: &Directive, path: &str) -> Option<String> {
    let found = Regex::new(line.arg(0)).ok()?.captures(path)?;
    if ["redirect", "permanent"].contains(&line.arg(2)) || line.arg(1).contains("://") {
        return None;
    }
    let mut new = String::new();
    found.expand(
        &line
            .arg(1)
            .replace("$uri", path)
            .replace("$document_uri", path),
        &mut new,
    );
    Some(new.split('?').next().unwrap_or_default().to_owned())
}
