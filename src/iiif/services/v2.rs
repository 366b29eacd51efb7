//! IIIF Auth 2.0 §3 to §6: one probe with the access services inside, texts as language maps, and an
//! array wherever the specification allows several.

use serde_json::{Map, Value, json};

use super::{Offer, PROBE_TYPE, Provider, titled, words};
use crate::access::ways::Way;
use crate::iiif::wording::Texts;
use crate::language::LanguageMap;

/// The probe. Mirador 3 and 4 break down at a service without a string `profile`, so it has one, and one
/// that no viewer takes for something else.
pub(super) fn probe(provider: &Provider<'_>, offer: Offer<'_>) -> Value {
    let wording = provider.wording;
    let all = offer.ways.iter();
    let services: Vec<Value> = all
        .map(|way| access(provider, *way, offer.message))
        .collect();
    json!({
        "id": provider.probe_id(offer.path),
        "type": PROBE_TYPE,
        "profile": "https://iiif.io/api/auth/2.0/#probe-service",
        "errorHeading": wording.map(|texts| texts.services.closed.heading.clone()),
        "errorNote": wording.map_or(offer.message, |texts| texts.services.closed.note.clone()),
        "service": services,
    })
}

fn access(provider: &Provider<'_>, way: Way<'_>, message: &LanguageMap) -> Value {
    let wording = provider.wording;
    let say = |pick: fn(&Texts, Way<'_>) -> String| wording.map(|texts| pick(texts, way));
    let none = LanguageMap::default();
    let heading = match way {
        Way::Terms(role) => role.terms.as_ref().map_or(&none, |terms| &terms.heading),
        Way::SignIn | Way::Kiosk(_) | Way::External(_) => &none,
    };
    let mut service = Map::new();
    if let Some(id) = id(provider.base, way) {
        service.insert("id".to_owned(), id.into());
    }
    let rest = json!({
        "type": "AuthAccessService2",
        "profile": profile(way),
        "label": say(|texts, way| titled(way, &words(way, texts).label)),
        "heading": wording.map_or(heading, |texts| words(way, texts).heading.clone()),
        "note": wording.map_or(message, |texts| titled(way, &words(way, texts).note)),
        "confirmLabel": say(confirm),
        "service": inner(provider, way),
    });
    if let Value::Object(rest) = rest {
        service.extend(rest);
    }
    Value::Object(service)
}

/// What the button says that opens the page; the terms themselves are accepted there.
fn confirm(texts: &Texts, way: Way<'_>) -> String {
    match way {
        Way::Terms(_) => texts.services.read_terms.clone(),
        Way::SignIn | Way::Kiosk(_) | Way::External(_) => words(way, texts).confirm.clone(),
    }
}

/// An external service has no page (§3.1).
fn id(base: &str, way: Way<'_>) -> Option<String> {
    match way {
        Way::SignIn => Some(format!("{base}/iiif-access")),
        Way::Terms(role) => Some(format!("{base}/iiif-terms2/{}", role.name)),
        Way::Kiosk(role) => Some(format!("{base}/iiif-kiosk2/{}", role.name)),
        Way::External(_) => None,
    }
}

fn profile(way: Way<'_>) -> &'static str {
    match way {
        Way::SignIn | Way::Terms(_) => "active",
        Way::Kiosk(_) => "kiosk",
        Way::External(_) => "external",
    }
}

fn inner(provider: &Provider<'_>, way: Way<'_>) -> Vec<Value> {
    let Provider { base, wording, .. } = provider;
    let path = match way {
        Way::External(role) => format!("/iiif-token2/{}", role.name),
        Way::SignIn | Way::Terms(_) | Way::Kiosk(_) => "/iiif-token2".to_owned(),
    };
    let token = json!({
        "id": format!("{base}{path}"),
        "type": "AuthAccessTokenService2",
        "errorHeading": wording.map(|texts| words(way, texts).failure_heading.clone()),
        "errorNote": wording.map(|texts| titled(way, &words(way, texts).failure_note)),
    });
    if matches!(way, Way::External(_)) {
        return vec![token];
    }
    let logout = json!({
        "id": format!("{base}/logout"),
        "type": "AuthLogoutService2",
        "label": wording.map(|texts| texts.services.sign_out.clone()),
    });
    vec![token, logout]
}
