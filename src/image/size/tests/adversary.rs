//! Somebody who takes everything that is allowed of a small image and puts it together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::request::{Region, Size};
use super::*;

const WIDTH: u32 = 13;
const HEIGHT: u32 = 7;

/// Without tiles (so with the usual ones), and with grids of several scales.
fn images() -> [Dimensions; 3] {
    let with = |tiles| Dimensions::new(WIDTH, HEIGHT, tiles).unwrap();
    let named = |factors: &[u32]| {
        let (width, height, scale_factors) = (2, 2, factors.to_vec());
        with(vec![TileSet {
            width,
            height,
            scale_factors,
        }])
    };
    [with(Vec::new()), named(&[1, 2, 4, 8]), named(&[1, 3, 5])]
}

/// All parts of one axis: where they begin and how long they are.
fn parts(whole: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..whole).flat_map(move |start| (1..=whole - start).map(move |length| (start, length)))
}

/// The most pixels that can be put side by side, given how many may be had of which part.
fn side_by_side(whole: u32, parts: &[(u32, u32, u32)]) -> u32 {
    let mut most = vec![0; whole as usize + 1];
    for end in 1..=whole {
        let ending_here = parts.iter().filter(|part| part.0 + part.1 == end);
        let best = ending_here.map(|part| most[part.0 as usize] + part.2).max();
        most[end as usize] = best.unwrap_or(0).max(most[end as usize - 1]);
    }
    most[whole as usize]
}

fn is_allowed(image: &Dimensions, region: [u32; 4], size: Size, limit: u32) -> bool {
    let [x, y, w, h] = region;
    let region = Region::Pixels { x, y, w, h };
    let request = PixelRequest { region, size };
    request.needed(image).is_some_and(|needed| needed <= limit)
}

/// The most columns that can be had of the width, with any height beside it.
fn columns(image: &Dimensions, limit: u32) -> u32 {
    let mut had = Vec::new();
    for (x, w) in parts(WIDTH) {
        for (y, h) in [(0, HEIGHT), (0, 2), (0, 4), (4, 3), (6, 1)] {
            for columns in 1..=limit + 2 {
                let exact = (1..=3).map(|rows| Size::Exact(columns, rows));
                let mut sizes = exact.chain([Size::Width(columns)]);
                if sizes.any(|size| is_allowed(image, [x, y, w, h], size, limit)) {
                    had.push((x, w, columns));
                }
            }
        }
    }
    side_by_side(WIDTH, &had)
}

/// The most rows that can be had of the height.
fn rows(image: &Dimensions, limit: u32) -> u32 {
    let mut had = Vec::new();
    for (y, h) in parts(HEIGHT) {
        for (x, w) in [(0, WIDTH), (0, 2), (0, 4), (9, 4), (12, 1)] {
            for rows in 1..=limit + 2 {
                let exact = (1..=3).map(|columns| Size::Exact(columns, rows));
                let mut sizes = exact.chain([Size::Height(rows)]);
                if sizes.any(|size| is_allowed(image, [x, y, w, h], size, limit)) {
                    had.push((y, h, rows));
                }
            }
        }
    }
    side_by_side(HEIGHT, &had)
}

#[test]
fn no_stitching_gives_more_pixels_than_the_limit() {
    for image in images() {
        for limit in 1..=WIDTH {
            assert_eq!(columns(&image, limit), limit);
            assert_eq!(rows(&image, limit), limit);
        }
    }
}

/// A fraction of the width: a place, or a scale.
fn fraction(counter: u32, denominator: u32) -> (u32, u32) {
    let divisor = (1..=denominator.max(counter))
        .rev()
        .find(|divisor| counter.is_multiple_of(*divisor) && denominator.is_multiple_of(*divisor))
        .unwrap();
    (counter / divisor, denominator / divisor)
}

#[test]
fn no_interlacing_at_one_scale_gives_more_pixels_than_the_limit() {
    for image in images() {
        for limit in 1..WIDTH {
            let mut places: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
            for ((x, w), columns) in
                parts(WIDTH).flat_map(|part| (1..=limit).map(move |n| (part, n)))
            {
                if is_allowed(&image, [x, 0, w, HEIGHT], Size::Exact(columns, 1), limit) {
                    let begins = |column| fraction(x * columns + column * w, columns);
                    let seen = places.entry(fraction(w, columns)).or_default();
                    seen.extend((0..columns).map(begins));
                }
            }
            for (scale, seen) in places {
                assert!(seen.len() <= limit as usize, "{scale:?} {limit} {seen:?}");
            }
        }
    }
}
