//! Descriptions of the auth services (IIIF Auth 1.0 §2).

use serde_json::{Value, json};

/// Where the services are and who runs them.
#[derive(Debug, Clone, Copy)]
pub struct Provider<'a> {
    /// The public URL of the gate's pages, without a slash at the end.
    pub base: &'a str,
    /// The institution's name, which every label carries.
    pub institution: &'a str,
}

/// The v1 login service with its token and logout services.
///
/// No id contains `?` or `#`, because viewers append their query blindly. The `@type` makes it a legal
/// service of an Image API 3 document too (Image API 3.0 §5.8).
pub fn login_v1(provider: Provider<'_>) -> Value {
    let Provider { base, institution } = provider;
    json!({
        "@context": "http://iiif.io/api/auth/1/context.json",
        "@id": format!("{base}/iiif-login"),
        "@type": "AuthCookieService1",
        "profile": "http://iiif.io/api/auth/1/login",
        "label": format!("Sign in to {institution}"),
        "header": "Sign-in needed",
        "description": format!("{institution} asks you to sign in to see this image."),
        "confirmLabel": "Sign in",
        "failureHeader": "Not signed in",
        "failureDescription": format!(
            "{institution} could not confirm that you may see this image. \
             You may not have signed in, or your browser may block its cookies."
        ),
        "service": [
            {
                "@id": format!("{base}/iiif-token"),
                "@type": "AuthTokenService1",
                "profile": "http://iiif.io/api/auth/1/token",
            },
            {
                "@id": format!("{base}/logout"),
                "@type": "AuthLogoutService1",
                "profile": "http://iiif.io/api/auth/1/logout",
                "label": format!("Sign out of {institution}"),
            },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_login_service_is_what_viewers_look_for() {
        let provider = Provider {
            base: "https://images.example/auth",
            institution: "Archive",
        };
        let service = login_v1(provider);
        insta::assert_json_snapshot!(service);
        let mut ids = vec![&service["@id"]];
        ids.extend(
            service["service"]
                .as_array()
                .unwrap()
                .iter()
                .map(|inner| &inner["@id"]),
        );
        for id in ids {
            let id = id.as_str().unwrap();
            assert!(
                id.starts_with("https://") && !id.contains(['?', '#']),
                "{id}"
            );
        }
    }
}
