//! Addresses that the gate's rules speak of, and that nobody asks it about.

use crate::nginx::model::{Backend, Match, Scope, Served};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Site};
use crate::nginx::traps;

/// Where images and files are, of which nobody sees one without a rule.
const IMAGES: &[&str] = &["/iiif/images", "/iiif/full", "/iiif/preview", "/iiif/files"];
/// What else rules are about.
const OTHERS: &[&str] = &["/iiif/manifests", "/annotator"];

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    for scope in site.model.within(server).filter(|scope| !scope.is_inner()) {
        let (Guard::Open, Some(path)) = (site.guard(scope), scope.location().and_then(Match::path))
        else {
            continue;
        };
        let is_below = |own: &&str| {
            path.strip_prefix(*own)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let begins = |paths: &[&str]| paths.iter().any(is_below);
        let trap = if begins(IMAGES) {
            &traps::UNGUARDED_IMAGES
        } else if begins(OTHERS) || ["/iiif", "/iiif/"].contains(&path) {
            &traps::UNASKED_PATH
        } else {
            continue;
        };
        if site
            .model
            .serves(scope)
            .iter()
            .any(|served| serves_unknown(site, served))
        {
            found.add(
                trap,
                scope.opening,
                format!("rules speak of what is below `{path}`"),
            );
        }
    }
}

/// Whether something is served of which no other finding speaks.
fn serves_unknown(site: &Site<'_, '_>, served: &Served<'_>) -> bool {
    let known = site
        .protected
        .iter()
        .any(|protected| protected.backend == served.backend);
    !known && !site.is_gate(&served.backend) && !matches!(served.backend, Backend::Chosen(_))
}
