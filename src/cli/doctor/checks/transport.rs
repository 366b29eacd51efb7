//! Certificate, plain http, and the clock.

use chrono::DateTime;

use crate::cli::doctor::ask::Seen;
use crate::cli::doctor::finding::{Finding, Kind, Severity};
use crate::cli::doctor::place::{Place, Server, split};
use crate::cli::doctor::wire::{Certificate, Trouble};

pub(in crate::cli::doctor) static NO_HTTPS: Kind = Kind {
    name: "no-https",
    severity: Severity::Hole,
    title: "The site is served without encryption",
    why: "Passwords, cookies and tokens can be read and used by everybody between the reader and the site, and browsers send no cookie to images of another site over plain http.",
    mend: "Serve the site over https. With the shipped files: VIRTUAL_HOST_PROTO=https and a certificate (docs/guides/docker.md, docs/guides/nginx.md).",
};
pub(in crate::cli::doctor) static CERTIFICATE: Kind = Kind {
    name: "certificate",
    severity: Severity::Broken,
    title: "Browsers do not trust the certificate",
    why: "Viewers show nothing at all, without a word: an image or description from a site whose certificate is not trusted counts as not there.",
    mend: "Renew the certificate, name this host in it, and configure the whole chain (ssl_certificate has the certificate first, then the intermediate ones).",
};
pub(in crate::cli::doctor) static EXPIRY: Kind = Kind {
    name: "certificate-expiry",
    severity: Severity::Weak,
    title: "The certificate ends soon",
    why: "When it has ended, viewers show nothing.",
    mend: "Find out why it was not renewed: certificates that renew by themselves do so a month before their end.",
};
pub(in crate::cli::doctor) static OLD_TLS: Kind = Kind {
    name: "old-tls",
    severity: Severity::Weak,
    title: "The site agrees to an outdated version of TLS",
    why: "Versions before 1.2 are broken, and browsers refuse them.",
    mend: "nginx: ssl_protocols TLSv1.2 TLSv1.3;",
};
pub(in crate::cli::doctor) static PLAIN_HTTP: Kind = Kind {
    name: "plain-http",
    severity: Severity::Weak,
    title: "Plain http is answered instead of being sent on to https",
    why: "Who comes by http stays there: what is typed and shown can be read on the way, and the ids in descriptions are not those that were asked for.",
    mend: "nginx, in the server of port 80: return 308 https://$host$request_uri;",
};
pub(in crate::cli::doctor) static HSTS: Kind = Kind {
    name: "hsts",
    severity: Severity::Weak,
    title: "The site does not tell browsers to come by https only",
    why: "The first request of a visit may go out unencrypted and be answered by somebody else.",
    mend: "nginx: add_header Strict-Transport-Security \"max-age=31536000\" always; and again in each location that has an add_header of its own.",
};
pub(in crate::cli::doctor) static CLOCK: Kind = Kind {
    name: "clock",
    severity: Severity::Weak,
    title: "The site's clock and the one here differ",
    why: "Sessions and tokens end too early or too late, and embargoes on the wrong day. Annotation tokens of other sites are refused.",
    mend: "Let the server keep its time (chrony, systemd-timesyncd); look at the clock of this machine, too.",
};

pub(in crate::cli::doctor) static KINDS: &[&Kind] = &[
    &NO_HTTPS,
    &CERTIFICATE,
    &EXPIRY,
    &OLD_TLS,
    &PLAIN_HTTP,
    &HSTS,
    &CLOCK,
];

const SOON: i32 = 14;
const SKEW: i64 = 60;

/// What the connection is like.
pub(in crate::cli::doctor) fn connection(
    server: &Server,
    certificate: Option<&Certificate>,
) -> Vec<Finding> {
    let Some(certificate) = certificate else {
        let origin = server.origin();
        let https = if server.is_local() {
            NO_HTTPS.unknown(format!(
                "{origin}: plain http is fine on this machine itself"
            ))
        } else {
            NO_HTTPS.bad(format!("{origin} is plain http"))
        };
        return vec![https];
    };
    let Certificate {
        problems,
        days,
        version,
    } = certificate;
    let mut found = vec![
        NO_HTTPS.fine(server.origin()),
        CERTIFICATE.judge(
            problems,
            format!("it names {} and is trusted", server.name()),
        ),
    ];
    found.push(match days {
        days if *days < SOON => EXPIRY.bad(format!("it ends in {days} days")),
        days => EXPIRY.fine(format!("it is good for {days} days")),
    });
    let is_old = ["TLSv1", "TLSv1.1", "SSLv3"].contains(&version.as_str());
    found.push(if is_old {
        OLD_TLS.bad(version)
    } else {
        OLD_TLS.fine(version)
    });
    found
}

/// What is answered on the port of plain http.
pub(in crate::cli::doctor) fn plain(place: &Place, seen: Option<&Seen>) -> Finding {
    let Some(seen) = seen else {
        return PLAIN_HTTP.unknown("https is not at port 443; say --http-port to have it tried");
    };
    let answer = match &seen.answer {
        Ok(answer) => answer,
        Err(Trouble::GaveUp) => return PLAIN_HTTP.unknown(Trouble::GaveUp.to_string()),
        Err(_) => return PLAIN_HTTP.fine("nobody listens there"),
    };
    let leads_to = answer.header("Location").and_then(split);
    let is_ours = |server: &Server| server.secure && server.name() == place.server.name();
    match leads_to {
        Some((server, _)) if answer.is_redirect() && is_ours(&server) => {
            PLAIN_HTTP.fine("it leads to https")
        }
        _ if answer.status >= 400 && !matches!(answer.status, 401 | 403) => {
            PLAIN_HTTP.fine(seen.told())
        }
        _ => PLAIN_HTTP.bad(format!(
            "{}, asked at {}",
            seen.told(),
            seen.ask.server.origin()
        )),
    }
}

/// Whether browsers are told to use https, and what time it is there.
pub(in crate::cli::doctor) fn headers(place: &Place, seen: &Seen) -> Vec<Finding> {
    let hsts = match seen.header("Strict-Transport-Security") {
        _ if !place.server.secure => HSTS.unknown("the site is plain http"),
        Some(policy) if !policy.contains("max-age=0") => HSTS.fine(policy),
        _ => HSTS.bad(format!(
            "{}, without Strict-Transport-Security",
            seen.told()
        )),
    };
    let date = seen.header("Date").unwrap_or_default();
    let clock = match DateTime::parse_from_rfc2822(date) {
        Ok(theirs) => {
            let skew = (seen.at - theirs.to_utc()).num_seconds();
            let told = format!("{date} there, {} here", seen.at.to_rfc2822());
            if skew.abs() > SKEW {
                CLOCK.bad(told)
            } else {
                CLOCK.fine(date)
            }
        }
        Err(_) => CLOCK.unknown("the answers have no Date"),
    };
    vec![hsts, clock]
}
