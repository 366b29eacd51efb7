//! Patterns that no request can fall under.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Fault, Found, Severity, sentence};
use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, Rule};
use crate::image::resource::{Layout, Resource};

pub(super) fn check(found: &mut Found, layout: &Layout, rule: &Rule) {
    let sample = match &rule.pattern {
        Pattern::Prefix(None) => return,
        Pattern::Exact(identifier) => identifier.to_string(),
        Pattern::Prefix(Some(path)) => format!("{path}/x"),
    };
    if is_reached(layout, rule.kind, &sample) {
        return;
    }
    let reason = match rule.kind {
        Kind::File => {
            "paths like this are those of images or manifests, and rules for files are not \
                       asked for them"
                .to_owned()
        }
        Kind::Image | Kind::Manifest => format!(
            "no request falls under it: {}",
            match layout.slash_substitute {
                Some(mark) if sample.contains(mark) =>
                    format!("the image server reads `{mark}` as `/`, so write `/` here"),
                _ => "the image server would misread such an identifier, so it is always refused"
                    .to_owned(),
            }
        ),
    };
    found.add(Severity::Warning, Fault::Unreachable, sentence("", &reason));
}

/// Whether a request written in the safest way comes to this identifier.
fn is_reached(layout: &Layout, kind: Kind, identifier: &str) -> bool {
    let path = utf8_percent_encode(identifier, NON_ALPHANUMERIC);
    let target = match kind {
        Kind::Image => format!("{}{path}/info.json", layout.images),
        Kind::Manifest => format!("{}{path}", layout.manifests),
        Kind::File => format!("/{path}"),
    };
    Resource::of(target.as_bytes(), layout).is_ok_and(|resource| {
        Kind::from(&resource) == kind && resource.identifier().as_str() == identifier
    })
}
