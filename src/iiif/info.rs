//! info.json: the image server's own document with the auth services added and its id made public.

use serde_json::{Map, Value};

use crate::image::size::{Dimensions, TileSet};

/// The version of the Image API that a document follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageApi {
    /// 2.1 and older.
    V2,
    /// 3.0.
    V3,
}

impl ImageApi {
    /// The content type for what the client accepts (Image API 2.1 §5.1, 3.0 §5.1).
    pub fn content_type(self, accept: &str) -> &'static str {
        let accepts = |kind: &str| {
            accept.split(',').any(|item| {
                let mut parts = item.split(';');
                parts
                    .next()
                    .is_some_and(|name| name.trim().eq_ignore_ascii_case(kind))
                    && !parts.any(|part| part.trim().eq_ignore_ascii_case("q=0"))
            })
        };
        match self {
            Self::V2 if accepts("application/ld+json") => "application/ld+json",
            Self::V3 if !accepts("application/json") || accepts("application/ld+json") => {
                r#"application/ld+json;profile="http://iiif.io/api/image/3/context.json""#
            }
            Self::V2 | Self::V3 => "application/json",
        }
    }
}

/// A description, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The document.
    pub body: Vec<u8>,
    /// The version it follows.
    pub api: ImageApi,
}

/// The image server sent something that is no info.json.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the image server's info.json is {0}")]
pub struct InfoError(&'static str);

/// Describes an image to the public: `public_id` is the URI that the client asked for, without
/// `/info.json`. A document that needs no change is passed on byte for byte.
pub fn describe(
    upstream: &[u8],
    public_id: &str,
    services: Vec<Value>,
) -> Result<Description, InfoError> {
    let mut document: Map<String, Value> =
        serde_json::from_slice(upstream).map_err(|_| InfoError("no JSON object"))?;
    let key = if document.contains_key("id") {
        "id"
    } else {
        "@id"
    };
    if !document.get("width").is_some_and(Value::is_u64)
        || !document.get("height").is_some_and(Value::is_u64)
    {
        return Err(InfoError("without a width and a height"));
    }
    let api = api_of(&document);
    let is_public = document.get(key).and_then(Value::as_str) == Some(public_id);
    if is_public && services.is_empty() {
        return Ok(Description {
            body: upstream.to_vec(),
            api,
        });
    }
    document.insert(key.to_owned(), public_id.into());
    add_services(&mut document, services);
    let body = serde_json::to_vec(&document).map_err(|_| InfoError("not writable"))?;
    Ok(Description { body, api })
}

/// What stands in for an image that the image server does not describe right now: enough for a viewer to
/// find the services. After signing in it asks again.
pub const PLACEHOLDER: &str = r#"{
  "@context": "http://iiif.io/api/image/2/context.json",
  "@id": "",
  "protocol": "http://iiif.io/api/image",
  "width": 1000,
  "height": 1000,
  "profile": ["http://iiif.io/api/image/2/level1.json"]
}"#;

/// The size and the tiles of an image, as its info.json says.
pub fn dimensions(document: &[u8]) -> Option<Dimensions> {
    let document: Map<String, Value> = serde_json::from_slice(document).ok()?;
    let number = |value: Option<&Value>| u32::try_from(value?.as_u64()?).ok();
    let tile_set = |tiles: &Value| {
        let width = number(tiles.get("width"))?;
        let factors = tiles.get("scaleFactors")?.as_array()?;
        Some(TileSet {
            width,
            height: number(tiles.get("height")).unwrap_or(width),
            scale_factors: factors.iter().filter_map(|f| number(Some(f))).collect(),
        })
    };
    let tiles = document.get("tiles").and_then(Value::as_array);
    let tiles = tiles.into_iter().flatten().filter_map(tile_set).collect();
    Dimensions::new(
        number(document.get("width"))?,
        number(document.get("height"))?,
        tiles,
    )
}

fn api_of(document: &Map<String, Value>) -> ImageApi {
    let is_v3 = |value: &Value| value == "http://iiif.io/api/image/3/context.json";
    match document.get("@context") {
        Some(Value::Array(list)) if list.iter().any(is_v3) => ImageApi::V3,
        Some(one) if is_v3(one) => ImageApi::V3,
        _ => ImageApi::V2,
    }
}

/// Other services survive; `service` is an array afterwards (Image API 3.0 §5.8).
fn add_services(document: &mut Map<String, Value>, services: Vec<Value>) {
    if services.is_empty() {
        return;
    }
    let mut all = match document.remove("service") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(existing)) => existing,
        Some(one) => vec![one],
    };
    all.extend(services);
    document.insert("service".to_owned(), all.into());
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "https://images.example/iiif/images/a%2Fb";

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
        let description = describe(&upstream(extra), ID, services).unwrap();
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
        for (service, expected) in [
            (json!({"service": {"x": 1}}), json!([{"x": 1}, {"a": 1}])),
            (
                json!({"service": [{"x": 1}, {"y": 1}]}),
                json!([{"x": 1}, {"y": 1}, {"a": 1}]),
            ),
            (json!({"service": null}), json!([{"a": 1}])),
            (json!({}), json!([{"a": 1}])),
        ] {
            assert_eq!(
                described(&service, vec![json!({"a": 1})])["service"],
                expected
            );
        }
    }

    #[test]
    fn a_document_that_needs_no_change_keeps_its_bytes() {
        let bytes =
            br#"{ "@id":"https://images.example/iiif/images/a%2Fb", "width":1,"height" : 1 }"#;
        assert_eq!(describe(bytes, ID, Vec::new()).unwrap().body, bytes);
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
            assert!(describe(bytes, ID, Vec::new()).is_err());
        }
    }

    #[test]
    fn the_placeholder_is_an_info_json() {
        let description = describe(PLACEHOLDER.as_bytes(), ID, vec![json!({"a": 1})]).unwrap();
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
        let document =
            upstream(&json!({"@context": ["x", "http://iiif.io/api/image/3/context.json"]}));
        assert_eq!(
            describe(&document, ID, Vec::new()).unwrap().api,
            ImageApi::V3
        );
    }
}
