//! Settings of a whole server that change what a request means.

use crate::nginx::model::{Backend, Match, Scope, Version, names};
use crate::nginx::report::Findings;
use crate::nginx::site::Site;
use crate::nginx::traps;

/// The shipped files need it.
const NEEDED: Version = Version(1, 22, 0);

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    reading(site, server, found);
    for line in server.own("set") {
        let variables = names(line.arg(1));
        if let Some(name) = variables
            .iter()
            .find(|name| ["uri", "document_uri"].contains(name))
        {
            found.add(
                &traps::SET_URI,
                line,
                format!("`${name}` is the address of the question when the gate is asked"),
            );
        }
    }
    for scope in site.model.within(server) {
        let trusted = scope.list("set_real_ip_from").into_iter();
        for line in trusted.filter(|line| is_everybody(line.arg(0))) {
            found.add(&traps::TRUSTED_EVERYONE, line, "");
        }
        alias(site, scope, found);
    }
    if let Some(version) = site.model.version.filter(|version| *version < NEEDED) {
        found.add(
            &traps::OLD_NGINX,
            server.opening,
            format!("this is nginx {version}"),
        );
    }
}

/// Settings for how requests are read. That happens before their host is known, so the default server counts as well.
fn reading<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    let listens = server.own("listen");
    let defaults = listens.filter_map(|line| site.model.default_server(line));
    for server in defaults.chain([server]) {
        for (name, value, trap) in [
            ("underscores_in_headers", "on", &traps::UNDERSCORES),
            ("ignore_invalid_headers", "off", &traps::UNDERSCORES),
            ("merge_slashes", "off", &traps::MERGE_SLASHES),
        ] {
            if let Some(line) = server.single(name).filter(|line| line.arg(0) == value) {
                found.add(trap, line, "");
            }
        }
    }
}

/// Whether a network is a good part of the Internet.
fn is_everybody(network: &str) -> bool {
    let bits = network
        .rsplit_once('/')
        .and_then(|(_, bits)| bits.parse::<u8>().ok());
    bits.is_some_and(|bits| bits < 4)
}

/// Can the folder of an alias be left?
fn alias<'a>(site: &Site<'_, 'a>, scope: &Scope<'a>, found: &mut Findings) {
    let (Some(line), Some(location)) = (scope.own("alias").last(), scope.location()) else {
        return;
    };
    let (Match::Prefix(path) | Match::Caret(path)) = location else {
        return;
    };
    let is_file = path
        .rsplit('/')
        .next()
        .is_some_and(|name| name.contains('.'))
        && !line.arg(0).ends_with('/');
    let fits = path.ends_with('/') && line.arg(0).ends_with('/');
    let serves = site
        .model
        .serves(scope)
        .iter()
        .any(|served| matches!(served.backend, Backend::Folder(_)));
    if !fits && !is_file && serves {
        found.add(
            &traps::ALIAS_TRAVERSAL,
            line,
            format!("`{}` and `{}`", scope.title(), line.arg(0)),
        );
    }
}
