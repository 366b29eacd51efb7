//! What the probe service says (IIIF Auth 2.0 §5.2). The HTTP status is 200 always; the one that counts
//! is in the document.

use serde_json::{Value, json};

use super::denial::Denial;
use super::info::ImageApi;
use super::services::CONTEXT_V2;
use super::wording::{Wording, fill};

/// What may be seen instead.
#[derive(Debug, Clone, Copy)]
pub struct Substitute<'a> {
    /// Its public URI, such as the base URI of the reduced image.
    pub id: &'a str,
    /// The version of the image server's documents.
    pub api: ImageApi,
    /// Its long side in pixels.
    pub limit: u32,
}

/// It may be seen.
pub fn open() -> Value {
    json!({ "@context": CONTEXT_V2, "type": "AuthProbeResult2", "status": 200 })
}

/// It may not; `status` is what the resource itself answers.
pub fn denied(
    wording: &Wording,
    status: u16,
    denial: &Denial<'_>,
    substitute: Option<Substitute<'_>>,
) -> Value {
    let mut result = json!({
        "@context": CONTEXT_V2,
        "type": "AuthProbeResult2",
        "status": status,
        "heading": denial.heading_map(wording),
        "note": denial.note_map(wording),
    });
    if let (Some(substitute), Value::Object(result)) = (substitute, &mut result) {
        let Substitute { id, api, limit } = substitute;
        let pixels = limit.to_string();
        let label = wording.map(|texts| fill(&texts.reasons.up_to, &[("pixels", &pixels)]));
        let item = json!({ "id": id, "type": api.service_type(), "label": label });
        result.insert("substitute".to_owned(), json!([item]));
    }
    result
}

/// It may be seen elsewhere: `location` has the same type as the resource.
pub fn moved(status: u16, id: &str, resource_type: &str) -> Value {
    json!({
        "@context": CONTEXT_V2,
        "type": "AuthProbeResult2",
        "status": status,
        "location": { "id": id, "type": resource_type },
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::access::decision::Reason;
    use crate::iiif::denial::Obstacle;
    use crate::language::{Language, LanguageMap};

    fn wording() -> Wording {
        let languages: [Language; 2] = ["en".parse().unwrap(), "de".parse().unwrap()];
        Wording::new(&languages, "Archive", "images.example").unwrap()
    }

    fn denial(reason: Reason, message: &LanguageMap) -> Denial<'_> {
        Denial {
            obstacle: Obstacle::Decided(reason),
            opens: NaiveDate::from_ymd_opt(2027, 1, 1),
            limit: Some(800),
            message,
        }
    }

    #[test]
    fn the_results_look_as_the_specification_shows_them() {
        let own = LanguageMap::parse_json(r#"{"de":"Fragen Sie."}"#).unwrap();
        let id = "https://images.example/iiif/preview/a";
        let api = ImageApi::V3;
        let substitute = Substitute {
            id,
            api,
            limit: 800,
        };
        let of = |reason, substitute| denied(&wording(), 401, &denial(reason, &own), substitute);
        insta::assert_json_snapshot!(json!([
            open(),
            of(Reason::SignInNeeded, None),
            of(Reason::TooLarge, Some(substitute)),
            of(Reason::Embargoed, None),
            moved(302, id, "ImageService3"),
        ]));
    }

    #[test]
    fn every_reason_has_words() {
        let message = LanguageMap::default();
        for reason in [
            Reason::SignInNeeded,
            Reason::TermsNeeded,
            Reason::KioskNeeded,
            Reason::NetworkNeeded,
            Reason::TooLarge,
            Reason::RoleMissing,
            Reason::Elsewhere,
            Reason::Embargoed,
            Reason::Nobody,
            Reason::Public,
        ] {
            for (opens, limit) in [
                (None, None),
                (NaiveDate::from_ymd_opt(2027, 1, 1), Some(800)),
            ] {
                let denial = Denial {
                    opens,
                    limit,
                    ..denial(reason, &message)
                };
                let text = denied(&wording(), 403, &denial, None).to_string();
                assert!(
                    text.contains("heading") && !text.contains("{date}"),
                    "{text}"
                );
                assert!(!text.contains("{pixels}"), "{text}");
            }
        }
    }
}
