//! The description of an image as it should be.

use serde_json::{Value, json};

use super::place::Place;

/// The description, with both versions' services.
pub(super) fn document(place: &Place) -> Value {
    let origin = place.server.origin();
    let at = |page: &str| format!("{origin}/auth/{page}");
    let text = |text: &str| json!({"en": [text]});
    json!({
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": place.url(),
        "protocol": "http://iiif.io/api/image",
        "width": 6000, "height": 4000,
        "profile": ["http://iiif.io/api/image/2/level2.json"],
        "service": [{
            "@context": "http://iiif.io/api/auth/1/context.json",
            "@id": at("login"), "profile": "http://iiif.io/api/auth/1/login", "label": "Sign in",
            "service": [
                {"@id": at("token"), "profile": "http://iiif.io/api/auth/1/token"},
                {"@id": at("logout"), "profile": "http://iiif.io/api/auth/1/logout", "label": "Sign out"},
            ],
        }, {
            "@context": "http://iiif.io/api/auth/2/context.json",
            "id": at("probe"), "type": "AuthProbeService2",
            "profile": "https://iiif.io/api/auth/2.0/#probe-service",
            "service": [{
                "id": at("access"), "type": "AuthAccessService2", "profile": "active", "label": text("Sign in"),
                "service": [
                    {"id": at("token2"), "type": "AuthAccessTokenService2"},
                    {"id": at("logout"), "type": "AuthLogoutService2", "label": text("Sign out")},
                ],
            }],
        }],
    })
}
