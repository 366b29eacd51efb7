//! Patterns that no request can fall under, or none that was meant.

use std::borrow::Cow;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Fault, Found, Severity, sentence};
use crate::access::pattern::Pattern;
use crate::access::rule::{Kind, Rule};
use crate::image::resource::{Layout, Resource};

pub(super) fn check(found: &mut Found, layout: &Layout, rule: &Rule) {
    let sample = match &rule.pattern {
        Pattern::Prefix(None) => return,
        Pattern::Exact(identifier) => Cow::Borrowed(identifier.as_str()),
        Pattern::Prefix(Some(path)) => Cow::Owned([path.as_str(), "/x"].concat()),
    };
    if let Some(begin) = address(layout, rule.kind, &sample) {
        let text = format!(
            "it is written like an address and protects nothing there: name what follows `{begin}`"
        );
        found.add(Severity::Warning, Fault::Unreachable, sentence("", text));
        return;
    }
    if is_plain(layout, rule.kind, &sample) || is_reached(layout, rule.kind, &sample) {
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
    found.add(Severity::Warning, Fault::Unreachable, sentence("", reason));
}

/// The beginning of the address that somebody wrote instead of an identifier, as rules for files are written.
fn address<'a>(layout: &'a Layout, kind: Kind, identifier: &str) -> Option<&'a str> {
    if kind == Kind::File {
        return None;
    }
    let all = [
        &layout.images,
        &layout.preview,
        &layout.full,
        &layout.manifests,
    ];
    // There may be a hundred thousand rules, so this looks only where a segment begins.
    let rests = || {
        let segments = identifier.match_indices('/').map(|(slash, _)| slash + 1);
        let begins = std::iter::once(0).chain(segments);
        begins.filter_map(|begin| identifier.get(begin..))
    };
    let mut all = all.into_iter().map(String::as_str);
    all.find(|begin| {
        let begin = begin.trim_start_matches('/');
        rests().any(|rest| rest.starts_with(begin))
    })
}

/// Whether nothing about it can be misread, as is so with most: reading a request takes long, and rules may
/// be a hundred thousand.
fn is_plain(layout: &Layout, kind: Kind, identifier: &str) -> bool {
    let plain = |name: &str| {
        let mut bytes = name.bytes();
        bytes
            .next()
            .is_some_and(|byte| byte.is_ascii_alphanumeric())
            && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let has_mark = layout
        .slash_substitute
        .is_some_and(|mark| identifier.contains(mark));
    let is_usual = !has_mark && !identifier.contains("..");
    kind != Kind::File && is_usual && identifier.split('/').all(plain)
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tests::layout;
    use super::*;
    use crate::image::resource::Dialect;

    proptest! {
        #[test]
        fn what_is_plain_is_reached(
            identifier in "[aZ0._%&;!-]{1,6}(/[aZ0._-]{1,4}){0,3}",
            dialect in 0..3usize,
            substitute in proptest::option::of("[-!._]"),
            kind in 0..3usize,
        ) {
            let dialect = [Dialect::Plain, Dialect::IipImage, Dialect::Servlet][dialect];
            let substitute = substitute.and_then(|text| text.chars().next());
            let layout = layout(dialect, substitute);
            let kind = Kind::ALL[kind];
            let is_plain = is_plain(&layout, kind, &identifier);
            prop_assert!(!is_plain || is_reached(&layout, kind, &identifier));
        }
    }
}
