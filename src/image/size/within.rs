//! What is left of an image within a limit: for an honest info.json, and for `max`.

use super::request::{PixelRequest, Region, Size};
use super::{Dimensions, Extent, TileSet};

/// How many sizes are tried before a part counts as one that has none within the limit.
const TRIES: u32 = 1024;

impl Dimensions {
    /// The size of the whole image within a limit; as it is if it fits.
    pub fn within(&self, limit: u32) -> Extent {
        let long = self.long_side();
        let to = u64::from(limit.min(long));
        let scaled = |side: u32| {
            let rounded = (u64::from(side) * to + u64::from(long / 2)) / u64::from(long);
            u32::try_from(rounded).unwrap_or(limit).max(1)
        };
        Extent {
            width: scaled(self.width),
            height: scaled(self.height),
        }
    }
}

/// The sizes that may be had within a limit.
pub fn sizes_within(image: &Dimensions, sizes: &[Extent], limit: u32) -> Vec<Extent> {
    let fits = |size: &Extent| {
        // Both ways in which viewers ask for it.
        let exact = Size::Exact(size.width, size.height);
        [exact, Size::Width(size.width)]
            .into_iter()
            .all(|size| full(size).fits(image, limit))
    };
    sizes.iter().copied().filter(fits).collect()
}

/// The scale factors of which every tile may be had within a limit.
pub fn scale_factors_within(image: &Dimensions, tiles: &TileSet, limit: u32) -> Vec<u32> {
    let fits = |factor: &u32| {
        let across = image.width.div_ceil(*factor);
        let down = image.height.div_ceil(*factor);
        // Viewers ask for a level that is one tile by its width alone.
        across.max(down) <= limit && full(Size::Width(across)).fits(image, limit)
    };
    let factors = tiles.scale_factors.iter().copied();
    factors
        .filter(|factor| *factor > 0 && fits(factor))
        .collect()
}

impl PixelRequest {
    /// The size parameter that gets as much of this request's region as a limit allows, for a request
    /// of `max` or `full`; `None` for other requests, and where nothing fits.
    pub fn limited(&self, image: &Dimensions, limit: u32) -> Option<String> {
        let Size::Whole(word) = self.size else {
            return None;
        };
        if self.fits(image, limit) {
            return Some(word.to_owned());
        }
        if self.region == Region::Full {
            let size = if image.width >= image.height {
                format!("{limit},")
            } else {
                format!(",{limit}")
            };
            return (limit > 0).then_some(size);
        }
        let (largest, step) = self.widths(image, limit)?;
        let on_lattice = (0..TRIES).map_while(|tried| (largest / step).checked_sub(tried));
        // The first is for tiles at the far edge.
        std::iter::once(largest)
            .chain(on_lattice.map(|times| times * step))
            .find(|width| self.with(Size::Width(*width)).fits(image, limit))
            .map(|width| format!("{width},"))
    }

    /// The largest width that could fit, and in which steps smaller ones can begin on the lattice.
    fn widths(&self, image: &Dimensions, limit: u32) -> Option<(u32, u32)> {
        let side = image.width.min(image.height);
        let (x, width) = match self.region {
            Region::Full => (0, image.width),
            Region::Square => (0, side),
            Region::Pixels { x, w, .. } => (x, w.min(image.width.checked_sub(x)?)),
            Region::Percent(_) => return None,
        };
        if width == 0 {
            return None;
        }
        let step = width / greatest_common_divisor(x, width);
        let scale = (u64::from(limit), u64::from(image.long_side()));
        let largest = (u64::from(width) * scale.0).div_ceil(scale.1);
        let largest = u32::try_from(largest).ok()?.min(width);
        Some((largest, step))
    }

    fn with(&self, size: Size) -> Self {
        let region = self.region;
        Self { region, size }
    }

    fn fits(&self, image: &Dimensions, limit: u32) -> bool {
        self.needed(image).is_some_and(|needed| needed <= limit)
    }
}

fn full(size: Size) -> PixelRequest {
    let region = Region::Full;
    PixelRequest { region, size }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}
