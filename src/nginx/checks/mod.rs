//! One file for each kind of mistake.

mod asking;
mod before;
mod besides;
mod caching;
mod changed;
mod conditions;
mod decoded;
mod exposed;
mod guarded;
mod headers;
mod instead;
mod languages;
mod log;
mod paths;
mod question;
mod reach;
mod server;
mod subrequests;
mod transport;
mod ways;

use super::model::{Backend, Scope, Served};
use super::report::Findings;
use super::site::{Guard, Site};

/// Looks for everything.
pub(super) fn run(site: &Site<'_, '_>) -> Findings {
    let mut found = Findings::default();
    let asked = asking::check(site, &mut found);
    question::check(site, &mut found);
    ways::check(site, &mut found);
    exposed::check(site, &mut found);
    besides::programs(site, &mut found);
    for server in &site.servers {
        server::check(site, server, &mut found);
        transport::check(site, server, &mut found);
        log::check(site, server, &mut found);
        subrequests::check(site, server, &mut found);
        besides::check(site, server, &mut found);
        changed::check(site, server, &mut found);
        decoded::check(site, server, &mut found);
        caching::check(site, server, &mut found);
        headers::check(site, server, &mut found);
        if asked {
            paths::check(site, server, &mut found);
        }
    }
    for place in guarded_places(site) {
        guarded::check(site, &place, &mut found);
        before::check(site, &place, &mut found);
        languages::check(site, &place, &mut found);
    }
    found
}

/// A location that asks the gate, and what it serves.
struct Place<'m, 'a> {
    scope: &'m Scope<'a>,
    /// Without the gate itself.
    served: Vec<Served<'a>>,
}

fn guarded_places<'m, 'a>(site: &Site<'m, 'a>) -> Vec<Place<'m, 'a>> {
    let scopes = site
        .servers
        .iter()
        .flat_map(|server| site.model.within(server));
    let guarded = scopes
        .filter(|scope| scope.location().is_some() && matches!(site.guard(scope), Guard::Gate(_)));
    guarded
        .map(|scope| {
            let served = site.model.serves(scope).into_iter();
            let served = served
                .filter(|served| !site.is_gate(&served.backend))
                .collect();
            Place { scope, served }
        })
        .collect()
}

impl Place<'_, '_> {
    /// Whether files of a folder are served, and not what a program answers.
    fn is_folder(&self) -> bool {
        self.served
            .iter()
            .all(|served| matches!(served.backend, Backend::Folder(_)))
    }
}
