//! info.json of a reduced image: the same picture in a URL space of its own, up to a limit.
//!
//! It keeps the true width and height, says what may be had (`maxWidth`, `maxHeight`, `sizes`), and calls
//! itself level 0 without tiles. This is not modesty: OpenSeadragon, which Mirador and Universal Viewer
//! use, takes any `tiles` for a pyramid down to the full resolution, whatever its scale factors and
//! `maxWidth` say, and would show holes where the gate refuses. From `sizes` alone it makes a pyramid that
//! ends at the limit.

use serde_json::{Map, Value, json};

use super::{Description, ImageApi, InfoError, Public, dimensions, publish, read};
use crate::image::size::{Dimensions, Extent, sizes_within};

/// The long side below which no smaller size is added.
const THUMBNAIL: u32 = 150;

/// Describes an image up to a long side; an image that is no larger is described whole.
pub fn tier(upstream: &[u8], public: Public<'_>, limit: u32) -> Result<Description, InfoError> {
    let super::Upstream { mut document, api } = read(upstream)?;
    let dimensions = dimensions(upstream).ok_or(InfoError("without a size of pixels"))?;
    let limit = within_upstream(&document, &dimensions, limit);
    if limit >= dimensions.long_side() {
        return publish(document, api, public);
    }
    if !is_version_2_or_3(&document) {
        return Err(InfoError("of an Image API before 2.0, which has no limits"));
    }
    for promise in ["tiles", "sizes", "extraFeatures", "maxWidth", "maxHeight"] {
        document.shift_remove(promise);
    }
    let sizes = sizes(upstream, &dimensions, limit);
    let sizes = sizes
        .iter()
        .map(|size| json!({"width": size.width, "height": size.height}));
    document.insert("sizes".to_owned(), sizes.collect());
    match api {
        ImageApi::V2 => {
            let profile = profile_of_version_2(&document, limit);
            document.insert("profile".to_owned(), profile);
        }
        ImageApi::V3 => {
            document.insert("profile".to_owned(), "level0".into());
            document.insert("maxWidth".to_owned(), limit.into());
            document.insert("maxHeight".to_owned(), limit.into());
        }
    }
    publish(document, api, public)
}

/// What the image server itself refuses cannot be promised.
fn within_upstream(document: &Map<String, Value>, image: &Dimensions, limit: u32) -> u32 {
    let of_version_2 = document.get("profile").and_then(|profile| profile.get(1));
    let stated = |key| {
        let value = document.get(key).or_else(|| of_version_2?.get(key))?;
        value.as_u64().filter(|value| *value > 0)
    };
    let [width, height] = ["maxWidth", "maxHeight"].map(stated);
    let (long, short) = (image.long_side(), image.width().min(image.height()));
    // A box of this size holds the image whichever of its sides is the long one.
    let sides = [width, height.or(width)];
    let area = stated("maxArea")
        .map(|area| (area.saturating_mul(u64::from(long)) / u64::from(short)).isqrt());
    let least = sides.into_iter().chain([area]).flatten().min();
    least
        .and_then(|least| u32::try_from(least).ok())
        .map_or(limit, |least| limit.min(least))
}

fn is_version_2_or_3(document: &Map<String, Value>) -> bool {
    document
        .get("protocol")
        .is_some_and(|protocol| protocol == "http://iiif.io/api/image")
}

/// The sizes within the limit: those of the image server and the limit itself, with halves of it where
/// the image server has none; the smallest first.
fn sizes(upstream: &[u8], image: &Dimensions, limit: u32) -> Vec<Extent> {
    let mut sizes = sizes_within(image, &stated_sizes(upstream), limit);
    if sizes.is_empty() {
        let halves = std::iter::successors(Some(limit / 2), |size| Some(size / 2));
        let halves = halves.take_while(|size| *size >= THUMBNAIL);
        sizes.extend(halves.filter_map(|size| fitting(image, size)));
    }
    sizes.extend(fitting(image, limit));
    sizes.sort_by_key(|size| (size.width, size.height));
    sizes.dedup();
    sizes
}

/// The size with this long side; its other side is rounded down where rounding up would be too much.
fn fitting(image: &Dimensions, long_side: u32) -> Option<Extent> {
    let rounded = image.within(long_side);
    let (width, height) = (rounded.width.max(2), rounded.height.max(2));
    let down = if width > height {
        Extent {
            width,
            height: height - 1,
        }
    } else {
        Extent {
            width: width - 1,
            height,
        }
    };
    sizes_within(image, &[rounded, down], long_side)
        .first()
        .copied()
}

fn stated_sizes(upstream: &[u8]) -> Vec<Extent> {
    #[derive(serde::Deserialize)]
    struct Stated {
        #[serde(default)]
        sizes: Vec<Size>,
    }
    #[derive(serde::Deserialize)]
    struct Size {
        width: u32,
        height: u32,
    }
    let stated = serde_json::from_slice(upstream).map_or_else(|_| Vec::new(), |s: Stated| s.sizes);
    let extent = |Size { width, height }| Extent { width, height };
    stated.into_iter().map(extent).collect()
}

/// Level 0 with the limit; formats and qualities stay, features would promise more than the limit holds.
fn profile_of_version_2(document: &Map<String, Value>, limit: u32) -> Value {
    let stated = document.get("profile").and_then(|profile| profile.get(1));
    let mut details = stated
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    details.shift_remove("supports");
    details.insert("maxWidth".to_owned(), limit.into());
    details.insert("maxHeight".to_owned(), limit.into());
    json!(["http://iiif.io/api/image/2/level0.json", details])
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "https://images.example/iiif/preview/a";

    fn limited(upstream: &Value, limit: u32) -> Value {
        let public = Public {
            id: ID,
            ..Public::default()
        };
        let description = tier(upstream.to_string().as_bytes(), public, limit).unwrap();
        serde_json::from_slice(&description.body).unwrap()
    }

    fn version_2() -> Value {
        json!({
            "@context": "http://iiif.io/api/image/2/context.json",
            "@id": "http://iipsrv/a", "protocol": "http://iiif.io/api/image",
            "width": 4000, "height": 6001,
            "sizes": [{"width": 125, "height": 187}, {"width": 500, "height": 750}, {"width": 1000, "height": 1500}],
            "tiles": [{"width": 256, "scaleFactors": [1, 2, 4, 8, 16]}],
            "profile": ["http://iiif.io/api/image/2/level2.json",
                {"formats": ["jpg"], "supports": ["sizeByW", "regionByPx"]}],
        })
    }

    #[test]
    fn version_2_says_its_limit_in_the_profile() {
        assert_eq!(
            limited(&version_2(), 800),
            json!({
                "@context": "http://iiif.io/api/image/2/context.json",
                "@id": ID, "protocol": "http://iiif.io/api/image",
                "width": 4000, "height": 6001,
                "profile": ["http://iiif.io/api/image/2/level0.json",
                    {"formats": ["jpg"], "maxWidth": 800, "maxHeight": 800}],
                "sizes": [{"width": 125, "height": 187}, {"width": 500, "height": 750}, {"width": 533, "height": 800}],
            })
        );
    }

    #[test]
    fn version_3_says_its_limit_on_top() {
        let upstream = json!({
            "@context": "http://iiif.io/api/image/3/context.json",
            "id": "http://iipsrv/a", "type": "ImageService3", "protocol": "http://iiif.io/api/image",
            "profile": "level2", "width": 6000, "height": 4000, "maxArea": 24_000_000,
            "tiles": [{"width": 512, "scaleFactors": [1, 2, 4, 8]}],
            "extraFeatures": ["sizeByWh"], "extraFormats": ["webp"],
        });
        assert_eq!(
            limited(&upstream, 1000),
            json!({
                "@context": "http://iiif.io/api/image/3/context.json",
                "id": ID, "type": "ImageService3", "protocol": "http://iiif.io/api/image",
                "profile": "level0", "width": 6000, "height": 4000, "maxArea": 24_000_000,
                "extraFormats": ["webp"],
                "sizes": [{"width": 250, "height": 167}, {"width": 500, "height": 333}, {"width": 1000, "height": 667}],
                "maxWidth": 1000, "maxHeight": 1000,
            })
        );
    }

    #[test]
    fn every_size_is_within_the_limit() {
        for (width, height) in [
            (90, 9000),
            (6000, 4000),
            (4000, 6001),
            (3001, 2999),
            (777, 778),
        ] {
            for limit in [100, 150, 300, 500, 776] {
                let upstream = json!({
                    "@context": "http://iiif.io/api/image/3/context.json", "id": "x",
                    "protocol": "http://iiif.io/api/image", "width": width, "height": height,
                });
                let document = limited(&upstream, limit);
                let image = Dimensions::new(width, height, Vec::new()).unwrap();
                let sizes = stated_sizes(document.to_string().as_bytes());
                assert!(!sizes.is_empty(), "{width}x{height} within {limit}");
                assert_eq!(sizes_within(&image, &sizes, limit), sizes);
                assert!(
                    sizes
                        .iter()
                        .all(|size| size.width.max(size.height) <= limit)
                );
            }
        }
    }

    #[test]
    fn what_the_image_server_refuses_is_not_promised() {
        let mut upstream = version_2();
        upstream["profile"][1]["maxWidth"] = json!(300);
        assert_eq!(limited(&upstream, 800)["profile"][1]["maxWidth"], 300);
        upstream["profile"][1] = json!({"maxArea": 60_000});
        assert_eq!(limited(&upstream, 800)["profile"][1]["maxWidth"], 300);
    }

    #[test]
    fn an_image_within_the_limit_is_described_whole() {
        let document = limited(&version_2(), 6001);
        assert_eq!(document["tiles"], version_2()["tiles"]);
        assert_eq!(document["@id"], ID);
    }

    #[test]
    fn what_has_no_limits_in_its_version_is_an_error() {
        let old = json!({
            "@context": "http://library.stanford.edu/iiif/image-api/1.1/context.json",
            "@id": "x", "width": 4000, "height": 6000,
        });
        let public = Public::default();
        assert!(tier(old.to_string().as_bytes(), public, 800).is_err());
    }
}
