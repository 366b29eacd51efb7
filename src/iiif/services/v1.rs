//! IIIF Auth 1.0 §2: texts are plain strings in the visitor's language, of which descriptions may hold
//! simple HTML. The `@type`s make the services legal in documents of Image API 3 (§5.8).

use serde_json::{Value, json};

use super::{Provider, titled, words};
use crate::access::ways::Way;
use crate::identity::principal::{OfferedAs, Role};
use crate::iiif::markup;
use crate::iiif::wording::Texts;
use crate::language::{LanguageMap, Preferred};

/// One access cookie service, with its token and logout services.
pub(super) fn access(
    provider: &Provider<'_>,
    way: Way<'_>,
    message: &LanguageMap,
    preferred: &Preferred,
) -> Value {
    let texts = provider.wording.texts(preferred);
    let words = words(way, texts);
    let own = message.best(preferred).map(markup::escape);
    let usual = || markup::escape(&titled(way, &words.note));
    let (heading, description, confirm) = match way {
        Way::Terms(role) => terms(role, texts, own.unwrap_or_else(usual), preferred),
        Way::SignIn | Way::Kiosk(_) | Way::External(_) => (
            words.heading.clone(),
            own.unwrap_or_else(usual),
            &words.confirm,
        ),
    };
    json!({
        "@context": "http://iiif.io/api/auth/1/context.json",
        "@id": id(provider.base, way),
        "@type": "AuthCookieService1",
        "profile": profile(way),
        "label": titled(way, &words.label),
        "header": heading,
        "description": description,
        "confirmLabel": confirm,
        "failureHeader": words.failure_heading,
        "failureDescription": markup::escape(&titled(way, &words.failure_note)),
        "service": inner(provider.base, way, texts),
    })
}

/// Terms that the viewer shows itself stand in the description; the others have a page.
fn terms<'a>(
    role: &Role,
    texts: &'a Texts,
    description: String,
    preferred: &Preferred,
) -> (String, String, &'a String) {
    let words = &texts.services.terms;
    let own = role.terms.as_ref();
    let heading = own.and_then(|terms| terms.heading.best(preferred));
    let heading = heading.unwrap_or(&words.heading).to_owned();
    match (
        role.offered_as,
        own.and_then(|terms| terms.text.best(preferred)),
    ) {
        (OfferedAs::Clickthrough, Some(text)) => {
            let all = format!("<p>{description}</p>\n{}", markup::to_html(text));
            (heading, all, &words.confirm)
        }
        (OfferedAs::Clickthrough | OfferedAs::Usual | OfferedAs::External, _) => {
            (heading, description, &texts.services.read_terms)
        }
    }
}

/// No viewer opens the id of an external service, but Mirador keeps what it knows by it.
fn id(base: &str, way: Way<'_>) -> String {
    match way {
        Way::SignIn => format!("{base}/iiif-login"),
        Way::Terms(role) => format!("{base}/iiif-terms/{}", role.name),
        Way::Kiosk(role) => format!("{base}/iiif-kiosk/{}", role.name),
        Way::External(role) => format!("{base}/iiif-external/{}", role.name),
    }
}

/// Terms with a page of their own are a `login`, because the page needs a click (requirement BR-13).
fn profile(way: Way<'_>) -> &'static str {
    match way {
        Way::Terms(role) if role.offered_as == OfferedAs::Clickthrough => {
            "http://iiif.io/api/auth/1/clickthrough"
        }
        Way::SignIn | Way::Terms(_) => "http://iiif.io/api/auth/1/login",
        Way::Kiosk(_) => "http://iiif.io/api/auth/1/kiosk",
        Way::External(_) => "http://iiif.io/api/auth/1/external",
    }
}

/// Whoever is in a network cannot sign out of it.
fn inner(base: &str, way: Way<'_>, texts: &Texts) -> Vec<Value> {
    let token = |path: String| {
        json!({
            "@id": format!("{base}{path}"),
            "@type": "AuthTokenService1",
            "profile": "http://iiif.io/api/auth/1/token",
        })
    };
    if let Way::External(role) = way {
        return vec![token(format!("/iiif-token/{}", role.name))];
    }
    let logout = json!({
        "@id": format!("{base}/logout"),
        "@type": "AuthLogoutService1",
        "profile": "http://iiif.io/api/auth/1/logout",
        "label": texts.services.sign_out,
    });
    vec![token("/iiif-token".to_owned()), logout]
}
