//! Reading `region/size/rotation/quality.format`.

use super::number::{Decimal, integer};
use crate::image::resource::QUALITIES;
use crate::image::target::decode;

/// What of an image is asked for, and how large.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PixelRequest {
    pub(super) region: Region,
    pub(super) size: Size,
}

/// The first parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    Full,
    Square,
    Pixels { x: u32, y: u32, w: u32, h: u32 },
    Percent([Decimal; 4]),
}

/// The second parameter. A `^` before it allows enlarging; what it asks for is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// `full` or `max`, whichever was written: as large as the region.
    Whole(&'static str),
    /// `^max`: as large as the server can.
    Largest,
    /// `w,`
    Width(u32),
    /// `,h`
    Height(u32),
    /// `w,h`
    Exact(u32, u32),
    /// `!w,h`
    Inside(u32, u32),
    /// `pct:n`
    Percent(Decimal),
}

impl PixelRequest {
    /// Reads the four parameters as they stand in the raw target, in every form of Image API 2.0 to 3.0.
    ///
    /// `None` for everything else, also for what some server might still understand: whoever may not see
    /// everything is refused then.
    pub fn parse(parameters: &str) -> Option<Self> {
        let mut parts = parameters.split('/').map(decode);
        let mut next = || parts.next().flatten();
        let (region, size, rotation, file) = (next()?, next()?, next()?, next()?);
        let complete = parts.next().is_none() && is_rotation(&rotation) && is_file(&file);
        let request = Self {
            region: parse_region(&region)?,
            size: parse_size(&size)?,
        };
        complete.then_some(request)
    }

    /// Whether it asks for all pixels there are, so that within a limit it gets those of the limit.
    pub fn is_whole(&self) -> bool {
        matches!(self.size, Size::Whole(_))
    }
}

fn parse_region(text: &str) -> Option<Region> {
    match text {
        "full" => return Some(Region::Full),
        "square" => return Some(Region::Square),
        _ => {}
    }
    if let Some(percentages) = text.strip_prefix("pct:") {
        return four(percentages, Decimal::parse).map(Region::Percent);
    }
    let [x, y, w, h] = four(text, integer)?;
    Some(Region::Pixels { x, y, w, h })
}

fn four<T>(text: &str, read: fn(&str) -> Option<T>) -> Option<[T; 4]> {
    let numbers: Option<Vec<T>> = text.split(',').map(read).collect();
    numbers?.try_into().ok()
}

fn parse_size(text: &str) -> Option<Size> {
    match text {
        "full" => return Some(Size::Whole("full")),
        "max" => return Some(Size::Whole("max")),
        "^max" => return Some(Size::Largest),
        _ => {}
    }
    let text = text.strip_prefix('^').unwrap_or(text);
    if let Some(percentage) = text.strip_prefix("pct:") {
        return Decimal::parse(percentage).map(Size::Percent);
    }
    if let Some(inside) = text.strip_prefix('!') {
        let (w, h) = inside.split_once(',')?;
        return Some(Size::Inside(integer(w)?, integer(h)?));
    }
    Some(match text.split_once(',')? {
        (w, "") => Size::Width(integer(w)?),
        ("", h) => Size::Height(integer(h)?),
        (w, h) => Size::Exact(integer(w)?, integer(h)?),
    })
}

fn is_rotation(text: &str) -> bool {
    let degrees = Decimal::parse(text.strip_prefix('!').unwrap_or(text));
    let full_turn = Decimal::whole(360);
    degrees.is_some_and(|degrees| full_turn.minus(degrees).is_some())
}

fn is_file(text: &str) -> bool {
    text.split_once('.').is_some_and(|(quality, format)| {
        let is_format = !format.is_empty() && format.bytes().all(|b| b.is_ascii_alphanumeric());
        is_format && QUALITIES.contains(&quality)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read(region: &str, size: &str) -> bool {
        PixelRequest::parse(&format!("{region}/{size}/0/default.jpg")).is_some()
    }

    #[test]
    fn every_form_of_the_image_api_is_read() {
        for region in ["full", "square", "0,0,1,1", "pct:0,0.5,99.5,100"] {
            for size in [
                "full", "max", "^max", "1,", ",1", "1,1", "!1,1", "pct:1", "pct:0.5", "^1,", "^,1",
                "^1,1", "^!1,1", "^pct:200", "%5E1%2C", "%5e!1,1", "pct%3A5", "%211,1",
            ] {
                assert!(is_read(region, size), "{region}/{size}");
            }
        }
        for rest in [
            "0/default.jpg",
            "!0/gray.webp",
            "22.5/native.png",
            "360/bitonal.tif",
        ] {
            assert!(
                PixelRequest::parse(&format!("full/max/{rest}")).is_some(),
                "{rest}"
            );
        }
    }

    #[test]
    fn escapes_change_nothing() {
        assert_eq!(
            PixelRequest::parse("0%2C0%2c5%2C5/%5E%211,2/%210/default.jpg"),
            PixelRequest::parse("0,0,5,5/^!1,2/!0/default.jpg"),
        );
    }

    #[test]
    fn what_only_some_servers_understand_is_not_read() {
        for region in [
            "",
            "FULL",
            "Square",
            "0,0,1",
            "0,0,1,1,1",
            "-1,0,1,1",
            "+1,0,1,1",
            "0.0,0,1,1",
            "0,0,1,0x5",
            " 0,0,1,1",
            "pct:0,0,1",
            "pct:-1,0,1,1",
            "pct:0,0,1e1,1",
            "pct:.5,0,1,1",
            "0,,1,1",
            "!0,0,1,1",
            "pct 0,0,1,1",
            "0;0;1;1",
            "^full",
            "smart",
        ] {
            assert!(!is_read(region, "1,"), "{region}");
        }
        for size in [
            "",
            "MAX",
            "^full",
            "^",
            "!",
            ",",
            "1",
            "!1,",
            "!,1",
            "!max",
            "pct:",
            "pct:-1",
            "pct:+1",
            "pct:1%25",
            "pct:1e9",
            "-1,",
            "+1,",
            "1.5,",
            "01,",
            " 1,",
            "1, ",
            "1,+1",
            "1,2,3",
            "!^1,1",
            "^^1,",
            "%255E1,",
            "4294967296,",
            "1%2F",
            "%00",
            "%ff,",
            "n/a",
        ] {
            assert!(!is_read("full", size), "{size}");
        }
        for rest in [
            "",
            "0",
            "0/",
            "0/default",
            "0/default.",
            "0/.jpg",
            "0/default.jp/g",
            "0/best.jpg",
            "/default.jpg",
            "361/default.jpg",
            "-1/default.jpg",
            "!/default.jpg",
            "!!0/default.jpg",
            "0/default.jpg/",
            "0/default.j%20g",
            "1e1/default.jpg",
            "0/a/default.jpg",
        ] {
            assert!(
                PixelRequest::parse(&format!("full/max/{rest}")).is_none(),
                "{rest}"
            );
        }
    }
}
