//! Tiles of the image's own grid, which may be rounded up at the edges.

use super::Dimensions;
use super::request::{PixelRequest, Region, Size};

/// What viewers take for tiles where info.json names none (`OpenSeadragon`: the largest that the image's
/// short side has room for, or all of that side).
const USUAL_TILES: [u32; 3] = [256, 512, 1024];

/// A rectangle in pixels of the image.
#[derive(Clone, Copy)]
struct Window {
    x: u64,
    y: u64,
    w: u64,
    h: u64,
}

/// What the scale of a tile needs, if this request asks for one: as many pixels as all tiles of its
/// scale have, put side by side.
pub(super) fn needed(request: &PixelRequest, image: &Dimensions) -> Option<u64> {
    let window = window(request.region, image)?;
    levels(image)
        .filter_map(|level| level.needed(window, request.size))
        .min()
}

fn window(region: Region, image: &Dimensions) -> Option<Window> {
    let (width, height) = (u64::from(image.width), u64::from(image.height));
    let (x, y, w, h) = match region {
        Region::Full => (0, 0, width, height),
        Region::Pixels { x, y, w, h } => (x.into(), y.into(), w.into(), h.into()),
        Region::Square | Region::Percent(_) => return None,
    };
    Some(Window {
        x,
        y,
        w: width.checked_sub(x)?.min(w),
        h: height.checked_sub(y)?.min(h),
    })
}

/// All levels of the grid: those that info.json names, or else the usual ones.
fn levels(image: &Dimensions) -> impl Iterator<Item = Level<'_>> {
    let level = move |width: u32, height: u32, factor| Level {
        tile_width: width.into(),
        tile_height: height.into(),
        factor,
        image,
    };
    let named = image.tiles.iter().flat_map(move |set| {
        let factors = set.scale_factors.iter().copied().map(u64::from);
        factors.map(move |factor| level(set.width, set.height, factor))
    });
    let short_side = image.width.min(image.height);
    let small = (short_side < USUAL_TILES[0]).then_some(short_side);
    let sides = USUAL_TILES.into_iter().chain(small);
    let usual = sides
        .filter(|_| image.tiles.is_empty())
        .flat_map(move |side| (0..32).map(move |power| level(side, side, 1 << power)));
    named
        .chain(usual)
        .filter(|level| level.tile_width > 0 && level.tile_height > 0 && level.factor > 0)
}

/// All tiles of one size and scale.
struct Level<'a> {
    tile_width: u64,
    tile_height: u64,
    factor: u64,
    image: &'a Dimensions,
}

impl Level<'_> {
    fn needed(&self, window: Window, size: Size) -> Option<u64> {
        let (width, height) = (u64::from(self.image.width), u64::from(self.image.height));
        let is_tile = is_cell(window.x, window.w, self.tile_width * self.factor, width)
            && is_cell(window.y, window.h, self.tile_height * self.factor, height);
        let (columns, rows) = (
            window.w.div_ceil(self.factor),
            window.h.div_ceil(self.factor),
        );
        let across = width.div_ceil(self.factor);
        let down = height.div_ceil(self.factor);
        // Keeping its shape, a tile that was rounded up along one side grows along the other. Narrow tiles
        // at the far edge may; where one tile spans the image, all of the image would grow.
        let needed = match size {
            Size::Exact(w, h) if (u64::from(w), u64::from(h)) == (columns, rows) => {
                across.max(down)
            }
            Size::Width(w) if u64::from(w) == columns && window.w == width => {
                across.max((height * columns).div_ceil(width))
            }
            Size::Height(h) if u64::from(h) == rows && window.h == height => {
                down.max((width * rows).div_ceil(height))
            }
            Size::Width(w) if u64::from(w) == columns => across.max(down),
            Size::Height(h) if u64::from(h) == rows => across.max(down),
            _ => return None,
        };
        is_tile.then_some(needed)
    }
}

/// Whether one side of a window is one side of a cell of the grid, cut off at the edge of the image.
fn is_cell(start: u64, length: u64, cell: u64, whole: u64) -> bool {
    start.is_multiple_of(cell) && start < whole && length == cell.min(whole - start)
}
