//! info.json: the image server's own document with the auth services added and its id made public.

pub mod tier;

use serde_json::{Map, Value};

use super::services::{CONTEXT_V2, PROBE_TYPE};
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

impl ImageApi {
    /// The type of an image service of this version, in documents that name one.
    pub fn service_type(self) -> &'static str {
        match self {
            Self::V2 => "ImageService2",
            Self::V3 => "ImageService3",
        }
    }
}

/// The version of the Image API that an info.json follows.
pub fn version(upstream: &[u8]) -> Result<ImageApi, InfoError> {
    Ok(read(upstream)?.api)
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

/// How a document is told to the public.
#[derive(Debug, Clone, Default)]
pub struct Public<'a> {
    /// The URI that the client asked for, without `/info.json`.
    pub id: &'a str,
    /// The auth services; without any the image is not protected.
    pub services: Vec<Value>,
    /// Whether viewers are to load tiles with cookies from other sites too. Universal Viewer asks for
    /// them without, and OpenSeadragon, which loads them, heeds what an info.json says.
    pub cross_site: bool,
}

/// Describes an image to the public. A document that needs no change is passed on byte for byte.
pub fn describe(upstream: &[u8], public: Public<'_>) -> Result<Description, InfoError> {
    let Upstream { document, api } = read(upstream)?;
    if id_of(&document) == Some(public.id) && public.services.is_empty() {
        return Ok(Description {
            body: upstream.to_vec(),
            api,
        });
    }
    publish(document, api, public)
}

/// An info.json of the image server.
struct Upstream {
    document: Map<String, Value>,
    api: ImageApi,
}

fn read(upstream: &[u8]) -> Result<Upstream, InfoError> {
    let document: Map<String, Value> =
        serde_json::from_slice(upstream).map_err(|_| InfoError("no JSON object"))?;
    if !document.get("width").is_some_and(Value::is_u64)
        || !document.get("height").is_some_and(Value::is_u64)
    {
        return Err(InfoError("without a width and a height"));
    }
    let api = api_of(&document);
    Ok(Upstream { document, api })
}

fn id_of(document: &Map<String, Value>) -> Option<&str> {
    document.get("id").or_else(|| document.get("@id"))?.as_str()
}

fn publish(
    mut document: Map<String, Value>,
    api: ImageApi,
    public: Public<'_>,
) -> Result<Description, InfoError> {
    let key = if document.contains_key("id") {
        "id"
    } else {
        "@id"
    };
    document.insert(key.to_owned(), public.id.into());
    if !public.services.is_empty() {
        if public.cross_site {
            document.insert("crossOriginPolicy".to_owned(), false.into());
        }
        add_services(&mut document, api, public.services);
    }
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

/// Other services survive; `service` is an array afterwards (Image API 3.0 §5.8). The context of Auth 2.0
/// comes first in a document of Image API 3, and stands in the probe in one of Image API 2, whose own
/// context must be a string (§5.2 of both).
fn add_services(document: &mut Map<String, Value>, api: ImageApi, services: Vec<Value>) {
    let all = match document.remove("service") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(existing)) => existing,
        Some(one) => vec![one],
    };
    let mut all: Vec<Value> = all.into_iter().filter_map(readable).collect();
    let has_probe = services.iter().any(is_probe);
    match api {
        ImageApi::V2 => all.extend(services.into_iter().map(with_context)),
        ImageApi::V3 => all.extend(services),
    }
    if has_probe && api == ImageApi::V3 {
        let contexts = match document.get("@context") {
            Some(Value::Array(contexts)) => contexts.clone(),
            Some(one) => vec![one.clone()],
            None => Vec::new(),
        };
        let others = contexts.into_iter().filter(|context| context != CONTEXT_V2);
        let contexts = std::iter::once(CONTEXT_V2.into()).chain(others);
        document.insert("@context".to_owned(), contexts.collect());
    }
    document.insert("service".to_owned(), all.into());
}

/// A service of the image server, as viewers can bear it beside ours. Mirador and Universal Viewer fail at
/// a reference in place of a service, and Mirador at a service without a profile, as soon as the status
/// is 401; the type then stands in for it.
fn readable(service: Value) -> Option<Value> {
    let Value::Object(mut service) = service else {
        return None;
    };
    if !matches!(
        service.get("profile"),
        Some(Value::String(_) | Value::Array(_))
    ) {
        let kind = ["type", "@type", "@context"]
            .into_iter()
            .find_map(|key| service.get(key)?.as_str());
        let profile = kind.unwrap_or("Service").to_owned();
        service.insert("profile".to_owned(), profile.into());
    }
    Some(Value::Object(service))
}

fn is_probe(service: &Value) -> bool {
    service.get("type").is_some_and(|kind| kind == PROBE_TYPE)
}

fn with_context(service: Value) -> Value {
    match service {
        Value::Object(probe) if probe.get("type").is_some_and(|kind| kind == PROBE_TYPE) => {
            let context = ("@context".to_owned(), CONTEXT_V2.into());
            Value::Object(std::iter::once(context).chain(probe).collect())
        }
        other => other,
    }
}

#[cfg(test)]
mod tests;
