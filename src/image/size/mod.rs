//! How much of an image a request shows, measured in pixels of the whole image.
//!
//! A limit of N means: nobody gets more of this image than a picture of it that is N pixels on its long
//! side. So a request is measured by its scale, and not by the size of its answer: tiles are small
//! pictures too, and a thousand of them make a big one. Three rules keep what is put together from many
//! answers within the limit:
//!
//! - Each axis counts by itself. Stretching an answer along one axis gains nothing on the other.
//! - No part is rounded in the client's favor, or parts of one pixel would be as sharp as the original.
//!   Only tiles of the image's own grid may be rounded up as viewers do, because they do not overlap:
//!   together they have as many pixels as the whole image at their scale.
//! - Other parts begin where a pixel of their own scale begins. Sixteen pictures at a quarter of the
//!   size, each shifted by one pixel of the original, would be the original once they are interlaced. And
//!   they are reduced by a whole number, or at a scale at which the whole image has a whole number of
//!   pixels: with scales of one's own choice each part has pixels between those of the others.
//!
//! What remains is that pictures of many different sizes can be reckoned into one that is sharper: a
//! little where the server makes them from a pyramid of averages, more where it picks pixels of the
//! original. That is true of every limit that leaves the choice of the size to the client, and no
//! viewer works without that choice. Operators are told that limits need pyramids.
//!
//! Where servers differ (rounding of heights, of percentages), the reading that shows most counts.

mod grid;
mod needed;
mod number;
mod request;
#[cfg(test)]
mod tests;
mod within;

pub use request::PixelRequest;
pub use within::{scale_factors_within, sizes_within};

/// What info.json says of an image's pixels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimensions {
    width: u32,
    height: u32,
    tiles: Vec<TileSet>,
}

/// One size of tiles, and the scales at which the server has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TileSet {
    /// Width of a tile as it is sent.
    pub width: u32,
    /// Height of a tile as it is sent; where info.json names none, the width.
    pub height: u32,
    /// By how much the original is reduced.
    pub scale_factors: Vec<u32>,
}

/// A width and a height, as in `sizes` of an info.json.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl Dimensions {
    /// An image of this size, with the tiles that its info.json names; `None` for an image without pixels.
    pub fn new(width: u32, height: u32, tiles: Vec<TileSet>) -> Option<Self> {
        (width > 0 && height > 0).then_some(Self {
            width,
            height,
            tiles,
        })
    }

    /// Pixels across.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The tiles that the server names.
    pub fn tiles(&self) -> &[TileSet] {
        &self.tiles
    }

    /// The longer of the two sides.
    pub fn long_side(&self) -> u32 {
        self.width.max(self.height)
    }
}
