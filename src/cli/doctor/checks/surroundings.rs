//! What else the server shows: inner addresses, other hosts, other ports, and what it is made of.

use crate::cli::doctor::answer::Answer;
use crate::cli::doctor::ask::{Ask, Part, Seen};
use crate::cli::doctor::finding::{Finding, Kind, Severity};
use crate::cli::doctor::place::{Place, Server};

pub(in crate::cli::doctor) static QUESTION: Kind = Kind {
    name: "question-open",
    severity: Severity::Hole,
    title: "The address for nginx's question is open to everybody",
    why: "Whoever may ask it learns who may see what, can try cookies and tokens without a trace in the log of images, and may claim any address and method.",
    mend: "nginx: `internal;` in the location of the question, and return 404 for the gate's /query_auth below the address of its pages.",
};
pub(in crate::cli::doctor) static INNER: Kind = Kind {
    name: "inner-pages",
    severity: Severity::Weak,
    title: "Figures and health of the gate are open to everybody",
    why: "They tell how much is asked, what fails, and when it is worth an attack.",
    mend: "Serve them on a listener of their own (LISTEN_HEALTH), and no location for it in nginx.",
};
pub(in crate::cli::doctor) static HOST: Kind = Kind {
    name: "unknown-host",
    severity: Severity::Weak,
    title: "The site answers for any host name",
    why: "Somebody who points a name of theirs here gets your site under it, and caches and links can be led astray.",
    mend: "nginx: a server block with default_server that returns 421 (or 444), beside the one with your server_name.",
};
pub(in crate::cli::doctor) static FORWARDED: Kind = Kind {
    name: "id-by-header",
    severity: Severity::Weak,
    title: "A visitor's header changes the ids in descriptions",
    why: "A cache on the way keeps the answer, and gives everybody a description that leads to another site.",
    mend: "Have nginx set X-Forwarded-Host, X-Forwarded-Proto and X-IIIF-ID itself, or make ids out of a setting (VIRTUAL_HOST).",
};
pub(in crate::cli::doctor) static PORT: Kind = Kind {
    name: "image-server-open",
    severity: Severity::Hole,
    title: "The image server can be reached past nginx",
    why: "Whoever reaches its port gets every image, whatever the rules say.",
    mend: "Let the image server listen on 127.0.0.1 (or a socket) only, or close the port in the firewall. See docs/guides/nginx.md, section 3.",
};
pub(in crate::cli::doctor) static OPEN_PORT: Kind = Kind {
    name: "open-port",
    severity: Severity::Weak,
    title: "A port where image servers listen is open",
    why: "It did not show this image when asked for it, but it may speak another language (FastCGI at 9000), or know the image under another name.",
    mend: "See what listens there (ss -tlnp). If it has to do with images, let it listen on 127.0.0.1 only.",
};
pub(in crate::cli::doctor) static VERSIONS: Kind = Kind {
    name: "versions-shown",
    severity: Severity::Advice,
    title: "The server says which version of what it is",
    why: "It saves attackers the search for what fits.",
    mend: "nginx: server_tokens off; and proxy_hide_header X-Powered-By.",
};
pub(in crate::cli::doctor) static ADDRESS: Kind = Kind {
    name: "address",
    severity: Severity::Weak,
    title: "The gate takes others for the visitor's address",
    why: "If it sees a proxy's address for everybody, roles held by network are held by everybody or nobody, and the limits for wrong passwords hit all at once.",
    mend: "Name your proxies in TRUSTED_PROXIES, and nothing else.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[
    &QUESTION, &INNER, &HOST, &FORWARDED, &PORT, &OPEN_PORT, &VERSIONS, &ADDRESS,
];

/// The addresses where a gate is asked, below the site and below its pages.
pub(in crate::cli::doctor) fn questions(server: &Server, pages: &str) -> Vec<Ask> {
    let paths = [
        format!("{pages}/query_auth"),
        format!("{pages}/describe"),
        "/query_auth".to_owned(),
        "/_iiif_gate/query_auth".to_owned(),
    ];
    of_inside(server, paths.to_vec())
}

/// Figures and health.
pub(in crate::cli::doctor) fn inner(server: &Server, pages: &str) -> Vec<Ask> {
    let paths = [
        "/metrics".to_owned(),
        "/readyz".to_owned(),
        "/healthz".to_owned(),
        format!("{pages}/metrics"),
        format!("{pages}/readyz"),
    ];
    of_inside(server, paths.to_vec())
}

/// What nobody has.
pub(in crate::cli::doctor) fn nothing(server: &Server) -> Ask {
    Ask::get(Part::Attack, server, "/iiif-gate-doctor-asks-for-nothing")
}

fn of_inside(server: &Server, mut paths: Vec<String>) -> Vec<Ask> {
    paths.sort();
    paths.dedup();
    let asks = paths.into_iter();
    asks.map(|path| Ask::get(Part::Attack, server, path))
        .collect()
}

/// Bad if one answers, and not as the site answers for what is not there.
pub(in crate::cli::doctor) fn closed(seen: &[Seen], nothing: &Seen) -> Finding {
    let open = seen.iter().filter(|seen| {
        matches!(seen.status(), 200..=299 | 401) && seen.status() != nothing.status()
    });
    let open: Vec<String> = open.map(Seen::told).collect();
    QUESTION.judge(&open, "it cannot be asked from outside")
}

/// The same for figures and health, which are no pages for people.
pub(in crate::cli::doctor) fn unseen(seen: &[Seen], nothing: &Seen) -> Finding {
    let open = seen.iter().filter(|seen| {
        let is_page = seen.answer().is_some_and(Answer::is_html);
        seen.status() == 200 && !is_page && nothing.status() != 200
    });
    let open: Vec<String> = open.map(Seen::told).collect();
    INNER.judge(&open, "they are not shown")
}

/// The description, asked for under another host name.
pub(in crate::cli::doctor) fn other_host(seen: &Seen) -> Finding {
    let is_ours = seen.answer().is_some_and(|answer| {
        let json = answer.json();
        matches!(answer.status, 200 | 401) && json.is_some_and(|json| json.get("width").is_some())
    });
    if is_ours {
        HOST.bad(seen.told())
    } else {
        HOST.fine(seen.told())
    }
}

/// The description, with headers that claim another host.
pub(in crate::cli::doctor) fn forwarded(seen: &Seen) -> Finding {
    let body = seen.answer().map(|answer| answer.text().into_owned());
    if body.is_some_and(|body| body.contains("doctor.invalid")) {
        FORWARDED.bad(seen.told())
    } else {
        FORWARDED.fine("ids stay as they are")
    }
}

/// The same image at another port, as image servers name it.
pub(in crate::cli::doctor) fn at_port(place: &Place, port: u16) -> Vec<Ask> {
    let server = Server {
        secure: false,
        port,
        ..place.server.clone()
    };
    let (prefix, id) = place.parts();
    let mut prefixes = vec![
        prefix,
        "/iiif/2",
        "/iiif/3",
        "/digilib/Scaler/IIIF",
        "/iiif",
    ];
    prefixes.dedup();
    prefixes
        .into_iter()
        .map(|prefix| Ask::get(Part::Attack, &server, format!("{prefix}/{id}/info.json")))
        .collect()
}

/// What was seen at a port that is open.
pub(in crate::cli::doctor) fn port(port: u16, seen: &[Seen]) -> Finding {
    let shows = seen.iter().find(|seen| {
        let json = seen.answer().and_then(Answer::json);
        seen.status() == 200 && json.is_some_and(|json| json.get("width").is_some())
    });
    match shows {
        Some(seen) => PORT.bad(format!("port {port}: {}", seen.told())),
        None => OPEN_PORT.bad(format!("somebody listens on port {port}")),
    }
}

/// What all answers say about the programs behind.
pub(in crate::cli::doctor) fn versions(seen: &[Seen]) -> Finding {
    let mut shown = Vec::new();
    for answer in seen.iter().filter_map(Seen::answer) {
        let server = answer.header("Server").unwrap_or_default();
        if server.contains(|c: char| c.is_ascii_digit()) {
            shown.push(format!("Server: {server}"));
        }
        for name in ["X-Powered-By", "X-AspNet-Version"] {
            shown.extend(answer.header(name).map(|value| format!("{name}: {value}")));
        }
    }
    shown.sort();
    shown.dedup();
    VERSIONS.judge(&shown, "no version is shown")
}

/// What a person has to compare, since no answer shows it.
pub(in crate::cli::doctor) fn address(signed_in: Option<&str>) -> Finding {
    ADDRESS.unknown(match signed_in {
        Some(when) => format!(
            "no answer shows it. Look up the sign-in of {when} in the administration (Log) or the log of nginx: \
             the address there must be this machine's, not that of a proxy or 127.0.0.1"
        ),
        None => "no answer shows it. Open the page about networks in the administration: it names the address that you come from".to_owned(),
    })
}
