//! What viewers look for, requirement by requirement.

use serde_json::json;

use super::*;
use crate::identity::name::RoleName;
use crate::identity::principal::{ObtainedBy, OfferedAs, Role, RoleId, Terms};
use crate::language::Language;

const BASE: &str = "https://images.example/auth";

fn role(name: &str, obtained_by: ObtainedBy, offered_as: OfferedAs) -> Role {
    let map = |json| LanguageMap::parse_json(json).unwrap();
    Role {
        id: RoleId(1),
        name: RoleName::parse(name).unwrap(),
        title: format!("The {name}"),
        obtained_by,
        offered_as,
        networks: Vec::new(),
        terms: (obtained_by == ObtainedBy::Terms).then(|| Terms {
            version: 2,
            since: chrono::NaiveDate::default(),
            heading: map(r#"{"en":"Photographs","de":"Fotografien"}"#),
            text: map(r#"{"en":"Do *not* <b>print</b>.","de":"*Nicht* drucken."}"#),
        }),
    }
}

fn wording(languages: &[&str]) -> Wording {
    let languages: Vec<Language> = languages.iter().map(|tag| tag.parse().unwrap()).collect();
    Wording::new(&languages, "Archive & Co", "images.example").unwrap()
}

/// The services in both versions for these ways.
fn offered(ways: &[Way<'_>], message: &str, accept_language: &str) -> Vec<Value> {
    let wording = wording(&["en", "de"]);
    let provider = Provider {
        base: BASE,
        wording: &wording,
        v1: true,
        v2: true,
    };
    let offer = Offer {
        ways,
        message: &LanguageMap::parse_json(message).unwrap(),
        path: "/iiif/images/a%2Fb",
    };
    provider.services(offer, &wording.preferred(accept_language))
}

#[test]
fn signing_in_is_offered_in_both_versions() {
    insta::assert_json_snapshot!(offered(&[Way::SignIn], "{}", "en"));
}

#[test]
fn every_way_has_its_service_in_the_given_order() {
    let kiosk = role("reading-room", ObtainedBy::Kiosk, OfferedAs::Usual);
    let click = role("photos", ObtainedBy::Terms, OfferedAs::Clickthrough);
    let terms = role("press", ObtainedBy::Terms, OfferedAs::Usual);
    let ways = [
        Way::Kiosk(&kiosk),
        Way::Terms(&click),
        Way::Terms(&terms),
        Way::SignIn,
    ];
    let services = offered(&ways, "{}", "de-AT");
    insta::assert_json_snapshot!(services);
}

#[test]
fn a_network_is_external_without_a_page() {
    let network = role("campus", ObtainedBy::Network, OfferedAs::External);
    let services = offered(&[Way::External(&network)], "{}", "");
    insta::assert_json_snapshot!(services);
    assert!(services[1]["service"][0].get("id").is_none());
}

#[test]
fn the_words_of_the_rule_stand_before_ours() {
    let message = r#"{"de":"Fragen Sie <Frau X>."}"#;
    let services = offered(&[Way::SignIn], message, "de");
    assert_eq!(services[0]["description"], "Fragen Sie &lt;Frau X&gt;.");
    let probe = &services[1];
    assert_eq!(probe["errorNote"]["de"], json!(["Fragen Sie <Frau X>."]));
    assert_eq!(
        probe["errorNote"]["en"],
        json!(["Archive & Co does not show this to you."])
    );
    assert_eq!(
        probe["service"][0]["note"]["de"],
        json!(["Fragen Sie <Frau X>."])
    );
}

#[test]
fn terms_that_the_viewer_shows_are_in_the_description() {
    let click = role("photos", ObtainedBy::Terms, OfferedAs::Clickthrough);
    let services = offered(&[Way::Terms(&click)], "{}", "en");
    let description = services[0]["description"].as_str().unwrap();
    assert!(
        description.ends_with("<p>Do <em>not</em> &lt;b&gt;print&lt;/b&gt;.</p>"),
        "{description}"
    );
    assert_eq!(services[0]["header"], "Photographs");
    assert_eq!(services[0]["confirmLabel"], "I agree");
    // Version 2 has no such profile: its terms have a page.
    assert_eq!(services[1]["service"][0]["profile"], "active");
    assert_eq!(
        services[1]["service"][0]["confirmLabel"]["en"],
        json!(["Read the terms"])
    );
}

#[test]
fn either_version_stands_alone_and_nothing_is_offered_where_nothing_helps() {
    let wording = wording(&["fr"]);
    let of = |v1, v2, ways| {
        let provider = Provider {
            base: BASE,
            wording: &wording,
            v1,
            v2,
        };
        let message = LanguageMap::default();
        let offer = Offer {
            ways,
            message: &message,
            path: "/x",
        };
        provider.services(offer, &Preferred::default()).len()
    };
    let ways: &[Way<'_>] = &[Way::SignIn];
    assert_eq!(
        [
            of(true, false, ways),
            of(false, true, ways),
            of(true, true, &[])
        ],
        [1, 1, 0]
    );
}

/// Every id and every text of a service, at any depth.
fn walk(value: &Value, ids: &mut Vec<String>, maps: &mut Vec<Value>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("id" | "@id", Value::String(id)) => ids.push(id.clone()),
                    (
                        "label" | "heading" | "note" | "confirmLabel" | "errorHeading"
                        | "errorNote",
                        Value::Object(_),
                    ) => {
                        maps.push(value.clone());
                    }
                    _ => walk(value, ids, maps),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, ids, maps)),
        _ => {}
    }
}

fn walked(services: &[Value]) -> (Vec<String>, Vec<Value>) {
    let (mut ids, mut maps) = (Vec::new(), Vec::new());
    for service in services {
        walk(service, &mut ids, &mut maps);
    }
    (ids, maps)
}

/// Three services of version 1, and the probe.
fn several() -> Vec<Value> {
    let kiosk = role("room", ObtainedBy::Kiosk, OfferedAs::Usual);
    let terms = role("press", ObtainedBy::Terms, OfferedAs::Usual);
    let ways = [Way::Kiosk(&kiosk), Way::Terms(&terms), Way::SignIn];
    offered(&ways, "{}", "")
}

#[test]
fn ids_are_plain_addresses_and_texts_are_strings_or_language_maps() {
    let services = several();
    let (ids, maps) = walked(&services);
    for id in &ids {
        assert!(
            id.starts_with("https://") && !id.contains(['?', '#']),
            "{id}"
        );
    }
    for map in &maps {
        assert!(map["en"].is_array() && map["de"].is_array(), "{map}");
    }
    for service in &services {
        assert!(
            service["profile"].is_string(),
            "Mirador breaks without a string: {service}"
        );
        assert!(service["service"].is_array());
        let version_1 = service.get("@type").is_some();
        assert!(!version_1 || service["label"].as_str().unwrap().contains("Archive & Co"));
    }
}

#[test]
fn the_versions_share_no_id_but_that_of_signing_out() {
    let services = several();
    let (first, second) = services.split_at(3);
    let others = walked(second).0;
    let mut shared = walked(first).0;
    shared.retain(|id| others.contains(id) && !id.ends_with("/logout"));
    assert_eq!(shared, [""; 0]);
}

#[test]
fn the_path_is_one_segment_of_the_probe() {
    let wording = wording(&["en"]);
    let provider = Provider {
        base: BASE,
        wording: &wording,
        v1: false,
        v2: true,
    };
    assert_eq!(
        provider.probe_id("/iiif/images/a%2Fb"),
        "https://images.example/auth/iiif-probe/%2Fiiif%2Fimages%2Fa%252Fb"
    );
}
