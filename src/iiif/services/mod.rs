//! The auth services that a document offers, in both versions of IIIF Auth at once.
//!
//! Every way to see more is one access service, in the order of [`Way`]. Version 1 has them side by
//! side in the document, version 2 inside one probe. The two share cookie and pages, but no id, because
//! viewers keep what they know by id. No id contains `?` or `#`: viewers append their query blindly.

#[cfg(test)]
mod tests;
mod v1;
mod v2;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::wording::{ServiceTexts, Texts, Wording, fill};
use crate::access::ways::Way;
use crate::language::{LanguageMap, Preferred};

/// The context of IIIF Auth 2.0.
pub const CONTEXT_V2: &str = "http://iiif.io/api/auth/2/context.json";
/// What marks a probe among other services.
pub const PROBE_TYPE: &str = "AuthProbeService2";

/// Whoever offers the services: where they are, and in which words and versions.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// The public URL of the gate's pages, without a slash at the end.
    pub base: &'a str,
    /// The words, which name the institution.
    pub wording: &'a Wording,
    /// Whether IIIF Auth 1.0 is offered.
    pub v1: bool,
    /// Whether IIIF Auth 2.0 is offered.
    pub v2: bool,
}

/// What is offered for one protected thing.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// The ways to see (more of) it; without any there are no services.
    pub ways: &'a [Way<'a>],
    /// What its rule says to visitors; empty where the usual words will do.
    pub message: &'a LanguageMap,
    /// Its public path as the client wrote it, such as `/iiif/images/a%2Fb`.
    pub path: &'a str,
}

impl Provider<'_> {
    /// The services of both versions, for the `service` of a document.
    pub fn services(&self, offer: Offer<'_>, preferred: &Preferred) -> Vec<Value> {
        let mut services = Vec::new();
        if offer.ways.is_empty() {
            return services;
        }
        if self.v1 {
            let all = offer.ways.iter();
            services.extend(all.map(|way| v1::access(self, *way, offer.message, preferred)));
        }
        if self.v2 {
            services.push(v2::probe(self, offer));
        }
        services
    }

    /// The address of the probe service of a public path: the path is one segment of it, and survives
    /// every decoding on the way.
    pub fn probe_id(&self, path: &str) -> String {
        const KEPT: &AsciiSet = &NON_ALPHANUMERIC
            .remove(b'-')
            .remove(b'.')
            .remove(b'_')
            .remove(b'~');
        format!(
            "{}/iiif-probe/{}",
            self.base,
            utf8_percent_encode(path, KEPT)
        )
    }
}

/// The words around a way.
fn words<'a>(way: Way<'_>, texts: &'a Texts) -> &'a ServiceTexts {
    match way {
        Way::SignIn => &texts.services.login,
        Way::Terms(_) => &texts.services.terms,
        Way::Kiosk(_) => &texts.services.kiosk,
        Way::External(_) => &texts.services.external,
    }
}

/// A text with the title of the role filled in.
fn titled(way: Way<'_>, text: &str) -> String {
    let title = match way {
        Way::Terms(role) | Way::Kiosk(role) | Way::External(role) => role.title.as_str(),
        Way::SignIn => "",
    };
    fill(text, &[("role", title)])
}
