//! How visitors connect: encryption, and names of hosts.

use crate::nginx::model::{Scope, Version};
use crate::nginx::report::Findings;
use crate::nginx::site::{Site, is_loopback};
use crate::nginx::syntax::Directive;
use crate::nginx::traps;

/// Since this version, outdated protocols are off unless they are named.
const MODERN: Version = Version(1, 27, 3);
const OUTDATED: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1"];

pub(super) fn check<'a>(site: &Site<'_, 'a>, server: &Scope<'a>, found: &mut Findings) {
    let listens: Vec<&Directive> = server.own("listen").collect();
    let encrypted = |line: &&Directive| {
        line.args()
            .iter()
            .any(|arg| ["ssl", "quic"].contains(&&**arg))
    };
    if server.value("ssl") != "on" {
        let plain = listens
            .iter()
            .copied()
            .find(|line| !encrypted(line) && !is_loopback(line.arg(0)));
        let plain = plain.or_else(|| listens.is_empty().then_some(server.opening));
        if let Some(line) =
            plain.filter(|_| !is_local(server) && !behind_proxy(server) && !sends_on(site, server))
        {
            found.add(&traps::PLAIN_HTTP, line, "");
        }
    }
    // What is offered is settled before the host is known, so the default server counts as well.
    for line in listens.iter().copied().filter(encrypted) {
        for offering in site.model.default_server(line).into_iter().chain([server]) {
            protocols(site, offering, found);
        }
    }
    for line in listens.iter().filter(|line| !is_loopback(line.arg(0))) {
        if site
            .model
            .default_server(line)
            .is_some_and(|own| own.id == server.id)
            && !is_local(server)
        {
            found.add(&traps::NO_DEFAULT_SERVER, line, "");
        }
    }
}

fn protocols(site: &Site<'_, '_>, server: &Scope<'_>, found: &mut Findings) {
    match server.single("ssl_protocols") {
        Some(line) if line.args().iter().any(|name| OUTDATED.contains(&&**name)) => {
            found.add(&traps::OLD_TLS, line, "");
        }
        None if site.model.version.is_none_or(|version| version < MODERN) => {
            found.add(&traps::OLD_TLS, server.opening, "`ssl_protocols` is missing, and older versions of nginx then allow TLS 1.0 and 1.1");
        }
        Some(_) | None => {}
    }
}

/// Whether the server is for this machine, where plain HTTP will do.
fn is_local(server: &Scope<'_>) -> bool {
    let mut names = server
        .own("server_name")
        .flat_map(Directive::args)
        .peekable();
    let local = |name: &String| {
        ["localhost", "_", "[::1]"].contains(&&**name)
            || name.ends_with(".localhost")
            || name.starts_with("127.")
    };
    names.peek().is_some() && names.all(local)
}

/// Whether a proxy in front, which is trusted, may have encrypted.
fn behind_proxy(server: &Scope<'_>) -> bool {
    !server.list("set_real_ip_from").is_empty()
        || server
            .own("listen")
            .any(|line| line.args().iter().any(|arg| arg == "proxy_protocol"))
}

/// Whether plain requests are sent on to https.
fn sends_on(site: &Site<'_, '_>, server: &Scope<'_>) -> bool {
    let conditions = site
        .model
        .children(server)
        .filter(|scope| scope.title().contains("$scheme") || scope.title().contains("$https"));
    conditions
        .flat_map(|scope| scope.own("return"))
        .any(|line| line.args().iter().any(|arg| arg.starts_with("https://")))
}
