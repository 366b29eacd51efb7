//! Documents in, documents out.

use serde_json::json;

use super::*;

const ID: &str = "https://images.example/iiif/images/a%2Fb";

fn public(services: Vec<Value>) -> Public<'static> {
    Public {
        id: ID,
        services,
        cross_site: false,
    }
}

fn upstream(extra: &Value) -> Vec<u8> {
    let mut document = json!({
        "@context": "http://iiif.io/api/image/2/context.json",
        "@id": "http://iipsrv/iiif/images/a/b",
        "width": 6000, "height": 4000,
    });
    document
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    document.to_string().into_bytes()
}

fn described(extra: &Value, services: Vec<Value>) -> Value {
    let description = describe(&upstream(extra), public(services)).unwrap();
    serde_json::from_slice(&description.body).unwrap()
}

#[test]
fn only_the_id_and_the_services_change() {
    let document = described(
        &json!({"sizes": [{"width": 1, "height": 1}]}),
        vec![json!({"a": 1})],
    );
    assert_eq!(
        document,
        json!({
            "@context": "http://iiif.io/api/image/2/context.json", "@id": ID,
            "width": 6000, "height": 4000, "sizes": [{"width": 1, "height": 1}],
            "service": [{"a": 1}],
        })
    );
}

#[test]
fn other_services_survive_and_service_becomes_an_array() {
    let (x, y) = (json!({"profile": "x"}), json!({"profile": ["y"]}));
    let ours = json!({"profile": "ours"});
    for (service, expected) in [
        (json!({"service": x}), json!([x, ours])),
        (json!({"service": [x, y]}), json!([x, y, ours])),
        (json!({"service": null}), json!([ours])),
        (json!({}), json!([ours])),
        // What viewers break down at.
        (json!({"service": "https://a.example/x"}), json!([ours])),
        (
            json!({"service": [{"type": "Geo"}, {"id": "z"}]}),
            json!([{"type": "Geo", "profile": "Geo"}, {"id": "z", "profile": "Service"}, ours]),
        ),
    ] {
        assert_eq!(described(&service, vec![ours.clone()])["service"], expected);
    }
}

#[test]
fn a_document_that_needs_no_change_keeps_its_bytes() {
    let bytes = br#"{ "@id":"https://images.example/iiif/images/a%2Fb", "width":1,"height" : 1 }"#;
    assert_eq!(describe(bytes, public(Vec::new())).unwrap().body, bytes);
}

#[test]
fn what_is_no_info_json_is_an_error() {
    for bytes in [
        &b""[..],
        b"[]",
        b"<html>",
        b"{}",
        br#"{"width":"1","height":1}"#,
    ] {
        assert!(describe(bytes, public(Vec::new())).is_err());
    }
}

#[test]
fn the_placeholder_is_an_info_json() {
    let description = describe(PLACEHOLDER.as_bytes(), public(vec![json!({"a": 1})])).unwrap();
    let document: Value = serde_json::from_slice(&description.body).unwrap();
    assert_eq!(
        (&document["@id"], &document["service"]),
        (&json!(ID), &json!([{"a": 1}]))
    );
}

#[test]
fn the_content_type_follows_version_and_accept() {
    let v3 = r#"application/ld+json;profile="http://iiif.io/api/image/3/context.json""#;
    for (api, accept, expected) in [
        (ImageApi::V2, "*/*", "application/json"),
        (ImageApi::V2, "", "application/json"),
        (ImageApi::V2, "application/ld+json", "application/ld+json"),
        (
            ImageApi::V2,
            "application/ld+json;q=0, */*",
            "application/json",
        ),
        (ImageApi::V3, "*/*", v3),
        (ImageApi::V3, "application/json", "application/json"),
        (ImageApi::V3, "application/json, application/ld+json", v3),
    ] {
        assert_eq!(api.content_type(accept), expected, "{accept}");
    }
    let document = upstream(&json!({"@context": ["x", "http://iiif.io/api/image/3/context.json"]}));
    assert_eq!(
        describe(&document, public(Vec::new())).unwrap().api,
        ImageApi::V3
    );
}

#[test]
fn the_context_of_the_probe_is_where_each_version_has_it() {
    let probe = || vec![json!({"@id": "v1"}), json!({"type": PROBE_TYPE, "id": "p"})];
    let v2 = described(&json!({}), probe());
    assert_eq!(v2["@context"], "http://iiif.io/api/image/2/context.json");
    assert_eq!(
        v2["service"].to_string(),
        format!(r#"[{{"@id":"v1"}},{{"@context":"{CONTEXT_V2}","type":"{PROBE_TYPE}","id":"p"}}]"#)
    );
    let image3 = "http://iiif.io/api/image/3/context.json";
    for (upstream, contexts) in [
        (json!(image3), json!([CONTEXT_V2, image3])),
        (json!(["x", image3]), json!([CONTEXT_V2, "x", image3])),
        (json!([CONTEXT_V2, image3]), json!([CONTEXT_V2, image3])),
    ] {
        let v3 = described(&json!({"@context": upstream}), probe());
        assert_eq!(v3["@context"], contexts);
        assert_eq!(v3["service"][1], json!({"type": PROBE_TYPE, "id": "p"}));
    }
    let v1_only = described(&json!({"@context": image3}), vec![json!({"@id": "v1"})]);
    assert_eq!(v1_only["@context"], image3);
}

#[test]
fn cookies_from_other_sites_are_asked_for_where_something_is_protected() {
    let of = |services| {
        let public = Public {
            cross_site: true,
            ..public(services)
        };
        let body = describe(&upstream(&json!({})), public).unwrap().body;
        serde_json::from_slice::<Value>(&body).unwrap()["crossOriginPolicy"].clone()
    };
    assert_eq!(of(vec![json!({"a": 1})]), json!(false));
    assert_eq!(of(Vec::new()), Value::Null);
}
