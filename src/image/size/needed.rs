//! The arithmetic: how large the whole image would be at the scale of a request.

use super::Dimensions;
use super::grid;
use super::number::Decimal;
use super::request::{PixelRequest, Region, Size};

/// One axis of what a request shows.
struct Axis {
    /// The image's pixels along this axis.
    whole: u64,
    /// Where the region begins and how long it is, in one unit, pixels or a part of a percent.
    start: u128,
    length: u128,
    /// How many pixels of the image that can be, as servers round.
    fewest: u64,
    most: u64,
}

/// From how many pixels on a whole number of them counts as it is. Reckoned in floating point it could
/// still be one less, which matters to small parts.
const SURE: u128 = 64;

/// The fewest and the most pixels that a server could make of something.
type Range = (u64, u64);

impl PixelRequest {
    /// The long side in pixels that the whole image would have at the scale of this request. Who may see
    /// the image up to a limit may have everything that needs no more than the limit.
    ///
    /// `None` where that has no bound, or where the request has no answer.
    pub fn needed(&self, image: &Dimensions) -> Option<u32> {
        let (across, down) = axes(self.region, image)?;
        let mut needed = 1;
        let mut on_lattice = true;
        for width in across.fewest..=across.most {
            for height in down.fewest..=down.most {
                let (columns, rows) = output(self.size, width, height)?;
                needed = needed
                    .max((across.whole * columns.1).div_ceil(width))
                    .max((down.whole * rows.1).div_ceil(height));
                if let Size::Inside(w, h) = self.size {
                    // IIPImage forgets the box, and sends all it has, where one side of it is beyond the
                    // server's own maximum. So the longer side counts, even if the other one stops it first.
                    let (box_side, side) = (u64::from(w.max(h)), width.max(height));
                    needed = needed.max((u64::from(image.long_side()) * box_side).div_ceil(side));
                }
                on_lattice &= across.is_lattice(columns) && down.is_lattice(rows);
                on_lattice &= self.is_even(&across, columns, width, &down, rows, height);
            }
        }
        if !on_lattice {
            // Interlaced with its neighbors it shows the original, but nothing beyond.
            needed = needed.max(u64::from(image.long_side()));
        }
        if let Some(as_tile) = grid::needed(self, image) {
            needed = needed.min(as_tile);
        }
        u32::try_from(needed).ok()
    }
}

impl PixelRequest {
    /// Whether a part is reduced by a whole number, or the whole image has a whole number of pixels at its
    /// scale: for the sides whose size the client names. With other scales parts could begin between the
    /// pixels of each other, and a server that picks pixels would give away those of the original.
    fn is_even(
        &self,
        across: &Axis,
        columns: Range,
        width: u64,
        down: &Axis,
        rows: Range,
        height: u64,
    ) -> bool {
        if matches!(self.region, Region::Full | Region::Square) {
            return true;
        }
        match self.size {
            Size::Height(_) => down.is_even(rows.1, height),
            Size::Exact(..) => across.is_even(columns.1, width) && down.is_even(rows.1, height),
            Size::Whole(_)
            | Size::Largest
            | Size::Width(_)
            | Size::Inside(..)
            | Size::Percent(_) => across.is_even(columns.1, width),
        }
    }
}

impl Axis {
    fn is_even(&self, pixels: u64, length: u64) -> bool {
        length.is_multiple_of(pixels) || (self.whole * pixels).is_multiple_of(length)
    }

    fn pixels(whole: u32, start: u32, length: u32) -> Self {
        Self {
            whole: whole.into(),
            start: start.into(),
            length: length.into(),
            fewest: length.into(),
            most: length.into(),
        }
    }

    /// Clipped to the image; `None` where nothing of it is inside.
    fn clipped(whole: u32, start: u32, length: u32) -> Option<Self> {
        let inside = length.min(whole.checked_sub(start)?);
        (inside > 0).then(|| Self::pixels(whole, start, inside))
    }

    fn percent(whole: u32, start: Decimal, length: Decimal) -> Option<Self> {
        let all = Decimal::whole(100);
        let inside = length.min(all.minus(start)?);
        if inside.is_zero() {
            return None;
        }
        if start.is_zero() && all.minus(inside)?.is_zero() {
            return Some(Self::pixels(whole, 0, whole));
        }
        let whole = u64::from(whole);
        let (down, up) = inside.percent_of(whole);
        let (start, length) = start.common(inside);
        if down == up && down >= SURE {
            let pixels = u64::try_from(down).ok()?;
            return Some(Self {
                whole,
                start,
                length,
                fewest: pixels,
                most: pixels,
            });
        }
        // Rounding the beginning or the end, and doing so in floating point, moves them by one pixel.
        let fewest = u64::try_from(down).ok()?.saturating_sub(1).max(1);
        let most = u64::try_from(up).ok()?.saturating_add(1).min(whole);
        Some(Self {
            whole,
            start,
            length,
            fewest,
            most,
        })
    }

    /// Whether this axis begins where a pixel of this scale begins, counted from the image's edge.
    fn is_lattice(&self, output: Range) -> bool {
        let start = self.start % self.length;
        let begins = |pixels: u64| (start * u128::from(pixels)).is_multiple_of(self.length);
        begins(output.0) && begins(output.1)
    }
}

fn axes(region: Region, image: &Dimensions) -> Option<(Axis, Axis)> {
    let (width, height) = (image.width, image.height);
    Some(match region {
        Region::Full => (
            Axis::pixels(width, 0, width),
            Axis::pixels(height, 0, height),
        ),
        // Where it begins is the server's choice, and the client has no other.
        Region::Square => {
            let side = width.min(height);
            (Axis::pixels(width, 0, side), Axis::pixels(height, 0, side))
        }
        Region::Pixels { x, y, w, h } => {
            (Axis::clipped(width, x, w)?, Axis::clipped(height, y, h)?)
        }
        Region::Percent([x, y, w, h]) => {
            (Axis::percent(width, x, w)?, Axis::percent(height, y, h)?)
        }
    })
}

/// How many pixels across and down the answer has, for a region of this many.
fn output(size: Size, width: u64, height: u64) -> Option<(Range, Range)> {
    let exactly = |pixels: u64| (pixels, pixels);
    let (columns, rows) = match size {
        Size::Largest => return None,
        Size::Whole(_) => (exactly(width), exactly(height)),
        Size::Exact(w, h) => (exactly(w.into()), exactly(h.into())),
        Size::Width(w) => (exactly(w.into()), proportional(height, w, width)?),
        Size::Height(h) => (proportional(width, h, height)?, exactly(h.into())),
        Size::Inside(w, h) if u64::from(w) * height <= u64::from(h) * width => {
            return output(Size::Width(w), width, height);
        }
        Size::Inside(_, h) => return output(Size::Height(h), width, height),
        Size::Percent(percentage) => (percent(width, percentage)?, percent(height, percentage)?),
    };
    (columns.1 > 0 && rows.1 > 0).then_some((columns, rows))
}

/// `length * to / from`.
fn proportional(length: u64, to: u32, from: u64) -> Option<Range> {
    let product = length * u64::from(to);
    range((product / from).into(), product.div_ceil(from).into())
}

fn percent(length: u64, percentage: Decimal) -> Option<Range> {
    let (down, up) = percentage.percent_of(length);
    range(down, up)
}

/// Never nothing where it is more than nothing; `None` beyond all limits.
fn range(down: u128, up: u128) -> Option<Range> {
    let up = u64::from(u32::try_from(up).ok()?);
    Some((u64::try_from(down).ok()?.max(1).min(up), up))
}
