//! Whether something that is served is what the gate guards: the same program, or files of a guarded folder.

use crate::nginx::model::{Backend, Kind, Match, Scope, Served, covers};
use crate::nginx::report::Findings;
use crate::nginx::site::{Guard, Protected, Site};
use crate::nginx::traps;

/// The protected thing that is served here.
pub(super) fn reaches<'s, 'a>(
    site: &'s Site<'_, 'a>,
    server: &Scope<'a>,
    scope: &Scope<'a>,
    served: &Served<'a>,
) -> Option<&'s Protected> {
    site.protected
        .iter()
        .find(|protected| match (&served.backend, &protected.backend) {
            (Backend::Address(own), Backend::Address(guarded)) => {
                own == guarded && !is_script(scope, served)
            }
            (Backend::Folder(own), Backend::Folder(guarded)) => {
                folder_leads_to(site, server, (scope, served), own, guarded)
            }
            _ => false,
        })
}

/// Whether files of a guarded folder are served from this one.
fn folder_leads_to<'a>(
    site: &Site<'_, 'a>,
    server: &Scope<'a>,
    place: (&Scope<'a>, &Served<'a>),
    own: &str,
    guarded: &str,
) -> bool {
    let (here, there) = (site.real(own), site.real(guarded));
    if here.starts_with(&there) {
        return true;
    }
    let below = there.strip_prefix(&here).map(ToOwned::to_owned);
    let linked = site.linked(place.0, own, guarded);
    let mut below = below.into_iter().chain(linked);
    below.any(|below| comes_here(site, server, place, &below))
}

/// Whether this path below the folder of a block is asked for here, and not at another location.
fn comes_here<'a>(
    site: &Site<'_, 'a>,
    server: &Scope<'a>,
    (scope, served): (&Scope<'a>, &Served<'a>),
    below: &str,
) -> bool {
    let alias = served.directive.name() == "alias";
    let pattern = matches!(scope.location(), Some(Match::Regex(_)));
    // What the alias of a pattern is asked for, the pattern says.
    if alias && pattern {
        return true;
    }
    let path = match scope.location() {
        Some(Match::Regex(_) | Match::Named(_)) | None => "/",
        Some(location) => location.path().unwrap_or("/"),
    };
    let slash = if path.ends_with('/') || alias {
        ""
    } else {
        "/"
    };
    match site.model.locate(server, &format!("{path}{slash}{below}x")) {
        Some(located) if located.id == scope.id => true,
        Some(located) => pattern && !covers(located),
        None => scope.kind == Kind::Server || pattern,
    }
}

/// PHP and the like share one program among all sites; what is served is the script's.
fn is_script(scope: &Scope<'_>, served: &Served<'_>) -> bool {
    let mut parameters = scope.list("fastcgi_param").into_iter();
    served.directive.name() == "fastcgi_pass"
        && parameters.any(|line| line.arg(0) == "SCRIPT_FILENAME")
}

/// Inner blocks to which nothing in the configuration leads, but a program with X-Accel-Redirect in its answer.
pub(super) fn by_header<'a>(
    site: &Site<'_, 'a>,
    server: &Scope<'a>,
    seen: &[usize],
    found: &mut Findings,
) {
    let sends = |scope: &&Scope<'a>| {
        let ignored = scope.list("proxy_ignore_headers").into_iter();
        let mut ignored = ignored.chain(scope.list("fastcgi_ignore_headers"));
        !site.leads_to_gate(scope)
            && scope.own_pass().is_some()
            && !ignored.any(|line| line.args().iter().any(|name| name == "X-Accel-Redirect"))
    };
    let Some(program) = site.model.within(server).find(sends) else {
        return;
    };
    let inner = site.model.within(server).filter(|scope| {
        scope.is_inner() && !seen.contains(&scope.id) && matches!(site.guard(scope), Guard::Open)
    });
    for scope in inner {
        let served = site.model.serves(scope);
        if served
            .iter()
            .any(|served| reaches(site, server, scope, served).is_some())
        {
            found.add(
                &traps::OTHER_GUARD,
                scope.opening,
                format!(
                    "the program of `{}` can send anybody there with X-Accel-Redirect",
                    program.title()
                ),
            );
        }
    }
}
